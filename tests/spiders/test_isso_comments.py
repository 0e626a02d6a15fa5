"""Comments on Isso servers: of named pages, or of all; what one becomes, and what the server hides."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request

from listening.collect.spider.options import read_options
from listening.model import Author, Kind, Metrics, Post, Reference, RunStatus
from spiders import isso_comments
from spiders.isso_comments import IssoComments, IssoOptions

OPTIONS = IssoOptions(
    url="https://Comments.example/",
    pages=("/断网/", "/about/", "/quiet/"),
    website="https://blog.example",
    delay=0,
)
ALL = replace(OPTIONS, pages=())
SITE = "isso/comments.example"
START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def comment(number: Any, age: float = 0, **other: Any) -> dict[str, Any]:
    """A comment in the server's shape, so many minutes old."""
    return {
        "id": number,
        "parent": None,
        "created": (START - timedelta(minutes=age)).timestamp() + 0.25,
        "modified": None,
        "mode": 1,
        "text": f"<p>星河宽带<em>断网</em>了 {number}</p>",
        "author": "阿&lt;青&gt; &amp; 老周",
        "website": "http://aqing.example/",
        "likes": 3,
        "dislikes": 1,
        "notification": None,
        "hash": "4505c1eeda98",
        **other,
    }


def thread(*comments: dict[str, Any]) -> dict[str, Any]:
    """The comments of a page, answers under what they answer."""
    roots = [each for each in comments if each["parent"] is None]
    under = {
        str(one["id"]): [each for each in comments if str(each["parent"]) == str(one["id"])] for one in roots
    }
    told = [
        {
            **one,
            "total_replies": len(under[str(one["id"])]),
            "hidden_replies": 0,
            "replies": under[str(one["id"])],
        }
        for one in roots
    ]
    return {"id": None, "total_replies": len(comments), "hidden_replies": 0, "replies": told, "config": {}}


def server(pages: dict[str, list[dict[str, Any]]], told: Any) -> Callable[[Request], Any]:
    """An Isso server with these pages, the comments of each from old to new."""

    def answer(request: Request) -> Any:
        parts = urlsplit(request.url)
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path.endswith("/count"):
            assert request.headers["Content-Type"] == b"application/json"
            shown = [[c for c in pages.get(each, []) if c["mode"] == 1] for each in json.loads(request.body)]
            return told(json.dumps(list(map(len, shown))).encode())
        if parts.path.endswith("/latest"):
            return told(json.dumps(latest(pages)[-int(asked["limit"]) :]).encode())
        return told(json.dumps(thread(*pages[asked["uri"]])).encode())

    return answer


