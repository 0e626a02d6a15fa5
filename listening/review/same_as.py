"""Contacts that a sheet declares to be one person, two a row, as another system hands them out.

contact,same_as
weibo:1234567890,bilibili:42
weibo:1234567890,tieba:7788
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from listening.codec.sheets import as_written, read_sheet
from listening.errors import InputMistake, Mistake, Place
from listening.review.contacts import DECLARED, contact, join
from listening.store.ports import Documents

COLUMNS = ("contact", "same_as")
_KEY = re.compile(r"[^\s:：,]+:\S(?:.*\S)?")
_CURE = "write two keys, such as weibo:1234567890,bilibili:42"


class Declared(NamedTuple):
    """What came of the pairs of a sheet."""

    joined: int
    known: int


def read_pairs(file: Path) -> list[tuple[str, str]]:
    """The pairs in the order of the rows. Raises `InputMistake` with all that is wrong with them."""
    pairs: list[tuple[str, str]] = []
    mistakes: list[Mistake] = []
    for line, row in read_sheet(file, COLUMNS, f"write {','.join(COLUMNS)} above the pairs"):
        one, other = (as_written(row[name].strip()) for name in COLUMNS)
        if wrong := _wrong(one, other):
            mistakes.append(Mistake(Place(str(file), line), wrong, _CURE))
        elif one:
            pairs.append((one, other))
    if mistakes:
        raise InputMistake(mistakes)
    return pairs


def declare(documents: Documents, pairs: Sequence[tuple[str, str]], *, person: str, at: datetime) -> Declared:
    """Join the two of each pair. The same sheet a second time changes nothing."""
    joined = 0
    for one, other in pairs:
        if contact(documents, one).key != contact(documents, other).key:
            join(documents, one, [other], person=person, at=at, why=DECLARED)
            joined += 1
    return Declared(joined, len(pairs) - joined)


def _wrong(one: str, other: str) -> str:
    """Nothing is wrong with an empty row: spreadsheets leave them behind."""
    if not one and not other:
        return ""
    bad = [key for key in (one, other) if not _KEY.fullmatch(key)]
    if bad:
        return f"'{bad[0]}' is no contact"
    return f"says of {one} that it is itself" if one == other else ""
