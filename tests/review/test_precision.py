"""Precision per rule and per term, and which of them costs the desk its time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.model import Hit, ReviewEvent, Status
from listening.query import parse, predicate
from listening.review.intervals import share_of
from listening.review.precision import (
    WAITING,
    By,
    Line,
    Precision,
    Precisions,
    given_since,
    lines_of,
    overall,
    precisions,
)
from listening.review.verdicts import Evidence, Verdicts, evidence_of, read_verdicts
from listening.rules import RuleSet, read_rules
from listening.store.pseudonyms import Pseudonyms
from tests.desk import a_post, matcher
from tests.review.logs import NOON, SCENARIO, TERMS, Step, case, closed, opened, said
from tests.store.records import hit

NAMES = Pseudonyms(b"k" * 32)
SUBJECT_RULE, RULE = Line("subject", "星河宽带"), Line("scenario", "宽带报障")
SUBJECT_TERM, TERM = Line("subject", "星河宽带", "星河宽带"), Line("scenario", "宽带报障", "断网")
RULES = """\
lists:
  断网: [断网, 掉线]
brands:
  星河宽带:
    any: [星河宽带]
    accounts: {weibo: ['@星河宽带']}
    sources: [星河论坛]
scenarios:
  宽带报障:
    any:
    - $断网
    - /卡.{0,2}死/
  离网倾向:
    when: 销户 near/20 怎么
  催办:
    any:
    - {word: 投诉, like: [initials]}
    context: [宽带]
