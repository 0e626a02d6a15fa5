"""Lines of posts at a glance: most of them matter to no rule, and are never made into records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import MAXYEAR, MINYEAR, datetime

import msgspec

from listening.codec.reading import MAX_TEXT
from listening.codec.values import MAX_DEPTH
from listening.codec.wire import Glance

_decoder = msgspec.json.Decoder(Glance)


def glances(lines: Sequence[bytes]) -> list[Glance | None]:
    """Each line that is good for certain; None for those that `post_from_json` must judge."""
    if _is_odd(b"".join(lines)):
        return [None if _is_odd(line) else _glance(line) for line in lines]
    return list(map(_glance, lines))


def _is_odd(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return b"\x00" in data or (b"\\" in data and b"\\u0000" in data)  # no post may hold NUL


def _glance(line: bytes) -> Glance | None:
    try:
        seen = _decoder.decode(line)
    except (msgspec.MsgspecError, RecursionError):
        return None
    deep = line.count(b"{") + line.count(b"[") > MAX_DEPTH
    if deep or len(line) > MAX_TEXT or not seen.id:
        return None
    if not _is_in_calendar(seen.published_at) or not _is_in_calendar(seen.collected_at):
        return None
    return seen if not seen.mentions or _are_known(seen) else None


def _is_in_calendar(moment: datetime | None) -> bool:
    """Is it a time of UTC's calendar for certain, whatever its zone?"""
    return moment is None or MINYEAR < moment.year < MAXYEAR


def _are_known(seen: Glance) -> bool:
    return all(isinstance(m, str) or m.id is not None or m.name is not None for m in seen.mentions or ())
