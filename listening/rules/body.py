"""The body of a rule: its keys, which of them belong to whom, and the plain ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from listening.errors import Place
from listening.rules.findings import Findings
from listening.rules.keys.values import read_yes_or_no
from listening.rules.yaml_tree.keyboard import shown
from listening.rules.yaml_tree.tree import Node, Scalar

SHARED_KEYS = (
    *("any", "all", "none", "except", "match", "when", "where", "weak", "context"),
    *("examples", "note", "enabled"),
)
SUBJECT_KEYS = (*SHARED_KEYS, "nicknames", "accounts", "sources")
SCENARIO_KEYS = (
    *SHARED_KEYS,
    *("of", "bind", "negated", "question", "hypothetical"),
    *("queue", "priority", "respond_within", "resolve_within"),
)
STATING_KEYS = ("any", "all", "when", "weak", "nicknames")
"""A rule that states none of these looks for nothing."""


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
    if key.text in others:
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
