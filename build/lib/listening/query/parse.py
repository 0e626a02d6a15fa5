"""From what a person types to a `Query`; a Chinese keyboard's colon, quotes, minus and blank are welcome."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from listening.codec import utc
from listening.errors import QueryMistake
from listening.query.fields import BOUNDS, CLOSED, FIELDS
from listening.query.nouns import Bound, Clause, Field, Query, Text
from listening.query.suggest import cure, near
from listening.query.times import bound_at, zone_named
from listening.text.fold import fold
from listening.text.index_form import index_form, is_whole_word

_CLOSING = {'"': '"＂', "＂": '"＂', "“": "”“", "”": "”“", "「": "」", "『": "』"}
_OPENING = "".join(_CLOSING)
_ESCAPE = re.compile(r'\\(["＂“”」』\\])')
_MINUS = re.compile(r"[-－−](?=\S)")
_BLANK = re.compile(r"\s*")
_FIELD = re.compile(r"([A-Za-zＡ-Ｚａ-ｚ]+)([:：])")
_VALUE = re.compile(rf"[^\s,，、{_OPENING}]+")
_COMMA = re.compile(r"[,，、]")
_WORD = re.compile(rf"[^\s{_OPENING}]+")

MAX_CLAUSES = 200
"""More than a person writes, and fewer than any store chokes on."""
_LONGEST_WORD = 200
"""Longer ones are looked for as runs of characters: indexes cut overlong tokens."""


def parse(text: str, *, now: datetime, zone: str = "Asia/Shanghai") -> Query:
    """What the text asks for; days are days of the zone, `7d` counts back from now. Raises `QueryMistake`."""
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise QueryMistake("the search", "holds a broken character", "type it again, in UTF-8")
    reader = _Reader(text, utc(now), zone_named(zone))
    clauses = tuple(reader.clauses())
    if len(clauses) > MAX_CLAUSES:
        raise QueryMistake("the search", f"has {len(clauses)} parts, more than {MAX_CLAUSES}", "ask for less")
    return Query(clauses=clauses)


class _Reader:
    """Goes through the text once, from left to right."""

    def __init__(self, text: str, now: datetime, zone: ZoneInfo) -> None:
        self._text = text
        self._now = now
        self._zone = zone
        self._at = 0

    def clauses(self) -> Iterator[Clause]:
        self._take(_BLANK)
        while self._at < len(self._text):
            negated = bool(self._take(_MINUS))
            if clause := self._clause(negated):
                yield clause
            self._take(_BLANK)

    def _clause(self, negated: bool) -> Clause | None:
        if self._peek() in _CLOSING:
            return _phrase(self._quotation(), negated)
        if name := self._field_name():
            return self._field(name, negated)
        word = self._take(_WORD)
        if not index_form(word):
            return None  # invisible characters that were pasted along
        whole = is_whole_word(word) and len(word) <= _LONGEST_WORD
        return Text(text=word, whole=whole, negated=negated)

    def _field_name(self) -> str | None:
        """The field that begins here; None where the colon is part of a text, as in http://… or 12:30."""
        found = _FIELD.match(self._text, self._at)
        if found is None:
            return None
        name = fold(found[1])
        if name not in FIELDS:
            _refuse_misspelt(name, found[2], self._text[self._at :])
            return None
        self._at = found.end()
        return name

    def _field(self, name: str, negated: bool) -> Clause:
        start = self._at
        values = [self._value(name)]
        while self._take(_COMMA):
            values.append(self._value(name))
        if name not in BOUNDS:
            return Field(name=name, values=tuple(_known(name, value) for value in values), negated=negated)
        if len(values) > 1:
            written = f"{name}:{self._text[start : self._at]}"
            raise QueryMistake(written, "has more than one time", f"write {name}: once with one time")
        return Bound(name=name, at=bound_at(name, values[0], self._now, self._zone), negated=negated)

    def _value(self, name: str) -> str:
        value = self._quotation() if self._peek() in _CLOSING else self._take(_VALUE)
        if not value:
            raise QueryMistake(name, "has no value", f"write it without blanks: {name}:a or {name}:a,b")
        return value

    def _quotation(self) -> str:
        opening = self._text[self._at]
        closing = _CLOSING[opening]
        inside = re.compile(rf"(?:\\.|[^{closing}\\])*", re.DOTALL)
        found = inside.match(self._text, self._at + 1)
        if found is None or found.end() == len(self._text):
            rest = self._text[self._at :]
            raise QueryMistake(rest, "the quotation is not closed", f"end it with {closing[0]}")
        self._at = found.end() + 1
        return _ESCAPE.sub(r"\1", found[0])

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            return ""
        self._at = found.end()
        return found[0]


def _phrase(text: str, negated: bool) -> Text:
    if not index_form(text):
        raise QueryMistake(f'"{text}"', "there is nothing to look for", "write words between the marks")
    return Text(text=text, negated=negated)


def _refuse_misspelt(name: str, colon: str, rest: str) -> None:
    """An unknown name before a colon is a slip, unless it is an address or a Chinese sentence (Q：怎么办)."""
    if rest[len(name) + 1 :].startswith("//") or (colon == "：" and not near(name, FIELDS)):
        return
    written = re.split(r"\s", rest, maxsplit=1)[0]
    raise QueryMistake(written, f"unknown field '{name}'", f"{cure(name, FIELDS)} (in quotes it is text)")


def _known(name: str, value: str) -> str:
    """The value, in the spelling of the list where the field has a fixed one."""
    words = CLOSED.get(name)
    if words is None:
        return value
    folded = fold(value)
    if folded not in words:
        raise QueryMistake(f"{name}:{value}", f"there is no such {name}", cure(folded, words))
    return folded
