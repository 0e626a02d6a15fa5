"""Timelines of Weibo: what a post becomes, whole texts, reposts, and every way of being turned away."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from listening.codec import content_digest
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, RunStatus, ids
from spiders._weibo import WeiboAccountOptions
from spiders._weibo_posts import moment_of, readable, tags_in, words
from spiders.weibo_timeline import WeiboTimeline
from tests.spiders.weibo_pages import (
    JSON_WALLS,
    NAME,
    START,
    UID,
    before,
    mid_at,
    status,
    told_json,
    user,
    weibo,
    written,
)

OPTIONS = WeiboAccountOptions(accounts=(UID,), cookie_env="WEIBO_COOKIE", delay=0)
MID = str(mid_at(START))
BID = ids.weibo_bid(MID)


def good_site(told: Any) -> Callable[[Request], Any]:
    cut = status(1, "长文 ...", isLongText=True)
    posts = [status(), cut, status(2, "转发微博", retweeted_status=original())]
    return weibo(told, posts, whole={cut["mid"]: {"longTextContent": "长文，全文"}})


def original(**other: Any) -> dict[str, Any]:
    """Somebody else's post, a day old."""
    return status(1440, "家里断网三天", **{"user": user("3000000003", "老周"), **other})


def run(read: Any, site: Any, options: WeiboAccountOptions = OPTIONS, query: str = UID, **how: Any) -> Any:
    return read(WeiboTimeline, options, site, queries=(query,), **how)


def one(read: Any, told: Any, *timeline: Any, **how: Any) -> Post:
    (found,) = run(read, weibo(told, timeline), **how).posts
    post: Post = replace(found, collected_at=None)
    return post


def test_a_post_keeps_everything_the_site_tells(read: Any, told: Any) -> None:
    html = '<a href=/n/小明>@小明</a> 今晚 23 点检修，<a href="//s.weibo.com/">#光纤入户#</a>'
    post = status(
        0,
        "@小明 今晚 23 点检修，#光纤入户#",
        text_raw="@小明 今晚 23 点检修，#光纤入户#",
        user=user(followers_count="1.2万"),
    )
    assert one(read, told, {**post, "text": html}) == Post(
        id=f"weibo:{MID}",
        platform="weibo",
        kind=Kind.POST,
        url=f"https://weibo.com/{UID}/{BID}",
        text="@小明 今晚 23 点检修，#光纤入户#",
        author=Author(id=UID, name=NAME, url=f"https://weibo.com/u/{UID}", followers=12000, verified=True),
        published_at=START,
        source="来源",
        mentions=(Mention(name="小明"),),
        tags=("光纤入户",),
        region="广东",
        metrics=Metrics(likes=5, comments=2, reposts=3),
    )


def test_a_repost_quotes_what_it_repeats_and_names_its_author(read: Any, told: Any) -> None:
    repeated = original()
    found = one(read, told, status(0, "已在处理//@老李:求助", retweeted_status=repeated))
    reference = Reference(
        id=f"weibo:{repeated['mid']}",
        author=Author(id="3000000003", name="老周", url="https://weibo.com/u/3000000003", verified=True),
    )
    assert (found.kind, found.parent, found.root) == (Kind.REPOST, reference, reference)
    assert found.text == "已在处理//@老李:求助 //@老周: 家里断网三天"


GONE = {
    "its author is not told": {"user": None, "text_raw": "抱歉，此微博已被作者删除。"},
    "nothing is told": {"user": None, "mid": None, "idstr": None, "id": None, "text_raw": "抱歉"},
}


@pytest.mark.parametrize("change", GONE.values(), ids=GONE)
def test_a_repost_of_what_is_gone_is_a_repost_with_its_own_words(read: Any, told: Any, change: Any) -> None:
    found = one(read, told, status(0, "怎么删了", retweeted_status=original(**change)))
    assert (found.kind, found.text) == (Kind.REPOST, "怎么删了")
    assert (found.parent is None) == ("id" in change)
    assert found.parent is None or found.parent.author is None


def test_what_is_not_told_stays_absent(read: Any, told: Any) -> None:
    kept = ("mid", "created_at", "text_raw")
    bare = {key: value for key, value in status().items() if key in kept}
    found = one(read, told, {**bare, "user": {"id": int(UID)}})
    assert found.author == Author(id=UID, url=f"https://weibo.com/u/{UID}")
    assert (found.region, found.metrics, found.tags, found.mentions) == (None, Metrics(), (), ())