"""


def told(
    *events: Sequence[ReviewEvent],
    waiting: Sequence[Hit] = (),
    by: By = By.TERM,
    since: timedelta | None = None,
    ruleset: RuleSet | None = None,
) -> Precisions:
    log = read_verdicts([event for each in events for event in each])
    begin = NOON - since if since is not None else None
    return precisions(log, waiting, NAMES, by=by, since=begin, ruleset=ruleset)


def row(found: Precisions, line: Line) -> Precision:
    (one,) = [each for each in found.rows if (each.kind, each.rule, each.term or "") == line]
    return one


def judged(**verdicts: str) -> list[ReviewEvent]:
    """A case with a verdict on each post."""
    return case("a", opened(), *(said(post, verdict) for post, verdict in verdicts.items()))


@pytest.mark.parametrize(
    ("by", "lines"),
    [
        pytest.param(By.RULE, (SUBJECT_RULE, RULE), id="rules"),
        pytest.param(By.TERM, (SUBJECT_TERM, TERM), id="terms"),
    ],
)
def test_precision_is_relevant_of_relevant_and_irrelevant(by: By, lines: tuple[Line, ...]) -> None:
    found = told(judged(a="relevant", b="relevant", c="irrelevant", d="duplicate", e="relevant"), by=by)
    assert {(each.kind, each.rule, each.term or "") for each in found.rows} == set(lines)
    for line in lines:
        one = row(found, line)
        assert (one.relevant, one.irrelevant, one.duplicate) == (3, 1, 1)
        assert one.precision == share_of(3, 4)
    assert (found.judged, found.precision) == (5, share_of(3, 4))


def test_duplicates_alone_tell_nothing_of_precision() -> None:
    found = told(judged(a="duplicate"))
    assert row(found, TERM).precision is None
    assert found.precision is None


def test_a_correction_takes_the_first_word_back() -> None:
    one = row(told(case("a", opened(), said("p", "irrelevant"), said("p", "relevant"))), TERM)
    assert (one.relevant, one.irrelevant) == (1, 0)


def test_a_verdict_of_a_later_program_counts_nowhere() -> None:
    one = row(told(judged(a="half_relevant", b="relevant")), TERM)
    assert (one.relevant, one.irrelevant, one.duplicate) == (1, 0, 0)


def test_a_term_is_one_line_whatever_the_subject() -> None:
    both = ("星河宽带/宽带报障", "星河移动/宽带报障")
    terms = ("星河宽带//星河宽带", "星河移动//星河移动", "星河宽带/宽带报障/断网", "星河移动/宽带报障/断网")
    found = told(case("a", opened(), said("p", "irrelevant", scenarios=both, terms=terms)))
    assert row(found, TERM).irrelevant == 1, "one hit, though it is of two brands"
    assert row(found, Line("subject", "星河移动", "星河移动")).irrelevant == 1


def test_a_subject_without_a_scenario_brought_nothing() -> None:
    evidence = Evidence((SCENARIO,), (*TERMS, "长河通信//长河通信"))
    assert lines_of(evidence, By.TERM) == {SUBJECT_TERM, TERM}
    assert lines_of(evidence, By.RULE) == {SUBJECT_RULE, RULE}


@pytest.mark.parametrize("term", ["/卡.{0,2}死/", "raw/a//b/", "$subject", "a/b"])
def test_a_term_may_hold_slashes(term: str) -> None:
    evidence = Evidence((SCENARIO,), (f"{SCENARIO}/{term}",))
    assert lines_of(evidence, By.TERM) == {Line("scenario", "宽带报障", term)}


def test_hits_with_the_desk_wait_until_somebody_judges_them() -> None:
    first, second, other = (hit(f"weibo:{n}") for n in range(3))
    second = replace(second, scenarios=("星河宽带/资费争议",))
    found = told(judged(**{NAMES.post(other.id): "relevant"}), waiting=[first, second, other], by=By.RULE)
    assert found.waiting == 2
    assert row(found, RULE).waiting == 1
    assert row(found, SUBJECT_RULE).waiting == 2
    assert row(found, Line("scenario", "资费争议")).waiting == 1


def test_a_hit_that_was_judged_before_the_window_waits_no_more() -> None:
    event = case("a", opened(), said(NAMES.post("weibo:1"), "relevant", at=NOON - timedelta(days=40)))
    found = told(event, waiting=[hit()], since=timedelta(days=30), by=By.RULE)
    assert (found.waiting, found.judged, found.rows) == (0, 0, ())


@pytest.mark.parametrize(
    ("status", "waits"),
    [("open", True), ("claimed", True), ("responded", True), ("closed", False), ("kept", False)],
)
def test_what_is_with_the_desk_is_found_by_a_search(status: str, waits: bool) -> None:
    found = predicate(parse(WAITING, now=NOON))
    assert found(replace(hit(), status=Status(status))) is waits
    assert not found(replace(hit(), level=1))


def test_the_minutes_of_irrelevant_cases_fall_on_the_terms_of_their_hits() -> None:
    other = ("星河宽带//星河宽带", "星河宽带/宽带报障/掉线")
    found = told(
        case("a", opened("p1"), said("p1", "irrelevant"), closed("irrelevant", 4)),
        case("b", opened("p2"), said("p2", "irrelevant", terms=other), closed("irrelevant", 6)),
        case("c", opened("p3"), said("p3", "relevant"), closed("resolved", 60)),
    )
    minutes = {each.term: each.cost_ms / 60_000 for each in found.rows}
    assert minutes == {"断网": 4, "掉线": 6, "星河宽带": 10}
    assert (found.cost_ms, found.unplaced_ms) == (600_000, 0)


def test_the_relevant_hits_of_a_case_do_not_pay_for_the_irrelevant_ones() -> None:
    other = ("星河宽带//星河宽带", "星河宽带/宽带报障/掉线")
    steps = [said("p1", "irrelevant"), said("p2", "relevant", terms=other), closed("irrelevant", 4)]
    found = told(case("a", opened("p1"), *steps))
    assert row(found, Line("scenario", "宽带报障", "掉线")).cost_ms == 0
    assert row(found, TERM).cost_ms == 240_000


def test_a_case_that_nobody_judged_costs_its_rules_and_no_term() -> None:
    events = case("a", opened("p1"), closed("irrelevant", 4))
    by_rule, by_term = told(events, by=By.RULE), told(events, by=By.TERM)
    assert [(each.rule, each.cost_ms) for each in by_rule.rows] == [
        ("宽带报障", 240_000),
        ("星河宽带", 240_000),
    ]
    assert by_term.rows == ()
    assert (by_rule.cost_ms, by_rule.unplaced_ms) == (240_000, 240_000)
    assert (by_term.cost_ms, by_term.unplaced_ms) == (240_000, 240_000)


def test_the_costliest_come_first_then_those_with_most_irrelevant_hits() -> None:
    def of(name: str, term: str, *steps: Step) -> list[ReviewEvent]:
        terms = (f"{SCENARIO}/{term}",)
        return case(name, opened(name), said(name, "irrelevant", terms=terms), *steps)

    found = told(
        of("a", "甲", closed("irrelevant", 1)),
        of("b", "乙", closed("irrelevant", 9)),
        of("c", "丙"),
        of("d", "丁"),
        of("e", "丁"),
        case("f", opened("f"), said("f", "relevant", terms=(f"{SCENARIO}/戊",))),
    )
    assert [each.term for each in found.rows] == ["乙", "甲", "丁", "丙", "戊"]


def test_the_window_goes_by_the_verdict_and_by_the_closing() -> None:
    long_ago = NOON - timedelta(days=31)
    found = told(
        case("a", opened("p1"), said("p1", "irrelevant", at=long_ago), closed("irrelevant", 4, at=long_ago)),
        case("b", opened("p2"), said("p2", "irrelevant", at=long_ago), closed("irrelevant", 6)),
        case("c", opened("p3"), said("p3", "relevant")),
        since=timedelta(days=30),
    )
    one = row(found, TERM)
    assert (one.relevant, one.irrelevant, one.cost_ms) == (1, 0, 360_000)
    assert found.judged == 1


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    file: Path = tmp_path_factory.mktemp("rules") / "telecom.yaml"
    file.write_text(RULES, "utf-8")
    return read_rules(file)


@pytest.mark.parametrize(
    ("term", "line"),
    [
        pytest.param("星河宽带//星河宽带", 5, id="a brand's word"),
        pytest.param("星河宽带//@星河宽带", 4, id="an account stands in its brand"),
        pytest.param("星河宽带//星河论坛", 4, id="a source stands in its brand"),
        pytest.param("星河宽带/宽带报障/掉线", 2, id="a word of a list, in the list"),
        pytest.param("星河宽带/宽带报障/卡.{0,2}死", None, id="a term is named as evidence names it"),
        pytest.param("星河宽带/宽带报障//卡.{0,2}死/", 12, id="a pattern"),
        pytest.param("星河宽带/离网倾向/怎么", 14, id="a word of an expression"),
        pytest.param("星河宽带/催办/投诉", 17, id="a word found by another form"),
        pytest.param("星河宽带/催办/宽带", None, id="context brings no hit"),
        pytest.param("星河宽带/宽带报障/没网", None, id="a term that the rules have no more"),
        pytest.param("星河宽带/旧场景/断网", None, id="a scenario that the rules have no more"),
    ],
)
def test_where_a_term_stands_today(ruleset: RuleSet, term: str, line: int | None) -> None:
    scenario = term.split("/")[1] or "宽带报障"
    event = said("p", "irrelevant", scenarios=(f"星河宽带/{scenario}",), terms=(term,))
    (one,) = told(case("a", opened(), event), ruleset=ruleset).rows
    if line is None:
        assert one.place is None
    else:
        assert (one.place or "").endswith(f"telecom.yaml:{line}")


def test_where_a_rule_stands_today(ruleset: RuleSet) -> None:
    gone = ("星河移动/旧场景", SCENARIO)
    found = told(case("a", opened(), said("p", "irrelevant", scenarios=gone)), by=By.RULE, ruleset=ruleset)
    places = {each.rule: (each.place or "").rpartition(":")[2] for each in found.rows}
    assert places == {"星河宽带": "4", "宽带报障": "9", "星河移动": "", "旧场景": ""}


def test_without_rules_nothing_is_said_of_places() -> None:
    assert row(told(judged(a="relevant")), TERM).place is None


def test_every_hit_of_the_matcher_falls_on_lines_of_its_rules() -> None:
    texts = ["星河宽带又断网了", "星河宽带乱扣费，还掉线", "听说星河宽带不错"]
    found = [each.hit for each in matcher().match([a_post(n, text) for n, text in enumerate(texts)])]
    lines = [lines_of(evidence_of(each), By.TERM) for each in found if each is not None]
    assert [{line.term for line in each} for each in lines] == [
        {"星河宽带", "断网"},
        {"星河宽带", "乱扣费", "掉线"},
        {"星河宽带", "听说"},
    ]


def test_the_overall_precision_can_be_asked_of_one_source() -> None:
    said_so = read_verdicts(
        [
            *case("a", opened("p1", source="论坛"), said("p1", "irrelevant")),
            *case("b", opened("p2", source="贴吧"), said("p2", "relevant")),
        ]
    )
    assert overall(given_since(said_so, None)) == share_of(1, 2)
    assert overall(given_since(said_so, None, "贴吧")) == share_of(1, 1)
    assert overall(given_since(said_so, NOON + timedelta(days=1))) is None
    assert overall(given_since(Verdicts(), None)) is None


words = st.sampled_from(["relevant", "irrelevant", "duplicate"])
cases = st.lists(st.tuples(st.lists(words, max_size=4), st.integers(0, 30)), max_size=8)


@given(cases, st.randoms())
def test_rows_agree_with_a_slow_count(made: list[tuple[list[str], int]], chance: random.Random) -> None:
    """Posts of a few terms, judged more than once; the figures are counted by hand, post by post."""
    terms = ["断网", "掉线", "卡顿"]
    events: list[ReviewEvent] = []
    last: dict[str, tuple[str, str]] = {}
    for n, (verdicts, _) in enumerate(made):
        steps: list[Step] = []
        for verdict in verdicts:
            post = f"{n}-{chance.randrange(2)}"
            term = terms[chance.randrange(3)]
            steps.append(said(post, verdict, terms=(f"{SCENARIO}/{term}",)))
            last[post] = (term, verdict)
        events += case(f"c{n}", opened(), *steps)
    found = told(events)
    for term in terms:
        slow = [sum(each == (term, word) for each in last.values()) for word in ("relevant", "irrelevant")]
        rows = [(one.relevant, one.irrelevant) for one in found.rows if one.term == term]
        assert rows == ([tuple(slow)] if any(each[0] == term for each in last.values()) else [])
