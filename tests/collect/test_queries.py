"""What a source is asked for: words and accounts of the rules, each with a coverage of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from listening.collect.coverage.queries import (
    Query,
    known_under,
    options_of,
    queries_of,
    remembered,
    to_ask,
    to_fill,
)
from listening.collect.sources import Source
from listening.collect.spider.options import query_digest
from listening.errors import CrawlError
from listening.model import Coverage, Gap, Known, RunStatus, Stretch
from listening.rules import RuleSet
from tests.desk import NOON, matcher

RULES = """
lists:
  语境: [宽带, 套餐]
brands:
  星河宽带:
    any: [星河宽带, {text: 星河光纤}, '/星河.{0,2}网/', 断..网, iphone*, {word: 星河, like: [pinyin]}]
    weak: [移动]
    nicknames: [小星]
    context: {any: [$语境], near: 30}
    accounts: {board: ['@xinghe', '1234567890'], weibo: ['42']}
competitors:
  长河通信: {any: [长河通信, 星河宽带杯], accounts: {board: ['@changhe']}}
  云帆电信: {any: [云帆电信]}
scenarios:
  宽带报障: {any: [断网]}
"""


def source(spider: str, **settings: Any) -> Source:
    return Source(
        name="板", spider=f"tests.collect.strange.{spider}", settings={"url": "http://b", **settings}
    )


def rules() -> RuleSet:
    return matcher(RULES).plan.ruleset


def test_words_are_searched_for_as_they_are_written_patterns_and_everyday_words_are_not() -> None:
    assert queries_of(source("searches"), rules()) == [
        Query("星河宽带", ("星河宽带",)),
        Query("星河光纤", ("星河宽带",)),
        Query("iphone", ("星河宽带",)),
        Query("星河", ("星河宽带",)),
        Query("小星", ("星河宽带",)),
        Query("长河通信", ("长河通信",)),
        Query("星河宽带杯", ("长河通信",)),
        Query("云帆电信", ("云帆电信",)),
    ]


@pytest.mark.parametrize(
    ("of", "words"),
    [("brands", 5), ("competitors", 3), ("both", 8)],
)
def test_a_source_may_search_for_one_side_alone(of: str, words: int) -> None:
    assert len(queries_of(source("searches", of=of), rules())) == words


def test_words_of_the_source_itself_go_before_the_rules_and_know_whose_they_are() -> None:
    found = queries_of(source("searches", words=["宽带", "长河通信", "宽带"]), rules())
    assert found == [Query("宽带", ()), Query("长河通信", ("长河通信",))]


def test_accounts_are_those_of_the_platform() -> None:
    assert queries_of(source("accounts"), rules()) == [
        Query("@xinghe", ("星河宽带",)),
        Query("1234567890", ("星河宽带",)),
        Query("@changhe", ("长河通信",)),
    ]


def test_a_source_that_is_one_listing_needs_no_rules() -> None:
    feed = Source(name="晚报", spider="feed_entries", settings={"url": "http://b"})
    assert queries_of(feed, None) == [Query()]


@pytest.mark.parametrize(
    ("spider", "text", "told"),
    [
        ("searches", None, "takes the words of the rule set, and there are no good rules - mend the rules"),
        (
            "searches",
            "brands: {星河: {any: ['/星河.{0,2}网/']}}",
            "the rule set has no words to search for - add brands",
        ),
        (
            "accounts",
            "brands: {星河: {any: [星河]}}",
            "the rule set names no accounts on board - add `accounts:",
        ),
    ],
    ids=["no good rules", "patterns only", "no accounts"],
)
def test_a_source_with_nothing_to_ask_for_says_what_is_missing(
    spider: str, text: str | None, told: str
) -> None:
    with pytest.raises(CrawlError) as error:
        queries_of(source(spider), matcher(text).plan.ruleset if text else None)
    assert str(error.value).startswith(f"板: {told}")


# What is known of them.

WORDS = source("searches", words=["a", "b"])
VOUCHED = (Stretch(NOON - timedelta(days=2), NOON - timedelta(days=1)),)


def seen(query: str, what: Source = WORDS, **other: Any) -> Coverage:
    digest = query_digest(options_of(what))
    return replace(Coverage(query=query, digest=digest, vouched=VOUCHED, last_run=NOON), **other)


def test_what_was_seen_under_another_address_vouches_for_nothing() -> None:
    moved = replace(WORDS, settings={**WORDS.settings, "url": "http://other"})
    known = Known(queries=(seen("a"),))
    assert {each.query: each.vouched for each in known_under(WORDS, known, None)} == {"a": VOUCHED, "b": ()}
    assert {each.query: each.vouched for each in known_under(moved, known, None)} == {"a": (), "b": ()}


def test_a_word_added_today_does_not_vouch_for_yesterday() -> None:
    known = Known(queries=(seen("a", last_good=NOON),))
    new, old = known_under(WORDS, known, None)
    assert (new.query, new.vouched, old.query) == ("b", (), "a")


def test_the_query_that_was_not_seen_for_longest_comes_first() -> None:
    known = Known(queries=(seen("a", last_good=NOON), seen("b", last_good=NOON - timedelta(days=1))))
    assert [each.query for each in known_under(WORDS, known, None)] == ["b", "a"]


def test_what_is_asked_no_more_is_remembered_for_a_while() -> None:
    known = Known(queries=(seen("old"), seen("a")))
    today = known_under(WORDS, known, None)
    assert {each.query for each in remembered(known, today, NOON)} == {"a", "b", "old"}
    assert {each.query for each in remembered(known, today, NOON + timedelta(days=91))} == {"a", "b"}


def gap(begin: int, end: int) -> Gap:
    stretch = Stretch(NOON - timedelta(hours=begin), NOON - timedelta(hours=end))
    return Gap(stretch=stretch, opened_at=NOON, status=RunStatus.PARTIAL, reason="50 pages", capped=True)


def test_gaps_of_a_listing_that_is_read_from_its_top_are_filled_in_one_go() -> None:
    gapped = seen("a", gaps=(gap(20, 18), gap(10, 8)))
    (asked,) = to_fill(WORDS, [gapped, seen("b")])
    assert (asked.query, asked.wanted, asked.start) == ("a", NOON - timedelta(hours=20), None)


def test_there_is_nothing_to_fill_where_there_are_no_gaps() -> None:
    assert to_fill(WORDS, [seen("a")]) == []


def test_an_ordinary_run_looks_at_every_query_from_where_it_is_known() -> None:
    coverage = known_under(WORDS, Known(queries=(seen("a", last_good=NOON),)), None)
    asked = to_ask(WORDS, coverage, NOON)
    assert [(each.query, each.wanted) for each in asked] == [
        ("b", NOON - timedelta(days=14)),
        ("a", VOUCHED[0].end),
    ]
