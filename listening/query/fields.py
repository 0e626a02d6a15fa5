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
FIELDS = ("id", *FACETS, *BOUNDS)


def _words(kinds: type[enum.StrEnum]) -> tuple[str, ...]:
    return tuple(member.value for member in kinds)


CLOSED: Mapping[str, tuple[str, ...]] = {
    "kind": _words(Kind),
    "class": _words(ListeningClass),
    "reach": _words(Reach),
    "channel": _words(Channel),
    "priority": _words(Priority),
    "status": _words(Status),
    "level": ("1", "2"),
}
"""Fields with a fixed list of values: anything else there is a slip of the pen, not an empty result."""


def check_facet(field: str) -> str:
    """The field, if records may be counted by it. Raises `QueryMistake`."""
    return pick("field to count by", field, FACETS)


def facet_values(hit: Hit, field: str) -> tuple[str, ...]:
    """What the record is counted under, as written, each once. An author counts under the shown name."""
    found = attrgetter(_PLACES[check_facet(field)])(hit)
    return tuple(_each(found)) if found else ()


def all_facet_values(hit: Hit) -> list[tuple[str, str]]:
    """(field, value) of all that the record is counted under: at once, as every record goes through here."""
    found = zip(FACETS, _at_all_places(hit), strict=True)
    return [(field, value) for field, there in found if there for value in _each(there)]


def _each(found: Any) -> Iterable[str]:
    if isinstance(found, tuple):
        named = (match.term for match in found) if isinstance(found[0], Match) else found
        return dict.fromkeys(filter(None, named))
    if isinstance(found, Author):
        found = found.name or found.id
    return (str(found),) if found else ()


def hidden_values(hit: Hit) -> list[tuple[str, str]]:
    """Fields and values that find the record but that it is not counted under.

    They are the author's id, and each scenario without its subject.
    """
    author = hit.post.author
    hidden = [("author", author.id)] if author and author.id else []
    bare = [_bare_name(hit, pair) for pair in hit.scenarios]
    return hidden + [("scenario", name) for name in bare if name]


def search_keys(hit: Hit, field: str) -> set[str]:
    """What a value asked for is compared with, folded."""
    hidden = (value for name, value in hidden_values(hit) if name == field)
    return {fold(value) for value in (*facet_values(hit, field), *hidden)}


def _bare_name(hit: Hit, pair: str) -> str:
    """A subject's own name may hold a slash, so the subjects are asked first."""
    subjects = [s for s in (*hit.brands, *hit.competitors) if pair.startswith(f"{s}/")]
    return pair[len(max(subjects, key=len)) + 1 :] if subjects else pair.partition("/")[2]
