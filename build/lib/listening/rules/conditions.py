"""What all rules look for: any, all, none, except, match, when, where, weak words and their context."""

from __future__ import annotations

from listening.rules.body import Body
from listening.rules.expression import Term, TermKind, Via
from listening.rules.findings import Findings, suggestion
from listening.rules.keys.context import check_context, read_context, read_nicknames, read_weak
from listening.rules.keys.where import read_where
from listening.rules.lists import Lists
from listening.rules.ruleset import Conditions, MatchMode
from listening.rules.terms.items import read_terms
from listening.rules.terms.like import LIKES
from listening.rules.when.grammar import read_when
from listening.rules.yaml_tree.keyboard import shown
from listening.rules.yaml_tree.tree import Node

_GUARDS = (TermKind.WORD, TermKind.TEXT, TermKind.PATTERN, TermKind.RAW_PATTERN)
_MODES = [str(mode) for mode in MatchMode]


def read_conditions(body: Body, lists: Lists, findings: Findings) -> Conditions:
    before = len(findings.mistakes)
    when = body.values.get("when")
    context, within = read_context(body, lists, findings)
    any_ = (
        *_terms(body, "any", lists, findings),
        *read_weak(body, lists, findings),
        *read_nicknames(body, lists, findings),
    )
    conditions = Conditions(
        any=tuple(dict.fromkeys(any_)),
        all=_each(body, lists, findings),
        none=_terms(body, "none", lists, findings),
        except_=_guards(body, lists, findings),
        match=_mode(body.values.get("match"), findings),
        when=read_when(when, lists, findings, subject=body.what == "scenario") if when is not None else None,
        where=read_where(body.values.get("where"), findings),
        context=context,
        context_within=within,
    )
    if len(findings.mistakes) == before:
        check_context(body, conditions, findings)
    return conditions


def _terms(body: Body, key: str, lists: Lists, findings: Findings) -> tuple[Term, ...]:
    node = body.values.get(key)
    return lists.spelled_out(read_terms(node, key, findings)) if node is not None else ()


def _each(body: Body, lists: Lists, findings: Findings) -> tuple[Term, ...]:
    """The terms of `all`; to ask for a word and for all its variants is to ask for none."""
    terms = _terms(body, "all", lists, findings)
    refuse_variants(terms, LIKES, f"'all' of '{shown(body.name)}'", "put them under any", findings)
    return terms


def _guards(body: Body, lists: Lists, findings: Findings) -> tuple[Term, ...]:
    terms = _terms(body, "except", lists, findings)
    what = f"'except' of '{shown(body.name)}'"
    refuse_variants(terms, LIKES, what, "write the longer word itself", findings)
    for term in terms:
        if term.kind not in _GUARDS and term.via not in LIKES:
            cure = f"write the longer word itself, or {{text: '{shown(term.text)}'}}"
            findings.add(term.place, f"{what} cannot take {_called(term)} ({_REFUSED[term.kind]})", cure)
    return terms


def refuse_variants(
    terms: tuple[Term, ...], likes: tuple[Via, ...], where: str, cure: str, findings: Findings
) -> None:
    """Told once for a word, however many variants it has."""
    for term in {t.stands_for: t for t in reversed(terms) if t.via in likes}.values():
        names = "initials" if likes == (Via.INITIALS,) else "variants"
        what = f"{where} cannot take the {names} of '{shown(term.stands_for)}' (不能用 like)"
        findings.add(term.place, what, cure)


def _called(term: Term) -> str:
    match term.kind:
        case TermKind.PREFIX:
            return f"the prefix {shown(str(term))}"
        case TermKind.SEPARABLE:
            return f"the separable word {shown(str(term))}"
        case _:
            return f"{{case: {shown(term.text)}}}"


_REFUSED = {
    TermKind.PREFIX: "不能用前缀或 case",
    TermKind.CASE: "不能用前缀或 case",
    TermKind.SEPARABLE: "不能用离合词",
}


def _mode(node: Node | None, findings: Findings) -> MatchMode:
    if node is None:
        return MatchMode.WORD
    scalar = findings.text(node, "'match'", "write word, strict or text")
    if scalar is None:
        return MatchMode.WORD
    if scalar.text not in _MODES:
        findings.add(node.place, f"unknown match '{shown(scalar.text)}'", suggestion(scalar.text, _MODES))
        return MatchMode.WORD
    return MatchMode(scalar.text)
