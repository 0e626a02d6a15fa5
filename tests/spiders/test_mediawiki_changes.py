"""Changes of a wiki: whose words they are, which texts are asked for, and how far back the list is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from listening.collect.spider.options import read_options
from listening.model import Author, Kind, Post, Reference, RunStatus
from spiders.mediawiki_changes import MediawikiChanges, MediawikiOptions, _added, _plain

OPTIONS = MediawikiOptions(url="https://Wiki.example/w/api.php", delay=0)
START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
PER_PAGE = 4


def change(number: int, **other: Any) -> dict[str, Any]:
    """A change in the wiki's shape, a minute older for each number less than 1000."""
    made = START - timedelta(minutes=1000 - number)
    return {
        "type": "edit",
        "ns": 1,
        "title": "讨论:星河宽带",
        "pageid": 4,
        "revid": number,
        "old_revid": number - 1,
        "rcid": number + 5000,
        "user": "Aqing",
        "userid": 7,
        "bot": False,
        "new": False,
        "minor": False,
        "oldlen": 100,
        "newlen": 200,
        "timestamp": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "comment": f"/* 故障 */ 补充 {number}",
        **other,
    }


def told_text(number: int) -> str:
    """A page that grows by one line with every revision."""
    return "\n".join(f"断网 {line}" for line in range(990, number + 1))


def revision(number: int, text: str | None) -> dict[str, Any]:
    slot = {"texthidden": True} if text is None else {"contentmodel": "wikitext", "content": text}
    return {"revid": number, "parentid": number - 1, "slots": {"main": slot}}


def wiki(
    changes: list[dict[str, Any]],
    told: Any,
    texts: Callable[[int], str | None] = told_text,
    lost: frozenset[int] = frozenset(),
) -> Callable[[Request], Any]:
    """A wiki with these changes, the newest first."""

    def answer(request: Request) -> Any:
        query = {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}
        assert (query["action"], query["format"], query["formatversion"]) == ("query", "json", "2")
        if query.get("prop") == "revisions":
            numbers = [int(number) for number in query["revids"].split("|")]
            assert len(numbers) <= 50
            shown = [revision(number, texts(number)) for number in numbers if number not in lost]
            found: dict[str, Any] = {"pages": [{"pageid": 4, "revisions": shown}]}
            return told(json.dumps({"batchcomplete": True, "query": found}).encode())
        below = [each for each in changes if each["timestamp"] <= query.get("rcstart", "~")]
        first = int(query.get("rccontinue", "0"))
        page, rest = below[first : first + PER_PAGE], below[first + PER_PAGE :]
        further = {"continue": {"rccontinue": str(first + PER_PAGE), "continue": "-||"}} if rest else {}
        return told(json.dumps({**further, "query": {"recentchanges": page}}).encode())

    return answer


def good_site(told: Any) -> Callable[[Request], Any]:
    return wiki([change(1000), change(999, ns=0, title="星河宽带")], told)


def asked(result: Any) -> list[dict[str, str]]:
    queries = [parse_qs(urlsplit(request.url).query) for request in result.requests]
    return [{key: values[0] for key, values in query.items()} for query in queries]


def test_an_edit_of_a_talk_page_keeps_everything_the_wiki_tells(read: Any, told: Any) -> None:
    (found,) = read(MediawikiChanges, OPTIONS, wiki([change(1000)], told)).posts
    assert replace(found, collected_at=None) == Post(
        id="mediawiki/wiki.example/w:revision:1000",
        platform="mediawiki",
        kind=Kind.COMMENT,
        url="https://Wiki.example/w/index.php?diff=1000",
        title="讨论:星河宽带",
        text="断网 1000\n\n补充 1000",
        author=Author(id="7", name="Aqing"),
        published_at=START,
        source="来源",
        root=Reference(id="mediawiki/wiki.example/w:page:4"),
    )


def test_an_edit_of_an_article_is_an_article(read: Any, told: Any) -> None:
    (found,) = read(MediawikiChanges, OPTIONS, wiki([change(1000, ns=0)], told)).posts
    assert found.kind is Kind.ARTICLE


def test_a_new_page_is_all_new(read: Any, told: Any) -> None:
    new = change(1000, type="new", old_revid=0, comment="")
    (found,) = read(MediawikiChanges, OPTIONS, wiki([new], told, lambda _: "一\n\n二")).posts
    assert found.text == "一\n二"


def test_somebody_without_an_account_has_a_name_and_no_number(read: Any, told: Any) -> None:
    given_change = change(1000, user="192.0.2.7", userid=0, anon=True)
    (found,) = read(MediawikiChanges, OPTIONS, wiki([given_change], told)).posts
    assert found.author == Author(name="192.0.2.7")