def latest(pages: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """As the server sorts them: all answers behind all comments that are none."""
    every = [{**c, "uri": uri} for uri, comments in pages.items() for c in comments if c["mode"] == 1]
    return sorted(every, key=lambda each: (each["parent"] is not None, each["created"]))


def good_site(told: Any) -> Callable[[Request], Any]:
    return server({"/断网/": [comment(1, 90), comment(2, 30, parent=1)], "/about/": [comment(3, 60)]}, told)


def numbers(result: Any) -> list[int]:
    return sorted(int(found.id.rpartition(":")[2]) for found in result.posts)


def test_a_comment_keeps_everything_the_server_tells(read: Any, told: Any) -> None:
    first, answer = comment(1, 90), comment(2, 30, parent=1)
    found = {
        each.id: each for each in read(IssoComments, OPTIONS, server({"/断网/": [first, answer]}, told)).posts
    }
    assert replace(found[f"{SITE}:comment:1"], collected_at=None) == Post(
        id=f"{SITE}:comment:1",
        platform="isso",
        kind=Kind.COMMENT,
        url="https://blog.example/%E6%96%AD%E7%BD%91/#isso-1",
        text="星河宽带断网了 1",
        author=Author(name="阿<青> & 老周", url="http://aqing.example/"),
        published_at=START - timedelta(minutes=90) + timedelta(milliseconds=250),
        source="来源",
        root=Reference(id=f"{SITE}:page:/断网/"),
        metrics=Metrics(likes=3, comments=1),
    )
    said = found[f"{SITE}:comment:2"]
    assert said.parent == Reference(id=f"{SITE}:comment:1")
    assert said.metrics == Metrics(likes=3)


def test_only_pages_with_comments_are_asked_for(read: Any, told: Any) -> None:
    result = read(IssoComments, OPTIONS, good_site(told))
    assert result.paths == ["count", "?uri=%2F%E6%96%AD%E7%BD%91%2F", "?uri=%2Fabout%2F"]
    assert json.loads(result.requests[0].body) == list(OPTIONS.pages)
    assert (result.verdict.status, numbers(result)) == (RunStatus.OK, [1, 2, 3])


def test_all_pages_together_are_vouched_for_but_for_the_day_in_which_one_may_wait(
    read: Any, told: Any, now: datetime
) -> None:
    wanted = now - timedelta(days=3)
    look = read(IssoComments, OPTIONS, good_site(told), wanted=wanted).look
    assert (look.reached, look.seen_from) == (True, wanted)
    assert look.seen_until is not None
    assert abs(look.seen_until - (now - timedelta(days=1))) < timedelta(minutes=1)


def test_one_page_that_fails_leaves_nothing_to_vouch_for(read: Any, told: Any) -> None:
    good = good_site(told)
    result = read(
        IssoComments, OPTIONS, lambda asked: told(b"", 500) if "about" in asked.url else good(asked)
    )
    assert result.verdict.status is RunStatus.PARTIAL
    assert (result.look.reached, result.look.seen_from, numbers(result)) == (False, None, [1, 2])


def test_what_was_deleted_and_is_answered_is_marked(read: Any, told: Any) -> None:
    gone = comment(1, 90, mode=4, text="<p></p>", author=None, website=None)
    result = read(IssoComments, OPTIONS, server({"/断网/": [gone, comment(2, 30, parent=1)]}, told))
    found = {each.id[-1]: each for each in result.posts}
    assert (found["1"].deleted, found["1"].text, found["1"].author) == (True, "", None)
    assert found["2"].deleted is None


def test_a_comment_without_a_name_has_no_author(read: Any, told: Any) -> None:
    nobody = comment(1, author=None, website=None)
    (found,) = read(IssoComments, OPTIONS, server({"/about/": [nobody]}, told)).posts
    assert found.author is None, "the hash is one for a whole network"


def test_numbers_may_be_texts(read: Any, told: Any) -> None:
    texts = [comment("1", 90, created=str(comment(1, 90)["created"])), comment("2", 30, parent="1")]
    result = read(IssoComments, OPTIONS, server({"/断网/": texts}, told))
    same = read(IssoComments, OPTIONS, server({"/断网/": [comment(1, 90), comment(2, 30, parent=1)]}, told))
    ids = [(each.id, each.parent, each.published_at) for each in result.posts]
    assert ids == [(each.id, each.parent, each.published_at) for each in same.posts]


def test_without_the_website_there_are_no_links(read: Any, told: Any) -> None:
    found = read(IssoComments, replace(OPTIONS, website=None), good_site(told)).posts
    assert {each.url for each in found} == {None}


@pytest.mark.parametrize("created", [None, "gestern", True, 0, 9e99, [1]])
def test_a_broken_time_is_absent_and_kept_as_it_was_written(read: Any, told: Any, created: Any) -> None:
    (found,) = read(IssoComments, OPTIONS, server({"/about/": [comment(1, created=created)]}, told)).posts
    assert (found.published_at, found.extra) == (None, {"published_text": str(created)})


def test_without_pages_all_comments_are_read(read: Any, told: Any) -> None:
    result = read(IssoComments, ALL, good_site(told))
    assert result.paths == ["latest?limit=1000"]
    assert (result.verdict.status, numbers(result)) == (RunStatus.OK, [1, 2, 3])
    assert result.look.reached
    by_page = read(IssoComments, OPTIONS, good_site(told))
    assert {each.id for each in result.posts} == {each.id for each in by_page.posts}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isso_comments, "FEW", 3)
    monkeypatch.setattr(isso_comments, "MANY", 10)


