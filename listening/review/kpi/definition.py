"""What a figure is: its definition in words, and the function that reads it from a case's story."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from listening.review.kpi.asked import Asked
from listening.review.kpi.reasons import JOINED, WITHDRAWN
from listening.review.kpi.story import Story

Number = int | Fraction
_MILLISECOND = timedelta(milliseconds=1)


class Method(enum.StrEnum):
    """How a figure comes from its items: their number, a part of their number, a share, or a percentile.

    A percentile is the value at rank ceil(p/100 x n) of the n sorted ones (nearest rank); none is made up.
    """

    COUNT = "count"
    PART = "part"
    RATE = "rate"
    MEDIAN = "median"
    P90 = "p90"

    @property
    def percentile(self) -> int | None:
        return {Method.MEDIAN: 50, Method.P90: 90}.get(self)

    @property
    def unit(self) -> str:
        """`count`, `rate` (0 to 1) or `ms`."""
        if self.percentile is not None:
            return "ms"
        return "rate" if self is Method.RATE else "count"


class Item(NamedTuple):
    """One thing that a figure counts, or leaves out (`out` says why).

    `at` puts it into a period. `above` is what it adds to the numerator (for a percentile: its value in
    milliseconds), `below` what it adds to the denominator.
    """

    at: datetime
    person: str | None = None
    above: Number = 1
    below: Number = 1
    out: str | None = None


Read = Callable[[Story, Asked], Iterable[Item]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One figure. `says` and `says_zh` are the sentence that is printed beside it.

    `counts` names its items; `when` is the moment that puts one into a period, `who` the person it counts
    for. `reasons` are those of its own to leave something out. `acts`: of something that was done, which
    counts also where it was done in a case that was joined to another: under that one. `snapshot`: read at
    the end of each period, so that days do not add up.
    """

    name: str
    zh: str
    family: str
    says: str
    says_zh: str
    method: Method
    counts: str
    numerator: str
    denominator: str
    when: str
    who: str
    read: Read
    reasons: tuple[str, ...] = ()
    acts: bool = False
    snapshot: bool = False

    @property
    def left_out_for(self) -> tuple[str, ...]:
        """All reasons there may be."""
        return (WITHDRAWN, *self.reasons) if self.acts else (WITHDRAWN, JOINED, *self.reasons)


def milliseconds(span: timedelta) -> int:
    return span // _MILLISECOND


def percentiles(
    name: str,
    zh: str,
    *,
    family: str,
    says: str,
    says_zh: str,
    counts: str,
    when: str,
    who: str,
    read: Read,
    reasons: tuple[str, ...],
    acts: bool = False,
) -> tuple[Definition, Definition]:
    """The median and the ninth decile of one duration."""

    def of(method: Method, title: str, word: str, word_zh: str) -> Definition:
        return Definition(
            name=f"{name}_{method}",
            zh=f"{zh}{title}",
            family=family,
            says=f"{says}: {word}.",
            says_zh=f"{says_zh}，取{word_zh}。",
            method=method,
            counts=counts,
            numerator="the value at the rank",
            denominator=f"the number of {counts} with a value",
            when=when,
            who=who,
            read=read,
            reasons=reasons,
            acts=acts,
        )

    return (
        of(Method.MEDIAN, "中位数", "the value at rank ceil(n/2)", "第⌈n/2⌉个值"),
        of(Method.P90, "九分位", "the value at rank ceil(0.9 n)", "第⌈0.9n⌉个值"),
    )
