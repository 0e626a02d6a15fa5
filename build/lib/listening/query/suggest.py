"""A word of the language that must be one of a few: taken, or refused with the nearest there is."""

from __future__ import annotations

from collections.abc import Sequence

from listening import suggest
from listening.errors import QueryMistake

_NEAR = 65
"""Of 100: `plattform` and `brnad` are near, `localhost` is near nothing."""


def near(word: str, known: Sequence[str]) -> str | None:
    """The known word that was probably meant."""
    return suggest.nearest(word, known, alike=_NEAR)


def cure(word: str, known: Sequence[str]) -> str:
    """What to do about a word that is none of them."""
    return suggest.cure(word, known, alike=_NEAR)


def pick(what: str, word: str, known: Sequence[str]) -> str:
    """The word itself where it is one of the known. Raises `QueryMistake`."""
    if word in known:
        return word
    raise QueryMistake(word, f"unknown {what}", cure(word, known))
