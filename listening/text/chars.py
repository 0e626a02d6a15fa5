"""The character classes that matching speaks of, over all of Unicode.

Each is kept as the inside of a regular-expression class, because whole texts are asked at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
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
def _of_category() -> Mapping[str, str]:
    """The signs of each of Unicode's categories, in order: told once, as a walk over all takes a while."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for char in map(chr, besides_ideographs()):
        found[unicodedata.category(char)].append(char)
    return {category: "".join(chars) for category, chars in found.items()}


@cache
def zero_width() -> str:
    """Characters that take no room: category Cf (joiners, marks, soft hyphen) and variation selectors."""
    return re.escape(_of_category()["Cf"]) + _VARIATION_SELECTORS


@cache
def _zero_width_by_plane() -> tuple[re.Pattern[str], frozenset[str]]:
    """Those of the first plane as a class, and the others: a class of one plane is looked up, one of many is
    walked along."""
    marks = _of_category()["Cf"]
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
    return re.escape(_of_category()["No"])


@cache
def marks() -> str:
    """What may stand between the characters of a marked word: signs and symbols that end no clause."""
    not_marks = frozenset(",;:!?。、…#@")
    found = (char for category, chars in _of_category().items() if category[0] in "PS" for char in chars)
    return "".join(re.escape(char) for char in sorted(found) if char not in not_marks)


def ranges(chars: str) -> list[tuple[int, int]]:
    """The inside of a class as ranges of code points, first and last."""
    plain = re.sub(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})", lambda m: chr(int(m[1] or m[2], 16)), chars)
    pairs = re.findall(r"\\?(.)(?:-\\?(.))?", plain, re.DOTALL)
    return [(ord(first), ord(last or first)) for first, last in pairs]