IDS = {
    "a text": {"mid": MID},
    "a number": {"mid": int(MID)},
    "only the text of the id": {"mid": None, "idstr": MID},
    "only the number of the id": {"mid": None, "idstr": None, "id": int(MID)},
}


@pytest.mark.parametrize("change", IDS.values(), ids=IDS)
def test_an_id_is_the_same_as_a_number_and_as_a_text(read: Any, told: Any, change: Any) -> None:
    assert one(read, told, status(**change)).id == f"weibo:{MID}"


COUNTS = {
    "a number": (7, 7),
    "a number as text": ("7", 7),
    "in ten thousands": ("1.2万", 12000),
    "at least a million": ("100万+", 1000000),
    "not told": (None, None),
    "the button's name": ("赞", None),
}


@pytest.mark.parametrize(("value", "expected"), COUNTS.values(), ids=COUNTS)
def test_counts_as_the_site_writes_them(read: Any, told: Any, value: Any, expected: Any) -> None:
    found = one(read, told, status(attitudes_count=value))
    assert found.metrics is not None
    assert found.metrics.likes == expected


def test_posts_for_some_people_only_are_left_out(read: Any, told: Any) -> None:
    result = run(read, weibo(told, [status(), status(1, visible={"type": 10, "list_id": 0})]))
    assert len(result.posts) == 1
    assert result.tally.skipped == 1


# Whole texts.


def test_a_long_text_is_asked_for_whole(read: Any, told: Any) -> None:
    cut = status(0, "开头 ...", isLongText=True)
    site = weibo(
        told, [cut], whole={cut["mid"]: {"longTextContent": "开头&gt;\n结尾\u200b", "url_struct": []}}
    )
    result = run(read, site)
    (found,) = result.posts
    assert (found.text, found.extra) == ("开头>\n结尾", {})
    assert result.paths[1] == f"ajax/statuses/longtext?id={cut['mid']}"
    assert result.verdict == (RunStatus.OK, "")


def test_a_text_that_is_called_long_and_is_not_is_taken_as_it_is(read: Any, told: Any) -> None:
    result = run(read, weibo(told, [status(0, "不长", isLongText=True)]))
    assert [(found.text, found.extra) for found in result.posts] == [("不长", {})]
    assert result.verdict == (RunStatus.OK, "")


NO_WHOLE: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "it is gone": ({"body": '{"ok":0,"error_code":20101,"message":"微博不存在"}'.encode()}, RunStatus.OK),
    "404": ({"body": b"", "status": 404}, RunStatus.OK),
    "the cookie has run out": ({"body": b'{"ok":-100}'}, RunStatus.LOGIN),
    "risk control": ({"body": b"", "status": 432}, RunStatus.BLOCKED),
    "another shape": ({"body": b'{"ok":1,"data":{"longTextContent":7}}'}, RunStatus.LAYOUT),
}


@pytest.mark.parametrize(("answer", "ends"), NO_WHOLE.values(), ids=NO_WHOLE)
def test_a_text_that_cannot_be_had_whole_is_told_as_cut_off(
    read: Any, told: Any, answer: dict[str, Any], ends: RunStatus
) -> None:
    posts = weibo(told, [status(0, "开头", isLongText=True)])
    result = run(read, lambda request: told(**answer) if "longtext" in request.url else posts(request))
    assert [(found.text, found.extra) for found in result.posts] == [("开头", {"cut_off": True})]
    assert result.verdict.status is ends
    assert (result.look.seen_from is None) == (ends is not RunStatus.OK), (
        "or it would never be asked for again"
    )


def test_a_whole_text_that_gets_no_answer_at_all_loses_no_post(read: Any, told: Any) -> None:
    result = run(read, weibo(told, [status(0, "开头", isLongText=True)]))
    result.spider._seen.clear()
    request = next(each for each in result.requests if "longtext" in each.url)
    failure = type("Failure", (), {"value": TimeoutError(), "request": request})()
    (found,) = request.errback(failure)
    assert (found.text, found.extra) == ("开头", {"cut_off": True})
    assert result.tally.troubles[-1].status is RunStatus.FAILED
    assert result.look.seen_from is None


