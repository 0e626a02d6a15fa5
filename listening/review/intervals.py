"""How far a share that was seen in some may be off in all: 95 % intervals, by Wilson."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

_Z = 1.959963984540054  # 95 % of a normal distribution lie within so many standard deviations


@dataclass(frozen=True, slots=True)
class Estimate:
    """What it probably is, and between what and what it lies."""

    value: float
    low: float
    high: float


def wilson(share: float, n: float) -> tuple[float, float]:
    """The interval of a share seen in n of very many: sound for few, and near 0 and 1."""
    centre = share + _Z**2 / (2 * n)
    half = _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    scale = 1 + _Z**2 / n
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def share_of(part: int, whole: int) -> Estimate | None:
    """The share with its interval; None of nothing at all."""
    return Estimate(part / whole, *wilson(part / whole, whole)) if whole else None


def in_population(found: int, sample: int, population: int) -> Estimate | None:
    """How many there are in a population of whose random sample `found` are; None without a sample.

    Never fewer than were found, never more than the others leave room for; of a sample that is everything,
    exactly these.
    """
    if not sample:
        return None
    share = found / sample
    left = population - sample
    if left <= 0:
        return Estimate(found, found, found)
    # The larger a part of the population was looked at, the more each look tells.
    low, high = wilson(share, sample * (population - 1) / left)
    return Estimate(share * population, max(low * population, found), min(high * population, found + left))
