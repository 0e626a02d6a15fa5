"""Every figure there is, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Iterable

from listening.query import pick
from listening.review.kpi.definition import Definition
from listening.review.kpi.definitions import (
    cycle,
    desk,
    endings,
    resolution,
    response,
    satisfaction,
    volume,
)

DEFINITIONS: tuple[Definition, ...] = (
    *volume.DEFINITIONS,
    *response.DEFINITIONS,
    *cycle.DEFINITIONS,
    *resolution.DEFINITIONS,
    *endings.DEFINITIONS,
    *satisfaction.DEFINITIONS,
    *desk.DEFINITIONS,
)


def named(words: Iterable[str]) -> tuple[Definition, ...]:
    """The figures of these names, or of these families (`resolution` is both); without any word all.

    Raises `QueryMistake`.
    """
    known = dict.fromkeys(name for each in DEFINITIONS for name in (each.family, each.name))
    wanted = {pick("figure", word, tuple(known)) for word in words}
    if not wanted:
        return DEFINITIONS
    return tuple(each for each in DEFINITIONS if each.name in wanted or each.family in wanted)