def test_a_run_that_ends_before_a_whole_text_came_vouches_for_nothing(read: Any, told: Any) -> None:
    result = run(read, weibo(told, [status(0, "开头", isLongText=True)]))
    listing = result.listing
    again = next(each for each in result.requests if "longtext" in each.url)
    result.spider.ask(
        again.url, result.spider.read_thread, listing, thread=1
    )  # and is cut short while it waits
    assert listing.look("shutdown").seen_from is None


def test_the_whole_text_of_a_known_post_is_not_asked_for_again(read: Any, told: Any) -> None:
    cut = status(3, "开头", isLongText=True)
    site = weibo(told, [status(1), status(2), cut], whole={cut["mid"]: {"longTextContent": "全文"}})
    first = run(read, site)
    second = run(read, site, marks=first.look.marks)
    assert len(first.posts) == 3
    assert not any("longtext" in path for path in second.paths)
    assert cut["mid"] not in str([found.id for found in second.posts])


# Paging.


def test_paging_reads_every_post_once_with_the_cursor_of_the_page_before(read: Any, told: Any) -> None:
    posts = [status(minutes) for minutes in range(50)]
    result = run(read, weibo(told, posts))
    assert [found.id for found in result.posts] == [f"weibo:{each['mid']}" for each in posts]
    assert result.paths[1] == (
        f"ajax/statuses/mymblog?uid={UID}&page=2&feature=0&since_id={posts[19]['mid']}"
    )
    assert len(result.requests) == 4
    assert (result.look.reached, result.verdict) == (True, (RunStatus.OK, ""))


def test_the_second_run_stops_where_the_first_began(read: Any, told: Any) -> None:
    posts = [status(minutes) for minutes in range(200)]
    first = run(read, weibo(told, posts[30:]))
    second = run(read, weibo(told, posts), marks=first.look.marks)
    assert len(first.requests) > 8
    assert len(second.requests) == 3
    assert {found.id for found in second.posts} >= {f"weibo:{each['mid']}" for each in posts[:30]}
    assert second.look.reached


PINNED: dict[str, dict[str, Any]] = {
    "by number": {"isTop": 1},
    "by title": {"title": {"text": "置顶", "base_color": 1}},
    "liked by the account": {"title": {"text": "她赞过的微博"}, "user": user("9", "别人")},
}


@pytest.mark.parametrize("change", PINNED.values(), ids=PINNED)
def test_what_stands_there_for_another_reason_than_its_time_says_nothing_of_the_page(
    read: Any, told: Any, change: Any
) -> None:
    old = [status(60 * 24 * 400 + number, **change) for number in range(20)]
    result = run(read, weibo(told, [*old, *(status(minutes) for minutes in range(5))]))
    assert len(result.requests) == 3
    assert len(result.posts) == 25
    assert result.look.reached


def test_a_page_cap_is_told_and_what_lies_below_is_not_vouched_for(read: Any, told: Any) -> None:
    posts = [status(minutes) for minutes in range(60)]
    result = run(read, weibo(told, posts), replace(OPTIONS, max_pages=2))
    assert result.verdict.status is RunStatus.PARTIAL
    assert (result.look.reached, result.look.seen_from) == (False, before(38))


def test_an_account_that_tells_of_posts_and_shows_none_is_not_quiet(read: Any, told: Any) -> None:
    answer = told_json(told, {"data": {"list": [], "total": 5246}})
    result = run(read, lambda _: answer)
    assert (result.verdict.status, result.look.reached) == (RunStatus.PARTIAL, False)
    assert "the account has 5246 posts and none is shown" in result.verdict.reason


def test_an_account_without_posts_is_empty(read: Any, told: Any) -> None:
    assert run(read, weibo(told)).verdict == (RunStatus.EMPTY, "")


# Accounts.


@pytest.mark.parametrize("name", ["星河宽带", "@星河宽带"])
def test_an_account_by_name_is_asked_for_its_number(read: Any, told: Any, name: str) -> None:
    result = run(read, weibo(told, [status()], names={"星河宽带": "1000000001"}), query=name)
    assert result.paths[0] == "ajax/profile/info?screen_name=%E6%98%9F%E6%B2%B3%E5%AE%BD%E5%B8%A6"
    assert f"uid={UID}" in result.paths[1]
    assert len(result.posts) == 1


