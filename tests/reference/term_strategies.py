"""Terms of all kinds for hypothesis to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from listening.rules.expression import Term, TermKind, Via
from tests.reference import vocabulary as v


def _terms_of(kind: TermKind, texts: Sequence[str]) -> st.SearchStrategy[Term]:
    return st.sampled_from([Term(kind, text) for text in texts])


_WORD = _terms_of(TermKind.WORD, v.WORDS)
HAN_WORD = _terms_of(TermKind.WORD, v.HAN_WORDS)
ANY_KIND = st.one_of(
    *(HAN_WORD, HAN_WORD, HAN_WORD, HAN_WORD, HAN_WORD),
    *(_WORD, _WORD, _WORD),
    _terms_of(TermKind.TEXT, v.TEXTS),
    _terms_of(TermKind.PREFIX, v.PREFIXES),
    _terms_of(TermKind.CASE, v.CASES),
    _terms_of(TermKind.PATTERN, v.PATTERNS),
    _terms_of(TermKind.RAW_PATTERN, v.RAW_PATTERNS),
)
_LONGER = st.one_of(
    _terms_of(TermKind.WORD, v.EXCEPT_WORDS),
    _terms_of(TermKind.WORD, v.WORDS),
    _terms_of(TermKind.TEXT, v.EXCEPT_WORDS),
    _terms_of(TermKind.PATTERN, v.EXCEPT_PATTERNS),
    _terms_of(TermKind.RAW_PATTERN, v.EXCEPT_PATTERNS),
)


def _variants_of(via: Via, texts: Sequence[str]) -> st.SearchStrategy[Term]:
    """Other forms of a word; initials are weak."""
    kind, weak = TermKind.MARKED if via is Via.MARKS else TermKind.WORD, via is Via.INITIALS
    names = ("投诉", "断网", "移动")
    return st.sampled_from(
        [
            Term(kind, text, via=via, stands_for=text if via is Via.MARKS else names[n % 3], weak=weak)
            for n, text in enumerate(texts)
        ]
    )


_SEPARABLE = _terms_of(TermKind.SEPARABLE, v.SEPARABLE)
_VARIANT = st.one_of(
    *(_variants_of(Via.NICKNAME, v.NICKNAMES), _variants_of(Via.PINYIN, v.PINYIN)),
    *(_variants_of(Via.INITIALS, v.INITIALS), _variants_of(Via.SPLIT, v.SPLIT)),
    *(_variants_of(Via.MARKS, v.MARKED), _variants_of(Via.MARKS, v.MARKED)),
)
_WEAK = st.one_of(
    *(HAN_WORD, HAN_WORD, _WORD, _SEPARABLE, _variants_of(Via.NICKNAME, v.NICKNAMES)),
    *(_variants_of(Via.INITIALS, v.INITIALS), _variants_of(Via.INITIALS, v.INITIALS)),
).map(lambda term: replace(term, weak=True))
TERM = st.one_of(*(ANY_KIND, ANY_KIND, ANY_KIND), _SEPARABLE, _VARIANT)
TERM_OR_WEAK = st.one_of(TERM, TERM, TERM, _WEAK)


def some(term: st.SearchStrategy[Term], least: int, most: int) -> st.SearchStrategy[tuple[Term, ...]]:
    return st.lists(term, min_size=least, max_size=most, unique=True).map(tuple)


def rarely(terms: st.SearchStrategy[tuple[Term, ...]]) -> st.SearchStrategy[tuple[Term, ...]]:
    return st.one_of(st.just(()), st.just(()), terms)


def longer_than(words: list[str]) -> st.SearchStrategy[Term]:
    if not words:
        return _LONGER
    longer = [
        before + word + after for word in words for before, after in (("", "吧"), ("判", ""), ("用", "络"))
    ]
    return st.one_of(_LONGER, _terms_of(TermKind.WORD, longer), _terms_of(TermKind.TEXT, longer))
