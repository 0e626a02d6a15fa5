"""The character classes that matching speaks of, over all of Unicode.

Each is kept as the inside of a regular-expression class, because whole texts are asked at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

HAN = (
    r"\u2e80-\u2ef3\u2f00-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b"
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00016fe2\U00016fe3\U00016ff0\U00016ff1\U00020000-\U000323af"
)
"""Script=Han, as Unicode's Scripts.txt has it: ideographs of all planes, radicals, 々 and 〇."""

NEWLINES = "\r\n\u2028\u2029"
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_MAY_SELECT = re.compile("[\ufe00-\U0010ffff]")
"""Every variation selector, and much else."""
_VARIATION_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"


def assigned() -> Iterator[int]:
    """All code points that can have a name: nothing is assigned between the ideographs and the tags."""
    yield from range(0xD800)
    yield from range(0xE000, 0x323B0)
    yield from range(0xE0000, 0xE01F0)


def besides_ideographs() -> Iterator[int]:
    """Where the signs are; ideographs and Hangul are most of Unicode, and all of them are letters.

    Of ideographs those in the first plane that are only there for compatibility are among them.
    """
    yield from range(0x3400)
    yield from range(0x4DC0, 0x4E00)
    yield from range(0xA000, 0xAC00)
    yield from range(0xD7A4, 0xD800)
    yield from range(0xE000, 0x20000)
    yield from range(0xE0000, 0xE01F0)


@cache
def zero_width() -> str:
    """Characters that take no room: category Cf (joiners, marks, soft hyphen) and variation selectors."""
    marks = (chr(c) for c in besides_ideographs() if unicodedata.category(chr(c)) == "Cf")
    return "".join(map(re.escape, marks)) + _VARIATION_SELECTORS


@cache
def _zero_width_by_plane() -> tuple[re.Pattern[str], frozenset[str]]:
    """Those of the first plane as a class, and the others: a class of one plane is looked up, one of many is
    walked along."""
    marks = [chr(c) for c in besides_ideographs() if unicodedata.category(chr(c)) == "Cf"]
    beyond = [*(c for c in marks if c > "\uffff"), *map(chr, range(0xE0100, 0xE01F0))]
    first = re.escape("".join(c for c in marks if c <= "\uffff"))
    return re.compile(f"[{first}\ufe00-\ufe0f]"), frozenset(beyond)


def holds_zero_width(text: str) -> bool:
    """Is there a character that takes no room? Told quickly for most texts, which hold none."""
    if text.isprintable() and not _MAY_SELECT.search(text):  # joiners and marks are not printable
        return False
    first_plane, others = _zero_width_by_plane()
    return first_plane.search(text) is not None or not others.isdisjoint(_BEYOND.findall(text))


@cache
def other_numbers() -> str:
    """Category No (①, ²): such characters fold to digits, yet are no digits to their neighbours."""
    return "".join(re.escape(chr(c)) for c in besides_ideographs() if unicodedata.category(chr(c)) == "No")


@cache
def marks() -> str:
    """What may stand between the characters of a marked word: signs and symbols that end no clause."""
    not_marks = frozenset(",;:!?。、…#@")
    found = (chr(c) for c in besides_ideographs() if unicodedata.category(chr(c))[0] in "PS")
    return "".join(re.escape(c) for c in found if c not in not_marks)
