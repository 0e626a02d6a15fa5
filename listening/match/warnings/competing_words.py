"""Words of the rules that want the same characters: 断网 and 网速 in 断网速. The likelier reading wins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from listening.match.reading.fields import Field
from listening.match.warnings._study import Study
from listening.match.warnings._warning import RuleWarning, Severity
from listening.text.views import is_han

MOST_PAIRS = 5_000
"""So many pairs are held against the segmenter; with more, the rest is left out."""
MOST_TOLD = 20


def look(study: Study) -> Iterator[RuleWarning]:
    yield from islice(_refused(study), MOST_TOLD)


def _refused(study: Study) -> Iterator[RuleWarning]:
    for first, second, shared in islice(_overlapping(study), MOST_PAIRS):
        together = first + second[shared:]
        field = Field("text", together, 0, study.plan)
        left = field.judge.word(0, len(first), strict=False)
        right = field.judge.word(len(first) - shared, len(together), strict=False)
        if left.counts and right.counts:
            continue
        loser, winner, tokens = (
            (first, second, left.token) if not left.counts else (second, first, right.token)
        )
        if not _is_seen(study, loser, tokens or ""):
            continue
        pair = f"'{study.words[loser].text}' and '{study.words[winner].text}'"
        what = f"{pair} compete in {together}: {loser} does not count there, the text is read {tokens}"
        cure = f"if both are meant there, add {together} to the list"
        severity = Severity.NOTE if study.seen is None else Severity.LOW
        yield RuleWarning("competing_words", severity, study.words[loser].place, what, cure)


def _is_seen(study: Study, loser: str, tokens: str) -> bool:
    """Has the archive, if there is one, a post in which it comes to that?"""
    return study.seen is None or study.seen.standings[loser].crossed[tokens] > 0


def _overlapping(study: Study) -> Iterator[tuple[str, str, int]]:
    """(word, word, how many characters the end of the one shares with the beginning of the other)."""
    words = [word for word in study.words if len(word) > 1 and all(map(is_han, word))]
    beginning: dict[str, list[str]] = defaultdict(list)
    for word in words:
        for length in range(1, len(word)):
            beginning[word[:length]].append(word)
    for first in words:
        for shared in range(1, len(first)):
            for second in beginning.get(first[-shared:], ()):
                if (
                    study.rules_of[first] != study.rules_of[second]
                    and second not in first
                    and first not in second
                ):
                    yield first, second, shared
