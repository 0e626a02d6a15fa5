"""What people said of hits, out of the log: the last word on each, and what irrelevant ones cost the desk."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from listening.errors import DeskMistake
from listening.model import EventKind, Hit, Result, ReviewEvent
from listening.store.pseudonyms import Pseudonyms
from listening.suggest import cure


class Verdict(enum.StrEnum):
    """The word on one hit. `duplicate`: rightly found, and known already; it counts for nobody."""

    RELEVANT = "relevant"
    IRRELEVANT = "irrelevant"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why something is a hit: `subject/scenario` pairs, and terms as `subject/scenario/term`.

    What speaks for the subject itself is `subject//term`.
    """

    scenarios: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The last word on a post (its pseudonym). `source`: where its case came from."""

    post: str
    case: str
    at: datetime
    verdict: str
    evidence: Evidence
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wasted:
    """The time a case was in hands that ended as irrelevant."""

    case: str
    at: datetime
    handling_ms: int
    scenarios: tuple[str, ...] = ()


@dataclass(slots=True)
class Verdicts:
    """What the log says: by post the last word on it, and the cases that were irrelevant in the end."""

    judged: dict[str, Judged] = field(default_factory=dict)
    wasted: list[Wasted] = field(default_factory=list)


def evidence_of(hit: Hit) -> Evidence:
    """What brought the hit, each once."""
    terms = (f"{match.subject}/{match.scenario or ''}/{match.term}" for match in hit.matches)
    return Evidence(hit.scenarios, tuple(dict.fromkeys(terms)))


def verdict_data(hit: Hit, verdict: str, reason: str, pseudonyms: Pseudonyms) -> dict[str, Any]:
    """What a `verdict` event says of a hit. Raises `DeskMistake` for a word that is no verdict."""
    known = [str(each) for each in Verdict]
    if verdict not in known:
        raise DeskMistake(hit.id, f"'{verdict}' is no verdict", cure(verdict, known))
    evidence = evidence_of(hit)
    data: dict[str, Any] = {
        "post": pseudonyms.post(hit.id),
        "verdict": str(verdict),
        "scenarios": list(evidence.scenarios),
        "terms": list(evidence.terms),
        "rules": hit.rules_version,
    }
    return data | ({"reason": reason.strip()} if reason.strip() else {})


def read_verdicts(events: Iterable[ReviewEvent]) -> Verdicts:
    """Out of events by case and step, as a store's `events()` gives them.

    A post that was judged in several cases (as they were joined) has the word that came last.
    """
    found = Verdicts()
    for case, steps in by_case(events):
        for each in _judged(case, steps):
            before = found.judged.get(each.post)
            if before is None or before.at <= each.at:
                found.judged[each.post] = each
        if (wasted := _wasted(case, steps)) is not None:
            found.wasted.append(wasted)
    return found


def by_case(events: Iterable[ReviewEvent]) -> Iterator[tuple[str, Sequence[ReviewEvent]]]:
    """The events of one case after the other."""
    for case, steps in groupby(events, key=attrgetter("case")):
        yield case, list(steps)


def _judged(case: str, steps: Sequence[ReviewEvent]) -> Iterator[Judged]:
    source = next((step.data.get("source") for step in steps if step.kind == EventKind.OPEN), None)
    for step in steps:
        if step.kind == EventKind.VERDICT:
            scenarios, terms = step.data.get("scenarios", ()), step.data.get("terms", ())
            yield Judged(
                post=step.data["post"],
                case=case,
                at=step.at,
                verdict=step.data["verdict"],
                evidence=Evidence(tuple(scenarios), tuple(terms)),
                source=source,
            )


_ENDS = frozenset({EventKind.CLOSE, EventKind.ABANDON, EventKind.JOIN, EventKind.REOPEN})
"""What decides about a closed case. That the rules want it no more is none of these: its time is spent."""


def _wasted(case: str, steps: Sequence[ReviewEvent]) -> Wasted | None:
    """None where the case did not end as irrelevant, or is open again."""
    ends = [step for step in steps if step.kind in _ENDS or _revokes(step)]
    last = ends[-1] if ends else None
    if last is None or last.kind != EventKind.CLOSE or last.data["result"] != Result.IRRELEVANT:
        return None
    speaking = (step for step in steps if step.kind in (EventKind.OPEN, EventKind.POST))
    return Wasted(
        case=case,
        at=last.at,
        handling_ms=int(last.data.get("handling_ms", 0)),
        scenarios=tuple(dict.fromkeys(s for step in speaking for s in step.data.get("scenarios", ()))),
    )


def _revokes(step: ReviewEvent) -> bool:
    return step.kind == EventKind.FOLLOW_UP and not step.data["confirmed"]
