"""A field of a post with its views, and the tokens of those views in the two readings (section 3)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property, wraps
from itertools import pairwise
from typing import Any, TypeVar

from listening.rules.ruleset import RuleSet
from tests.reference.segmenters import Segmenter, SegmenterFactory, user_frequency
from tests.reference.views import (
    NEWLINES,
    View,
    cleaned,
    compact,
    is_ascii_digit,
    is_ascii_letter,
    is_blank,
    written,
)

First = TypeVar("First", bound=Hashable)
Last = TypeVar("Last", bound=Hashable)
Said = TypeVar("Said")

NEGATING = "不没别未"

Token = tuple[int, int]
Tokens = tuple[Token, ...]


@dataclass(frozen=True)
class Words:
    """The rule set's own words, and the segmenters of the two readings."""

    own: frozenset[str]
    first: Segmenter
    second: Segmenter


def words_of(ruleset: RuleSet, factory: SegmenterFactory) -> Words:
    own = frozenset(word for text in ruleset.words() if (word := cleaned(text)))
    return Words(own, factory(user_words(own)), factory({}))


def user_words(own: frozenset[str]) -> dict[str, int]:
    """What the segmenter is given: not the words with an ASCII letter or digit."""
    return {word: user_frequency(word) for word in sorted(own) if not is_alphanumeric(word)}


def is_alphanumeric(word: str) -> bool:
    """It holds an ASCII letter or digit."""
    return any(is_ascii_letter(char) or is_ascii_digit(char) for char in word)


class Field:
    """One searched field; views and tokens are made when they are asked for."""

    def __init__(self, name: str, original: str, words: Words) -> None:
        self.name = name
        self.original = original
        self.words = words
        self.kept: dict[Hashable, Any] = {}

    @cached_property
    def written(self) -> View:
        return written(self.original)

    @cached_property
    def compact(self) -> View:
        return compact(self.written)

    @cached_property
    def written_readings(self) -> tuple[Tokens, Tokens]:
        return _readings(self.written.text, self.words)

    @cached_property
    def compact_readings(self) -> tuple[Tokens, Tokens]:
        return _readings(self.compact.text, self.words)


def kept_by_field(function: Callable[[First, Field, Last], Said]) -> Callable[[First, Field, Last], Said]:
    """What is said of a field is kept as long as the field; longer, and its segmenters would be kept too."""

    @wraps(function)
    def kept(first: First, field: Field, last: Last) -> Said:
        key = (function, first, last)
        if key not in field.kept:
            field.kept[key] = function(first, field, last)
        said: Said = field.kept[key]
        return said

    return kept


def _readings(text: str, words: Words) -> tuple[Tokens, Tokens]:
    """The first: own words, cut after negations. The second: the plain dictionary, uncut."""
    fixed = set(_separator_cuts(text))
    first = _tokens(text, fixed | set(_negation_cuts(text, words.own)), words.first)
    return first, _tokens(text, fixed, words.second)


def is_separator(char: str) -> bool:
    """A blank, a newline or #: always a boundary on both sides."""
    return is_blank(char) or char in NEWLINES or char == "#"


def _separator_cuts(text: str) -> Iterator[int]:
    for n, char in enumerate(text):
        if is_separator(char):
            yield n
            yield n + 1


def _negation_cuts(text: str, own: frozenset[str]) -> Iterator[int]:
    """After each 不 没 别 未 that stands directly before a word of the rule set."""
    for n, char in enumerate(text):
        if char in NEGATING and any(text.startswith(word, n + 1) for word in own):
            yield n + 1


def _tokens(text: str, cuts: set[int], segmenter: Segmenter) -> Tokens:
    """Each piece between two cuts is segmented by itself."""
    tokens: list[Token] = []
    for start, end in pairwise(sorted({0, len(text)} | cuts)):
        piece = text[start:end]
        parts = [piece] if is_separator(piece) else segmenter.cut(piece)
        assert "".join(parts) == piece, f"the segmenter lost something: {piece!r} became {parts!r}"
        for part in parts:
            tokens.append((start, start + len(part)))
            start += len(part)
    return tuple(tokens)


def boundaries(tokens: Tokens) -> set[int]:
    """Where a token starts or ends."""
    return {0} | {edge for token in tokens for edge in token}