def test_what_is_hidden_stays_absent(read: Any, told: Any) -> None:
    hidden = {
        key: value for key, value in change(1000).items() if key not in ("user", "userid", "comment")
    } | {"userhidden": True, "commenthidden": True}
    site = wiki([hidden], told, lambda number: None if number == 1000 else told_text(number))
    (found,) = read(MediawikiChanges, OPTIONS, site).posts
    assert (found.author, found.text, found.deleted) == (None, "", True)


@pytest.mark.parametrize("hides", [True, False], ids=["hidden", "deleted"])
def test_where_the_text_before_is_not_shown_nothing_is_taken_for_new(
    read: Any, told: Any, hides: bool
) -> None:
    def texts(number: int) -> str | None:
        return None if hides and number == 999 else told_text(number)

    site = wiki([change(1000)], told, texts, frozenset() if hides else frozenset({999}))
    (found,) = read(MediawikiChanges, OPTIONS, site).posts
    assert (found.text, found.deleted) == ("补充 1000", None)


def test_older_wikis_give_texts_without_slots(read: Any, told: Any) -> None:
    site = good_site(told)

    def answer(request: Request) -> Any:
        if "revisions" not in request.url:
            return site(request)
        revisions = [{"revid": n, "content": told_text(n)} for n in (1000, 999, 998)]
        return told(json.dumps({"query": {"pages": [{"revisions": revisions}]}}).encode())

    found = read(MediawikiChanges, OPTIONS, answer).posts
    assert [each.text for each in found] == ["断网 1000\n\n补充 1000", "断网 999\n\n补充 999"]


def test_two_wikis_and_a_page_and_a_change_with_the_same_number_stay_apart(read: Any, told: Any) -> None:
    def ids(url: str) -> set[str]:
        site = wiki([change(4, old_revid=0, timestamp="2026-11-23T10:00:00Z")], told)
        (found,) = read(MediawikiChanges, replace(OPTIONS, url=url), site).posts
        return {found.id, found.root.id}

    ours, theirs = ids("https://wiki.example/zh/api.php"), ids("https://wiki.example/en/api.php")
    assert len(ours | theirs) == 4


WIKITEXT = {
    "a link": ("[[星河宽带]]断网", "星河宽带断网"),
    "a link with other words": ("[[星河宽带|星河]]断网", "星河断网"),
    "a link to elsewhere": ("见 [https://a.example/x 公告]", "见 公告"),
    "bold": ("星河'''宽带'''", "星河宽带"),
    "an answer": (":: 我也是", "我也是"),
    "a list": ("* 一\n# 二", "一\n二"),
    "a heading": ("== 又断网 ==", "又断网"),
    "a template stays": ("{{ping|星河}} 断网", "{{ping|星河}} 断网"),
    "a bare address stays": ("[https://a.example/x]", "[https://a.example/x]"),
}


@pytest.mark.parametrize(("wikitext", "plain"), WIKITEXT.values(), ids=WIKITEXT)
def test_marks_of_wikitext_do_not_split_words(wikitext: str, plain: str) -> None:
    assert _plain(wikitext) == plain


@given(st.text())
def test_any_wikitext_can_be_read(wikitext: str) -> None:
    assert len(_plain(wikitext)) <= len(wikitext)


LINES = st.lists(st.sampled_from(["一", "二", "三", ""]), max_size=8)


@given(LINES, LINES)
def test_added_lines_are_those_that_there_are_more_of(before: list[str], after: list[str]) -> None:
    added = _added("\n".join(before), "\n".join(after))
    for line in ("一", "二", "三"):
        assert added.count(line) == max(0, after.count(line) - before.count(line))
    assert "" not in added


def test_a_changed_line_is_new_and_a_moved_one_is_not(read: Any, told: Any) -> None:
    texts = {999: "一\n二\n三", 1000: "三\n一\n二！"}
    (found,) = read(
        MediawikiChanges, OPTIONS, wiki([change(1000, comment="")], told, texts.__getitem__)
    ).posts
    assert found.text == "二！"


def test_changes_of_bots_are_left_out(read: Any, told: Any) -> None:
    result = read(MediawikiChanges, OPTIONS, wiki([change(1000, bot=True), change(999)], told))
    assert asked(result)[0]["rcshow"] == "!bot"
    assert [found.id[-3:] for found in result.posts] == ["999"]
    assert result.tally.skipped == 1


def test_only_talk_pages_are_read_where_that_is_asked_for(read: Any, told: Any) -> None:
    changes = [change(1000, ns=0), change(999, ns=1), change(998, ns=101), change(997, ns=4)]
    result = read(MediawikiChanges, replace(OPTIONS, talk_only=True), wiki(changes, told))
    assert [found.id[-3:] for found in result.posts] == ["999", "998"]
    assert asked(result)[1]["revids"] == "999|998|997"
    assert (result.tally.skipped, result.verdict.status) == (2, RunStatus.OK)


