"""New threads of a forum of Tieba, with their floors and what is written within them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy import Request

from listening.collect.spider.options import read_options
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, RunStatus, ids
from spiders._tieba import TiebaOptions
from spiders.tieba_forum import TiebaForum
from tests.spiders.tieba_pages import (
    FORUM,
    START,
    WALLS,
    author,
    before,
    first_floor,
    floor,
    forum,
    seconds,
    thread,
    told_json,
)

OPTIONS = TiebaOptions(forum=FORUM, delay=0)
AQING, LAOZHOU = Author(id="501", name="阿青"), Author(id="502", name="老周")
ROOT = Reference(id="tieba:thread:8000", author=AQING)


def good_site(told: Any) -> Callable[[Request], Any]:
    threads = [thread(8001, 5), thread(8000, 60, 2)]
    sub = floor(82, 2, text="回复 阿青 :同问")
    floors = {8000: [*first_floor(threads, 8000), floor(81, 30, 2, sub_post_list=[sub], sub_post_number=1)]}
    return forum(told, threads, floors)


def run(read: Any, site: Any, options: TiebaOptions = OPTIONS, **how: Any) -> Any:
    return read(TiebaForum, options, site, **how)


def floors_of(read: Any, told: Any, *floors: Any) -> Any:
    return run(read, forum(told, [thread(8000, 60)], {8000: floors}))


def only(result: Any) -> Post:
    (found,) = result.posts
    post: Post = replace(found, collected_at=None)
    return post


def test_the_first_floor_is_the_thread_and_keeps_everything(read: Any, told: Any) -> None:
    content = [
        {"type": 0, "text": "从昨晚开始<br/>光猫"},
        {"type": "1", "text": "tieba.baidu.com", "link": "https://tieba.baidu.com"},
        {"type": 2, "text": "image_emoticon25", "c": "滑稽", "src": "x.png"},
        {"type": 3, "src": "https://imgsrc.example/1.jpg", "bsize": "560,420"},
        {"type": 4, "text": "@星河客服", "uid": 77},
        {"type": 0, "text": " 管不管"},
    ]
    given = floor(800000, 60, 1, content=content, author=author())
    assert only(floors_of(read, told, given)) == Post(
        id="tieba:thread:8000",
        platform="tieba",
        kind=Kind.POST,
        url="https://tieba.baidu.com/p/8000",
        title="又断网 8000",
        text="从昨晚开始\n光猫tieba.baidu.com[滑稽]@星河客服 管不管",
        author=AQING,
        published_at=before(60),
        source="来源",
        mentions=(Mention(id="77", name="星河客服"),),
        metrics=Metrics(likes=3, comments=7),
    )


def test_a_floor_answers_the_thread(read: Any, told: Any) -> None:
    found = only(floors_of(read, told, floor(81, 30, 5, sub_post_number=4)))
    assert found == Post(
        id="tieba:post:81",
        platform="tieba",
        kind=Kind.COMMENT,
        url="https://tieba.baidu.com/p/8000?pid=81",
        title="又断网 8000",
        text="我也是",
        author=LAOZHOU,
        published_at=before(30),
        source="来源",
        parent=ROOT,
        root=ROOT,
        metrics=Metrics(likes=3, comments=4),
    )


def test_what_is_written_within_a_floor_answers_the_floor(read: Any, told: Any) -> None:
    sub = {
        "id": 82,
        "time": seconds(20),
        "content": [{"type": 0, "text": "同问"}],
        "author": author(503, "小林"),
    }
    _, found = floors_of(read, told, floor(81, 30, 5, sub_post_list=[sub])).posts
    assert (found.id, found.kind, found.text) == ("tieba:post:82", Kind.COMMENT, "同问")
    assert (found.parent, found.root) == (Reference(id="tieba:post:81", author=LAOZHOU), ROOT)
    assert found.metrics == Metrics()


def test_what_is_written_within_the_first_floor_answers_the_thread(read: Any, told: Any) -> None:
    first = floor(800000, 60, 1, sub_post_list=[floor(82, 20, 0)], author=author())
    _, found = floors_of(read, told, first).posts
    assert (found.id, found.parent) == ("tieba:post:82", ROOT)


def test_a_thread_and_a_post_of_one_number_stay_apart() -> None:
    assert ids.tieba_thread(81) != ids.tieba_post(81)


def test_numbers_may_be_texts(read: Any, told: Any) -> None:
    given = thread("8000", 60, create_time=str(seconds(60)), reply_num="7", is_top="0")  # type: ignore[arg-type]
    site = forum(told, [thread(8000, 60)], {8000: [floor("81", 30, "2", time=str(seconds(30)))]})  # type: ignore[arg-type]
    page = told_json(told, {"forum": {"name": FORUM}, "thread_list": [given], "page": {"has_more": "0"}}, "0")
    result = run(read, lambda request: page if "getFrsData" in request.url else site(request))
    found = only(result)
    assert (found.id, found.published_at) == ("tieba:post:81", before(30))


PEOPLE: dict[str, tuple[Any, Author | None]] = {
    "only a login name": ({"id": 5, "name": "aqing01"}, Author(id="5", name="aqing01")),
    "a name without a number": ({"id": 0, "name_show": "123.1.*.*"}, Author(name="123.1.*.*")),
    "a number as text": ({"id": "5", "name_show": "阿青"}, Author(id="5", name="阿青")),
    "nobody": (None, None),
    "an empty one": ({}, None),
}


@pytest.mark.parametrize(("given", "expected"), PEOPLE.values(), ids=PEOPLE)
def test_authors_as_far_as_they_are_told(read: Any, told: Any, given: Any, expected: Author | None) -> None:
    assert only(floors_of(read, told, floor(81, 30, author=given))).author == expected


def test_content_may_be_html(read: Any, told: Any) -> None:
    assert only(floors_of(read, told, floor(81, 30, content="断<b>网</b><br>三天"))).text == "断网\n三天"


def test_a_time_that_is_none_is_absent_and_kept_as_it_was_told(read: Any, told: Any) -> None:
    found = only(floors_of(read, told, floor(81, 30, time=7)))
    assert (found.published_at, found.extra) == (None, {"published_text": "7"})


# Lists and pages.


def test_the_list_of_new_threads_is_asked_for(read: Any, told: Any) -> None:
    result = run(read, good_site(told))
    assert result.paths[0] == (
        "mg/f/getFrsData?kw=%E6%98%9F%E6%B2%B3%E5%AE%BD%E5%B8%A6&rn=30&pn=1&sort_type=1&is_good=0"
    )
    assert result.requests[0].headers["Referer"] == b"https://tieba.baidu.com/"
    assert "Cookie" not in result.requests[0].headers


def test_every_thread_of_every_page_is_read(read: Any, told: Any) -> None:
    threads = [thread(8000 - number, number) for number in range(70)]
    result = run(read, forum(told, threads))
    assert {found.id for found in result.posts} == {f"tieba:thread:{each['tid']}" for each in threads}
    assert len(result.requests) == 3 + 70
    assert (result.look.reached, result.verdict) == (True, (RunStatus.OK, ""))


def test_where_it_is_not_told_whether_there_is_more_an_empty_page_is_the_end(read: Any, told: Any) -> None:
    pages = {"pn=1": [thread(8000, 1)], "pn=2": []}
    site = forum(told, [thread(8000, 1)])

    def answer(request: Request) -> Any:
        if "getPbData" in request.url:
            return site(request)
        number = next(each for each in pages if each in request.url)
        return told_json(told, {"forum": {"name": FORUM}, "thread_list": pages[number]})

    assert (len(run(read, answer).posts), run(read, answer).verdict.status) == (1, RunStatus.OK)


def test_a_long_thread_is_read_from_its_last_page_up_to_its_first(read: Any, told: Any) -> None:
    floors = [floor(100 + at, 90 - at, at) for at in range(1, 71)]
    result = run(read, forum(told, [thread(8000, 90)], {8000: floors}))
    assert len(result.posts) == 70
    asked = [path.partition("pn=")[2].partition("&")[0] for path in result.paths if "getPbData" in path]
    assert asked == ["1073741824", "2", "1"]
    assert result.verdict == (RunStatus.OK, "")


def test_pinned_threads_and_advertisements_are_left_out(read: Any, told: Any) -> None:
    threads = [
        thread(7000, 60 * 24 * 900, is_top=1),
        thread(7001, 60 * 24 * 900, is_top="1"),
        {"id": 99, "title": "广告"},
        thread(8000, 5),
    ]
    result = run(read, forum(told, threads))
    assert [found.id for found in result.posts] == ["tieba:thread:8000"]
    assert (result.tally.skipped, result.look.reached) == (3, True)


def test_where_no_thread_has_a_tid_they_go_by_their_id(read: Any, told: Any) -> None:
    given = {key: value for key, value in thread(8000, 5).items() if key != "tid"}
    page = told_json(told, {"forum": {"name": FORUM}, "thread_list": [given], "page": {"has_more": 0}})
    site = forum(told, [thread(8000, 5)])
    result = run(read, lambda request: page if "getFrsData" in request.url else site(request))
    assert [found.id for found in result.posts] == ["tieba:thread:8000"]


def test_the_second_run_stops_where_the_first_began_and_reads_only_new_threads(read: Any, told: Any) -> None:
    threads = [thread(8000 - number, number) for number in range(200)]
    first = run(read, forum(told, threads[10:]))
    second = run(read, forum(told, threads), marks=first.look.marks)
    assert {found.id for found in second.posts} == {f"tieba:thread:{each['tid']}" for each in threads[:10]}
    assert len([path for path in second.paths if "getFrsData" in path]) == 2
    assert second.look.reached


def test_a_known_thread_in_which_somebody_wrote_since_is_read_again_from_its_end(
    read: Any, told: Any
) -> None:
    old = [floor(100 + at, 300 - at, at) for at in range(1, 71)]
    first = run(read, forum(told, [thread(8001, 20), thread(8000, 300, 230)], {8000: old}))
    answered = [thread(8001, 20), thread(8000, 300, 3)]
    second = run(read, forum(told, answered, {8000: [*old, floor(999, 3, 71)]}), marks=first.look.marks)
    assert "tieba:post:999" in {found.id for found in second.posts}
    assert len([path for path in second.paths if "getPbData" in path]) == 2


def test_threads_in_a_gap_are_read_although_nobody_wrote_in_them_since(read: Any, told: Any) -> None:
    threads = [thread(8000 - number, number) for number in range(10)]
    first = run(read, forum(told, threads[:3]))
    second = run(read, forum(told, threads), marks=first.look.marks, wanted=before(60))
    assert len(second.posts) == 10


def test_a_first_run_goes_back_only_so_many_days(read: Any, told: Any) -> None:
    old = [thread(7000 - number, 60 * 24 * 30 + number) for number in range(90)]
    result = run(read, forum(told, [*(thread(8000 - number, number) for number in range(30)), *old]))
    assert len([path for path in result.paths if "getFrsData" in path]) == 2


GONE: dict[str, dict[str, Any]] = {
    "deleted": {"body": '{"errno":"4","errmsg":"贴子可能已被删除"}'.encode()},
    "hidden": {"body": '{"errno":4,"errmsg":"该贴已被隐藏"}'.encode()},
    "404": {"body": b"", "status": 404},
}


@pytest.mark.parametrize("answer", GONE.values(), ids=GONE)
def test_a_thread_that_is_gone_in_between_is_no_trouble(read: Any, told: Any, answer: dict[str, Any]) -> None:
    site = forum(told, [thread(8001, 4), thread(8000, 5)])
    result = run(read, lambda request: told(**answer) if "kz=8000" in request.url else site(request))
    assert [found.id for found in result.posts] == ["tieba:thread:8001"]
    assert (result.tally.gone, result.look.reached, result.verdict) == (1, True, (RunStatus.OK, ""))


def test_a_thread_that_does_not_begin_with_its_last_page_is_not_taken_for_a_short_one(
    read: Any, told: Any
) -> None:
    page = {"post_list": [floor(81, 30)], "page": {"current_page": 1, "total_page": 3}}
    site = forum(told, [thread(8000, 5)])
    result = run(read, lambda request: told_json(told, page) if "kz=" in request.url else site(request))
    assert (result.posts, result.verdict.status) == ([], RunStatus.LAYOUT)
    assert "begins with page 1 of 3" in result.verdict.reason
    assert result.look.seen_from is None


def test_a_forum_that_is_not_there_is_told(read: Any, told: Any) -> None:
    result = run(read, lambda _: told_json(told, {"forum": None, "thread_list": []}))
    assert result.verdict == (RunStatus.FAILED, f"there is no forum '{FORUM}' - check its name")


def test_a_forum_that_tells_of_threads_and_shows_none_is_not_quiet(read: Any, told: Any) -> None:
    about = {"name": FORUM, "thread_num": "1200"}
    result = run(
        read, lambda _: told_json(told, {"forum": about, "thread_list": [], "page": {"has_more": 0}})
    )
    assert result.verdict.status is RunStatus.LAYOUT


def test_a_forum_without_threads_is_empty(read: Any, told: Any) -> None:
    assert run(read, forum(told, [])).verdict == (RunStatus.EMPTY, "")


@pytest.mark.parametrize(("answer", "ends"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], ends: str
) -> None:
    result = run(read, lambda _: told(**answer))
    assert result.posts == []
    assert result.verdict.status == ends
    assert (result.look.reached, result.look.seen_from) == (False, None)


@pytest.mark.parametrize(("answer", "ends"), WALLS.values(), ids=WALLS)
def test_a_wall_in_a_thread_leaves_nothing_to_vouch_for(
    read: Any, told: Any, answer: dict[str, Any], ends: str
) -> None:
    site = forum(told, [thread(8001, 4), thread(8000, 5)])
    result = run(read, lambda request: told(**answer) if "kz=8000" in request.url else site(request))
    assert len(result.posts) == 1
    assert result.verdict.status == ("partial" if ends == "failed" else ends)
    assert (result.look.reached, result.look.seen_from) == (False, None)


BROKEN: dict[str, Any] = {
    "no object at all": 7,
    "no number": {"id": None},
    "a number that is none": {"id": "x"},
    "no content": {"content": None},
    "content of the wrong shape": {"content": [3]},
    "an author of the wrong shape": {"author": "阿青"},
    "likes that are no number": {"agree": {"agree_num": "many"}},
    "half a character": {"content": [{"type": 0, "text": "x\ud83d"}]},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_one_broken_floor_is_told_and_the_others_are_read(read: Any, told: Any, change: Any) -> None:
    bad = floor(82, 29, 3, **change) if isinstance(change, dict) else change
    result = floors_of(read, told, floor(81, 30), bad, floor(83, 28, 4))
    assert [found.id for found in result.posts] == ["tieba:post:81", "tieba:post:83"]
    assert len(result.unreadable) == 1
    json.loads(result.unreadable[0].raw)


@pytest.mark.parametrize("bad", [7, {"tid": "x", "id": "y"}], ids=["a number", "no id"])
def test_one_broken_thread_of_the_list_is_told_and_the_others_are_read(
    read: Any, told: Any, bad: Any
) -> None:
    broken = {**thread(8001, 4), **bad} if isinstance(bad, dict) else bad
    page = {"forum": {"name": FORUM}, "thread_list": [thread(8000, 3), broken], "page": {"has_more": 0}}
    site = forum(told, [thread(8000, 3)])
    result = run(
        read, lambda request: told_json(told, page) if "getFrsData" in request.url else site(request)
    )
    assert len(result.posts) == 1
    assert len(result.unreadable) == 1


def test_a_forum_has_a_name() -> None:
    _, problems = read_options(TiebaOptions, {"forum": " "})
    assert [each.key for each in problems] == ["forum"]


def test_the_times_of_this_module_are_in_utc() -> None:
    assert datetime(2026, 11, 23, 11, 0, tzinfo=UTC) == START
