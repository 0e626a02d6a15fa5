"""What a query means, record by record: the meaning with which every store must agree."""

from __future__ import annotations

from collections.abc import Callable

from listening.model import Hit, Status
from listening.query.fields import search_keys
from listening.query.nouns import Bound, Clause, Field, Query, Text
from listening.text.fold import fold
from listening.text.index_form import index_form, whole_words

Predicate = Callable[[Hit], bool]


def matches(query: Query, hit: Hit) -> bool:
    """Is the record what the query asks for?"""
    return predicate(query)(hit)


def predicate(query: Query) -> Predicate:
    """The same question, prepared for asking it of many records."""
    tests = [_test(clause) for clause in query.clauses]
    shows_withdrawn = query.wants_withdrawn

    def holds(hit: Hit) -> bool:
        if hit.status is Status.WITHDRAWN and not shows_withdrawn:
            return False
        return all(test(hit) for test in tests)

    return holds


def _test(clause: Clause) -> Predicate:
    test = _positive(clause)
    return (lambda hit: not test(hit)) if clause.negated else test


def _positive(clause: Clause) -> Predicate:
    match clause:
        case Text(whole=True):
            return _whole_word(fold(clause.text))
        case Text():
            return _run(index_form(clause.text))
        case Field(name="id"):
            return lambda hit: hit.id in clause.values
        case Field():
            wanted = {fold(value) for value in clause.values}
            return lambda hit: not wanted.isdisjoint(search_keys(hit, clause.name))
        case Bound():
            return _bound(clause)


def _whole_word(word: str) -> Predicate:
    return lambda hit: any(word in whole_words(text) for _, text in hit.post.texts())


def _run(form: str) -> Predicate:
    """Token by token within one field: never from the title into the text, or from one tag into the next."""
    return lambda hit: any(f" {form} " in f" {index_form(text)} " for _, text in hit.post.texts())


def _bound(bound: Bound) -> Predicate:
    def holds(hit: Hit) -> bool:
        at = hit.post.published_at
        if at is None:
            return False
        return at >= bound.at if bound.name == "since" else at <= bound.at

    return holds