def test_a_name_that_nobody_has_is_told(read: Any, told: Any) -> None:
    result = run(read, weibo(told), query="没有这个人")
    assert result.verdict == (RunStatus.FAILED, "the platform says '该昵称当前没有人使用' (0)")


def test_two_accounts_are_two_listings(read: Any, told: Any) -> None:
    result = read(WeiboTimeline, OPTIONS, weibo(told, [status()]), queries=(UID, "1000000009"))
    assert [look.query for look in result.looks] == [UID, "1000000009"]


def test_the_cookie_comes_from_the_environment_and_goes_to_weibo_alone(
    read: Any, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEIBO_COOKIE", "SUB=made-up")
    (request, *_) = run(read, weibo(told)).requests
    assert (request.headers["Cookie"], request.headers["X-Requested-With"]) == (
        b"SUB=made-up",
        b"XMLHttpRequest",
    )
    assert request.meta["dont_redirect"] is True
    canary = replace(OPTIONS, canary="https://elsewhere.example/1")
    asked = run(
        read, lambda request: told(b"") if "elsewhere" in request.url else weibo(told)(request), canary
    )
    assert "Cookie" not in asked.requests[-1].headers


# Sad pages.


@pytest.mark.parametrize(("answer", "ends"), JSON_WALLS.values(), ids=JSON_WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], ends: str
) -> None:
    result = run(read, lambda _: told(**answer))
    assert result.posts == []
    assert result.verdict.status == ends
    assert (result.look.reached, result.look.seen_from) == (False, None)


@pytest.mark.parametrize(("answer", "ends"), JSON_WALLS.values(), ids=JSON_WALLS)
def test_a_wall_on_the_second_page_keeps_what_was_read(
    read: Any, told: Any, answer: dict[str, Any], ends: str
) -> None:
    posts = weibo(told, [status(minutes) for minutes in range(50)])
    result = run(read, lambda request: told(**answer) if "page=2" in request.url else posts(request))
    assert len(result.posts) == 20
    assert result.verdict.status == ("partial" if ends == "failed" else ends)
    assert result.look.seen_from == before(18)


