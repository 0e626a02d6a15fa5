"""What a verdict says of a hit, and what is read out of the log."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from listening.errors import DeskMistake
from listening.model import EventKind, Match
from listening.review.verdicts import Evidence, evidence_of, read_verdicts, verdict_data
from listening.store.memory import MemoryStore
from listening.store.pseudonyms import Pseudonyms, open_pseudonyms
from tests.desk import a_post, matcher
from tests.review.logs import NOON, SCENARIO, TERMS, Step, case, closed, opened, said, step
from tests.store.records import hit

NAMES = Pseudonyms(b"k" * 32)


def test_a_verdict_says_why_the_post_was_a_hit_and_not_what_it_says() -> None:
    (found,) = matcher().match([a_post(1, "星河宽带又断网了，还老掉线，星河宽带！")])
    assert found.hit is not None
    data = verdict_data(found.hit, "irrelevant", " 只是广告 ", NAMES)
    assert data == {
        "post": NAMES.post("forum:1"),
        "verdict": "irrelevant",
        "reason": "只是广告",
        "scenarios": ["星河宽带/宽带报障"],
        "terms": ["星河宽带//星河宽带", "星河宽带/宽带报障/断网", "星河宽带/宽带报障/掉线"],
        "rules": matcher().rules_version,
    }
    assert "forum:1" not in str(data)


def test_a_verdict_without_a_reason_says_none() -> None:
    assert "reason" not in verdict_data(hit(), "relevant", "  ", NAMES)


def test_an_account_that_brought_the_subject_stands_among_the_terms() -> None:
    by_account = Match(subject="星河宽带", term="@xinghe@social.example", field="mentions")
    found = replace(hit(), matches=(by_account, by_account))
    assert evidence_of(found).terms == ("星河宽带//@xinghe@social.example",)


@pytest.mark.parametrize(
    ("word", "cure"),
    [
        pytest.param("irelevant", "did you mean 'irrelevant'?", id="a slip of the pen"),
        pytest.param("", "there are: relevant, irrelevant, duplicate", id="nothing"),
        pytest.param("是", "there are: relevant, irrelevant, duplicate", id="another language"),
    ],
)
def test_a_word_that_is_no_verdict_is_refused(word: str, cure: str) -> None:
    with pytest.raises(DeskMistake) as error:
        verdict_data(hit(), word, "", NAMES)
    assert str(error.value) == f"weibo:1: '{word}' is no verdict - {cure}"


def test_what_is_written_is_what_is_read() -> None:
    store = MemoryStore()
    names = open_pseudonyms(store)
    data = verdict_data(hit(), "duplicate", "", names)
    for event in case("a", opened(), step(EventKind.VERDICT, **data)):
        assert store.append(event)
    (judged,) = read_verdicts(store.events()).judged.values()
    assert (judged.post, judged.verdict, judged.case) == (names.post("weibo:1"), "duplicate", "a")
    assert judged.evidence == evidence_of(hit())
    assert judged.source == "论坛"


def test_the_last_word_on_a_post_counts() -> None:
    found = read_verdicts(
        case("a", opened(), said("p1", "irrelevant"), said("p2", "relevant"), said("p1", "relevant"))
    )
    assert {post: each.verdict for post, each in found.judged.items()} == {
        "p1": "relevant",
        "p2": "relevant",
    }


@pytest.mark.parametrize(
    ("minutes", "verdict"),
    [pytest.param(1, "relevant", id="the other case later"), pytest.param(-1, "irrelevant", id="earlier")],
)
def test_of_joined_cases_the_word_that_came_last_counts(minutes: int, verdict: str) -> None:
    later = NOON + timedelta(hours=1, minutes=minutes)
    events = [
        *case("a", opened(), said("p1", "irrelevant", at=NOON + timedelta(hours=1))),
        *case("b", opened("p9"), said("p1", "relevant", at=later)),
    ]
    assert read_verdicts(events).judged["p1"].verdict == verdict


def test_what_the_log_says_of_evidence_is_kept() -> None:
    (judged,) = read_verdicts(case("a", opened(), said("p1", "relevant"))).judged.values()
    assert judged.evidence == Evidence((SCENARIO,), TERMS)
    assert judged.at == NOON + timedelta(minutes=2)


REVOKED = step(EventKind.FOLLOW_UP, confirmed=False)
CONFIRMED = step(EventKind.FOLLOW_UP, confirmed=True)
REOPENED = step(EventKind.REOPEN, why="customer")


@pytest.mark.parametrize(
    ("steps", "minutes"),
    [
        pytest.param((closed("irrelevant", 5),), 5, id="irrelevant"),
        pytest.param((closed("resolved", 5),), None, id="resolved"),
        pytest.param((), None, id="still open"),
        pytest.param((closed("irrelevant", 5), REOPENED), None, id="opened again"),
        pytest.param((closed("irrelevant", 5), REVOKED), None, id="revoked"),
        pytest.param((closed("irrelevant", 5), CONFIRMED), 5, id="confirmed"),
        pytest.param((closed("irrelevant", 5), REOPENED, closed("resolved", 9)), None, id="corrected"),
        pytest.param(
            (closed("irrelevant", 5), REOPENED, closed("irrelevant", 9)),
            9,
            id="the time of both is in the last",
        ),
        pytest.param(
            (closed("irrelevant", 5), step(EventKind.WITHDRAWN, post="p1")), 5, id="the rule was mended later"
        ),
        pytest.param((closed("irrelevant", 5), step(EventKind.JOIN, into="b")), None, id="joined to another"),
        pytest.param((step(EventKind.CLOSE, result="irrelevant"),), 0, id="nobody had it in hands"),
    ],
)
def test_what_a_case_cost_that_was_irrelevant_in_the_end(
    steps: tuple[Step, ...], minutes: int | None
) -> None:
    found = read_verdicts(case("a", opened(), *steps)).wasted
    assert [each.handling_ms / 60_000 for each in found] == ([] if minutes is None else [minutes])


def test_a_wasted_case_names_the_scenarios_of_all_its_posts() -> None:
    second = step(EventKind.POST, post="p2", scenarios=["星河宽带/资费争议", SCENARIO])
    (wasted,) = read_verdicts(case("a", opened(), second, closed("irrelevant"))).wasted
    assert wasted.scenarios == (SCENARIO, "星河宽带/资费争议")
