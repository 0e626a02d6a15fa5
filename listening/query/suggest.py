"""A word of the language that must be one of a few: taken, or refused with the nearest there is."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from listening.errors import QueryMistake

_NEAR = 65
"""Of 100: `plattform` and `brnad` are near, `localhost` is near nothing."""


def near(word: str, known: Sequence[str]) -> str | None:
    """The known word that was probably meant."""
    found = process.extractOne(word.lower(), known, scorer=fuzz.ratio, score_cutoff=_NEAR)
    return found[0] if found else None


def cure(word: str, known: Sequence[str]) -> str:
    """What to do about a word that is none of them."""
    meant = near(word, known)
    return f"did you mean '{meant}'?" if meant else "there are: " + ", ".join(known)


def pick(what: str, word: str, known: Sequence[str]) -> str:
    """The word itself where it is one of the known. Raises `QueryMistake`."""
    if word in known:
        return word
    raise QueryMistake(word, f"unknown {what}", cure(word, known))
