"""Rule sets for hypothesis to draw, and posts made from a rule set's own words by a seed (`texts`).

hypothesis draws the rules, where shrinking pays; the posts come from random.Random, which is far faster.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from listening.model import Priority
from listening.rules.expression import Term, TermKind
from listening.rules.ruleset import Conditions, Ignore, MatchMode, RuleSet, Scenario, Side, Subject
from tests.reference import vocabulary as v
from tests.reference.posts import texts

__all__ = ["rule_sets", "texts"]


def _terms_of(kind: TermKind, texts: Sequence[str]) -> st.SearchStrategy[Term]:
    return st.sampled_from([Term(kind, text) for text in texts])


_WORD = _terms_of(TermKind.WORD, v.WORDS)
_HAN_WORD = _terms_of(TermKind.WORD, v.HAN_WORDS)
_ANY_KIND = st.one_of(
    *(_HAN_WORD, _HAN_WORD, _HAN_WORD, _HAN_WORD, _HAN_WORD),
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


def _some(term: st.SearchStrategy[Term], least: int, most: int) -> st.SearchStrategy[tuple[Term, ...]]:
    return st.lists(term, min_size=least, max_size=most, unique=True).map(tuple)


def _rarely(terms: st.SearchStrategy[tuple[Term, ...]]) -> st.SearchStrategy[tuple[Term, ...]]:
    return st.one_of(st.just(()), st.just(()), terms)


_MODES = (MatchMode.WORD, MatchMode.WORD, MatchMode.WORD, MatchMode.STRICT, MatchMode.STRICT, MatchMode.TEXT)


@st.composite
def _conditions(draw: st.DrawFn, *, may_be_empty: bool) -> Conditions:
    """All keys; `except` often names a longer form of one of the rule's own words."""
    some = draw(_some(_ANY_KIND, 0 if may_be_empty else 1, 5))
    every = draw(_rarely(_some(_ANY_KIND, 1, 2)))
    if draw(st.integers(0, 7)) == 0:
        some, every = (), draw(_some(_ANY_KIND, 1, 2))
    own = [term.text for term in (*some, *every) if term.kind is TermKind.WORD]
    return Conditions(
        any=some,
        all=every,
        none=draw(_rarely(_some(_ANY_KIND, 1, 2))),
        except_=draw(_rarely(_some(_longer_than(own), 1, 3))),
        match=draw(st.sampled_from(_MODES)),
    )


def _longer_than(words: list[str]) -> st.SearchStrategy[Term]:
    if not words:
        return _LONGER
    longer = [
        before + word + after for word in words for before, after in (("", "吧"), ("判", ""), ("用", "络"))
    ]
    return st.one_of(_LONGER, _terms_of(TermKind.WORD, longer), _terms_of(TermKind.TEXT, longer))


_ACCOUNT = st.sampled_from([*v.NAMES, *(f"@{name}" for name in v.NAMES)])
_ACCOUNTS = st.dictionaries(
    st.sampled_from(v.PLATFORMS), st.lists(_ACCOUNT, min_size=1, max_size=2, unique=True).map(tuple)
)


@st.composite
def _subjects(draw: st.DrawFn) -> tuple[Subject, ...]:
    names = draw(st.lists(st.sampled_from(["甲", "乙", "丙", "丁"]), min_size=1, max_size=3, unique=True))
    return tuple(
        Subject(
            name=name,
            side=draw(st.sampled_from(Side)),
            conditions=draw(_conditions(may_be_empty=True)),
            accounts=draw(_ACCOUNTS),
            sources=draw(st.one_of(st.just(()), st.sampled_from([(s,) for s in v.SOURCES]))),
        )
        for name in names
    )


@st.composite
def _scenarios(draw: st.DrawFn, subjects: Sequence[str]) -> tuple[Scenario, ...]:
    names = draw(
        st.lists(st.sampled_from(["报障", "投诉", "离网", "挖角"]), min_size=1, max_size=3, unique=True)
    )
    of = st.one_of(
        st.just(tuple(subjects)),
        st.lists(st.sampled_from(subjects), min_size=1, max_size=2, unique=True).map(tuple),
    )
    return tuple(
        Scenario(
            name=name,
            conditions=draw(_conditions(may_be_empty=False)),
            of=draw(of),
            queue=draw(st.sampled_from(["技术支持", "客户关怀"])),
            priority=draw(st.sampled_from(Priority)),
        )
        for name in names
    )


@st.composite
def rule_sets(draw: st.DrawFn) -> RuleSet:
    """Small rule sets of all kinds of terms and all keys; the digest tells different ones apart."""
    subjects = draw(_subjects())
    ignore = st.builds(
        Ignore,
        any=_rarely(_some(_ANY_KIND, 1, 1)),
        authors=st.one_of(st.just(()), st.sampled_from([(name,) for name in v.NAMES])),
    )
    ruleset = RuleSet(
        subjects=subjects,
        scenarios=draw(_scenarios([subject.name for subject in subjects])),
        ignore=draw(ignore),
    )
    return replace(ruleset, digest=hashlib.sha1(repr(ruleset).encode()).hexdigest())
