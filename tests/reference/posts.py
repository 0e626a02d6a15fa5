"""Posts out of a rule set's own terms and everything that can go wrong around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from listening.model import Author, Kind, Mention, Post, Reference
from listening.rules.expression import TermKind
from listening.rules.ruleset import RuleSet
from tests.reference import vocabulary as v

_PATTERNS = (TermKind.PATTERN, TermKind.RAW_PATTERN)


@dataclass(frozen=True)
class _Stock:
    """What the posts for one rule set are made of."""

    random: Random
    own: Sequence[str]  # what its rules look for
    longer: Sequence[str]  # what stands under except
    accounts: Sequence[str]
    crossed: Sequence[str]  # words that share a character with two others: 断网 in 判断网络
    collisions: Sequence[str]


def texts(seed: int, ruleset: RuleSet, count: int) -> list[Post]:
    """The same seed and rules give the same posts. Hits, mentions, near misses, crossings are frequent."""
    stock = _stock(Random(seed), ruleset)
    return [_post(stock, f"made:{seed}-{n}") for n in range(count)]


def _stock(random: Random, ruleset: RuleSet) -> _Stock:
    rules = [*(s.conditions for s in ruleset.subjects), *(s.conditions for s in ruleset.scenarios)]
    terms = [term for rule in rules for term in (*rule.any, *rule.all, *rule.none)] + [*ruleset.ignore.any]
    own = [term.text for term in terms if term.kind not in _PATTERNS] or list(v.WORDS)
    accounts = [name for s in ruleset.subjects for names in s.accounts.values() for name in names]
    return _Stock(
        random,
        own=own,
        longer=[t.text for rule in rules for t in rule.except_ if t.kind not in _PATTERNS] or v.EXCEPT_WORDS,
        accounts=accounts or v.NAMES,
        crossed=_crossed(own) or v.CROSSING,
        collisions=[text for text in v.CROSSING if any(word in text for word in own)] or v.CROSSING,
    )


def _crossed(own: Sequence[str]) -> list[str]:
    """断网 between 判断 and 网络, and 断网 with 网速."""
    return [
        before[:-1] + word + after[1:]
        for word in own
        for before in ("", *(w for w in v.WORDS if w[-1] == word[0] and w != word))
        for after in ("", *(w for w in (*own, *v.WORDS) if w[0] == word[-1] and w != word))
        if before or after
    ]


def _post(stock: _Stock, id_: str) -> Post:
    random = stock.random
    references = [_reference(stock) if random.random() < 0.08 else None for _ in range(2)]
    return Post(
        id=id_,
        title=_text(stock, 3) if random.random() < 0.15 else None,
        text=_text(stock, 8),
        tags=tuple(_text(stock, 2) for _ in range(_few(random))),
        platform=random.choice((*v.PLATFORMS, *v.PLATFORMS, None)),
        kind=random.choice((None, None, *Kind)),
        source=random.choice((None, None, None, *v.SOURCES)),
        author=_author(stock) if random.random() < 0.2 else None,
        parent=references[0],
        root=references[1],
        mentions=tuple(_mention(stock) for _ in range(2) if random.random() < 0.1),
    )


def _few(random: Random) -> int:
    """Mostly no tags; now and then so many that tags.10 comes after tags.9."""
    return random.choice((1, 2, 12)) if random.random() < 0.1 else 0


def _text(stock: _Stock, most: int) -> str:
    return "".join(_piece(stock) for _ in range(stock.random.randint(1, most)))


def _piece(stock: _Stock) -> str:
    """One of: a term, a collision, something between, an address, a name."""
    random = stock.random
    make: Callable[[_Stock], str] = random.choices(_MAKERS, cum_weights=_CUMULATED)[0]
    return make(stock) if random.random() < 0.85 else make(stock) + random.choice(v.FILLER)


def _term(stock: _Stock) -> str:
    return _disguised(stock.random, stock.random.choice(stock.own))


def _other_word(stock: _Stock) -> str:
    return _disguised(stock.random, stock.random.choice(v.WORDS))


def _negated(stock: _Stock) -> str:
    between = stock.random.choice(("", "", "", " ", "\u200b", "#"))
    return stock.random.choice(v.NEGATIONS) + between + _term(stock)


def _between(stock: _Stock) -> str:
    return stock.random.choice(v.FILLER)


def _near(stock: _Stock) -> str:
    """A term directly between two characters that may spoil its ends."""
    return stock.random.choice(v.NEIGHBOURS) + _term(stock) + stock.random.choice(v.NEIGHBOURS)


def _longer(stock: _Stock) -> str:
    return _disguised(stock.random, stock.random.choice(stock.longer))


def _crossing(stock: _Stock) -> str:
    return _disguised(stock.random, stock.random.choice(stock.crossed))


def _collision(stock: _Stock) -> str:
    return _disguised(stock.random, stock.random.choice(stock.collisions))


def _url(stock: _Stock) -> str:
    return stock.random.choice(v.URLS)


def _name(stock: _Stock) -> str:
    sign = stock.random.choice(("@", "@", "@", "＠", "x@"))
    return sign + _account(stock).removeprefix("@") + _behind(stock)


def _word_as_name(stock: _Stock) -> str:
    return "@" + stock.random.choice(stock.own) + _behind(stock)


def _behind(stock: _Stock) -> str:
    """What follows a name: mostly a blank, else something that may or may not belong to it."""
    random = stock.random
    return random.choice((" ", " ", random.choice(v.BEHIND_NAMES), random.choice(stock.own), "很长" * 16))


def _quote(stock: _Stock) -> str:
    mark = stock.random.choice(("//@", "//@", "://@", "https://t.cn/x//@"))
    return mark + _account(stock).removeprefix("@") + ":"


_WEIGHTS: dict[Callable[[_Stock], str], int] = {
    _term: 22,
    _other_word: 5,
    _negated: 4,
    _between: 30,
    _near: 6,
    _longer: 8,
    _crossing: 8,
    _collision: 14,
    _url: 3,
    _name: 3,
    _word_as_name: 2,
    _quote: 2,
}
_MAKERS = list(_WEIGHTS)
_CUMULATED = list(accumulate(_WEIGHTS.values()))


def _disguised(random: Random, word: str) -> str:
    """A word as it is, or in one of the spellings that must, or must not, make a difference."""
    if random.random() < 0.5:
        return word
    return random.choice(_DISGUISES)(random, word)


def _spaced(random: Random, word: str) -> str:
    n = random.randint(1, max(1, len(word) - 1))
    return word[:n] + random.choice(v.BLANKS) + word[n:]


def _spaced_out(random: Random, word: str) -> str:
    return random.choice(v.BLANKS).join(word)


def _zero_width(random: Random, word: str) -> str:
    n = random.randint(0, len(word))
    return word[:n] + random.choice(v.ZERO_WIDTH) + word[n:]


def _traditional(_: Random, word: str) -> str:
    return word.translate(v.TRADITIONAL)


def _full_width(_: Random, word: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)


def _other_case(random: Random, word: str) -> str:
    return random.choice((word.upper(), word.lower(), word.title()))


def _broken(random: Random, word: str) -> str:
    """A newline, # or another word's character in the middle: not the word any more."""
    n = random.randint(1, max(1, len(word) - 1))
    return word[:n] + random.choice(("\n", "\r\n", "\u2028", "#", "的")) + word[n:]


def _cut_off(random: Random, word: str) -> str:
    return word[:-1] + random.choice("网络费用信息车接")


_DISGUISES: tuple[Callable[[Random, str], str], ...] = (
    *(_spaced, _spaced, _spaced_out, _zero_width, _traditional, _full_width, _other_case, _broken, _cut_off),
)


def _account(stock: _Stock) -> str:
    """An account of the rules or a stranger's, in any spelling that folds to it."""
    random = stock.random
    name = random.choice(stock.accounts if random.random() < 0.6 else v.NAMES)
    match random.randrange(6):
        case 0:
            return name.upper()
        case 1:
            return _full_width(random, name)
        case 2:
            return f"@{name}"
        case _:
            return name


def _author(stock: _Stock) -> Author:
    known, stranger = _account(stock), "u42"
    return Author(id=known, name=stranger) if stock.random.random() < 0.3 else Author(name=known)


def _reference(stock: _Stock) -> Reference:
    return Reference(id="made:0", author=_author(stock) if stock.random.random() < 0.9 else None)


def _mention(stock: _Stock) -> Mention:
    return Mention(id=_account(stock)) if stock.random.random() < 0.3 else Mention(name=_account(stock))
