"""The body of a rule: its keys, and what all rules share, the conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from listening.errors import Place
from listening.rules.expression import Term, TermKind
from listening.rules.findings import Findings, suggestion
from listening.rules.keyboard import shown
from listening.rules.lists import Lists
from listening.rules.ruleset import Conditions, MatchMode
from listening.rules.terms import read_terms
from listening.rules.tree import Node, Scalar
from listening.rules.values import read_yes_or_no

SHARED_KEYS = ("any", "all", "none", "except", "match", "examples", "note", "enabled")
SUBJECT_KEYS = (*SHARED_KEYS, "accounts", "sources")
SCENARIO_KEYS = (*SHARED_KEYS, "of", "queue", "priority", "respond_within", "resolve_within")
LATER_KEYS = ("when", "where", "weak", "context", "bind", "negated", "question")
"""Keys of the plan that this version does not know yet: said so, instead of guessing at a typing mistake."""

_GUARDS = (TermKind.WORD, TermKind.TEXT, TermKind.PATTERN, TermKind.RAW_PATTERN)
_MODES = [str(mode) for mode in MatchMode]


@dataclass(frozen=True, slots=True)
class Body:
    """A rule as it is written: who it is, where, and its values by key."""

    what: str
    name: str
    place: Place
    values: Mapping[str, Node]


def read_body(what: str, name: Scalar, node: Node, keys: tuple[str, ...], findings: Findings) -> Body | None:
    """The values of a rule; `what` is the sort of rule it is: brand, competitor, scenario."""
    if isinstance(node, Scalar) and node.empty:
        cure = "give it terms: any: [断网, 掉线]"
        findings.add(name.place, f"{what} '{shown(name.text)}' has nothing to look for (内容为空)", cure)
        return None
    mapping = findings.mapping(node, f"{what} '{shown(name.text)}'", "write its keys below it")
    if mapping is None:
        return None
    for key, _ in mapping.pairs:
        if key.text not in keys:
            _refuse_key(what, key, keys, findings)
    values = {key.text: value for key, value in mapping.pairs if key.text in keys}
    return Body(what, name.text, name.place, values)


def _refuse_key(what: str, key: Scalar, keys: tuple[str, ...], findings: Findings) -> None:
    others = {*SUBJECT_KEYS, *SCENARIO_KEYS} - set(keys)
    if key.text in LATER_KEYS:
        cure = "use any, all, none and except"
        findings.add(key.place, f"'{key.text}' is not available yet (暂不支持)", cure)
    elif key.text in others:
        owner = "a brand or competitor" if key.text in SUBJECT_KEYS else "a scenario"
        findings.add(key.place, f"'{key.text}' belongs to {owner}, not to a {what}", f"move it to {owner}")
    else:
        findings.unknown_key(key, keys)


def is_enabled(body: Body, findings: Findings) -> bool:
    node = body.values.get("enabled")
    return node is None or read_yes_or_no(node, "'enabled'", findings)


def read_note(body: Body, findings: Findings) -> str | None:
    node = body.values.get("note")
    text = findings.text(node, "'note'", "write a text, or remove it") if node is not None else None
    return text.text if text else None


def read_conditions(body: Body, lists: Lists, findings: Findings) -> Conditions:
    return Conditions(
        any=_terms(body, "any", lists, findings),
        all=_terms(body, "all", lists, findings),
        none=_terms(body, "none", lists, findings),
        except_=_guards(body, lists, findings),
        match=_mode(body.values.get("match"), findings),
    )


def _terms(body: Body, key: str, lists: Lists, findings: Findings) -> tuple[Term, ...]:
    node = body.values.get(key)
    return lists.spelled_out(read_terms(node, key, findings)) if node is not None else ()


def _guards(body: Body, lists: Lists, findings: Findings) -> tuple[Term, ...]:
    terms = _terms(body, "except", lists, findings)
    for term in terms:
        if term.kind not in _GUARDS:
            what = f"'except' of '{shown(body.name)}' cannot take {_called(term)} (不能用前缀或 case)"
            findings.add(term.place, what, f"write the longer word itself, or {{text: '{shown(term.text)}'}}")
    return terms


def _called(term: Term) -> str:
    if term.kind is TermKind.PREFIX:
        return f"the prefix {shown(str(term))}"
    return f"{{case: {shown(term.text)}}}"


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
