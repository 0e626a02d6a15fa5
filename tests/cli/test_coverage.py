"""`listening coverage`, and the crawls that change it: gaps, pauses, queries of the rule set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cli.place import HIT, Place
from tests.collect.site import Asked, Reply, Site

PAGE = 3
SEARCHES = "tests.collect.strange.searches"


class Board:
    """Posts by the minutes they are old, found by any of their characters, in pages of three."""

    def __init__(self) -> None:
        self.ages: list[int] = []
        self.broken_from: int | None = None
        """No page from this one on is answered, counted from 1."""

    def __call__(self, asked: Asked) -> Reply:
        parts = urlsplit(asked.path)
        given = parse_qs(parts.query)
        number = int(given.get("page", ["1"])[0])
        if self.broken_from is not None and number >= self.broken_from:
            return Reply(status=404, type="text/plain")
        query = given["q"][0]
        ages = sorted(self.ages)[(number - 1) * PAGE : number * PAGE]
        page: dict[str, Any] = {"items": [self._item(query, age) for age in ages]}
        if len(ages) == PAGE:
            page["next"] = f"{parts.path}?q={query}&page={number + 1}"
        return Reply(json.dumps(page).encode(), type="application/json")

    def _item(self, query: str, age: int) -> dict[str, str]:
        at = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=age)
        return {"id": f"{query}-{at:%d%H%M}", "text": f"{query}：{HIT}", "at": at.isoformat()}


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def town(place: Place, board: Board) -> Iterator[Place]:
    """An installation that searches the board for two words of its own."""
    with Site(board) as site:
        settings = {"spider": SEARCHES, "url": site.url, "delay": 0, "days_back": 0.5}
        yield place.lay_out(sources={"板": {**settings, "words": ["星河宽带", "天气"]}})


def told(town: Place, *args: str) -> dict[str, Any]:
    """Query -> what is told of it; what is absent is none."""
    answer = town.call("coverage", "--json", *args)
    assert answer.code == 0
    return {each["query"]: {"gaps": [], **each} for each in answer.records if "query" in each}


def test_a_source_that_was_never_crawled_is_told_as_not_seen(town: Place) -> None:
    answer = town.call("coverage")
    assert answer.code == 0
    assert ["板", "0.0", "%", "7", "d"] in [line.split() for line in answer.out.splitlines()]


def test_each_query_is_vouched_for_and_each_brand_by_what_carries_it(town: Place, board: Board) -> None:
    board.ages = [10, 20]
    assert town.call("crawl").code == 0
    assert town.call("check", str(town.rules)).code == 0
    found = told(town, "--since", "6h")
    assert set(found) == {"星河宽带", "天气"}
    assert all(each["share"] > 0.99 and not each["gaps"] for each in found.values())
    brands = [each for each in town.call("coverage", "--json").records if "brand" in each]
    assert [(each["brand"], each["sources"]) for each in brands][:1] == [("星河宽带", ["板"])]


def test_a_run_that_broke_leaves_a_gap_and_the_next_one_closes_it(town: Place, board: Board) -> None:
    board.ages = [10, 20, 30, 40, 50]
    board.broken_from = 2
    assert town.call("crawl").code == 3
    found = told(town)["星河宽带"]
    (gap,) = found["gaps"]
    assert gap["reason"].startswith("there is nothing at ")
    assert 0 < found["share"] < 0.01
    board.broken_from = None
    assert town.call("crawl", "--now").code == 0
    assert told(town)["星河宽带"]["gaps"] == []


def test_a_page_cap_waits_until_it_is_asked_for(town: Place, board: Board) -> None:
    board.ages = list(range(10, 200, 10))
    town.lay_out(sources={"板": {**json_source(town), "max_pages": 1}})
    assert town.call("crawl").code == 3
    shown = town.call("coverage").out
    assert "(closed by --fill-gaps)" in shown
    answer = town.call("crawl", "--fill-gaps")
    assert (answer.code, told(town)["天气"]["gaps"]) == (0, [])
    answer = town.call("crawl", "--fill-gaps")
    assert (answer.code, answer.out) == (0, "板: 0 posts: none [empty: there are no gaps]\n")


def json_source(town: Place) -> dict[str, Any]:
    """The source as config.yaml has it."""
    for line in town.config.read_text("utf-8").splitlines():
        if line.startswith("sources: "):
            found: dict[str, Any] = json.loads(line.removeprefix("sources: "))["板"]
            return found
    raise AssertionError("no sources")


def test_a_source_that_turned_us_away_is_left_in_peace_unless_somebody_insists(
    town: Place, board: Board
) -> None:
    board.broken_from = 1
    assert town.call("crawl").code == 3
    answer = town.call("crawl")
    assert answer.code == 3
    assert answer.err.startswith("板: is left in peace until ")
    assert answer.err.endswith(" UTC, after 1 bad runs in a row - wait, or crawl it with --now\n")
    board.broken_from, board.ages = None, [5]
    assert town.call("crawl", "--now").code == 0
    assert town.call("crawl").code == 0, "a run that was well received ends the pause"


def test_words_of_the_rules_are_searched_for_and_a_new_one_begins_with_nothing(
    town: Place, board: Board
) -> None:
    board.ages = [10]
    settings = {key: value for key, value in json_source(town).items() if key != "words"}
    town.lay_out(sources={"板": settings})
    assert town.call("crawl").code == 0
    before = told(town)
    assert set(before) == {"星河宽带", "星河光纤", "长河通信"}
    assert (before["长河通信"]["brands"], before["星河光纤"]["brands"]) == (["长河通信"], ["星河宽带"])
    rules = town.rules.read_text("utf-8").replace("星河光纤]", "星河光纤, 星河电视]")
    town.lay_out(rules, sources={"板": settings})
    assert town.call("crawl").code == 0
    assert len(told(town)["星河电视"]["vouched"]) == 1
    assert town.call("count", "brand:星河宽带").out == "4\n", "one of them names both"


def test_only_the_sources_named_are_told(town: Place) -> None:
    assert (
        town.call("coverage", "--json", "elsewhere").records
        == town.call("coverage", "--json", "nowhere").records
    )
    assert set(told(town, "板")) == {""}


@pytest.mark.parametrize("since", ["0d", "week", "7"])
def test_a_window_that_is_none_is_a_usage_error(town: Place, since: str) -> None:
    assert town.call("coverage", "--since", since).code == 2


def test_a_count_can_tell_how_much_of_its_time_was_seen(town: Place, board: Board) -> None:
    board.ages = [10, 20]
    assert town.call("crawl").code == 0
    total, shown = town.call("count", "--coverage", "since:6h", "brand:星河宽带").out.splitlines()
    assert total == "4"
    assert shown.startswith("coverage ")
    assert shown.endswith(": all 99.9 %, any 99.9 % of 1 sources, 0 gaps (listening coverage)")
    counted, told_of = town.call("count", "--coverage", "--json", "source:elsewhere").records
    assert counted == {"total": 0}
    assert told_of["coverage"]["all_share"] == 0


def test_a_count_over_what_no_source_vouches_for_says_so(place: Place) -> None:
    place.lay_out(sources={})
    place.take({"id": "a:1", "text": HIT, "platform": "a", "published_at": "2026-11-24T08:00:00Z"})
    assert place.call("count", "--coverage").out.endswith(": no source vouches for any of it\n")
