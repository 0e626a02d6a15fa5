"""What cuts a text into words is a parameter of the reference; here is jieba itself."""

from __future__ import annotations

import logging
import math
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Protocol

with warnings.catch_warnings():
    # jieba 0.42.1 imports pkg_resources and holds escapes that newer Pythons dislike: its own affair
    warnings.filterwarnings("ignore", message=".*pkg_resources", category=UserWarning)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    import jieba

jieba.setLogLevel(logging.ERROR)

USER_FREQUENCY = 1000


class Segmenter(Protocol):
    def cut(self, text: str) -> list[str]:
        """The tokens of the text, HMM off; joined they give the text again."""
        ...


SegmenterFactory = Callable[[Mapping[str, int]], Segmenter]
"""From user words with their frequencies to a segmenter; without words: the plain dictionary."""


@cache
def _dictionary() -> tuple[dict[str, int], int]:
    """jieba's own dictionary (words and their beginnings), read past its cache in the temporary folder."""
    tokenizer = jieba.Tokenizer()
    frequencies, total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    return frequencies, total


def dictionary_frequency(word: str) -> int:
    """0 for what is no word of the dictionary."""
    return _dictionary()[0].get(word, 0)


def user_frequency(word: str) -> int:
    """The weight of a rule set's own word: the larger of its dictionary frequency and 1,000."""
    return max(dictionary_frequency(word), USER_FREQUENCY)


class JiebaSegmenter:
    """`jieba.Tokenizer.cut(text, HMM=False)` with user words.

    jieba looks into its dictionary only for runs of U+4E00-U+9FD5 and some ASCII: a word with a rarer Han
    character is cut into characters, also as a user word. `wide` lets such runs through the same algorithm.
    """

    def __init__(self, words: Mapping[str, int], *, wide: bool = False) -> None:
        self._tokenizer: Any = _tokenizer(words)
        self._wide = wide

    def cut(self, text: str) -> list[str]:
        if not self._wide:
            return list(self._tokenizer.cut(text, HMM=False))
        return [token for run in _WIDE.split(text) for token in self._cut_run(run)]

    def _cut_run(self, run: str) -> Iterable[str]:
        if _WIDE.match(run):
            tokens: Iterable[str] = self._tokenizer._Tokenizer__cut_DAG_NO_HMM(run)
            return tokens
        return run


_WIDE = re.compile(r"([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323afa-zA-Z0-9+#&._%-]+)")


def _tokenizer(words: Mapping[str, int]) -> Any:
    tokenizer = jieba.Tokenizer()
    frequencies, total = _dictionary()
    tokenizer.FREQ = frequencies.copy() if words else frequencies
    tokenizer.total, tokenizer.initialized = total, True
    for word, frequency in words.items():
        # add_word counts the new frequency on top of the old one; the total is the sum of all frequencies
        tokenizer.total -= tokenizer.FREQ.get(word, 0)
        tokenizer.add_word(word, frequency)
    return tokenizer


def jieba_factory(words: Mapping[str, int]) -> Segmenter:
    """jieba as it is."""
    return JiebaSegmenter(words)


def wide_jieba_factory(words: Mapping[str, int]) -> Segmenter:
    """jieba, with runs of all Han characters held against the dictionary."""
    return JiebaSegmenter(words, wide=True)


def log_probability(words: Mapping[str, int], tokens: Iterable[str]) -> float:
    """What jieba maximises, for one segmentation: the sum of log(frequency or 1) - log(total) over its words.

    A run of ASCII letters and digits is printed as one token but counted character by character, as is
    everything else that is in no dictionary.
    """
    frequencies, total = _dictionary()
    log_total = math.log(total + sum(freq - frequencies.get(word, 0) for word, freq in words.items()))

    def logarithm(word: str) -> float:
        return math.log(words.get(word) or frequencies.get(word, 0) or 1) - log_total

    def known(token: str) -> bool:
        return token in words or frequencies.get(token, 0) > 0

    return math.fsum(
        logarithm(word) for token in tokens for word in ([token] if known(token) else list(token))
    )
