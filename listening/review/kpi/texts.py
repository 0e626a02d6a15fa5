"""Figures and their definitions as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from listening.review.kpi.definition import Definition, Number
from listening.review.kpi.figures import Figure
from listening.review.kpi.reasons import IRRELEVANT, REASONS
from listening.review.kpi.rows import plain, tens

_SECOND, _MINUTE, _HOUR = 1_000, 60_000, 3_600_000
NOTHING = "–"
"""Where there is no value."""


def value_text(figure: Figure) -> str:
    """`66.67 %`, `1:02:03` (hours, minutes and seconds, cut), `1,234`."""
    value = figure.value
    if value is None:
        return NOTHING
    match figure.definition.method.unit:
        case "rate":
            share = tens(Fraction(value))
            return f"{share // 100}.{share % 100:02} %"
        case "ms":
            return _duration(int(value))
    return f"{value:,}"


def parts_text(figure: Figure) -> str:
    """`2/3`, or of a percentile the number of its values."""
    if figure.denominator is None:
        return ""
    if figure.numerator is None:
        return f"n={figure.denominator}"
    return f"{_text(figure.numerator)}/{_text(figure.denominator)}"


def reasons_text(left_out: Mapping[str, int]) -> str:
    """`irrelevant 2, not_due 1`."""
    return ", ".join(f"{reason} {number}" for reason, number in left_out.items())


def defined(definition: Definition) -> str:
    """A line: what it is called and what it says, in both languages."""
    return f"{definition.name} {definition.zh}: {definition.says} {definition.says_zh}"


def explained(definition: Definition) -> str:
    """All there is to know of it."""
    lines = [
        ("numerator", definition.numerator),
        ("denominator", definition.denominator),
        ("counts", definition.counts),
        ("unit", definition.method.unit),
        ("in a period by", definition.when),
        ("person", definition.who),
        ("irrelevant ones", "left out" if IRRELEVANT in definition.reasons else "counted"),
        *((f"left out: {each}", "; ".join(REASONS[each])) for each in definition.left_out_for),
    ]
    head = f"{definition.name}  {definition.zh}\n{definition.says}\n{definition.says_zh}"
    return "\n".join([head, *(f"  {name:<25} {what}" for name, what in lines)])


def _duration(ms: int) -> str:
    return f"{ms // _HOUR}:{ms % _HOUR // _MINUTE:02}:{ms % _MINUTE // _SECOND:02}"


def _text(number: Number) -> str:
    return str(plain(number))
