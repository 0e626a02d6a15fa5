"""What stands in other people's tables: times, numbers, yes and no. Each function raises ValueError."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, tzinfo

from listening.collect.reading.counts import is_unknown, read_count
from listening.collect.reading.times import Spoken, read_stated

_YES = frozenset({"true", "yes", "y", "1", "是", "已认证"})
_NO = frozenset({"false", "no", "n", "0", "否", "未认证"})


def moment(text: str, zone: tzinfo, formats: Sequence[str] = ()) -> Spoken:
    """A time as `read_stated` reads it; with formats only these are tried."""
    if formats:
        return _by_formats(text, zone, formats)
    found = read_stated(text, zone)
    if found is None:
        raise ValueError("is not a time that can be read; state time_formats")
    return found


def _by_formats(text: str, zone: tzinfo, formats: Sequence[str]) -> Spoken:
    folded = unicodedata.normalize("NFKC", text).strip()
    for form in formats:
        try:
            read = datetime.strptime(folded, form)  # noqa: DTZ007 - the zone is added below
        except ValueError:
            continue
        in_zone = read if read.tzinfo else read.replace(tzinfo=zone)
        return Spoken(in_zone, guessed=not re.search(r"%[HIcXs]", form))
    raise ValueError("has none of the time_formats")


def count(value: object) -> int | None:
    """A number of likes and the like; of 100万+ its lower bound. None where none is told."""
    found = read_count(value)
    if found is None and not is_unknown(value):
        raise ValueError("is not a whole number like 3642, 3,642 or 1.2万")
    return found.value if found else None


def truth(text: str) -> bool:
    """Yes or no, in the words exports use."""
    word = text.strip().lower()
    if word in _YES | _NO:
        return word in _YES
    raise ValueError("is neither yes nor no (是/否, true/false, 1/0)")


def native_id(text: str) -> str:
    """An id as the platform wrote it; one that a spreadsheet has rounded is refused."""
    if re.fullmatch(r"\d\.\d+[eE]\+?\d+|\d[eE]\+\d+", text):
        raise ValueError("was rounded by a spreadsheet; export the column as text")
    return text
