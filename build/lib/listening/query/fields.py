"""The fields of the language: what a record holds in each, for counting and for comparing."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping

from listening.model import Author, Channel, Hit, Kind, ListeningClass, Priority, Reach, Status
from listening.query.suggest import pick
from listening.text.fold import fold

_Values = Callable[[Hit], Iterable[str | None]]

_FACETS: Mapping[str, _Values] = {
    "platform": lambda hit: [hit.post.platform],
    "source": lambda hit: [hit.post.source],
    "kind": lambda hit: [hit.post.kind],
    "brand": lambda hit: hit.brands,
    "competitor": lambda hit: hit.competitors,
    "scenario": lambda hit: hit.scenarios,
    "class": lambda hit: [hit.listening_class],
    "reach": lambda hit: [hit.reach],
    "channel": lambda hit: [hit.channel],
    "queue": lambda hit: [hit.queue],
    "priority": lambda hit: [hit.priority],
    "status": lambda hit: [hit.status],
    "level": lambda hit: [str(hit.level)],
    "region": lambda hit: [hit.post.region],
    "lang": lambda hit: [hit.post.lang],
    "tag": lambda hit: hit.post.tags,
    "term": lambda hit: (match.term for match in hit.matches),
    "author": lambda hit: [_author(hit).name or _author(hit).id],
}
FACETS = tuple(_FACETS)
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
    values = _FACETS.get(field) or _FACETS[check_facet(field)]
    return tuple(dict.fromkeys(str(value) for value in values(hit) if value))


def hidden_values(hit: Hit) -> list[tuple[str, str]]:
    """Fields and values that find the record but that it is not counted under.

    They are the author's id, and each scenario without its subject.
    """
    hidden = [("author", _author(hit).id), *(("scenario", _bare_name(hit, pair)) for pair in hit.scenarios)]
    return [(field, value) for field, value in hidden if value]


def search_keys(hit: Hit, field: str) -> set[str]:
    """What a value asked for is compared with, folded."""
    hidden = (value for name, value in hidden_values(hit) if name == field)
    return {fold(value) for value in (*facet_values(hit, field), *hidden)}


def _author(hit: Hit) -> Author:
    return hit.post.author or Author()


def _bare_name(hit: Hit, pair: str) -> str:
    """A subject's own name may hold a slash, so the subjects are asked first."""
    starts = (f"{subject}/" for subject in (*hit.brands, *hit.competitors))
    start = max((s for s in starts if pair.startswith(s)), key=len, default="")
    return pair.removeprefix(start) if start else pair.partition("/")[2]
