"""The gold set leaves nothing of the language out: without any one thing of it some case comes out otherwise.

Each thing is named with the theme whose cases need it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from listening.match.decide.marks import HYPOTHETICAL, NEGATED, QUESTION
from listening.model import Channel, ListeningClass, Outcome, Priority, Reach
from listening.rules.body import SCENARIO_KEYS, SUBJECT_KEYS
from listening.rules.expression import Expression, TermKind, Via
from listening.rules.keys.where import KEYS as WHERE_KEYS
from listening.rules.sections import KEYS
from listening.rules.terms.like import LIKES
from tests.cases.gold import Theme, read_yaml, ruleset, themes
from tests.cases.spoiling import (
    Rules,
    Spoiled,
    and_is_or,
    as_rule_set,
    as_text,
    as_word,
    bodies,
    cases_that_need,
    empty_lists,
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

OF_NO_EFFECT = {"note", "examples", "resolve_within"}
"""Keys for people and for the desk: what matches does not depend on them."""

RULE_KEYS = {
    **dict.fromkeys(("any", "none", "enabled", "of"), "all none of"),
    **dict.fromkeys(("all", "bind"), "bind"),
    **dict.fromkeys(("priority", "queue", "respond_within"), "level and queue"),
    **dict.fromkeys(("accounts", "sources", "where"), "accounts and sources"),
    **dict.fromkeys(("weak", "context"), "weak"),
    "nicknames": "nicknames and variants",
    "match": "strict and text",
    "except": "except",
    "when": "when",
    NEGATED: "negation",
    QUESTION: "question",
    HYPOTHETICAL: "hypothetical",
}
VALUES = [
    *(("match", value, "strict and text") for value in ("strict", "text")),
    *(("bind", value, "bind") for value in ("sentence", "near/", "nearest")),
    *(("of", value, "all none of") for value in ("competitors", "both", "[")),
    *((NEGATED, value, "negation") for value in ("drop", "only")),
    *((QUESTION, value, "question") for value in ("drop", "only")),
    *((HYPOTHETICAL, value, "hypothetical") for value in ("drop", "only")),
]
KINDS = {
    **dict.fromkeys((TermKind.WORD, TermKind.TEXT), "strict and text"),
    **dict.fromkeys((TermKind.PREFIX, TermKind.CASE), "prefixes and case"),
    **dict.fromkeys((TermKind.PATTERN, TermKind.RAW_PATTERN), "patterns"),
    TermKind.SEPARABLE: "separable",
    TermKind.MARKED: "nicknames and variants",
    TermKind.SUBJECT: "subject places",
}
SECTIONS: dict[str, tuple[str, Callable[[Rules], object]]] = {
    "lists": ("lists", empty_lists),
    "brands": ("level and queue", other_side),
    "competitors": ("names", lambda rules: rules.pop("competitors")),
    "scenarios": ("names", lambda rules: rules.pop("scenarios")),
    "ignore": ("names", lambda rules: rules.pop("ignore")),
}
OPERATORS = [without_near, without_before, without_not, and_is_or, or_is_and, group_is_and]


def is_needed(theme: str, spoiled: Spoiled) -> bool:
    return bool(cases_that_need(next(each for each in themes() if each.name == theme), spoiled))


def test_each_thing_is_asked_for() -> None:
    assert {*RULE_KEYS} | OF_NO_EFFECT == {*SUBJECT_KEYS, *SCENARIO_KEYS}
    assert {*KINDS} == {*TermKind}
    assert {*SECTIONS} == {*KEYS}


@pytest.mark.parametrize("theme", [pytest.param(theme, id=theme.name) for theme in themes()])
def test_rules_written_anew_are_the_same(theme: Theme) -> None:
    assert ruleset(written(read_yaml(theme.rules))).digest == ruleset(theme.rules).digest


@pytest.mark.parametrize(("key", "theme"), RULE_KEYS.items())
def test_each_key_of_a_rule_is_needed(key: str, theme: str) -> None:
    assert is_needed(theme, as_text(partial(without_key, key=key)))


@pytest.mark.parametrize("key", sorted(OF_NO_EFFECT))
def test_each_other_key_of_a_rule_is_written_somewhere(key: str) -> None:
    assert any(key in body for theme in themes() for body in bodies(read_yaml(theme.rules)))


@pytest.mark.parametrize(("key", "value", "theme"), VALUES)
def test_each_value_of_a_key_is_needed(key: str, value: str, theme: str) -> None:
    assert is_needed(theme, as_text(partial(without_key, key=key, begins=value)))


@pytest.mark.parametrize("key", WHERE_KEYS)
def test_each_key_of_where_is_needed(key: str) -> None:
    assert is_needed("where", as_text(partial(without_where, key=key)))


@pytest.mark.parametrize("section", KEYS)
def test_each_key_of_a_file_is_needed(section: str) -> None:
    theme, spoil = SECTIONS[section]
    assert is_needed(theme, as_text(spoil))


@pytest.mark.parametrize("key", ["any", "authors"])
def test_each_key_of_ignore_is_needed(key: str) -> None:
    assert is_needed("ignore and authors", as_text(lambda rules: rules["ignore"].pop(key)))


@pytest.mark.parametrize("form", LIKES)
def test_each_form_of_like_is_needed(form: Via) -> None:
    spoiled = as_text(lambda rules: rules.update(without_like(rules, str(form))))
    assert is_needed("nicknames and variants", spoiled)


@pytest.mark.parametrize(("kind", "theme"), KINDS.items())
def test_each_kind_of_term_is_needed(kind: TermKind, theme: str) -> None:
    assert is_needed(theme, as_rule_set(term=as_word(kind)))


@pytest.mark.parametrize("spoil", OPERATORS)
def test_each_operator_is_needed(spoil: Callable[[Expression], Expression]) -> None:
    assert is_needed("when", as_rule_set(expression=spoil))


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
    assert set(_stated(key)) == values


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
    assert set(_stated_of_evidence(key)) == values


def _stated(key: str) -> Iterator[Any]:
    yield from (case.stated[key] for theme in themes() for case in theme.cases if key in case.stated)


def _stated_of_evidence(key: str) -> Iterator[Any]:
    """Every value that some case states of a piece of evidence, those of marks one by one."""
    for pieces in _stated("evidence"):
        for piece in pieces:
            if isinstance(piece, dict) and key in piece:
                yield from piece[key] if isinstance(piece[key], list) else (piece[key],)
