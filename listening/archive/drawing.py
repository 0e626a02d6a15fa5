"""A random draw that can be repeated: whose keyed digests are the smallest, in whatever order they come."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import nsmallest

from listening.model import Outcome, Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Posts in the order in which they were drawn: the first of them are a uniform sample as well.

    Of all posts that might have been asked for, drawn or not: `outcomes` and `pending` are their number by
    outcome and of those without one; `rules` the number of those that might have been drawn, by the rules
    under which their outcome was found.
    """

    posts: tuple[Post, ...] = ()
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    pending: int = 0
    rules: dict[str, int] = field(default_factory=dict)


def drawn(names: Iterable[str], size: int, seed: int) -> list[str]:
    """So many of the names, each with the same chance; of a seed always the same. Holds only these."""
    key = str(seed).encode()

    def rank(name: str) -> bytes:
        return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16, key=key).digest()

    return nsmallest(size, names, key=rank)
