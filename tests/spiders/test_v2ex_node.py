"""A node of V2EX: topics, the replies of those in which something was said, and what an hour allows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request

from listening.collect.spider.options import read_options
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, RunStatus
from spiders.v2ex_node import V2exNode, V2exOptions
from tests.spiders.conftest import NOW

OPTIONS = V2exOptions(node="bb", delay=0)
START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def stamp(minutes: float) -> int:
    """So many minutes before the start, as V2EX writes it."""
    return int((START - timedelta(minutes=minutes)).timestamp())


def member(name: str = "aqing", number: int = 42) -> dict[str, Any]:
    return {"id": number, "username": name, "url": f"https://www.v2ex.com/u/{name}", "bio": "", "pro": 0}


def topic(number: int, touched: float = 0, replies: int = 0, **other: Any) -> dict[str, Any]:
    """A topic in the site's shape, in which something was last said so many minutes before the start."""
    return {
        "node": {"id": 300, "name": "bb", "title": "宽带症候群", "topics": 9000, "parent_node_name": "life"},
        "member": member(),
        "last_reply_by": "laozhou" if replies else "",
        "last_touched": stamp(touched),
        "title": f"星河宽带断网 {number}",
        "url": f"https://www.v2ex.com/t/{number}",
        "created": stamp(touched + 60),
        "deleted": 0,
        "content": "三天了\r\n没有人来",
        "content_rendered": "<p>三天了<br />\n没有人来</p>",
        "last_modified": stamp(touched + 60),
        "replies": replies,
        "id": number,
        **other,
    }


def reply(number: int, **other: Any) -> dict[str, Any]:
    return {
        "member": member("laozhou", 7),
        "created": stamp(5),
        "topic_id": 1000,
        "content": f"我家也断网 {number}",
        "content_rendered": f"我家也断网 {number}",
        "last_modified": stamp(5),
        "member_id": 7,
        "id": number,
        **other,
    }


@dataclass
class V2ex:
    """The site: its newest topics, and the replies under them, `size` at a time where it has pages."""

    told: Any
    topics: Sequence[Any]
    replies: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    size: int | None = None

    def __call__(self, request: Request) -> Any:
        parts = urlsplit(request.url)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path == "/api/topics/show.json":
            assert query == {"node_name": "bb"}
            return self.told(json.dumps(self.topics[:20]).encode())
        assert parts.path == "/api/replies/show.json"
        found, page = self.replies.get(query["topic_id"], []), int(query.get("page", "1"))
        if self.size is not None:
            found = found[(page - 1) * self.size : page * self.size]
        return self.told(json.dumps(found).encode())


def good_site(told: Any) -> Callable[[Request], Any]:
    topics = [topic(1000 - number, touched=number, replies=2) for number in range(5)]
    replies = {str(1000 - n): [reply(10 * n + 1), reply(10 * n + 2)] for n in range(5)}
    return V2ex(told, topics, replies)


def run(read: Any, site: Any, **how: Any) -> Any:
    return read(V2exNode, how.pop("options", OPTIONS), site, **how)


def ids(result: Any) -> list[str]:
    return [found.id for found in result.posts]


def test_a_topic_keeps_everything_the_site_tells(read: Any, told: Any) -> None:
    (found,) = run(read, V2ex(told, [topic(1000, title="断网 &amp; 掉线")])).posts
    assert replace(found, collected_at=None) == Post(
        id="v2ex:topic:1000",
        platform="v2ex",
        kind=Kind.POST,
        url="https://www.v2ex.com/t/1000",
        title="断网 & 掉线",
        text="三天了\n没有人来",
        author=Author(id="42", name="aqing", url="https://www.v2ex.com/member/aqing"),
        published_at=START - timedelta(minutes=60),
        source="来源",
        metrics=Metrics(comments=0),
        extra={"node": "宽带症候群"},
    )


def test_a_reply_keeps_everything_the_site_tells(read: Any, told: Any) -> None:
    rendered = '@<a target="_blank" href="/member/aqing">aqing</a> 我家也断网<br />三天'
    given = reply(7, content_rendered=rendered, thanks=3)
    (_, found) = run(read, V2ex(told, [topic(1000, replies=1)], {"1000": [given]})).posts
    assert replace(found, collected_at=None) == Post(
        id="v2ex:reply:7",
        platform="v2ex",
        kind=Kind.COMMENT,
        url="https://www.v2ex.com/t/1000#r_7",
        title="星河宽带断网 1000",
        text="@aqing 我家也断网\n三天",
        author=Author(id="7", name="laozhou", url="https://www.v2ex.com/member/laozhou"),
        published_at=START - timedelta(minutes=5),
        source="来源",
        root=Reference(id="v2ex:topic:1000"),
        mentions=(Mention(name="aqing"),),
        metrics=Metrics(likes=3),
    )


