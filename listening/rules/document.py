"""The rule set as a document of plain values, and back: what is kept in the store, and what the digest is of.

Lossless except for places. The digest is of the meaning alone: no places, notes or examples.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from listening.codec import canonical, post_from_dict, post_to_dict
from listening.errors import ListeningError, Mistake, Place, RuleMistakes
from listening.model import Priority
from listening.rules.expression import NOWHERE, Term, TermKind
from listening.rules.ruleset import Conditions, Examples, Ignore, MatchMode, RuleSet, Scenario, Side, Subject

VERSION = 1
"""Of this form of document."""

_SAID_ONLY = ("note", "examples")


def with_digest(ruleset: RuleSet) -> RuleSet:
    """The rule set, named by the sha256 of its meaning."""
    document = rules_to_document(ruleset)
    meaning = {
        "subjects": [_meaning(subject) for subject in document["subjects"]],
        "scenarios": [_meaning(scenario) for scenario in document["scenarios"]],
        "ignore": document["ignore"],
    }
    return replace(ruleset, digest=hashlib.sha256(canonical(meaning)).hexdigest())


def _meaning(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in rule.items() if key not in _SAID_ONLY}


def rules_to_document(ruleset: RuleSet) -> dict[str, Any]:
    return {
        "version": VERSION,
        "digest": ruleset.digest,
        "subjects": [_subject_to(subject) for subject in ruleset.subjects],
        "scenarios": [_scenario_to(scenario) for scenario in ruleset.scenarios],
        "ignore": {"any": _terms_to(ruleset.ignore.any), "authors": list(ruleset.ignore.authors)},
    }


def rules_from_document(document: Mapping[str, Any]) -> RuleSet:
    """The rule set that was kept. Raises `RuleMistakes` if the document is of another version, or damaged."""
    try:
        if document["version"] != VERSION:
            raise _damaged(f"is of version {document['version']}, not {VERSION}")
        ruleset = RuleSet(
            subjects=tuple(map(_subject_from, document["subjects"])),
            scenarios=tuple(map(_scenario_from, document["scenarios"])),
            ignore=Ignore(
                any=_terms_from(document["ignore"]["any"]), authors=tuple(document["ignore"]["authors"])
            ),
            digest=document["digest"],
        )
        if with_digest(ruleset).digest != ruleset.digest:
            raise _damaged("does not say what its digest stands for")
    except RuleMistakes:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, ListeningError) as error:
        raise _damaged(f"cannot be read ({error!r})") from error
    return ruleset


def _damaged(what: str) -> RuleMistakes:
    cure = "mend the rules folder, it will be kept anew"
    return RuleMistakes([Mistake(Place("kept rule set"), what, cure)])


def _subject_to(subject: Subject) -> dict[str, Any]:
    return {
        "name": subject.name,
        "side": str(subject.side),
        **_conditions_to(subject.conditions),
        "accounts": {platform: list(accounts) for platform, accounts in subject.accounts.items()},
        "sources": list(subject.sources),
        "note": subject.note,
        "examples": _examples_to(subject.examples),
    }


def _subject_from(record: Mapping[str, Any]) -> Subject:
    return Subject(
        name=record["name"],
        side=Side(record["side"]),
        conditions=_conditions_from(record),
        accounts={platform: tuple(accounts) for platform, accounts in record["accounts"].items()},
        sources=tuple(record["sources"]),
        note=record["note"],
        examples=_examples_from(record["examples"]),
    )


def _scenario_to(scenario: Scenario) -> dict[str, Any]:
    return {
        "name": scenario.name,
        **_conditions_to(scenario.conditions),
        "of": list(scenario.of),
        "queue": scenario.queue,
        "priority": str(scenario.priority),
        "respond_within": _seconds(scenario.respond_within),
        "resolve_within": _seconds(scenario.resolve_within),
        "note": scenario.note,
        "examples": _examples_to(scenario.examples),
    }


def _scenario_from(record: Mapping[str, Any]) -> Scenario:
    return Scenario(
        name=record["name"],
        conditions=_conditions_from(record),
        of=tuple(record["of"]),
        queue=record["queue"],
        priority=Priority(record["priority"]),
        respond_within=_duration(record["respond_within"]),
        resolve_within=_duration(record["resolve_within"]),
        note=record["note"],
        examples=_examples_from(record["examples"]),
    )


def _conditions_to(conditions: Conditions) -> dict[str, Any]:
    return {
        "any": _terms_to(conditions.any),
        "all": _terms_to(conditions.all),
        "none": _terms_to(conditions.none),
        "except": _terms_to(conditions.except_),
        "match": str(conditions.match),
    }


def _conditions_from(record: Mapping[str, Any]) -> Conditions:
    return Conditions(
        any=_terms_from(record["any"]),
        all=_terms_from(record["all"]),
        none=_terms_from(record["none"]),
        except_=_terms_from(record["except"]),
        match=MatchMode(record["match"]),
    )


def _terms_to(terms: tuple[Term, ...]) -> list[list[str]]:
    return [[term.kind.value, term.text] for term in terms]


def _terms_from(records: list[list[str]]) -> tuple[Term, ...]:
    return tuple(Term(TermKind(kind), text) for kind, text in records)


def _examples_to(examples: Examples) -> dict[str, Any]:
    return {
        "hit": [post_to_dict(post) for post, _ in examples.hit],
        "miss": [post_to_dict(post) for post, _ in examples.miss],
    }


def _examples_from(record: Mapping[str, Any]) -> Examples:
    return Examples(
        hit=tuple((post_from_dict(post), NOWHERE) for post in record["hit"]),
        miss=tuple((post_from_dict(post), NOWHERE) for post in record["miss"]),
    )


def _seconds(duration: timedelta | None) -> int | None:
    return int(duration.total_seconds()) if duration is not None else None


def _duration(seconds: int | None) -> timedelta | None:
    return timedelta(seconds=seconds) if seconds is not None else None
