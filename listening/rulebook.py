"""Which rules are live: the folder's when they are good, else the last good ones, kept whole in the store."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from listening.codec import time_text
from listening.errors import Conflict, RuleMistakes
from listening.match.explain.examples import require_examples
from listening.match.matcher import Matcher
from listening.rules import RuleSet, read_rules, rules_from_document, rules_to_document
from listening.store.ports import Documents

LAST_GOOD = "rules/last-good"
_KEPT = "rules/kept/"
_LIVE = "rules/live/"


@dataclass(frozen=True, slots=True)
class Live:
    """The rules to work with. `mistakes` is what is wrong with the folder; then the matcher is the last good
    one, or None where none was ever kept."""

    matcher: Matcher | None
    mistakes: RuleMistakes | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """The last good rules, and since when they are live."""

    ruleset: RuleSet
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A time in which one rule set was the live one. `until` is None for the one that still is.

    `digest` names what the rules mean, `rules_version` is what stands on the hits that they made.
    """

    digest: str
    rules_version: str
    since: datetime
    until: datetime | None = None


def good_rules(folder: Path) -> Matcher:
    """The folder's rules, gated by their examples. Raises `RuleMistakes`."""
    matcher = Matcher(read_rules(folder))
    require_examples(matcher)
    return matcher


def kept_rules(folder: Path, documents: Documents, now: datetime) -> Matcher:
    """The folder's rules, kept as the last good ones. Raises `RuleMistakes`."""
    matcher = good_rules(folder)
    keep(matcher, documents, now)
    return matcher


def live_rules(folder: Path, documents: Documents, now: datetime) -> Live:
    """What a collecting command uses."""
    try:
        return Live(kept_rules(folder, documents, now))
    except RuleMistakes as mistakes:
        return _fallen_back(documents, mistakes)


def last_good(documents: Documents) -> Kept | None:
    """What is kept in the store; None where nothing ever was. Raises `RuleMistakes` if it cannot be read."""
    kept = documents.get_document(LAST_GOOD)
    return Kept(_ruleset_from(kept.body), str(kept.body["since"])) if kept is not None else None


def _fallen_back(documents: Documents, mistakes: RuleMistakes) -> Live:
    """The kept rules. Where they cannot be read either (a newer program's), it is as if there were none."""
    kept = documents.get_document(LAST_GOOD)
    if kept is None:
        return Live(None, mistakes)
    try:
        return Live(Matcher(_ruleset_from(kept.body)), mistakes)
    except RuleMistakes as unreadable:
        return Live(None, RuleMistakes([*mistakes.mistakes, *unreadable.mistakes]))


def keep(matcher: Matcher, documents: Documents, now: datetime) -> None:
    """Keep the rules of a matcher as the last good ones."""
    ruleset = matcher.plan.ruleset
    kept = documents.get_document(LAST_GOOD)
    rules = rules_to_document(ruleset)
    if kept is not None and kept.body.get("rules") == rules:
        return
    body = {"digest": ruleset.digest, "since": time_text(now), "rules": rules}
    if kept is None or kept.body.get("digest") != ruleset.digest:
        _remember(matcher, body, documents)
    try:
        documents.put_document(LAST_GOOD, body, kept.version if kept else 0)
    except Conflict:
        # Another command has just kept the rules it found good; the next one settles it.
        return


def _remember(matcher: Matcher, body: Mapping[str, Any], documents: Documents) -> None:
    """Keep the rules under their digest, and that they are live from now on."""
    digest, since = body["digest"], body["since"]
    period = {"digest": digest, "rules_version": matcher.rules_version, "since": since}
    for key, told in ((f"{_KEPT}{digest}", body), (f"{_LIVE}{since}/{digest}", period)):
        # what is there already says the same
        with suppress(Conflict):
            documents.put_document(key, told, 0)


def history(documents: Documents) -> list[Period]:
    """When which rules were live, from old to new."""
    found: list[Period] = []
    for document in documents.documents(_LIVE):
        body = document.body
        since = datetime.fromisoformat(body["since"])
        if found and found[-1].digest == body["digest"]:
            continue
        if found:
            found[-1] = replace(found[-1], until=since)
        found.append(Period(digest=body["digest"], rules_version=body["rules_version"], since=since))
    return found


def remembered(digest: str, documents: Documents) -> RuleSet | None:
    """The rules that were live under this digest, or under one that begins so; None if there are none, or
    several."""
    found = [document.body for document in documents.documents(f"{_KEPT}{digest}")]
    return rules_from_document(found[0]["rules"]) if len(found) == 1 else None


def _ruleset_from(body: Mapping[str, Any]) -> RuleSet:
    return rules_from_document(body.get("rules", {}))
