"""Made-up records for measuring: words drawn as often as Chinese uses them, planted phrases, one seed."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import accumulate
from random import Random

from listening.model import Author, Hit, ListeningClass, Match, Post, Status

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
PLANTED = {"断网": 0.01, "乱扣费": 0.003, "携号转网": 0.002, "光猫红灯": 0.0005}
"""Phrases, and the share of records that hold each."""
_PLATFORMS = ["weibo", "tieba", "zhihu", "forum"]
_BRANDS = ["星河宽带", "长河通信", "云帆移动"]
_DAYS = 365


class Words:
    """jieba's dictionary as a source of text: each word as often as its frequency says."""

    def __init__(self, random: Random) -> None:
        lines = (files("jieba") / "dict.txt").read_text("utf-8").splitlines()
        pairs = [line.split(" ")[:2] for line in lines]
        self._words = [word for word, _ in pairs]
        self._sums = list(accumulate(int(number) for _, number in pairs))
        self._random = random

    def text(self, words: int) -> str:
        top = self._sums[-1]
        return "".join(self._words[bisect(self._sums, self._random.randrange(top))] for _ in range(words))


def records(number: int, seed: int = 1) -> Iterator[Hit]:
    """Records spread over a year, in the order in which they were published."""
    random = Random(seed)
    words = Words(random)
    step = timedelta(days=_DAYS) / max(number, 1)
    for n in range(number):
        yield _record(n, NOW - timedelta(days=_DAYS) + n * step, words, random)


def _record(n: int, published_at: datetime, words: Words, random: Random) -> Hit:
    text = words.text(max(5, int(random.gauss(35, 12))))
    for phrase, share in PLANTED.items():
        if random.random() < share:
            cut = random.randrange(len(text))
            text = f"{text[:cut]}，{phrase}，{text[cut:]}"
    brand = random.choice(_BRANDS)
    is_fresh = NOW - published_at < timedelta(days=3)
    return Hit(
        post=Post(
            id=f"made:{n}",
            text=text,
            platform=random.choice(_PLATFORMS),
            published_at=published_at.replace(microsecond=published_at.microsecond // 1000 * 1000),
            author=Author(id=str(random.randrange(max(n, 1000) // 3 + 1)), name=words.text(2)),
            source="made",
        ),
        level=2,
        listening_class=ListeningClass.KEYWORD,
        brands=(brand,),
        scenarios=(f"{brand}/宽带报障",),
        matches=(Match(subject=brand, term=brand, field="text", start=0, end=2, text=text[:2]),),
        queue="技术支持",
        rules_version="made",
        found_at=published_at + timedelta(minutes=9),
        status=Status.OPEN if is_fresh else Status.KEPT,
    )