def test_paging_reads_every_change_once_down_to_the_first(read: Any, told: Any) -> None:
    changes = [change(number) for number in range(1000, 985, -1)]
    result = read(MediawikiChanges, OPTIONS, wiki(changes, told))
    assert sorted(found.id[-4:].strip(":") for found in result.posts) == sorted(
        str(each["revid"]) for each in changes
    )
    assert result.verdict.status is RunStatus.OK
    assert sum("recentchanges" in request.url for request in result.requests) == 4
    assert result.look.seen_until is not None


def test_the_second_run_stops_where_the_first_began_and_asks_for_new_texts_alone(
    read: Any, told: Any
) -> None:
    changes = [change(number) for number in range(1000, 950, -1)]
    first = read(MediawikiChanges, OPTIONS, wiki(changes[3:], told))
    second = read(MediawikiChanges, OPTIONS, wiki(changes, told), first.look.marks)
    lists = [query for query in asked(second) if query.get("list")]
    (texts,) = [query for query in asked(second) if query.get("prop")]
    assert len(lists) == 2
    assert texts["revids"] == "1000|999|998|997|996", "the newest that was known may have come with others"
    assert {found.id[-4:].strip(":") for found in second.posts} >= {"1000", "999", "998"}
    assert second.tally.reached_past


