"""Section 5 of the page, `bind`: is an occurrence of a scenario said of the subject it is asked for?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from listening.rules.ruleset import Bind, BindKind
from tests.reference.clauses import distance, sentence_of
from tests.reference.fields import Field
from tests.reference.occurrences import Occurrence
from tests.reference.reading import Judged


@dataclass(frozen=True)
class Place:
    """Where a subject stands: the span of a piece of its own evidence."""

    field: Field
    span: Occurrence


Places = Mapping[str, tuple[Place, ...]]
"""The places of each present subject of a scenario's `of`."""


def keeps_to(bind: Bind, found: Judged, subject: str, places: Places) -> bool:
    """Nothing is asked of a subject without a place: an account or a source alone brought it."""
    if bind.kind is BindKind.POST or not places[subject]:
        return True
    here = [place for place in places[subject] if place.field.name == found.field.name]
    match bind.kind:
        case BindKind.SENTENCE:
            sentence = sentence_of(found.field, found.occurrence)
            return any(sentence_of(place.field, place.span) == sentence for place in here)
        case BindKind.NEAR:
            return any(_distance(found, place) <= bind.within for place in here)
        case BindKind.NEAREST:
            others = [place for name, theirs in places.items() if name != subject for place in theirs]
            return _is_nearest(found, here, [p for p in others if p.field.name == found.field.name])


def _is_nearest(found: Judged, own: Iterable[Place], others: Iterable[Place]) -> bool:
    """No other is nearer; where nobody stands in the field, nothing is asked."""
    nearest = min((_distance(found, place) for place in own), default=None)
    nearest_other = min((_distance(found, place) for place in others), default=None)
    if nearest_other is None:
        return True
    return nearest is not None and nearest <= nearest_other


def _distance(found: Judged, place: Place) -> int:
    return distance(found.occurrence, place.span, found.field)
