"""Lines of posts at a glance: most of them matter to no rule, and are never made into records."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from listening.codec.reading import MAX_TEXT
from listening.codec.values import MAX_DEPTH
from listening.codec.wire import Glance

_decoder = msgspec.json.Decoder(Glance)
_ODD = (b"\x00", b"\\u0000", b"\\u003", b'"0001-', b'"9999-')
"""NUL, which no post may hold; times that may be outside of UTC's calendar; digits that are escaped."""


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
    return any(odd in data for odd in _ODD)


def _glance(line: bytes) -> Glance | None:
    try:
        seen = _decoder.decode(line)
    except (msgspec.MsgspecError, RecursionError):
        return None
    deep = line.count(b"{") + line.count(b"[") > MAX_DEPTH
    if deep or len(line) > MAX_TEXT or not seen.id or (seen.mentions and not _are_known(seen)):
        return None
    return seen


def _are_known(seen: Glance) -> bool:
    return all(isinstance(m, str) or m.id is not None or m.name is not None for m in seen.mentions or ())
