"""Short ways to say a rule set and a post in a test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from listening.model import Post, Priority
from listening.rules.expression import SUBJECT, Expression, Near, Stands, Term, TermKind, Via
from listening.rules.ruleset import (
    CONTEXT_WITHIN,
    DEFAULT_QUEUE,
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

NOTHING = Conditions()
NOTHING_IGNORED = Ignore()
EVERYWHERE = Where()
WHOLE_POST = Bind()
SENTENCE = Bind(BindKind.SENTENCE)
NEAREST = Bind(BindKind.NEAREST)


def near_subject(within: int) -> Bind:
    return Bind(BindKind.NEAR, within)


def term(written: str) -> Term:
    """As in the YAML: `/…/`, `raw/…/`, `iphone*`, `断..网`, `$subject`, else a bare word.

    And `text:断网`, `case:LTE`, `weak:…` for a weak one, `marked:投诉` for the variant 投*诉 of 投诉.
    """
    if written.startswith("weak:"):
        return replace(term(written.removeprefix("weak:")), weak=True)
    if written.startswith("marked:"):
        word = written.removeprefix("marked:")
        return Term(TermKind.MARKED, word, via=Via.MARKS, stands_for=word)
    if written.startswith("/") and written.endswith("/") and len(written) > 2:
        return Term(TermKind.PATTERN, written[1:-1])
    if written.startswith("raw/"):
        return Term(TermKind.RAW_PATTERN, written[4:-1])
    if written.endswith("*"):
        return Term(TermKind.PREFIX, written[:-1])
    for kind in (TermKind.TEXT, TermKind.CASE):
        if written.startswith(f"{kind}:"):
            return Term(kind, written.partition(":")[2])
    if written == str(SUBJECT):
        return SUBJECT
    return Term(TermKind.SEPARABLE if ".." in written else TermKind.WORD, written)


def terms(written: Iterable[str]) -> tuple[Term, ...]:
    return tuple(term(one) for one in written)


def variant(written: str, via: Via, stands_for: str) -> Term:
    """Another form of a word; initials are weak."""
    return replace(term(written), via=via, stands_for=stands_for, weak=via is Via.INITIALS)


def stands(*written: str) -> Stands:
    return Stands(terms(written))


def near(left: str, right: str, within: int) -> Near:
    """Each side is a term, or several with ` or ` between them."""
    return Near(terms(left.split(" or ")), terms(right.split(" or ")), within)


def before(left: str, right: str, within: int) -> Near:
    return replace(near(left, right, within), ordered=True)


def conditions(
    any: Iterable[str | Term] = (),
    *,
    all: Iterable[str] = (),
    none: Iterable[str] = (),
    except_: Iterable[str] = (),
    match: MatchMode = MatchMode.WORD,
    when: Expression | None = None,
    where: Where = EVERYWHERE,
    context: Iterable[str] = (),
    within: int = CONTEXT_WITHIN,
) -> Conditions:
    return Conditions(
        any=tuple(term(one) if isinstance(one, str) else one for one in any),
        all=terms(all),
        none=terms(none),
        except_=terms(except_),
        match=match,
        when=when,
        where=where,
        context=terms(context),
        context_within=within,
    )


def brand(
    name: str,
    rule: Conditions = NOTHING,
    *,
    accounts: Mapping[str, tuple[str, ...]] | None = None,
    sources: tuple[str, ...] = (),
    side: Side = Side.BRAND,
) -> Subject:
    return Subject(name=name, side=side, conditions=rule, accounts=accounts or {}, sources=sources)


def scenario(
    name: str,
    rule: Conditions,
    *of: str,
    queue: str = DEFAULT_QUEUE,
    priority: Priority = Priority.NORMAL,
    bind: Bind = WHOLE_POST,
    negated: Keep = Keep.KEEP,
    question: Keep = Keep.KEEP,
    hypothetical: Keep = Keep.KEEP,
) -> Scenario:
    return Scenario(
        name=name,
        conditions=rule,
        of=of,
        queue=queue,
        priority=priority,
        bind=bind,
        negated=negated,
        question=question,
        hypothetical=hypothetical,
    )


def rules(*subjects_and_scenarios: Subject | Scenario, ignore: Ignore = NOTHING_IGNORED) -> RuleSet:
    return RuleSet(
        subjects=tuple(s for s in subjects_and_scenarios if isinstance(s, Subject)),
        scenarios=tuple(s for s in subjects_and_scenarios if isinstance(s, Scenario)),
        ignore=ignore,
    )


def post(text: str, **more: object) -> Post:
    return Post(id="made:1", text=text, **more)  # type: ignore[arg-type]  # any other field of a post
