"""Numbers of likes and the like, as platforms and exports write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

_COUNT = re.compile(
    r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,20})(\.[0-9]{1,9})?\s*([千万亿kwm])?(\+?)", re.IGNORECASE
)
_UNITS = {"": 1, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000, "m": 1_000_000, "亿": 100_000_000}
_LABELS = frozenset(
    {
        "",
        "-",
        "--",
        "none",
        "null",
        "nan",
        "转发",
        "评论",
        "回复",
        "赞",
        "点赞",
        "喜欢",
        "收藏",
        "分享",
        "播放",
    }
    | {"阅读", "观看", "抢首评"}
)
_TOO_LARGE = 1 << 63


@dataclass(frozen=True, slots=True)
class Count:
    """A number that is shown; `at_least` where it is told to be more (100万+)."""

    value: int
    at_least: bool = False


def read_count(value: object) -> Count | None:
    """3642, "3,642", 1.2万, 100万+, 1.2K as a number; None where it is unknown or no count."""
    if isinstance(value, str):
        return _read(_folded(value))
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _TOO_LARGE:
        return None
    return Count(int(value)) if value == int(value) else None


def is_unknown(value: object) -> bool:
    """Whether no number is told: nothing, or the label of the button (转发, 赞) that stands in its place."""
    return value is None or (isinstance(value, str) and _folded(value).lower() in _LABELS)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip() if len(text) <= 40 else "too long"


def _read(text: str) -> Count | None:
    found = _COUNT.fullmatch(text)
    if not found:
        return None
    number = Decimal(found[1].replace(",", "") + (found[2] or "")) * _UNITS[(found[3] or "").lower()]
    if number != int(number) or number >= _TOO_LARGE:
        return None
    return Count(int(number), at_least=bool(found[4]))