BROKEN: dict[str, Any] = {
    "no object at all": "微博",
    "no number": {"mid": None, "idstr": None, "id": None},
    "a number that is none": {"mid": "abc", "idstr": None, "id": 4.5},
    "no author": {"user": None},
    "an author without a number": {"user": {"screen_name": "x"}},
    "no text": {"text_raw": None, "text": None},
    "a text that is a number": {"text_raw": 7},
    "likes that are no number": {"attitudes_count": "many"},
    "a repost of what is no post": {"retweeted_status": []},
    "half a character": {"text_raw": "x\ud83d"},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_one_broken_post_is_told_and_the_others_are_read(read: Any, told: Any, change: Any) -> None:
    bad = change if isinstance(change, str) else status(1, **change)
    body = json.dumps({"ok": 1, "data": {"list": [status(), bad, status(2)]}}).encode()
    end = told_json(told, {"data": {"list": []}})
    result = run(read, lambda request: end if "page=2" in request.url else told(body))
    assert [found.published_at for found in result.posts] == [START, before(2)]
    assert len(result.unreadable) == 1
    assert result.verdict == (RunStatus.OK, "1 items could not be read")


# Times.

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TIMES: dict[str, tuple[str | None, datetime]] = {
    "told to the second": (written(START), START),
    "told elsewhere in the world": ("Mon Nov 23 12:00:00 +0100 2026", START),
    "a second off, as most are": (written(START + timedelta(seconds=1)), START),
    "nothing told": (None, START),
    "what nobody can read": ("gestern", START),
    "counted in hours": ("1小时前", START),
    "a day without a year": ("11-23", START),
    "a day of last year, by the mid": ("11-24", START),
    "today": ("今天 19:00", START),
    "another time altogether, told exactly": ("Sun Nov 22 19:00:00 +0800 2026", START - timedelta(days=1)),
}


@pytest.mark.parametrize(("told_time", "expected"), TIMES.values(), ids=TIMES)
def test_a_post_has_the_time_of_its_mid_unless_another_one_is_told(
    told_time: str | None, expected: datetime
) -> None:
    found = moment_of(MID, told_time, NOW)
    assert found is not None
    assert (found.moment, found.guessed) == (expected, False)


def test_a_mid_of_the_future_is_not_believed() -> None:
    mid = str(mid_at(NOW + timedelta(days=30)))
    found = moment_of(mid, "3小时前", NOW)
    assert found is not None
    assert (found.moment, found.guessed) == (NOW - timedelta(hours=3), True)
    assert moment_of(mid, None, NOW) is None


def test_a_time_that_nobody_can_read_is_absent_and_kept_as_it_was_written(read: Any, told: Any) -> None:
    found = one(read, told, status(mid="123", idstr=None, id=None, created_at="gestern"))
    assert (found.published_at, found.extra) == (None, {"published_text": "gestern"})


def test_posts_of_several_zones_have_one_time(read: Any, told: Any) -> None:
    zones = [
        status(created_at="Mon Nov 23 12:00:00 +0100 2026"),
        status(1, created_at="Mon Nov 23 05:59:00 -0500 2026"),
    ]
    result = run(read, weibo(told, zones))
    assert [found.published_at for found in result.posts] == [START, before(1)]


# Words.

HTML_TEXTS = {
    "faces": ('断网<span class="url-icon"><img alt="[允悲]" src="x.png"/></span>了', "断网[允悲]了"),
    "an address": (
        '看<a href="http://t.cn/A6x"><i class="wbicon">O</i>网页链接</a>完',
        "看http://t.cn/A6x完",
    ),
    "a super topic": (
        '<a href="http://huati.weibo.com/k/x"><i class="wbicon">\ue627</i>星河</a>打卡',
        "#星河[超话]#打卡",
    ),
    "a place": ('在<a href="http://weibo.com/p/1"><i class="wbicon">2</i>北京·朝阳</a>', "在北京·朝阳"),
    "the button for more": (
        '开头<a action-type="fl_unfold" href="x">展开<i class="wbicon">c</i></a>',
        "开头",
    ),
    "the button for more, elsewhere": ('开头 ...<span class="expand">展开</span>', "开头 ..."),
    "a found word": ('又<em class="s-color-red">断网</em>了', "又断网了"),
    "lines": ("一<br/>二<br><br>三", "一\n二\n\n三"),
    "a picture that is no face": ('<img alt="图" src="x"/>好', "好"),
    "nothing": (" ", ""),
}


@pytest.mark.parametrize(("html", "expected"), HTML_TEXTS.values(), ids=HTML_TEXTS)
def test_html_is_read_as_the_plain_text_its_writer_wrote(html: str, expected: str) -> None:
    assert readable(html) == expected


def test_the_plain_text_and_its_html_give_the_same_post(read: Any, told: Any) -> None:
    text = "断网[允悲]了  三天\n#光纤入户# http://t.cn/A6x"
    html = (
        '断网<img alt="[允悲]" src="x"/>了 三天<br/><a href="//s.weibo.com/">#光纤入户#</a> '
        '<a href="http://t.cn/A6x"><i class="wbicon">O</i>网页链接</a>\u200b'
    )
    plain = one(read, told, status(text_raw=text, text="断网"))
    rich = one(read, told, status(text_raw=None, text=html))
    assert content_digest(plain) == content_digest(rich)


TAGS = {
    "one": ("#断网#了", ("断网",)),
    "two": ("#断网# #光纤#", ("断网", "光纤")),
    "next to each other": ("#断网##光纤#", ("断网", "光纤")),
    "twice": ("#断网#又#断网#", ("断网",)),
    "a super topic": ("#星河[超话]#打卡", ("星河",)),
    "in words that are repeated": ("好//@甲:#断网#", ()),
    "a lonely sign": ("C# 很好", ()),
    "over two lines": ("#断\n网#", ()),
}


@pytest.mark.parametrize(("text", "expected"), TAGS.values(), ids=TAGS)
def test_topics_in_the_writers_own_words_are_tags(text: str, expected: tuple[str, ...]) -> None:
    assert tags_in(text) == expected


@given(st.text())
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    once = words(text)
    assert words(once) == once
    readable(text.replace("<", "&lt;"))
    tags_in(text)


@given(st.text(alphabet="<>/=\"' ai[]br@#\ue627spanimgalthref&;断"))
def test_no_html_is_too_broken_to_be_read(html: str) -> None:
    readable(html)


@given(st.one_of(st.none(), st.text()), st.from_regex(r"[0-9]{1,18}", fullmatch=True))
def test_no_time_is_too_strange_to_be_read(told_time: str | None, mid: str) -> None:
    moment_of(mid, told_time, NOW)
