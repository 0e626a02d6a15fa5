"""Which rules are live: the folder's when they are good, else the last good ones, kept whole in the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from listening.codec import time_text
from listening.errors import Conflict, RuleMistakes
from listening.match.examples import require_examples
from listening.match.matcher import Matcher
from listening.rules import RuleSet, read_rules, rules_from_document, rules_to_document
from listening.store.ports import Documents

LAST_GOOD = "rules/last-good"


@dataclass(frozen=True, slots=True)
class Live:
    """The rules to work with. `mistakes` is what is wrong with the folder; then the matcher is the last good
    one, or None where none was ever kept."""

    matcher: Matcher | None
    mistakes: RuleMistakes | None = None


def good_rules(folder: Path) -> Matcher:
    """The folder's rules, gated by their examples. Raises `RuleMistakes`."""
    matcher = Matcher(read_rules(folder))
    require_examples(matcher)
    return matcher


def live_rules(folder: Path, documents: Documents, now: datetime) -> Live:
    """What a collecting command uses. Good rules are kept as the last good ones."""
    try:
        matcher = good_rules(folder)
    except RuleMistakes as mistakes:
        return _last_good(documents, mistakes)
    _keep(matcher, documents, now)
    return Live(matcher)


@dataclass(frozen=True, slots=True)
class Kept:
    """The last good rules, and since when they are live."""

    ruleset: RuleSet
    since: str


def kept_rules(documents: Documents) -> Kept | None:
    """What is kept in the store; None where nothing ever was. Raises `RuleMistakes` if it cannot be read."""
    kept = documents.get_document(LAST_GOOD)
    return Kept(_ruleset_from(kept.body), str(kept.body["since"])) if kept is not None else None


def _last_good(documents: Documents, mistakes: RuleMistakes) -> Live:
    """The kept rules. Where they cannot be read either (a newer program's), it is as if there were none."""
    kept = documents.get_document(LAST_GOOD)
    if kept is None:
        return Live(None, mistakes)
    try:
        return Live(Matcher(_ruleset_from(kept.body)), mistakes)
    except RuleMistakes as unreadable:
        return Live(None, RuleMistakes([*mistakes.mistakes, *unreadable.mistakes]))


def _keep(matcher: Matcher, documents: Documents, now: datetime) -> None:
    ruleset = matcher.plan.ruleset
    kept = documents.get_document(LAST_GOOD)
    rules = rules_to_document(ruleset)
    if kept is not None and kept.body.get("rules") == rules:
        return
    body = {"digest": ruleset.digest, "since": time_text(now), "rules": rules}
    try:
        documents.put_document(LAST_GOOD, body, kept.version if kept else 0)
    except Conflict:
        # Another command has just kept the rules it found good; the next one settles it.
        return


def _ruleset_from(body: Mapping[str, object]) -> RuleSet:
    rules = body["rules"]
    assert isinstance(rules, Mapping)
    return rules_from_document(rules)
