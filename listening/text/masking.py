"""Hiding what leads to a person outside the platform: numbers of telephones, identity and bank cards, mail.

`masked` puts a `*` in the place of a character and leaves the others where they are: what was found in the
original (offsets, evidence) stands at the same place in the masked text. Numbers are looked for in the
written view, so full width, circled digits and invisible characters hide nothing.

It is for what people wrote, in lists and exports that are to be read: prices, dates, hot lines and numbers of
up to ten digits stay. An id is not for it: one in ten long ones could be that of a bank card. Nobody knows
every way to write a number, so it is no substitute for erasure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from listening.text.views import views

HIDDEN = "*"
_MARKS = ".·・_-‐‑‒–—―−\u20e3"
"""What may stand between the digits of one number; U+20E3 draws the key of a keyboard around a digit."""
_BETWEEN = frozenset(f" \t{_MARKS}")
_APART = rf"(?:[ \t]{{0,2}}[{re.escape(_MARKS)}][ \t]{{0,2}}|[ \t]{{1,2}})"
_GAP = f"{_APART}?"
_RUN = re.compile(rf"[0-9](?:[ \t()+{re.escape(_MARKS)}]{{0,7}}+[0-9]){{9,}}+")
"""As many digits as the shortest number has, no further apart than in any."""
_START, _END = "(?<![0-9])(?<![¥$])", "(?![0-9])(?! ?(?:元(?![旦宵])|块钱|美元))"
"""A number stands by itself and is no sum of money."""

_MONTH_AND_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_DATE = f"(?:18|19|20)[0-9]{{2}}{_MONTH_AND_DAY}"
_PLACE = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)[0-9]{4}"
"""Where an identity card was first given out: province, city, district."""
_IDENTITY_NUMBER = re.compile(f"{_PLACE}(?:{_DATE}[0-9]{{3}}[0-9x]|[0-9]{{2}}{_MONTH_AND_DAY}[0-9]{{3}})")
_ISSUER = re.compile("[34569]|2[2-7]|81")
"""Bank cards begin so. Not with 20, as order numbers do that are made from a date."""

_CHINA = r"\(?(?:\+|00)86\)?"
_AREA = "(?:10|2[0-9]|[3-9][0-9]{2})"
_NUMERALS = str.maketrans("〇零○一壹幺二贰三叁四肆五伍六陆七柒八捌九玖", "0001112233445566778899")


def masked(text: str) -> str:
    """The text with its numbers and mail hidden, as long as it was; masked again it is the same."""
    while hidden := frozenset(_hidden(text)):  # what is hidden may have kept the next number from being seen
        text = "".join(HIDDEN if place in hidden else char for place, char in enumerate(text))
    return text


def masked_name(name: str) -> str:
    """Enough of a name to tell people in a list apart: its first character, of longer ones the last too."""
    if len(name) <= 1:
        return HIDDEN * len(name)
    last = name[-1] if len(name) > 3 else HIDDEN
    return f"{name[0]}{HIDDEN * (len(name) - 2)}{last}"


def _hidden(text: str) -> Iterator[int]:
    """Positions in the text."""
    view = views(text).written
    plain, in_digits = view.text, view.text.translate(_NUMERALS)
    found = chain(
        _MAIL.places(plain, 0, len(plain)) if "@" in plain else (),
        _in_runs(plain, (_IDENTITY, _CARD, _MOBILE, _LANDLINE)),
        _in_runs(in_digits, (_MOBILE,)) if in_digits != plain else (),
    )
    return (view.back(place, place + 1)[0] for place in found)


def _in_runs(text: str, kinds: Iterable[_Kind]) -> Iterator[int]:
    """Where enough digits stand together, which is rarely; with what may stand in front and behind."""
    for run in _RUN.finditer(text):
        for kind in kinds:
            yield from kind.places(text, max(0, run.start() - 3), run.end() + 8)


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of number: how it may be written, how many characters of it stay, what else must hold.

    Each pattern has one group: the number. It looks ahead for it, so as to be tried at every place.
    """

    patterns: tuple[re.Pattern[str], ...]
    first: int
    last: int
    holds: Callable[[str], bool] = bool

    def places(self, text: str, start: int, end: int) -> Iterator[int]:
        """What to hide between two places of a text."""
        for found in (each for pattern in self.patterns for each in pattern.finditer(text, start, end)):
            signs = [place for place in range(*found.span(1)) if text[place] not in _BETWEEN]
            if self.holds("".join(text[place] for place in signs)):
                yield from signs[self.first : len(signs) - self.last] or signs


def _numbers(*shapes: str, before: str = "") -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(f"{_START}{before}(?=({shape}){_END})") for shape in shapes)


def _is_identity(number: str) -> bool:
    return _IDENTITY_NUMBER.fullmatch(number) is not None


def _is_card(number: str) -> bool:
    """By its first digits, and by Luhn's check of all of them."""
    doubled = (divmod(2 * int(digit), 10) for digit in number[-2::-2])
    total = sum(map(int, number[-1::-2])) + sum(map(sum, doubled))
    return _ISSUER.match(number) is not None and total % 10 == 0


_MAIL = _Kind(
    # not with another @ in front: that is the name of an account (@star@social.example)
    (re.compile(r"(?<![@a-z0-9._%+-])([a-z0-9._%+-]++)@(?:[a-z0-9-]+\.)+[a-z]{2}"),),
    *(1, 0),
)
_IDENTITY = _Kind(
    _numbers(
        f"[0-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9x]",
        f"[0-9]{{6}}{_GAP}[0-9]{{6}}{_GAP}[0-9]{{3}}",
    ),
    *(4, 4),
    holds=_is_identity,
)
_CARD = _Kind(
    _numbers(
        "[0-9]{13,19}",
        f"[0-9]{{4}}(?:{_APART}[0-9]{{4}}){{3}}",
        f"[0-9]{{4}}(?:{_APART}[0-9]{{4}}){{3}}{_APART}[0-9]{{1,3}}",
        f"[0-9]{{4}}{_APART}[0-9]{{6}}{_APART}[0-9]{{5}}",
        f"[0-9]{{6}}{_APART}[0-9]{{7,13}}",
        before="(?<![a-z0-9]/)",  # in addresses of the web long numbers are those of posts
    ),
    *(4, 4),
    holds=_is_card,
)
_MOBILE = _Kind(
    _numbers(
        f"1[3-9][0-9](?:[0-9]{{8}}|{_APART}(?!{_DATE})[0-9]{{4}}{_GAP}[0-9]{{4}})",
        f"1[3-9][0-9]{{2}}{_APART}[0-9]{{4}}{_APART}[0-9]{{3}}",
        f"1[3-9][0-9]{_APART}[0-9]{{3}}{_APART}[0-9]{{5}}",
        f"1[3-9][0-9](?:{_APART}[0-9]{{2}}){{4}}",
        f"1{_APART}[3-9](?:{_APART}[0-9]){{9}}",
        before=rf"(?:(?:{_CHINA}|\(?86\)?){_GAP}|0)?",
    ),
    *(3, 4),
)
_LANDLINE = _Kind(
    _numbers(
        f"[2-8][0-9]{{2,3}}{_GAP}[0-9]{{4}}",
        before=rf"(?:{_CHINA}{_GAP}(?:\(0\))?\(?0?{_AREA}|\(?0{_AREA})\)?{_GAP}",
    ),
    *(0, 3),
)
