"""Posts out of a rule set's own terms and everything that can go wrong around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from listening.model import Author, Kind, Mention, Post, Reference
from listening.rules.expression import Term, TermKind
from listening.rules.ruleset import RuleSet
from tests.reference import vocabulary as v
from tests.reference.stock import (
    Pair,
    Recipe,
    can_be_said,
    pairs_of,
    plain_texts,
    recipes_of,
    rules_of,
    terms_in,
    wanted_in,
)


@dataclass(frozen=True)
class _Stock:
    """What the posts for one rule set are made of."""

    random: Random
    own: Sequence[Term]  # what its rules look for
    words: Sequence[str]  # of these, those that are found as they are written
    subjects: Sequence[Term]
    scenarios: Sequence[Term]
    pairs: Sequence[Pair]  # what must stand near what
    recipes: Sequence[Recipe]  # what must stand in one post
    longer: Sequence[str]  # what stands under except
    accounts: Sequence[str]
    crossed: Sequence[str]  # words that share a character with two others: 断网 in 判断网络
    collisions: Sequence[str]


def texts(seed: int, ruleset: RuleSet, count: int) -> list[Post]:
    """The same seed and rules give the same posts. Hits, mentions, near misses, crossings are frequent."""
    stock = _stock(Random(seed), ruleset)
    return [_post(stock, f"made:{seed}-{n}") for n in range(count)]


def _stock(random: Random, ruleset: RuleSet) -> _Stock:
    rules = rules_of(ruleset)
    terms = [term for rule in rules for term in terms_in(rule)] + [*ruleset.ignore.any]
    own = [term for term in terms if can_be_said(term)] or [_word(word) for word in v.WORDS]
    words = plain_texts(own) or list(v.WORDS)
    subjects = [term for s in ruleset.subjects for term in wanted_in(s.conditions)]
    scenarios = [term for s in ruleset.scenarios for term in wanted_in(s.conditions)]
    accounts = [name for s in ruleset.subjects for names in s.accounts.values() for name in names]
    return _Stock(
        random,
        own=own,
        words=words,
        subjects=subjects or own,
        scenarios=scenarios or own,
        pairs=[pair for rule in rules for pair in pairs_of(rule)],
        recipes=recipes_of(ruleset),
        longer=plain_texts([term for rule in rules for term in rule.except_]) or v.EXCEPT_WORDS,
        accounts=accounts or v.NAMES,
        crossed=_crossed(words) or v.CROSSING,
        collisions=[text for text in v.CROSSING if any(word in text for word in words)] or v.CROSSING,
    )


def _word(text: str) -> Term:
    return Term(TermKind.WORD, text)


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
        kind=random.choice((None, *Kind)),
        source=random.choice((None, None, *v.SOURCES)),
        author=_writer(stock) if random.random() < 0.6 else None,
        published_at=random.choice(v.MOMENTS) if random.random() < 0.8 else None,
        region=random.choice((None, *v.REGIONS)),
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
    return _said(stock.random, stock.random.choice(stock.own))


def _other_word(stock: _Stock) -> str:
    return _disguised(stock.random, stock.random.choice(v.WORDS))


def _negated(stock: _Stock) -> str:
    """A negation, perhaps some words that carry it, and a term."""
    return _negation(stock.random) + _term(stock)


def _negation(random: Random) -> str:
    between = random.choice(("", "", "", " ", "\u200b", "#"))
    carriers = [random.choice(v.CARRIERS) for _ in range(random.choice((0, 0, 1, 1, 2, 4, 5)))]
    return random.choice(v.NEGATIONS) + between.join((*carriers, ""))


def _doubled(stock: _Stock) -> str:
    """断不断网"""
    term = _term(stock)
    return _asked(stock.random, term) + term


def _asked(random: Random, term: str) -> str:
    return term[:1] + random.choice("不没不没 未")


def _clause(stock: _Stock) -> str:
    """如果移动又断网的话，"""
    random = stock.random
    before = random.choice(v.BEFORE_CLAUSES) if random.random() < 0.4 else ""
    subject = _said(random, random.choice(stock.subjects)) + random.choice(("", "又", "的", "家", " "))
    term = _said(random, random.choice(stock.scenarios))
    said = random.choice(("", "", "", _negation(random), _asked(random, term))) + term
    behind = random.choice(v.BEHIND_CLAUSES) if random.random() < 0.4 else ""
    order = (said, subject) if random.random() < 0.3 else (subject, said)
    return before + "".join(order) + behind + random.choice(v.CLAUSE_ENDS)


def _pair(stock: _Stock) -> str:
    """Two that must stand near each other, about as near as they must."""
    if not stock.pairs:
        return _clause(stock)
    random = stock.random
    lefts, rights, within = random.choice(stock.pairs)
    left, right = (_said(random, random.choice(terms or stock.subjects)) for terms in (lefts, rights))
    apart = max(0, within + random.choice((-3, -1, 0, 0, 1)))
    between = _filling(random, apart)
    return right + between + left if random.random() < 0.3 else left + between + right


def _recipe(stock: _Stock) -> str:
    """Nearly all that a subject and a scenario of it ask for, not far apart."""
    random = stock.random
    groups = [group for group in random.choice(stock.recipes) if random.random() < 0.9]
    random.shuffle(groups)
    said = (_said(random, random.choice(group or stock.subjects)) for group in groups)
    return "".join(one + random.choice(v.BETWEEN) for one in said)


def _filling(random: Random, length: int) -> str:
    """So many characters, and now and then blanks or zero-width ones that are not counted."""
    filling = "".join(random.choices("的了在，一呢。。x", k=length))
    return filling if random.random() < 0.7 else " " + filling + "\u200b "


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
    return "@" + stock.random.choice(stock.words) + _behind(stock)


def _behind(stock: _Stock) -> str:
    """What follows a name: mostly a blank, else something that may or may not belong to it."""
    random = stock.random
    return random.choice((" ", " ", random.choice(v.BEHIND_NAMES), random.choice(stock.words), "很长" * 16))


def _quote(stock: _Stock) -> str:
    mark = stock.random.choice(("//@", "//@", "://@", "https://t.cn/x//@"))
    return mark + _account(stock).removeprefix("@") + ":"


_WEIGHTS: dict[Callable[[_Stock], str], int] = {
    _term: 22,
    _other_word: 5,
    _negated: 5,
    _doubled: 2,
    _clause: 24,
    _pair: 12,
    _recipe: 24,
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


def _said(random: Random, term: Term) -> str:
    """A term as a text holds it."""
    match term.kind:
        case TermKind.SEPARABLE:
            return _pulled_apart(random, term)
        case TermKind.MARKED:
            return _with_marks(random, term.text)
        case _:
            return _disguised(random, term.text)


def _pulled_apart(random: Random, term: Term) -> str:
    left, right = term.pieces
    if random.random() < (0.5 if term.both_ways else 0.1):
        left, right = right, left
    return left + random.choice(v.GAPS) + right


def _with_marks(random: Random, word: str) -> str:
    marks = [random.choice(v.MARKS) if random.random() < 0.7 else "" for _ in word[1:]]
    return word[0] + "".join(mark + char for mark, char in zip(marks, word[1:], strict=True))


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


def _writer(stock: _Stock) -> Author:
    """Who wrote it: seldom an account of ours, often one whose name holds a word of the rules."""
    random = stock.random
    if random.random() < 0.25:
        return _author(stock)
    name = _piece(stock) if random.random() < 0.7 else None
    return Author(
        name=name, followers=random.choice(v.FOLLOWERS), verified=random.choice((None, True, False))
    )


def _author(stock: _Stock) -> Author:
    known, stranger = _account(stock), "u42"
    return Author(id=known, name=stranger) if stock.random.random() < 0.3 else Author(name=known)


def _reference(stock: _Stock) -> Reference:
    return Reference(id="made:0", author=_author(stock) if stock.random.random() < 0.9 else None)


def _mention(stock: _Stock) -> Mention:
    return Mention(id=_account(stock)) if stock.random.random() < 0.3 else Mention(name=_account(stock))
