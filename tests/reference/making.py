"""Short ways to say a rule set and a post in a test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from listening.model import Post, Priority
from listening.rules.expression import Term, TermKind
from listening.rules.ruleset import (
    DEFAULT_QUEUE,
    Conditions,
    Ignore,
    MatchMode,
    RuleSet,
    Scenario,
    Side,
    Subject,
)

NOTHING = Conditions()
NOTHING_IGNORED = Ignore()


def term(written: str) -> Term:
    """As in the YAML: `/…/`, `raw/…/`, `iphone*`, `text:断网`, `case:LTE`, else a bare word."""
    if written.startswith("/") and written.endswith("/") and len(written) > 2:
        return Term(TermKind.PATTERN, written[1:-1])
    if written.startswith("raw/"):
        return Term(TermKind.RAW_PATTERN, written[4:-1])
    if written.endswith("*"):
        return Term(TermKind.PREFIX, written[:-1])
    for kind in (TermKind.TEXT, TermKind.CASE):
        if written.startswith(f"{kind}:"):
            return Term(kind, written.partition(":")[2])
    return Term(TermKind.WORD, written)


def terms(written: Iterable[str]) -> tuple[Term, ...]:
    return tuple(term(one) for one in written)


def conditions(
    any: Iterable[str] = (),
    *,
    all: Iterable[str] = (),
    none: Iterable[str] = (),
    except_: Iterable[str] = (),
    match: MatchMode = MatchMode.WORD,
) -> Conditions:
    return Conditions(any=terms(any), all=terms(all), none=terms(none), except_=terms(except_), match=match)


def brand(
    name: str,
    rule: Conditions = NOTHING,
    *,
    accounts: Mapping[str, tuple[str, ...]] | None = None,
    sources: tuple[str, ...] = (),
    side: Side = Side.BRAND,
) -> Subject:
    return Subject(name=name, side=side, conditions=rule, accounts=accounts or {}, sources=sources)


def scenario(
    name: str,
    rule: Conditions,
    *of: str,
    queue: str = DEFAULT_QUEUE,
    priority: Priority = Priority.NORMAL,
) -> Scenario:
    return Scenario(name=name, conditions=rule, of=of, queue=queue, priority=priority)


def rules(*subjects_and_scenarios: Subject | Scenario, ignore: Ignore = NOTHING_IGNORED) -> RuleSet:
    return RuleSet(
        subjects=tuple(s for s in subjects_and_scenarios if isinstance(s, Subject)),
        scenarios=tuple(s for s in subjects_and_scenarios if isinstance(s, Scenario)),
        ignore=ignore,
    )


def post(text: str, **more: object) -> Post:
    return Post(id="made:1", text=text, **more)  # type: ignore[arg-type]  # any other field of a post