def test_without_a_rendered_text_the_authors_own_is_taken(read: Any, told: Any) -> None:
    given = topic(1000, content="a < b\r\n断网")
    del given["content_rendered"]
    (found,) = run(read, V2ex(told, [given])).posts
    assert found.text == "a < b\r\n断网"


def test_a_topic_that_was_deleted_is_marked(read: Any, told: Any) -> None:
    (found,) = run(read, V2ex(told, [topic(1000, deleted=1)])).posts
    assert found.deleted is True


@pytest.mark.parametrize("native", [1000, "1000"], ids=["a number", "a text"])
def test_a_number_and_a_text_are_the_same_topic(read: Any, told: Any, native: Any) -> None:
    result = run(read, V2ex(told, [topic(1000, replies=1, id=native)], {"1000": [reply(native, id=native)]}))
    assert ids(result) == ["v2ex:topic:1000", "v2ex:reply:1000"]


def test_replies_are_asked_for_where_something_was_said(read: Any, told: Any) -> None:
    topics = [topic(3, touched=1, replies=1), topic(2, touched=2), topic(1, touched=60 * 24 * 30, replies=1)]
    result = run(read, V2ex(told, topics, {"3": [reply(7)], "1": [reply(8)]}))
    assert result.paths == [
        "api/topics/show.json?node_name=bb",
        f"api/replies/show.json?topic_id=3&_={stamp(1)}",
    ]
    assert result.verdict == (RunStatus.OK, "")
    assert not result.look.seen_from


def test_a_second_run_asks_only_for_what_was_said_since(read: Any, told: Any) -> None:
    topics = [topic(1000 - number, touched=number, replies=1) for number in range(10)]
    replies = {str(each["id"]): [reply(each["id"])] for each in topics}
    first = run(read, V2ex(told, topics[2:], replies))
    second = run(read, V2ex(told, topics, replies), marks=first.look.marks)
    assert len(first.requests) == 9
    asked = [path.partition("topic_id=")[2].partition("&")[0] for path in second.paths[1:]]
    assert asked == ["1000", "999", "998"], "in the very second of the last known one more may have been said"
    assert second.verdict.status is RunStatus.OK


def test_a_run_that_missed_something_leaves_nothing_known(read: Any, told: Any) -> None:
    site = V2ex(told, [topic(1000, replies=9)], {"1000": []})
    first = run(read, site)
    assert first.verdict.status is RunStatus.PARTIAL
    assert not first.look.reached


def test_a_list_in_which_nothing_is_known_may_have_lost_something(read: Any, told: Any) -> None:
    first = run(read, V2ex(told, [topic(1, touched=2_000)]))
    later = V2ex(told, [topic(1000 - number, touched=number) for number in range(30)])
    second = run(read, later, marks=first.look.marks, wanted=NOW - timedelta(days=14))
    assert second.verdict.status is RunStatus.PARTIAL
    assert "crawl more often" in second.verdict.reason


def test_all_replies_come_at_once(read: Any, told: Any) -> None:
    many = [reply(number) for number in range(1, 452)]
    result = run(read, V2ex(told, [topic(1000, replies=450)], {"1000": many}))
    assert (len(result.posts), len(result.requests)) == (452, 2)


def test_where_some_are_missing_further_pages_are_asked_for(read: Any, told: Any) -> None:
    many = [reply(number) for number in range(1, 251)]
    result = run(read, V2ex(told, [topic(1000, replies=250)], {"1000": many}, size=100))
    assert (len(result.posts), result.verdict.status) == (251, RunStatus.OK)
    assert [path.partition("&page=")[2] for path in result.paths[1:]] == ["", "2", "3"]


MISSING = {"one was deleted": (9, 10, RunStatus.OK), "half of them": (50, 100, RunStatus.PARTIAL)}


@pytest.mark.parametrize(("shown", "there", "status"), MISSING.values(), ids=MISSING)
def test_replies_that_are_told_of_and_not_shown_are_told(
    read: Any, told: Any, shown: int, there: int, status: RunStatus
) -> None:
    site = V2ex(
        told, [topic(1000, replies=there)], {"1000": [reply(number) for number in range(1, shown + 1)]}
    )
    result = run(read, site)
    assert (len(result.posts), result.verdict.status) == (shown + 1, status)


def test_topics_that_move_while_they_are_read_come_once(read: Any, told: Any) -> None:
    result = run(read, V2ex(told, [topic(1000), topic(999), topic(1000)]))
    assert ids(result) == ["v2ex:topic:1000", "v2ex:topic:999"]


def test_a_node_that_nobody_knows_is_told(read: Any, told: Any) -> None:
    result = run(read, V2ex(told, []))
    assert result.verdict.status is RunStatus.FAILED
    assert "'bb' - check its name" in result.verdict.reason


