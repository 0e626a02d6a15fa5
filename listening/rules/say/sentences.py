"""What a term, an expression or a rule means, in a sentence: for `explain` and for pages.

`say(term, "zh")`; a rule says one sentence for each of its keys that is stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TypeAlias

from listening.rules.expression import (
    SEPARATION,
    And,
    Expression,
    Near,
    Not,
    Or,
    Stands,
    Term,
    TermKind,
    Via,
)
from listening.rules.ruleset import (
    Bind,
    BindKind,
    Conditions,
    Keep,
    MatchMode,
    Scenario,
    Subject,
    Where,
)
from listening.rules.say.phrases import Language, phrase

MOST = 12
"""So many terms of a group are said; the others are counted."""

Sayable: TypeAlias = Term | Expression | Bind | Where | Conditions | Subject | Scenario


def say(thing: Sayable, language: Language) -> str:
    match thing:
        case Term():
            return _term(thing, language)
        case Subject():
            return "\n".join(_subject(thing, language))
        case Scenario():
            return "\n".join(_scenario(thing, language))
        case Conditions():
            return "\n".join(_conditions(thing, language))
        case Bind():
            return phrase(f"bind {thing.kind}", language, within=thing.within)
        case Where():
            return phrase("where", language, limits=phrase("comma", language).join(_limits(thing, language)))
        case _:
            return _clause(thing, language)


def _term(term: Term, language: Language) -> str:
    said = _kind(term, language)
    if term.via is not None:
        said = phrase(str(term.via), language, term=said, word=term.stands_for)
    return phrase("weak", language, term=said) if term.weak else said


def _kind(term: Term, language: Language) -> str:
    if term.kind is not TermKind.SEPARABLE:
        return phrase(str(term.kind), language, text=term.text)
    left, right = term.pieces
    name = "separable both ways" if term.both_ways else "separable"
    return phrase(name, language, left=left, right=right, apart=SEPARATION)


def _terms(terms: Iterable[Term], language: Language) -> str:
    return _listed([_term(term, language) for term in terms], language)


def _listed(said: list[str], language: Language) -> str:
    listed = phrase("comma", language).join(said[:MOST])
    if len(said) <= MOST:
        return listed
    return phrase("and more", language, terms=listed, count=len(said) - MOST)


def _group(terms: tuple[Term, ...], language: Language) -> str:
    said = _terms(terms, language)
    return said if len(terms) == 1 else phrase("one of", language, terms=said)


def _clause(expression: Expression, language: Language) -> str:
    match expression:
        case Stands(terms):
            return phrase("stands", language, terms=_group(terms, language))
        case Near(left, right, within, ordered):
            sides = {"left": _group(left, language), "right": _group(right, language)}
            return phrase("before" if ordered else "near", language, within=within, **sides)
        case Not(inner):
            return phrase("not", language, inner=_inner(inner, language))
        case And(parts):
            return phrase("and", language).join(_inner(part, language) for part in parts)
        case Or(parts):
            return phrase("or", language).join(_inner(part, language) for part in parts)


def _inner(expression: Expression, language: Language) -> str:
    """A clause inside another one, in brackets where it has parts of its own."""
    clause = _clause(expression, language)
    return phrase("group", language, inner=clause) if isinstance(expression, And | Or) else clause


def _subject(subject: Subject, language: Language) -> Iterator[str]:
    yield phrase(str(subject.side), language, name=subject.name)
    yield from _conditions(subject.conditions, language)
    if subject.accounts:
        accounts = [f"{platform} {name}" for platform, names in subject.accounts.items() for name in names]
        yield phrase("accounts", language, accounts=_listed(accounts, language))
    if subject.sources:
        yield phrase("sources", language, sources=_listed(list(subject.sources), language))
    yield from _told(subject, language)


def _scenario(scenario: Scenario, language: Language) -> Iterator[str]:
    yield phrase("scenario", language, name=scenario.name)
    yield from _conditions(scenario.conditions, language)
    yield phrase("of", language, names=_listed(list(scenario.of), language))
    if scenario.bind.kind is not BindKind.POST:
        yield say(scenario.bind, language)
    marks = {
        "negated": scenario.negated,
        "question": scenario.question,
        "hypothetical": scenario.hypothetical,
    }
    for mark, keep in marks.items():
        if keep is not Keep.KEEP:
            yield phrase(f"{mark} {keep}", language)
    yield phrase("queue", language, queue=scenario.queue)
    yield phrase("priority", language, priority=phrase(f"priority {scenario.priority}", language))
    if scenario.respond_within is not None:
        yield phrase("respond_within", language, time=_time(scenario.respond_within, language))
    if scenario.resolve_within is not None:
        yield phrase("resolve_within", language, time=_time(scenario.resolve_within, language))
    yield from _told(scenario, language)


def _conditions(conditions: Conditions, language: Language) -> Iterator[str]:
    nicknames = [term for term in conditions.any if term.via is Via.NICKNAME]
    named = [term for term in conditions.any if term.via is not Via.NICKNAME]
    stated = {"any": named, "all": conditions.all, "none": conditions.none, "except": conditions.except_}
    for key, terms in stated.items():
        if terms:
            yield phrase(key, language, terms=_terms(terms, language))
        if key == "any" and nicknames:
            yield phrase("nicknames", language, terms=_terms(nicknames, language))
    if conditions.when is not None:
        yield phrase("when", language, clause=_clause(conditions.when, language))
    if conditions.context:
        context, within = _terms(conditions.context, language), conditions.context_within
        yield phrase("context", language, terms=context, within=within)
    if conditions.match is not MatchMode.WORD:
        yield phrase("match", language, mode=phrase(f"match {conditions.match}", language))
    if conditions.where != Where():
        yield say(conditions.where, language)


def _told(rule: Subject | Scenario, language: Language) -> Iterator[str]:
    examples = rule.examples
    if examples.hit or examples.miss:
        yield phrase("examples", language, hit=len(examples.hit), miss=len(examples.miss))
    if rule.note:
        yield phrase("note", language, note=" ".join(rule.note.split()))


def _limits(where: Where, language: Language) -> Iterator[str]:
    fields = tuple(phrase("text field" if f == "text" else f, language) for f in where.fields)
    names = {
        "platform": where.platforms,
        "kind": where.kinds,
        "source": where.sources,
        "region": where.regions,
        "field": fields,
    }
    for key, each in names.items():
        if each:
            yield phrase(key, language, names=phrase("or names", language).join(each))
    for key, count in zip(("followers min", "followers max"), where.followers, strict=True):
        if count is not None:
            yield phrase(key, language, count=count)
    if where.verified is not None:
        yield phrase("verified yes" if where.verified else "verified no", language)
    if where.hours is not None:
        begin, end = (each.isoformat("minutes") for each in where.hours)
        yield phrase("hours", language, begin=begin, end=end, zone=where.zone)


def _time(duration: timedelta, language: Language) -> str:
    """1 h 30 min as the largest units that it fills."""
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = {"days": days, "hours long": hours, "minutes": minutes, "seconds": seconds}
    said = [phrase(unit, language, n=n) for unit, n in parts.items() if n]
    return ("" if language == "zh" else " ").join(said)
