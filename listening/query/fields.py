"""The fields of the language: what a record holds in each, for counting and for comparing."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any

from listening.model import Author, Channel, Hit, Kind, ListeningClass, Match, Priority, Reach, Status
from listening.query.suggest import pick
from listening.text.fold import fold

_PLACES: Mapping[str, str] = {
    "platform": "post.platform",
    "source": "post.source",
    "kind": "post.kind",
    "brand": "brands",
    "competitor": "competitors",
    "scenario": "scenarios",
    "class": "listening_class",
    "reach": "reach",
    "channel": "channel",
    "queue": "queue",
    "priority": "priority",
    "status": "status",
    "assignee": "assignee",
    "level": "level",
    "region": "post.region",
    "lang": "post.lang",
    "tag": "post.tags",
    "term": "matches",
    "author": "post.author",
}
_at_all_places = attrgetter(*_PLACES.values())
FACETS = tuple(_PLACES)
"""What records may be counted by. A record counts once under each of its values."""

BOUNDS = ("since", "until")
BELONGS = ("case", "thread", "contact")
_at_belongs = attrgetter(*BELONGS)
EXACT = ("id", *BELONGS)
"""Names of one thing each: two that differ in case, width or script alone are two things there."""
FIELDS = ("id", *FACETS, *BELONGS, *BOUNDS)


def _words(kinds: type[enum.StrEnum]) -> tuple[str, ...]:
    return tuple(member.value for member in kinds)


CLOSED: Mapping[str, tuple[str, ...]] = {
    "kind": _words(Kind),
    "class": _words(ListeningClass),
    "reach": _words(Reach),
    "channel": _words(Channel),
    "priority": _words(Priority),
    "status": _words(Status),
    "level": ("0", "1", "2"),
}
"""Fields with a fixed list of values: anything else there is a slip of the pen, not an empty result."""


def check_facet(field: str) -> str:
    """The field, if records may be counted by it. Raises `QueryMistake`."""
    return pick("field to count by", field, FACETS)


def facet_values(hit: Hit, field: str) -> tuple[str, ...]:
    """What the record is counted under, as written, each once. An author counts under the shown name."""
    found = attrgetter(_PLACES[check_facet(field)])(hit)
    return tuple(_each(found)) if found or found == 0 else ()


def all_facet_values(hit: Hit) -> list[tuple[str, str]]:
    """(field, value) of all that the record is counted under: at once, as every record goes through here."""
    found = zip(FACETS, _at_all_places(hit), strict=True)
    return [(field, value) for field, there in found if there or there == 0 for value in _each(there)]


def _each(found: Any) -> Iterable[str]:
    """Of something that is there; 0 is a level."""
    if isinstance(found, tuple):
        named = (match.term for match in found) if isinstance(found[0], Match) else found
        return dict.fromkeys(filter(None, named))
    if isinstance(found, Author):
        return tuple(filter(None, (found.name or found.id,)))
    return (str(found),)


def hidden_values(hit: Hit) -> list[tuple[str, str]]:
    """Fields and values that find the record but that it is not counted under.

    They are what it belongs to (its case, thread and contact), the author's id, and each scenario without its
    subject. Its own id is not among them.
    """
    hidden = [(name, value) for name, value in zip(BELONGS, _at_belongs(hit), strict=True) if value]
    author = hit.post.author
    if author and author.id:
        hidden.append(("author", author.id))
    bare = [_bare_name(hit, pair) for pair in hit.scenarios]
    return hidden + [("scenario", name) for name in bare if name]


def search_keys(hit: Hit, field: str) -> set[str]:
    """What a value asked for is compared with, itself as `compared` makes it."""
    shown = facet_values(hit, field) if field in _PLACES else ()
    hidden = (value for name, value in hidden_values(hit) if name == field)
    return {compared(field, value) for value in (*shown, *hidden)}


def compared(field: str, value: str) -> str:
    """The form in which values of the field are compared: folded, or as it is written."""
    return value if field in EXACT else fold(value)


def _bare_name(hit: Hit, pair: str) -> str:
    """A subject's own name may hold a slash, so the subjects are asked first."""
    subjects = [s for s in (*hit.brands, *hit.competitors) if pair.startswith(f"{s}/")]
    return pair[len(max(subjects, key=len)) + 1 :] if subjects else pair.partition("/")[2]
