"""What the exports of Weibo share."""

from __future__ import annotations

from listening.collect.importers._fields import Fields
from listening.collect.reading.times import Spoken, weibo_mid_time
from listening.errors import InvalidPost
from listening.model import ids

_ROUNDED = 100
"""Spreadsheets keep 15 digits of a number, and a mid has 16."""


def checked_mid(record: Fields, name: str, bid: str | None) -> str:
    """The mid of a record; where it and the bid tell that it was rounded, it is refused."""
    mid = record.need(record.number(name), name)
    if bid is not None:
        try:
            whole = ids.weibo_mid(bid)
        except ValueError:
            return mid
        if whole != mid and abs(int(whole) - int(mid)) < _ROUNDED:
            what = f"{name} ('{mid}') was rounded by a spreadsheet: by its bid it is {whole}"
            raise InvalidPost("", what, "export the column as text")
    return mid


def time_of(record: Fields, mid: str, *names: str) -> Spoken:
    """The time a record states; without one the time at which its mid was given, which is a guess."""
    told = weibo_mid_time(mid)
    return record.need(record.time(*names) or (Spoken(told, guessed=True) if told else None), "time")
