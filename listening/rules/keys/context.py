"""Weak words and the context they need; nicknames. All of them stand in the rule's `any` in the end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from listening.rules.body import Body
from listening.rules.expression import Term, Via
from listening.rules.findings import Findings
from listening.rules.lists import Lists
from listening.rules.ruleset import CONTEXT_WITHIN, Conditions
from listening.rules.terms.items import read_terms
from listening.rules.when.tokens import MAX_WITHIN
from listening.rules.yaml_tree.keyboard import shown
from listening.rules.yaml_tree.tree import Mapping, Node, Scalar, noun
from listening.text.views import compacted

_NUMBER = re.compile("[0-9]{1,9}")
_CURE = "write: context: [宽带, 套餐], or context: {any: [宽带, 套餐], near: 30}"


def read_weak(body: Body, lists: Lists, findings: Findings) -> tuple[Term, ...]:
    return tuple(
        replace(term, weak=True) for term in _terms(body.values.get("weak"), "weak", lists, findings)
    )


def read_nicknames(body: Body, lists: Lists, findings: Findings) -> tuple[Term, ...]:
    terms = _terms(body.values.get("nicknames"), "nicknames", lists, findings)
    return tuple(replace(term, via=term.via or Via.NICKNAME) for term in terms)


def read_context(body: Body, lists: Lists, findings: Findings) -> tuple[tuple[Term, ...], int]:
    """The words of the context, and how many characters may stand between one and a weak word."""
    node = body.values.get("context")
    if not isinstance(node, Mapping) or not {key.text for key, _ in node.pairs} & {"any", "near"}:
        return _terms(node, "context", lists, findings), CONTEXT_WITHIN
    for key, _ in node.pairs:
        if key.text not in ("any", "near"):
            findings.unknown_key(key, ("any", "near"))
    near, words = node.get("near"), node.get("any")
    if words is None:
        findings.add(node.place, "'context' names no words (缺少 any)", _CURE)
    return _terms(words, "context", lists, findings), _within(near, findings)


def _within(node: Node | None, findings: Findings) -> int:
    if isinstance(node, Scalar) and _NUMBER.fullmatch(node.text) and 1 <= int(node.text) <= MAX_WITHIN:
        return int(node.text)
    if node is not None:
        written = f"'{shown(node.text)}'" if isinstance(node, Scalar) and not node.empty else noun(node)
        what = f"'near' should be a number from 1 to {MAX_WITHIN}, not {written} (距离有误)"
        findings.add(node.place, what, f"write near: {CONTEXT_WITHIN}")
    return CONTEXT_WITHIN


def _terms(node: Node | None, key: str, lists: Lists, findings: Findings) -> tuple[Term, ...]:
    return lists.spelled_out(read_terms(node, key, findings)) if node is not None else ()


def check_context(body: Body, conditions: Conditions, findings: Findings) -> None:
    """Weak words need a context and a context weak words; no word is both."""
    weak = [term for term in _all_terms(conditions) if term.weak]
    if weak and "context" not in body.values:
        _refuse_weak(body, weak[0], findings)
    elif not weak and (node := body.values.get("context")) is not None:
        what = f"the context of '{shown(body.name)}' does nothing: no word of it is weak (缺少 weak)"
        findings.add(node.place, what, "put everyday words under weak: [移动], or remove the context")
    _refuse_weak_context(body, conditions, findings)
    _refuse_both(body, conditions, findings)


def _all_terms(conditions: Conditions) -> Iterable[Term]:
    return (*conditions.any, *conditions.none, *conditions.when_terms())


def _refuse_weak(body: Body, term: Term, findings: Findings) -> None:
    cure = "add words that stand near it: context: [宽带, 套餐]"
    if term.via is Via.INITIALS and "weak" not in body.values:
        said = f"the initials '{shown(term.text)}' of '{shown(term.stands_for)}' are weak"
        cure = f"{cure}; or leave initials out"
    else:
        said = f"'{shown(str(term))}' is weak"
    findings.add(term.place, f"{said}, and '{shown(body.name)}' has no context (缺少 context)", cure)


def _refuse_weak_context(body: Body, conditions: Conditions, findings: Findings) -> None:
    weak = {_form(term) for term in _all_terms(conditions) if term.weak}
    for term in conditions.context:
        if term.weak or _form(term) in weak:
            what = f"'{shown(str(term))}' is weak and cannot be context (弱词不能作语境)"
            findings.add(term.place, f"{what} in '{shown(body.name)}'", "take it out of one of the two")
            return


def _refuse_both(body: Body, conditions: Conditions, findings: Findings) -> None:
    """A word that counts alone anyway is not made weak by standing under weak too."""
    strong = {_form(term) for term in conditions.any if not term.weak}
    for term in conditions.any:
        if term.weak and _form(term) in strong:
            what = (
                f"'{shown(str(term))}' stands under weak and counts without it in '{shown(body.name)}' (重复)"
            )
            findings.add(term.place, what, "take it out of any or nicknames, or out of weak")
            return


def _form(term: Term) -> tuple[str, str]:
    return str(term.kind), compacted(term.text)