@pytest.mark.usefixtures("small")
def test_a_list_that_is_cut_off_is_asked_for_whole(read: Any, told: Any) -> None:
    newest = comment(9, 1)
    pages = {"/a/": [comment(1, 90), *(comment(n, 80 - n, parent=1) for n in range(2, 8))], "/b/": [newest]}
    assert 9 not in [each["id"] for each in latest(pages)[-3:]], "three answers hide the newest comment"
    result = read(IssoComments, ALL, server(pages, told))
    assert result.paths == ["latest?limit=3", "latest?limit=10"]
    assert numbers(result) == [1, 2, 3, 4, 5, 6, 7, 9]
    assert (result.verdict.status, result.look.reached) == (RunStatus.OK, True)


@pytest.mark.usefixtures("small")
def test_a_server_with_too_many_is_partial_and_vouches_for_nothing(read: Any, told: Any) -> None:
    result = read(IssoComments, ALL, server({"/a/": [comment(n, n) for n in range(1, 30)]}, told))
    assert len(result.posts) == 10
    assert result.verdict == (
        RunStatus.PARTIAL,
        "the server has more than 10 comments and its list hides some of the latest"
        " - name the pages to read under `pages` after 10 posts",
    )
    assert (result.look.reached, result.look.seen_from) == (False, None)


def test_a_server_that_lists_nothing_says_so(read: Any, told: Any) -> None:
    body = b"<p>Unavailable because &#39;latest-enabled&#39; not set by site admin</p>"
    result = read(IssoComments, ALL, lambda _: told(body, 404, {"Content-Type": "text/html"}))
    assert result.verdict == (
        RunStatus.BLOCKED,
        "the server does not list its latest comments (latest-enabled)"
        " - name the pages to read under `pages`",
    )


def test_an_address_without_a_server_is_no_server_that_lists_nothing(read: Any, told: Any) -> None:
    assert (
        read(IssoComments, ALL, lambda _: told(b"<h1>Not Found</h1>", 404)).verdict.status is RunStatus.FAILED
    )


def test_pages_without_comments_are_empty(read: Any, told: Any) -> None:
    assert read(IssoComments, OPTIONS, server({}, told)).verdict == (RunStatus.EMPTY, "")
    assert read(IssoComments, ALL, server({}, told)).verdict == (RunStatus.EMPTY, "")


@pytest.mark.parametrize(
    "counts",
    [[1, 2], [1, 2, "3"], [1, 2, None], {"1": 2}, [True, 1, 1]],
    ids=["few", "text", "null", "object", "yes"],
)
def test_counts_that_do_not_fit_the_pages_are_a_changed_layout(read: Any, told: Any, counts: Any) -> None:
    result = read(IssoComments, OPTIONS, lambda _: told(json.dumps(counts).encode()))
    assert result.verdict.status is RunStatus.LAYOUT


@pytest.mark.parametrize(
    "change",
    [{"id": None}, {"text": None}, {"author": 5}, {"parent": {}}],
    ids=["no number", "no text", "a number for a name", "an object for a parent"],
)
def test_one_broken_comment_is_told_and_the_others_are_read(read: Any, told: Any, change: Any) -> None:
    comments = [comment(1, 90), comment(2, 60) | change, comment(3, 30)]
    told_whole = thread(comments[0], comments[2])
    told_whole["replies"].append(comments[1])
    good = server({"/about/": [comment(1)]}, told)
    site = lambda asked: good(asked) if "count" in asked.url else told(json.dumps(told_whole).encode())  # noqa: E731
    result = read(IssoComments, OPTIONS, site)
    assert (numbers(result), len(result.unreadable)) == ([1, 3], 1)


def test_a_thread_of_another_shape_is_a_changed_layout(read: Any, told: Any) -> None:
    good = good_site(told)
    site = lambda asked: good(asked) if "count" in asked.url else told(b'{"comments": []}')  # noqa: E731
    assert read(IssoComments, OPTIONS, site).verdict.status is RunStatus.LAYOUT


def test_two_servers_with_equal_numbers_stay_apart(read: Any, told: Any) -> None:
    others = replace(OPTIONS, url="https://blog.example/isso")
    one, two = (read(IssoComments, each, good_site(told)).posts[0].id for each in (OPTIONS, others))
    assert one != two


@pytest.mark.parametrize(("key", "value"), [("url", "x"), ("website", "blog.example")])
def test_an_address_that_is_none_is_said(key: str, value: str) -> None:
    _, problems = read_options(IssoOptions, {"url": "https://c.example", key: value})
    assert [problem.key for problem in problems] == [key]
