"""Segmentation by jieba's dictionary, without its HMM: rjieba does the work, a test shows jieba's tokens.

With the HMM off every token is a dictionary word, a word that was added, a single character or a run of
ASCII letters and digits.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from daachorse import CharwiseDoubleArrayAhoCorasick

if TYPE_CHECKING:
    from rjieba import Jieba

WHITESPACE = re.compile(r"\s")
_FEW = 50
_LONGEST = 200
"""Bytes that a line of the dictionary is shorter than."""
USER_FREQUENCY = 1_000
"""The least a rule set's own word weighs: enough to be found, too little to break 地铁/通勤 for 铁通."""


class Segmenter:
    """Cuts folded text. `words` are the rule set's own; without them it is the plain dictionary."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        import rjieba  # builds the plain dictionary, so it is only imported where something is cut

        own = sorted(set(words))
        self._cut = _taught(rjieba.Jieba(), own).cut if own else rjieba.cut

    def cut(self, text: str) -> list[str]:
        """The tokens in order; joined they are the text again."""
        return self._cut(text, False)


def _taught(jieba: Jieba, own: list[str]) -> Jieba:
    known = frequencies(own)
    for word in own:
        if known.get(word, 0) < USER_FREQUENCY:
            jieba.add_word(word, USER_FREQUENCY, None)
    return jieba


@cache
def plain() -> Segmenter:
    """The plain dictionary; one for all, since it never changes."""
    return Segmenter()


def frequencies(words: Iterable[str]) -> dict[str, int]:
    """How often jieba's dictionary saw each of the words; words it does not know are absent."""
    wanted = sorted({word for word in words if not WHITESPACE.search(word)})
    if len(wanted) > _FEW:
        return _frequencies_of_many(wanted)
    content = b"\n" + _dictionary().read_bytes() if wanted else b""
    starts = {word: content.find(f"\n{word} ".encode()) for word in wanted}
    return {
        word: int(content[at : at + _LONGEST].split(b" ", 2)[1]) for word, at in starts.items() if at >= 0
    }


def _frequencies_of_many(words: list[str]) -> dict[str, int]:
    """One walk for all of them, which for a few takes longer than looking for each."""
    text = "\n" + dictionary_text()
    found: dict[str, int] = {}
    for start, end, _ in CharwiseDoubleArrayAhoCorasick([f"\n{w} " for w in words]).find_overlapping(text):
        found[text[start + 1 : end - 1]] = int(text[end : text.index(" ", end)])
    return found


def longer_words(words: Iterable[str]) -> dict[str, list[tuple[str, int]]]:
    """For each word the longer ones of the dictionary that hold it, and how frequent: frequent ones first."""
    wanted = sorted({word for word in words if not WHITESPACE.search(word)})
    found: dict[str, dict[str, int]] = {word: {} for word in wanted}
    text = "\n" + dictionary_text()
    automaton = CharwiseDoubleArrayAhoCorasick(wanted) if wanted else None
    for start, _, n in automaton.find_overlapping(text) if automaton else ():
        line = text.rindex("\n", 0, start + 1) + 1
        longer, frequency, *_ = text[line : text.find("\n", start)].split(" ")
        if start < line + len(longer) and longer != wanted[n]:
            found[wanted[n]][longer] = int(frequency)
    return {
        word: sorted(longer.items(), key=lambda pair: (-pair[1], pair[0])) for word, longer in found.items()
    }


@cache
def digest() -> str:
    """Names the dictionary and the segmenter; a change of either may change what matches."""
    content = _dictionary().read_bytes() + f"rjieba {version('rjieba')}".encode()
    return hashlib.sha1(content).hexdigest()


def dictionary_text() -> str:
    """jieba's dictionary: a word, a blank, its frequency, a blank and its kind on each line."""
    return _dictionary().read_text("utf-8")


def _dictionary() -> Path:
    """jieba's own dict.txt. Found without importing jieba, which would load it all into memory."""
    spec = importlib.util.find_spec("jieba")
    assert spec is not None and spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0]) / "dict.txt"
