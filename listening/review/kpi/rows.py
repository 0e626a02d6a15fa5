"""Figures as plain rows, the same for JSON, a spreadsheet and a frame; and the one way they are rounded."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any

from listening.review.kpi.asked import Asked
from listening.review.kpi.definition import Number
from listening.review.kpi.figures import Figure

DIGITS = 4
"""Of a rate, behind the point: 0.6667, or 66.67 %."""
_ONE: int = 10**DIGITS


def as_row(figure: Figure, asked: Asked) -> dict[str, Any]:
    """A figure with its definition beside it. What is not asked for has no column; what is unknown is None.

    Rates are rounded half up to four digits; numerator and denominator are exact.
    """
    definition = figure.definition
    row: dict[str, Any] = {"figure": definition.name, "zh": definition.zh}
    if asked.period is not None:
        row["period"] = figure.period.isoformat() if figure.period else None
    if asked.dimension is not None:
        row[str(asked.dimension)] = figure.group
    seen = figure.coverage
    return row | {
        "total": figure.total,
        "value": shown_value(figure),
        "unit": definition.method.unit,
        "numerator": plain(figure.numerator),
        "denominator": plain(figure.denominator),
        "counts": definition.counts,
        "left_out": dict(figure.left_out),
        "coverage_all": None if seen is None else rounded(Fraction(seen.all_share)),
        "coverage_any": None if seen is None else rounded(Fraction(seen.any_share)),
        "definition": definition.says,
        "definition_zh": definition.says_zh,
    }


def behind(figure: Figure) -> Mapping[str, list[str]]:
    """The cases behind a figure: of its denominator, and those of them in its numerator."""
    return {"cases": list(figure.cases), "above": list(figure.above)}


def shown_value(figure: Figure) -> int | float | None:
    """A number or milliseconds as they are, a rate rounded."""
    value = figure.value
    if value is None or figure.definition.method.unit != "rate":
        return plain(value)
    return rounded(Fraction(value))


def rounded(share: Fraction) -> float:
    """Half up, so that everybody comes to the same digit."""
    return tens(share) / _ONE


def tens(share: Fraction) -> int:
    """The same in ten-thousandths."""
    return floor(share * _ONE + Fraction(1, 2))


def plain(number: Number | None) -> int | float | None:
    """Half points as 4.5; all else is whole."""
    if number is None or isinstance(number, int):
        return number
    return number.numerator if number.denominator == 1 else float(number)
