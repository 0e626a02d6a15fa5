"""Many patterns held against a text in one walk: which of them may stand there at all."""

from __future__ import annotations

from collections.abc import Sequence

import re2

FEW = 4
"""As few patterns are asked one by one."""

_MEMORY = 1 << 26
"""Bytes that RE2 may use for the states of a set; its default is meant for a single pattern."""

_SENTINEL = "(?s)."
"""Stands in every text. Where the set does not find it, RE2 ran out of memory, of which it tells nobody."""


class PatternSet:
    """`patterns` are as RE2 reads them, each already known to be good."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._all = frozenset(range(len(patterns)))
        self._set = _compiled(patterns) if len(patterns) > FEW else None

    def standing(self, text: str) -> frozenset[int]:
        """The positions of the patterns that find something in the text; all where that is not known."""
        found = self._set.Match(text) if self._set is not None and text else ()
        if 0 not in found:
            return self._all
        return frozenset(n - 1 for n in found if n)


def _compiled(patterns: Sequence[str]) -> re2.Set | None:
    """None where all of them together are too large."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    found = re2.Set.SearchSet(options)
    for pattern in (_SENTINEL, *patterns):
        found.Add(pattern)
    try:
        found.Compile()
    except re2.error:
        return None
    return found