def test_a_topic_that_is_gone_is_no_trouble(read: Any, told: Any) -> None:
    site = V2ex(told, [topic(1000, replies=1)])
    result = run(read, lambda request: told(b"", status=404) if "replies" in request.url else site(request))
    assert (len(result.posts), result.verdict.status, result.tally.gone) == (1, RunStatus.OK, 1)


BROKEN: dict[str, dict[str, Any]] = {
    "no number": {"id": None},
    "no title": {"title": None},
    "no author": {"member": None},
    "no time": {"created": None},
    "a time as text": {"created": "2026-11-23"},
    "half a character": {"title": "x\ud83d"},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_one_broken_topic_is_told_and_the_others_are_read(
    read: Any, told: Any, change: dict[str, Any]
) -> None:
    result = run(read, V2ex(told, [topic(1000), topic(999, **change), topic(998)]))
    assert ids(result) == ["v2ex:topic:1000", "v2ex:topic:998"]
    assert result.verdict == (RunStatus.OK, "1 items could not be read")


def test_one_broken_reply_is_told_and_the_others_are_read(read: Any, told: Any) -> None:
    replies = [reply(1), reply(2, id=None), reply(3, content_rendered=5)]
    result = run(read, V2ex(told, [topic(1000, replies=3)], {"1000": replies}))
    assert ids(result) == ["v2ex:topic:1000", "v2ex:reply:1"]
    assert result.tally.unreadable == 2


def test_a_time_that_cannot_be_is_absent_and_kept_as_it_was_written(read: Any, told: Any) -> None:
    (found,) = run(read, V2ex(told, [topic(1000, created=5)])).posts
    assert (found.published_at, found.extra["published_text"]) == (None, "5")


HTML = {"Content-Type": "text/html; charset=utf-8"}
OVER = {"X-Rate-Limit-Limit": "120", "X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "1795438800"}
WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "an hour's requests are used up": ({"body": b"", "status": 403, "headers": OVER}, RunStatus.RATE_LIMITED),
    "the same inside of a good answer": (
        {"body": b'{"status": "error", "message": "Rate Limit Exceeded"}'},
        RunStatus.RATE_LIMITED,
    ),
    "an error inside of a good answer": (
        {"body": b'{"status": "error", "message": "Internal error"}'},
        RunStatus.FAILED,
    ),
    "a no without a reason": ({"body": b"", "status": 403}, RunStatus.BLOCKED),
    "too many requests": ({"body": b"", "status": 429}, RunStatus.RATE_LIMITED),
    "sent to the login page": (
        {"body": b"<html>", "url": "https://www.v2ex.com/signin?next=/"},
        RunStatus.LOGIN,
    ),
    "a bot check": ({"body": b"<html>Just a moment...", "status": 403, "headers": HTML}, RunStatus.BLOCKED),
    "a captcha in gb18030": (
        {"body": "<html>安全验证".encode("gb18030"), "headers": HTML},
        RunStatus.BLOCKED,
    ),
    "a web page": ({"body": b"<!doctype html><title>V2EX</title>", "headers": HTML}, RunStatus.LAYOUT),
    "nothing": ({"body": b""}, RunStatus.LAYOUT),
    "broken JSON": ({"body": b'[{"id": 1,'}, RunStatus.LAYOUT),
    "an object where a list was": ({"body": b'{"topics": []}'}, RunStatus.LAYOUT),
    "topics of another shape": ({"body": b'[{"topic_id": 1}]'}, RunStatus.LAYOUT),
}


@pytest.mark.parametrize(("answer", "status"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], status: RunStatus
) -> None:
    result = run(read, lambda _: told(**answer))
    assert (result.posts, result.verdict.status) == ([], status)


UNDER = {name: case for name, case in WALLS.items() if name != "topics of another shape"}


@pytest.mark.parametrize(("answer", "status"), UNDER.values(), ids=UNDER)
def test_a_wall_before_the_replies_is_told_and_the_topics_are_kept(
    read: Any, told: Any, answer: dict[str, Any], status: RunStatus
) -> None:
    site = V2ex(told, [topic(1000, replies=1)])
    result = run(read, lambda request: told(**answer) if "replies" in request.url else site(request))
    assert ids(result) == ["v2ex:topic:1000"]
    assert result.verdict.status is (RunStatus.PARTIAL if status is RunStatus.FAILED else status)
    assert not result.look.reached


@pytest.mark.parametrize("node", ["", "宽带", "bb?x=1", "go/bb"])
def test_what_is_no_node_is_told(node: str) -> None:
    _, problems = read_options(V2exOptions, {"node": node})
    assert [problem.key for problem in problems] == ["node"]
