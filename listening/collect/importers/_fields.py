"""One record of an export, read field by field: a wrong value is told with the name of its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, TypeVar

from listening import codec
from listening.collect.importers import _values
from listening.collect.reading.times import FUTURE, Spoken, read_spoken, read_stated
from listening.errors import InvalidPost
from listening.model import Author, Mention, Metrics

T = TypeVar("T")

_NOTHING = frozenset({"", "None", "null", "NaN", "nan", "undefined", "$undefined"})
"""How exports write that there is no such id, time or name; a text may well be one of these words."""
_PLACE = re.compile(r"^\s*(?:发布于|来自|IP\s*属地[:：]?)\s*")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Origin:
    """The file a record is of, the zone of its times, today, and when its pages were seen at the latest."""

    file: Path
    zone: tzinfo
    now: datetime
    seen: datetime


def origin(file: Path, zone: tzinfo) -> Origin:
    """An export was made when its file was last written, or before; a copy only makes that later."""
    now = datetime.now(UTC)
    return Origin(file, zone, now, min(now, datetime.fromtimestamp(file.stat().st_mtime, UTC)))


class Fields:
    """What is asked for is taken; `rest` is what nobody asked for. All methods raise `InvalidPost`."""

    def __init__(self, values: Mapping[str, Any], origin: Origin) -> None:
        self.values = values
        self.origin = origin
        self._taken: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, *names: str) -> str | None:
        """The first of these that is not empty, as it stands; a number as text."""
        return self._first(names, _text)

    def word(self, *names: str) -> str | None:
        """The same for names and links: without blanks around it, and None where it is a word for nothing."""
        return self._first(names, _word)

    def native(self, *names: str) -> str | None:
        """An id of any signs."""
        return self._first(names, _native)

    def number(self, *names: str) -> str | None:
        """An id that is a number; 0 is none."""
        return self._first(names, _number)

    def need(self, found: T | None, name: str, cure: str = "mend the line") -> T:
        """A value that must be there."""
        if found is None:
            raise InvalidPost("", f"has no {name}", cure)
        return found

    def count(self, *names: str) -> int | None:
        return self._first(names, _values.count)

    def truth(self, name: str) -> bool | None:
        return self._first(
            (name,), lambda value: value if isinstance(value, bool) else _values.truth(_text(value))
        )

    def time(self, *names: str) -> Spoken | None:
        """A whole date: what 5分钟前 in a file counts from nobody knows."""
        return self._first(names, self._stated)

    def about(self, *names: str) -> Spoken | None:
        """A time as a page showed it. When it did only the file tells, so all but a whole date is a guess."""
        return self._first(names, self._shown)

    def words(self, name: str, sign: str = ",") -> tuple[str, ...]:
        """Several words in one text."""
        found = (self.word(name) or "").split(sign)
        return tuple(dict.fromkeys(word.strip() for word in found if word.strip()))

    def region(self, *names: str) -> str | None:
        """A place, without 发布于 or 来自 in front."""
        found = self.word(*names)
        return (_PLACE.sub("", found).strip() or None) if found else None

    def part(self, *names: str) -> Fields:
        """What stands in a nested object; of none, nothing."""
        found = self._first(names, _object)
        return Fields(found or {}, self.origin)

    def parts(self, *names: str) -> list[Fields]:
        """The objects of a nested list."""
        found = self._first(names, _list)
        return [Fields(item, self.origin) for item in found or [] if isinstance(item, dict)]

    def rest(self, leave_out: Iterable[str] = ()) -> dict[str, Any]:
        """Plain values that nobody has asked for."""
        known = self._taken | set(leave_out)
        return {
            name: value
            for name, value in self.values.items()
            if name not in known and isinstance(value, str | int | float) and value != ""
        }

    def _first(self, names: Iterable[str], read: Callable[[Any], T | None]) -> T | None:
        self._taken.update(names)
        for name in names:
            value = self.values.get(name)
            if value is None or value == "":
                continue
            try:
                found = read(value)
            except (ValueError, OverflowError) as error:
                shown = str(value)[:_SHOWN]
                raise InvalidPost("", f"{name} ({shown!r}) {error}", "mend the line") from None
            if found is not None:
                return found
        return None

    def _shown(self, value: Any) -> Spoken:
        text, (zone, seen) = _text(value), (self.origin.zone, self.origin.seen)
        if stated := read_stated(text, zone):
            return self._past(stated)
        found = read_spoken(text, now=seen, zone=zone)
        if found is None:
            raise ValueError("is not a time that can be read")
        return Spoken(found.moment, guessed=True)

    def _stated(self, value: Any) -> Spoken | None:
        word = _word(value)
        if word is None or not word.strip("0."):
            return None
        found = read_stated(re.sub(r"\.0+$", "", word), self.origin.zone)
        if found is None:
            raise ValueError("is not a time that can be read")
        return self._past(found)

    def _past(self, found: Spoken) -> Spoken:
        if found.moment > self.origin.now + FUTURE:
            raise ValueError("lies in the future")
        return found


def published(time: Spoken) -> dict[str, Any]:
    """The two fields that a time makes."""
    return {"published_at": codec.utc(time.moment), "published_guessed": time.guessed or None}


def metrics(
    likes: int | None = None,
    comments: int | None = None,
    reposts: int | None = None,
    views: int | None = None,
) -> Metrics | None:
    """The figures, if any is known."""
    found = Metrics(likes=likes, comments=comments, reposts=reposts, views=views)
    return found if found != Metrics() else None


def author(
    id: str | None = None,
    name: str | None = None,
    url: str | None = None,
    followers: int | None = None,
    verified: bool | None = None,
) -> Author | None:
    """An author of whom anything is known."""
    found = Author(id=id, name=name, url=url, followers=followers, verified=verified)
    return found if found != Author() else None


def mentions(names: Iterable[str]) -> tuple[Mention, ...]:
    return tuple(Mention(name=name) for name in names)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("is not a text")
    return value if isinstance(value, str) else str(value)


def _word(value: Any) -> str | None:
    word = _text(value).strip()
    return None if word in _NOTHING else word


def _native(value: Any) -> str | None:
    if isinstance(value, float):
        raise ValueError("is a fraction; write ids as text")
    word = _word(value)
    return _values.native_id(word) if word else None


def _number(value: Any) -> str | None:
    found = _native(value)
    if found is not None and not (found.isascii() and found.isdecimal()):
        raise ValueError("is not a number like 4382054700000001")
    return None if found is None or found.strip("0") == "" else found


def _object(value: Any) -> dict[str, Any] | None:
    if isinstance(value, str) and value in _NOTHING:
        return None
    if not isinstance(value, dict):
        raise ValueError("is not an object")
    return value


def _list(value: Any) -> list[Any] | None:
    if isinstance(value, str) and value in _NOTHING:
        return None
    if not isinstance(value, list):
        raise ValueError("is not a list")
    return value
