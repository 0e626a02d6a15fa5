"""JSON values as people's files hold them: read strictly, and told what is wrong with them."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from listening.errors import InvalidPost

MAX_DEPTH = 100
"""No post nests as deep; deeper values would end in a RecursionError somewhere on their way."""

_NUL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[][{}]', re.DOTALL)


def read_json(raw: bytes | str, where: str = "") -> Any:
    """Any JSON value; broken JSON, wrong encoding, NUL and lone surrogates are an `InvalidPost`."""
    data = raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw
    if holds_nul(data):
        raise InvalidPost(where, "holds a NUL character", "remove it")
    try:
        data.decode("utf-8")
        if is_deep(data):
            raise InvalidPost(where, f"is nested more than {MAX_DEPTH} deep", "leave it out")
        return msgspec.json.decode(data)
    except UnicodeDecodeError as error:
        what = f"is not UTF-8 (byte {error.start})"
        raise InvalidPost(where, what, "convert the file, or import it with its encoding") from None
    except msgspec.DecodeError as error:
        raise InvalidPost(where, f"is not a JSON value ({_reason(data, error)})", "mend the line") from None


def holds_nul(data: bytes) -> bool:
    """Raw or escaped."""
    return b"\x00" in data or (b"\\u0000" in data and _NUL_ESCAPE.search(data) is not None)


def is_deep(data: bytes) -> bool:
    """Counted only where there are brackets enough; those inside strings are left out."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return False
    depth = deepest = 0
    for bracket in _BRACKETS.findall(data):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(bracket, 0)
        deepest = max(deepest, depth)
    return deepest > MAX_DEPTH


def _reason(data: bytes, error: msgspec.DecodeError) -> str:
    if re.search(rb"\\u[dD][89abAB]", data):
        return "a lone surrogate, or the line is cut off"
    return str(error)
