"""Rule sets for hypothesis to draw, and posts made from a rule set's own words by a seed (`texts`).

hypothesis draws the terms, where shrinking pays; keys are chosen by a seed that it draws, each as often as it
should be; the posts come from random.Random, which is far faster.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random

from hypothesis import strategies as st

from listening.model import Priority
from listening.rules.expression import (
    SUBJECT,
    Expression,
    Near,
    Not,
    Stands,
    Term,
    TermKind,
    both,
    either,
    holds_without_terms,
    terms_of,
)
from listening.rules.ruleset import (
    Bind,
    BindKind,
    Conditions,
    Ignore,
    Keep,
    MatchMode,
    RuleSet,
    Scenario,
    Side,
    Subject,
    Where,
)
from tests.reference import vocabulary as v
from tests.reference.posts import texts
from tests.reference.term_strategies import HAN_WORD, TERM, TERM_OR_WEAK, longer_than, rarely, some

__all__ = ["rule_sets", "texts"]

# -- when -------------------------------------------------------------------------------------------------


_WITHIN = (0, 1, 2, 3, 5, 10, 30)
_LEAVES = ("stands", "near", "near")
_NODES = ("stands", "near", "near", "and", "and", "or", "or", "not")


@st.composite
def _sides(draw: st.DrawFn, random: Random, *, of_scenario: bool) -> tuple[Term, ...]:
    terms = draw(some(TERM_OR_WEAK, 1, 3))
    return random.choice((terms, terms, (SUBJECT,), (SUBJECT, *terms))) if of_scenario else terms


@st.composite
def _expressions(draw: st.DrawFn, random: Random, *, of_scenario: bool, depth: int) -> Expression:
    sides = _sides(random, of_scenario=of_scenario)
    inner = _expressions(random, of_scenario=of_scenario, depth=depth - 1)
    match random.choice(_NODES if depth else _LEAVES):
        case "near":
            ordered = random.random() < 0.5
            return Near(draw(sides), draw(sides), random.choice(_WITHIN), ordered=ordered)
        case "not":
            return Not(draw(inner))
        case "and":
            return both([draw(inner) for _ in range(random.choice((2, 2, 3)))])
        case "or":
            return either([draw(inner) for _ in range(random.choice((2, 2, 3)))])
        case _:
            return Stands(draw(sides))


@st.composite
def _when(draw: st.DrawFn, random: Random, *, of_scenario: bool) -> Expression | None:
    """Half of the rules have one. A subject is never there for what is not said alone."""
    if random.random() < 0.5:
        return None
    depth = random.choice((0, 1, 1, 2))
    when = draw(_expressions(random, of_scenario=of_scenario, depth=depth))
    return when if of_scenario or not holds_without_terms(when) else None


# -- rules ------------------------------------------------------------------------------------------------


_MODES = (MatchMode.WORD, MatchMode.WORD, MatchMode.WORD, MatchMode.STRICT, MatchMode.STRICT, MatchMode.TEXT)


@st.composite
def _conditions(draw: st.DrawFn, random: Random, *, of_scenario: bool) -> Conditions:
    """All keys; `except` often names a longer form of one of the rule's own words."""
    one_of = draw(some(TERM_OR_WEAK, 1 if of_scenario else 0, 5))
    one_of = tuple(dict.fromkeys((*draw(rarely(some(HAN_WORD, 1, 2))), *one_of)))
    every = draw(rarely(some(TERM, 1, 2)))
    when = draw(_when(random, of_scenario=of_scenario))
    if when is not None:
        one_of, every = random.choice(((), (), one_of)), ()
    elif random.random() < 0.12:
        one_of, every = (), draw(some(TERM, 1, 2))
    own = [term.text for term in (*one_of, *every) if term.kind is TermKind.WORD]
    return Conditions(
        any=one_of,
        all=every,
        none=draw(rarely(some(TERM_OR_WEAK, 1, 2))),
        except_=draw(rarely(some(longer_than(own), 1, 3))),
        match=random.choice(_MODES),
        when=when,
        where=random.choice(v.WHERES) if random.random() < 0.25 else Where(),
        context=draw(some(TERM, 1, 3)) if _has_weak(one_of, when) else (),
        context_within=random.choice((0, 1, 3, 6, 30)),
    )


def _has_weak(one_of: Iterable[Term], when: Expression | None) -> bool:
    return any(term.weak for term in (*one_of, *(terms_of(when) if when else ())))


_ACCOUNT = st.sampled_from([*v.NAMES, *(f"@{name}" for name in v.NAMES)])
_ACCOUNTS = st.dictionaries(
    st.sampled_from(v.PLATFORMS), st.lists(_ACCOUNT, min_size=1, max_size=2, unique=True).map(tuple)
)


@st.composite
def _subjects(draw: st.DrawFn, random: Random) -> tuple[Subject, ...]:
    names = draw(st.lists(st.sampled_from(["甲", "乙", "丙", "丁"]), min_size=1, max_size=3, unique=True))
    return tuple(
        Subject(
            name=name,
            side=draw(st.sampled_from(Side)),
            conditions=draw(_conditions(random, of_scenario=False)),
            accounts=draw(_ACCOUNTS),
            sources=draw(st.one_of(st.just(()), st.sampled_from([(s,) for s in v.SOURCES]))),
        )
        for name in names
    )


_BINDS = (
    *(Bind(), Bind(), Bind(BindKind.SENTENCE), Bind(BindKind.NEAREST), Bind(BindKind.NEAREST)),
    *(Bind(BindKind.NEAR, within) for within in (0, 2, 8)),
)
_KEEPS = (*(Keep.KEEP,) * 9, Keep.DROP, Keep.DROP, Keep.ONLY)


@st.composite
def _scenarios(draw: st.DrawFn, random: Random, subjects: Sequence[str]) -> tuple[Scenario, ...]:
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
            conditions=draw(_conditions(random, of_scenario=True)),
            of=draw(of),
            bind=random.choice(_BINDS),
            negated=random.choice(_KEEPS),
            question=random.choice(_KEEPS),
            hypothetical=random.choice(_KEEPS),
            queue=draw(st.sampled_from(["技术支持", "客户关怀"])),
            priority=draw(st.sampled_from(Priority)),
        )
        for name in names
    )


@st.composite
def rule_sets(draw: st.DrawFn) -> RuleSet:
    """Small rule sets of all kinds of terms and all keys; the digest tells different ones apart."""
    random = Random(draw(st.binary(min_size=8, max_size=8)))
    subjects = draw(_subjects(random))
    ignore = st.builds(
        Ignore,
        any=rarely(some(TERM, 1, 1)),
        authors=st.one_of(st.just(()), st.sampled_from([(name,) for name in v.NAMES])),
    )
    ruleset = RuleSet(
        subjects=subjects,
        scenarios=draw(_scenarios(random, [subject.name for subject in subjects])),
        ignore=draw(ignore),
    )
    return replace(ruleset, digest=hashlib.sha1(repr(ruleset).encode()).hexdigest())
