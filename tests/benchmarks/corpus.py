"""Made-up posts and rules for measuring the hot path, from one seed: what is a hit was put there on purpose.

The text is of jieba's words, each as often as Chinese uses it; no brand's word stands in it by chance. As
many posts as are hits are candidates that fail: half of them hold a brand's word across two others
(断网 in 判断网络), half a brand without a scenario.
"""

from __future__ import annotations

import json
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from random import Random

import opencc
import yaml
from daachorse import CharwiseDoubleArrayAhoCorasick

SCENARIOS = 150
BRANDS = 50
_LATIN = 0.07
_SIGNS = "，，，，。。！？…"
_FACES = "😀😂🤣😡👍🙏❤🔥"
_WORDS = ["iPhone", "WiFi", "app", "5G", "ok", "VIP", "https://t.cn/A6x7Yz", "pro"]
_PLATFORMS = ["weibo", "tieba", "zhihu", "forum"]
_COMMON = 20_000
"""So many of the most frequent words make up the text."""


@dataclass(frozen=True, slots=True)
class Wordlist:
    """jieba's dictionary, the frequent words apart from the rest."""

    common: Sequence[str]
    sums: Sequence[int]
    rare: Sequence[str]


@cache
def wordlist() -> Wordlist:
    lines = (files("jieba") / "dict.txt").read_text("utf-8").splitlines()
    pairs = [(word, int(number)) for word, number, *_ in (line.split(" ") for line in lines)]
    pairs.sort(key=lambda pair: (-pair[1], pair[0]))
    common, rest = pairs[:_COMMON], pairs[_COMMON:]
    rare = [word for word, _ in rest if 2 <= len(word) <= 4 and not word.isascii()]
    return Wordlist([w for w, _ in common], list(accumulate(n for _, n in common)), rare)


@dataclass(frozen=True, slots=True)
class Terms:
    """The words of a rule set: of each brand, of each scenario, and brand words that stand across others."""

    brands: Sequence[Sequence[str]]
    scenarios: Sequence[Sequence[str]]
    crossed: Sequence[str]
    """Brand words that are the end of one everyday word and the beginning of the next."""
    across: Sequence[str]
    """For each of those the two words."""