def test_texts_are_asked_for_few_enough_at_once(
    read: Any, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.spiders.test_mediawiki_changes.PER_PAGE", 500)
    changes = [change(number) for number in range(1000, 900, -1)]
    result = read(MediawikiChanges, OPTIONS, wiki(changes, told, lambda n: f"断网 {n}"))
    assert len(result.requests) == 5
    assert len(result.posts) == 100
    assert all(found.text.startswith("断网 ") for found in result.posts)


def test_large_pages_are_asked_for_by_themselves(read: Any, told: Any) -> None:
    changes = [change(number, oldlen=1_500_000, newlen=1_500_000) for number in (1000, 999)]
    result = read(MediawikiChanges, OPTIONS, wiki(changes, told))
    assert [query["revids"] for query in asked(result)[1:]] == ["1000|999", "999|998"]
    assert [found.text for found in result.posts] == ["断网 1000\n\n补充 1000", "断网 999\n\n补充 999"]


def test_an_answer_with_only_some_of_the_texts_is_told(read: Any, told: Any) -> None:
    site = good_site(told)

    def answer(request: Request) -> Any:
        if "revisions" not in request.url:
            return site(request)
        return told(b'{"continue": {"rvcontinue": "999"}, "query": {"pages": []}}')

    result = read(MediawikiChanges, OPTIONS, answer)
    assert result.verdict.status is RunStatus.LAYOUT
    assert result.look.seen_from is None


def test_changes_that_were_taken_away_meanwhile_are_no_trouble(read: Any, told: Any) -> None:
    result = read(MediawikiChanges, OPTIONS, wiki([change(1000), change(998)], told, lost=frozenset({1000})))
    assert [found.id[-3:] for found in result.posts] == ["998"]
    assert (result.tally.gone, result.verdict.status) == (1, RunStatus.OK)


def test_older_changes_can_be_read_from_a_moment_on(read: Any, told: Any) -> None:
    changes = [change(number) for number in range(1000, 980, -1)]
    start = START - timedelta(minutes=10)
    result = read(MediawikiChanges, OPTIONS, wiki(changes, told), start=start)
    assert asked(result)[0]["rcstart"] == "2026-11-23T10:50:00Z"
    assert all("rcstart" in query for query in asked(result) if query.get("list"))
    assert max(found.published_at for found in result.posts) == start


def test_the_end_of_a_wikis_memory_is_not_the_beginning_of_the_wiki(read: Any, told: Any) -> None:
    result = read(MediawikiChanges, replace(OPTIONS, days_back=365), good_site(told))
    assert result.verdict.status is RunStatus.PARTIAL
    assert "90 days" in result.verdict.reason
    assert result.look.seen_from is not None
    assert not result.look.reached


def test_a_page_cap_is_partial(read: Any, told: Any) -> None:
    changes = [change(number) for number in range(1000, 980, -1)]
    result = read(MediawikiChanges, replace(OPTIONS, max_pages=2), wiki(changes, told))
    assert result.verdict.status is RunStatus.PARTIAL


def test_a_wiki_where_nothing_happens_is_empty(read: Any, told: Any) -> None:
    assert read(MediawikiChanges, OPTIONS, wiki([], told)).verdict == (RunStatus.EMPTY, "")


@pytest.mark.parametrize("stamp", ["gestern", "2026-11-23T11:00:00", "2040-01-01T00:00:00Z"])
def test_a_broken_time_is_absent_and_kept_as_it_was_written(read: Any, told: Any, stamp: str) -> None:
    (found,) = read(MediawikiChanges, OPTIONS, wiki([change(1000, timestamp=stamp)], told)).posts
    assert (found.published_at, found.extra) == (None, {"published_text": stamp})


def test_another_zone_is_another_hour(read: Any, told: Any) -> None:
    site = wiki([change(1000, timestamp="2026-11-23T19:00:00+08:00")], told)
    (found,) = read(MediawikiChanges, OPTIONS, site).posts
    assert found.published_at == START


BROKEN: dict[str, Any] = {
    "no revision": {"revid": None},
    "a text as revision": {"revid": "999"},
    "no time": {"timestamp": None},
    "no kind of page": {"ns": None},
    "no title": {"title": None},
    "a size of the wrong shape": {"newlen": "large"},
    "half a character": {"title": "x\ud83d"},
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_one_broken_change_is_told_and_the_others_are_read(read: Any, told: Any, broken: Any) -> None:
    changes = [change(1000), change(999) | broken, change(998)]
    site = wiki([], told)

    def answer(request: Request) -> Any:
        if "revisions" in request.url:
            return site(request)
        return told(json.dumps({"query": {"recentchanges": changes}}).encode())

    result = read(MediawikiChanges, OPTIONS, answer)
    assert [found.id[-4:].strip(":") for found in result.posts] == ["1000", "998"]
    assert len(result.unreadable) == 1
    assert result.verdict == (RunStatus.OK, "1 items could not be read")


def error(code: str, info: str = "x") -> dict[str, Any]:
    return {"body": json.dumps({"error": {"code": code, "info": info}}).encode()}


WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "a wiki for members": (error("readapidenied"), RunStatus.LOGIN),
    "our network is blocked": (error("blocked"), RunStatus.BLOCKED),
    "too many requests, said inside": (error("ratelimited"), RunStatus.RATE_LIMITED),
    "another error inside": (error("internal_api_error_DBQueryError"), RunStatus.FAILED),
    "a parameter is not known": (error("badvalue"), RunStatus.FAILED),
    "too many requests": ({"body": b"", "status": 429}, RunStatus.RATE_LIMITED),
    "a bot check": ({"body": b"<html>Just a moment...</html>", "status": 403}, RunStatus.BLOCKED),
    "a login form": ({"body": b"<html><input type='password'></html>"}, RunStatus.LOGIN),
    "no such address": ({"body": b"", "status": 404}, RunStatus.FAILED),
    "the help page": ({"body": b"<!doctype html><title>MediaWiki API help</title>"}, RunStatus.LAYOUT),
    "HTML in gb18030": ({"body": "<html>维护中</html>".encode("gb18030")}, RunStatus.LAYOUT),
    "broken JSON": ({"body": b'{"query": {'}, RunStatus.LAYOUT),
    "nothing": ({"body": b""}, RunStatus.LAYOUT),
    "a list": ({"body": b"[]"}, RunStatus.LAYOUT),
    "another key": ({"body": b'{"query": {"changes": []}}'}, RunStatus.LAYOUT),
    "only unreadable changes": ({"body": b'{"query": {"recentchanges": [1, {"a": 2}]}}'}, RunStatus.LAYOUT),
}


@pytest.mark.parametrize(("answer", "status"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], status: RunStatus
) -> None:
    result = read(MediawikiChanges, OPTIONS, lambda _: told(**answer))
    assert result.posts == []
    assert result.verdict.status is status


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        pytest.param(error("readapidenied"), RunStatus.LOGIN, id="an error inside"),
        pytest.param({"body": b"", "status": 500}, RunStatus.FAILED, id="a server in trouble"),
        pytest.param(
            {"body": b'{"query": {"pages": [{"revisions": [{"revid": 1000, "*": "x"}]}]}}'},
            RunStatus.LAYOUT,
            id="texts under another key",
        ),
    ],
)
def test_texts_that_do_not_come_are_a_hole(
    read: Any, told: Any, answer: dict[str, Any], status: RunStatus
) -> None:
    site = good_site(told)
    result = read(
        MediawikiChanges,
        OPTIONS,
        lambda request: told(**answer) if "revisions" in request.url else site(request),
    )
    assert result.verdict.status is status
    assert result.look.seen_from is None


def test_the_address_must_be_that_of_the_api() -> None:
    _, problems = read_options(MediawikiOptions, {"url": "https://wiki.example/"})
    assert [problem.key for problem in problems] == ["url"]
