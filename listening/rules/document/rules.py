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
from listening.rules.document.expressions import expression_from, expression_to, terms_from, terms_to
from listening.rules.document.where import where_from, where_to
from listening.rules.expression import NOWHERE
from listening.rules.ruleset import (
    CONTEXT_WITHIN,
    Bind,
    BindKind,
    Conditions,
    Examples,
    Ignore,
    Keep,
    MatchMode,
    RuleSet,
    Scenario,
    Side,
    Subject,
)

VERSION = 2
"""Of this form of document. One of version 1 reads the same, it only never says what came with version 2."""

_READABLE = (1, VERSION)

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
        "ignore": {"any": terms_to(ruleset.ignore.any), "authors": list(ruleset.ignore.authors)},
    }


def rules_from_document(document: Mapping[str, Any]) -> RuleSet:
    """The rule set that was kept. Raises `RuleMistakes` if the document is of another version, or damaged."""
    try:
        if document["version"] not in _READABLE:
            raise _damaged(f"is of version {document['version']}, not {VERSION}")
        ruleset = RuleSet(
            subjects=tuple(map(_subject_from, document["subjects"])),
            scenarios=tuple(map(_scenario_from, document["scenarios"])),
            ignore=Ignore(
                any=terms_from(document["ignore"]["any"]), authors=tuple(document["ignore"]["authors"])
            ),
            digest=document["digest"],
        )
        if with_digest(ruleset).digest != ruleset.digest:
            raise _damaged("does not say what its digest stands for")
    except RuleMistakes:
        raise
    except (
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
        RecursionError,
        ListeningError,
    ) as error:
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
        **_limits_to(scenario),
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
        bind=_bind_from(record.get("bind", {})),
        negated=Keep(record.get("negated", Keep.KEEP)),
        question=Keep(record.get("question", Keep.KEEP)),
        hypothetical=Keep(record.get("hypothetical", Keep.KEEP)),
        queue=record["queue"],
        priority=Priority(record["priority"]),
        respond_within=_duration(record["respond_within"]),
        resolve_within=_duration(record["resolve_within"]),
        note=record["note"],
        examples=_examples_from(record["examples"]),
    )


def _limits_to(scenario: Scenario) -> dict[str, Any]:
    """`bind` and the marks, as far as they limit anything."""
    bind = scenario.bind
    marks = {
        "negated": scenario.negated,
        "question": scenario.question,
        "hypothetical": scenario.hypothetical,
    }
    return {
        **({"bind": {"kind": str(bind.kind), "within": bind.within}} if bind != Bind() else {}),
        **{mark: str(keep) for mark, keep in marks.items() if keep is not Keep.KEEP},
    }


def _bind_from(record: Mapping[str, Any]) -> Bind:
    return Bind(BindKind(record["kind"]), record["within"]) if record else Bind()


def _conditions_to(conditions: Conditions) -> dict[str, Any]:
    when, where = conditions.when, where_to(conditions.where)
    return {
        "any": terms_to(conditions.any),
        "all": terms_to(conditions.all),
        "none": terms_to(conditions.none),
        "except": terms_to(conditions.except_),
        "match": str(conditions.match),
        **({"when": expression_to(when)} if when is not None else {}),
        **({"where": where} if where else {}),
        **({"context": terms_to(conditions.context)} if conditions.context else {}),
        **({"context_within": within} if (within := conditions.context_within) != CONTEXT_WITHIN else {}),
    }


def _conditions_from(record: Mapping[str, Any]) -> Conditions:
    when = record.get("when")
    return Conditions(
        any=terms_from(record["any"]),
        all=terms_from(record["all"]),
        none=terms_from(record["none"]),
        except_=terms_from(record["except"]),
        match=MatchMode(record["match"]),
        when=expression_from(when) if when is not None else None,
        where=where_from(record.get("where", {})),
        context=terms_from(record.get("context", ())),
        context_within=record.get("context_within", CONTEXT_WITHIN),
    )


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
