"""The pipeline that people write by hand, honestly: every post is folded and tokenized, then looked up."""

from __future__ import annotations

import json
import logging
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import jieba
import opencc

from tests.benchmarks.corpus import Terms

jieba.setLogLevel(logging.WARNING)
_simplified = opencc.OpenCC("t2s")


@cache
def bare() -> jieba.Tokenizer:
    """jieba as it is installed."""
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return tokenizer


class ByHand:
    """Brands by their words, scenarios by any of theirs; terms are added to jieba as words."""

    def __init__(self, of: Terms) -> None:
        self._tokenizer = jieba.Tokenizer()
        self._brands = {word: n for n, words in enumerate(of.brands) for word in words}
        self._scenarios = {word: n for n, words in enumerate(of.scenarios) for word in words}
        for word in (*self._brands, *self._scenarios):
            self._tokenizer.add_word(word)

    def lines(self, raws: Iterable[bytes]) -> Iterator[str]:
        for raw in raws:
            post = json.loads(raw)
            text = _simplified.convert(unicodedata.normalize("NFKC", post["text"]).lower())
            tokens = self._tokenizer.lcut(text)
            brands = {self._brands[token] for token in tokens if token in self._brands}
            scenarios = {self._scenarios[token] for token in tokens if token in self._scenarios}
            if brands:
                yield self._told(post, text, sorted(brands), sorted(scenarios))

    def _told(self, post: dict[str, Any], text: str, brands: list[int], scenarios: list[int]) -> str:
        words = [word for word in (*self._brands, *self._scenarios) if word in text]
        record = {**post, "brands": brands, "scenarios": scenarios, "words": words}
        return json.dumps(record, ensure_ascii=False)