def terms(number: int, seed: int = 1) -> Terms:
    """So many different words for up to 50 brands and 150 scenarios; two of five belong to brands."""
    random = Random(f"terms {seed}")
    words = wordlist()
    rare = random.sample(words.rare, number)
    brands = [_named(word, random) for word in rare[: number * 2 // 5]]
    across = _across(random, len(brands) // 20)
    crossed = [pair[1] + pair[2] for pair in across]
    brands[-len(crossed) :] = crossed
    scenarios = rare[number * 2 // 5 :]
    return Terms(
        [brands[n::BRANDS] for n in range(min(BRANDS, len(brands)))],
        [scenarios[n::SCENARIOS] for n in range(min(SCENARIOS, len(scenarios)))],
        crossed,
        across,
    )


def _named(word: str, random: Random) -> str:
    if random.random() < _LATIN:
        return "".join(random.choice("bdfgklmnprstvz") + random.choice("aeiou") for _ in range(3))
    return word + random.choice(["宽带", "通信", "移动"]) if random.random() < 0.33 else word


def _across(random: Random, number: int) -> list[str]:
    """Two words of two characters, not so frequent that they meet by chance; between them stands no word."""
    words = wordlist()
    pairs = [w for w in words.common[3_000:12_000] if len(w) == 2]
    known = set(words.common) | set(words.rare)
    found: dict[str, str] = {}
    while len(found) < number:
        both = random.choice(pairs) + random.choice(pairs)
        if both not in known and both[1:3] not in known and both[:3] not in known and both[1:] not in known:
            found[both[1:3]] = both
    return list(found.values())


def write_rules(folder: Path, of: Terms, *, patterns: int = 0) -> Path:
    """The rules as a folder of YAML: half of the scenarios ask for any word, a fifth each for all of some and
    for two words that are near, a tenth for any of an exclusion's rest; two of five exclude.
    """
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(f"rules {len(of.crossed)}")
    brands = {f"品牌{n}": _brand(n, words) for n, words in enumerate(of.brands)}
    scenarios = {f"场景{n}": _scenario(n, words, random) for n, words in enumerate(of.scenarios)}
    for n in range(patterns):
        word = of.scenarios[n % len(of.scenarios)][0]
        scenarios[f"价格{n}"] = {"any": [f"/{word}[0-9]{{2,4}}[元块{n % 10}]/"]}
    document = {"brands": brands, "scenarios": scenarios}
    (folder / "rules.yaml").write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")
    return folder


def _brand(n: int, words: Sequence[str]) -> dict[str, object]:
    """A fifth have an account too."""
    accounts = {"accounts": {"weibo": [f"品牌{n}客服"]}} if n % 5 == 0 else {}
    return {"any": list(words), **accounts}


def _scenario(n: int, words: Sequence[str], random: Random) -> dict[str, object]:
    half = max(1, len(words) // 2)
    kind = n % 10 if len(words) > 1 else 0
    if kind < 5:
        rule: dict[str, object] = {"any": list(words)}
    elif kind < 7:
        rule = {"all": [words[0]], "any": list(words[1:])}
    elif kind < 9:
        left, right = (" or ".join(part) for part in (words[:half], words[half:]))
        rule = {"when": f"({left}) near/15 ({right})"}
    else:
        rule = {"any": list(words)}
    if random.random() < 0.4:
        rule["none"] = random.sample(wordlist().rare[:200], 2)
    return rule


class Corpus:
    """Posts for rules of these terms; `hits` is the share that are hits."""

    def __init__(self, of: Terms, hits: float, seed: int = 1) -> None:
        self._terms, self._hits, self._crossed = of, hits, frozenset(of.crossed)
        self._random = Random(f"posts {seed} {hits}")
        used = {word for group in (*of.brands, *of.scenarios) for word in group}
        words = wordlist()
        self._brands = CharwiseDoubleArrayAhoCorasick([word for group in of.brands for word in group])
        self._vocabulary = [w for w in words.common if w not in used]
        sizes = dict(zip(words.common, _differences(words.sums), strict=True))
        self._sums = list(accumulate(sizes[w] for w in self._vocabulary))
        self._traditional = opencc.OpenCC("s2t")

    def lines(self, number: int) -> Iterator[bytes]:
        """The posts as lines of the exchange format."""
        for n in range(number):
            yield json.dumps(self._post(n), ensure_ascii=False).encode() + b"\n"

    def _post(self, n: int) -> dict[str, object]:
        random = self._random
        return {
            "id": f"weibo:{4_900_000_000_000_000 + n}",
            "text": self._text(),
            "platform": random.choice(_PLATFORMS),
            "published_at": f"2026-11-{random.randrange(1, 25):02}T{random.randrange(24):02}:15:00Z",
            "author": {"id": str(random.randrange(10**9))},
        }

    def _text(self) -> str:
        random, chance = self._random, self._random.random()
        length = min(300, max(20, int(random.lognormvariate(4.25, 0.6))))
        while self._brands.find(text := self._words(length)):
            pass  # a brand's word that stands there by chance would be one more candidate that fails
        if chance < self._hits:
            text = self._put(text, self._brand(), *self._what_makes_a_hit())
        elif chance < self._hits * 1.5:
            text = self._put(text, random.choice(self._terms.across))
        elif chance < self._hits * 2:
            text = self._put(text, self._brand())
        return self._dressed(text)

    def _words(self, length: int) -> str:
        parts: list[str] = []
        size = 0
        while size < length:
            word = self._vocabulary[bisect(self._sums, self._random.randrange(self._sums[-1]))]
            if self._random.random() < 0.12:
                word += self._random.choice(_SIGNS)
            parts.append(word)
            size += len(word)
        return "".join(parts)[:300]

    def _brand(self) -> str:
        """A brand's word that stands for itself."""
        while (word := self._random.choice(self._random.choice(self._terms.brands))) in self._crossed:
            pass
        return word

    def _what_makes_a_hit(self) -> list[str]:
        """Words of one scenario: enough for any kind of rule, close to each other."""
        words = self._random.choice(self._terms.scenarios)
        return ["，" + words[0] + "了" + words[-1]]

    def _put(self, text: str, *pieces: str) -> str:
        for piece in pieces:
            at = self._random.randrange(len(text) + 1)
            text = f"{text[:at]}，{piece}，{text[at:]}"
        return text

    def _dressed(self, text: str) -> str:
        random = self._random
        if random.random() < 0.12:
            text = self._traditional.convert(text)
        if random.random() < 0.20:
            text += random.choice(_FACES) * random.randrange(1, 4)
        if random.random() < 0.08:
            text = f"{random.choice(_WORDS)} {text}"
        if random.random() < 0.03:
            text = text.replace("，", "　").replace("5", "５") + "！！"
        return text


def _differences(sums: Sequence[int]) -> Iterator[int]:
    yield from (b - a for a, b in zip([0, *sums], sums, strict=False))
