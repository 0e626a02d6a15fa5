"""The gold set leaves nothing of the language out: each thing of it is needed by some case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import yaml

from listening.match.marks import HYPOTHETICAL, NEGATED, QUESTION
from listening.model import Channel, ListeningClass, Outcome, Priority, Reach
from listening.rules.body import SCENARIO_KEYS, SUBJECT_KEYS
from listening.rules.expression import Expression, TermKind, Via
from listening.rules.like import LIKES
from listening.rules.sections import KEYS
from listening.rules.where import KEYS as WHERE_KEYS
from tests.cases.gold import Theme, matcher, said, themes
from tests.cases.spoiling import (
    NOWHERE_WORD,
    Rules,
    and_is_or,
    as_rule_set,
    as_text,
    as_word,
    bodies,
    cases_that_need,
    group_is_and,
    or_is_and,
    other_side,
    without_before,
    without_key,
    without_like,
    without_near,
    without_not,
    without_where,
    written,
)

OF_NO_EFFECT = ("note", "examples", "resolve_within")
"""Keys for people and for the desk; what matches does not depend on them."""

RULE_KEYS = sorted({*SUBJECT_KEYS, *SCENARIO_KEYS})
VALUES = [
    *(("match", value) for value in ("strict", "text")),
    *(("bind", value) for value in ("sentence", "near/", "nearest")),
    *(("of", value) for value in ("competitors", "both", "[")),
    *((mark, value) for mark in (NEGATED, QUESTION, HYPOTHETICAL) for value in ("drop", "only")),
]


def needed(spoiled: Callable[[str], Any]) -> bool:
    return next(cases_that_need(spoiled), None) is not None


@pytest.mark.parametrize("theme", [pytest.param(theme, id=theme.name) for theme in themes()])
def test_rules_written_anew_say_the_same(theme: Theme) -> None:
    asked = matcher(written(yaml.safe_load(theme.rules)))
    for case in theme.cases:
        assert said(asked.match([case.post])[0], case.stated) == case.stated


@pytest.mark.parametrize("key", [key for key in RULE_KEYS if key not in OF_NO_EFFECT])
def test_each_key_of_a_rule_is_needed(key: str) -> None:
    assert needed(as_text(partial(without_key, key=key)))


@pytest.mark.parametrize("key", OF_NO_EFFECT)
def test_each_key_of_no_effect_is_written_somewhere(key: str) -> None:
    assert any(key in body for theme in themes() for body in bodies(yaml.safe_load(theme.rules)))
    assert not needed(as_text(partial(without_key, key=key)))


@pytest.mark.parametrize(("key", "value"), VALUES)
def test_each_value_of_a_key_is_needed(key: str, value: str) -> None:
    assert needed(as_text(partial(without_key, key=key, begins=value)))


@pytest.mark.parametrize("key", WHERE_KEYS)
def test_each_key_of_where_is_needed(key: str) -> None:
    assert needed(as_text(partial(without_where, key=key)))


@pytest.mark.parametrize("key", KEYS)
def test_each_key_of_a_file_is_needed(key: str) -> None:
    def spoil(rules: Rules) -> None:
        if key == "lists":
            rules["lists"] = dict.fromkeys(rules.get("lists", ()), NOWHERE_WORD)
        elif key == "brands":
            other_side(rules)
        else:
            rules.pop(key, None)

    assert needed(as_text(spoil))


@pytest.mark.parametrize("key", ["any", "authors"])
def test_each_key_of_ignore_is_needed(key: str) -> None:
    assert needed(as_text(lambda rules: rules.get("ignore", {}).pop(key, None)))


@pytest.mark.parametrize("form", LIKES)
def test_each_form_of_like_is_needed(form: Via) -> None:
    assert needed(as_text(lambda rules: rules.update(without_like(rules, str(form)))))


@pytest.mark.parametrize("kind", TermKind)
def test_each_kind_of_term_is_needed(kind: TermKind) -> None:
    assert needed(as_rule_set(term=as_word(kind)))


@pytest.mark.parametrize(
    "spoil", [without_near, without_before, without_not, and_is_or, or_is_and, group_is_and]
)
def test_each_operator_is_needed(spoil: Callable[[Expression], Expression]) -> None:
    assert needed(as_rule_set(expression=spoil))


def stated(key: str) -> set[Any]:
    return {case.stated[key] for theme in themes() for case in theme.cases if key in case.stated}


def stated_of_evidence(key: str) -> set[Any]:
    """Every value that some case states of a piece of evidence, those of marks and cues one by one."""
    found = (
        piece[key]
        for theme in themes()
        for case in theme.cases
        for piece in case.stated.get("evidence", ())
        if isinstance(piece, dict) and key in piece
    )
    return {one for value in found for one in _one_by_one(value)}


def _one_by_one(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, list) else (value,)


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("outcome", {Outcome.HIT, Outcome.MENTION, Outcome.UNMATCHED, Outcome.EXCLUDED}),
        ("class", {*ListeningClass}),
        ("reach", {*Reach}),
        ("channel", {*Channel}),
        ("priority", {*Priority, None}),
        ("level", {1, 2}),
    ],
)
def test_each_way_to_come_out_is_judged(key: str, values: set[Any]) -> None:
    assert stated(key) == values


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("via", {*Via, None}),
        ("marks", {NEGATED, QUESTION, HYPOTHETICAL}),
        ("part", {"own", "quoted"}),
        ("field", {"title", "text", "tags.0", "tags.1", "author", "mentions", "parent", "root", "source"}),
    ],
)
def test_each_sort_of_evidence_is_judged(key: str, values: set[Any]) -> None:
    assert stated_of_evidence(key) == values
