"""Escalations: what makes a case sensitive or a crisis, who is told, and how soon it is answered then."""

from __future__ import annotations

from collections.abc import Iterable

from listening.model import Escalation
from listening.rules.conditions import refuse_variants
from listening.rules.desk.values import duration_of, values_of
from listening.rules.expression import Term, Via
from listening.rules.findings import Findings, suggestion
from listening.rules.keys.values import read_name
from listening.rules.lists import Lists
from listening.rules.ruleset import EscalationRule
from listening.rules.sections import Entry
from listening.rules.terms.items import read_terms
from listening.rules.yaml_tree.keyboard import shown
from listening.rules.yaml_tree.tree import Node, Scalar, noun, plain_value

KEYS = ("any", "followers", "to", "respond_within", "resolve_within")
_LEVELS = {
    "sensitive": Escalation.SENSITIVE,
    "crisis": Escalation.CRISIS,
    "敏感": Escalation.SENSITIVE,
    "危机": Escalation.CRISIS,
}


def read_escalations(
    entries: Iterable[Entry], lists: Lists, findings: Findings
) -> tuple[EscalationRule, ...]:
    """At most one for each level, the lowest level first."""
    found: dict[Escalation, EscalationRule] = {}
    for entry in entries:
        rule = _read_rule(entry, lists, findings)
        if rule is not None and (first := found.setdefault(rule.level, rule)) is not rule:
            what = f"escalation '{rule.level}' is defined twice, first at {first.place} (重复定义)"
            findings.add(entry.name.place, what, "put the two together")
    return tuple(found[level] for level in sorted(found, key=lambda level: level.rank))


def _read_rule(entry: Entry, lists: Lists, findings: Findings) -> EscalationRule | None:
    name = entry.name.text
    if name == Escalation.NORMAL:
        findings.add(entry.name.place, "every case begins as normal (无需定义)", "write sensitive or crisis")
        return None
    if name not in _LEVELS:
        what = f"unknown escalation '{shown(name)}' (未知级别)"
        findings.add(entry.name.place, what, suggestion(name, _LEVELS))
        return None
    values = values_of(entry, KEYS, findings)
    if not values and isinstance(entry.body, Scalar) and entry.body.empty:
        what = f"escalation '{name}' says nothing (内容为空)"
        findings.add(entry.name.place, what, "give it terms: any: [律师, 媒体]")
    return EscalationRule(
        level=_LEVELS[name],
        any=_terms(values.get("any"), name, lists, findings),
        followers=_followers(values["followers"], findings) if "followers" in values else None,
        to=read_name(values["to"], "'to'", findings) or None if "to" in values else None,
        respond_within=duration_of(values, "respond_within", findings),
        resolve_within=duration_of(values, "resolve_within", findings),
        place=entry.name.place,
    )


def _terms(node: Node | None, name: str, lists: Lists, findings: Findings) -> tuple[Term, ...]:
    if node is None:
        return ()
    terms = lists.spelled_out(read_terms(node, "any", findings))
    cure = "leave initials out: they need a context, and escalations have none"
    refuse_variants(terms, (Via.INITIALS,), f"'any' of '{name}'", cure, findings)
    return terms


def _followers(node: Node, findings: Findings) -> int | None:
    value = plain_value(node)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    written = f"'{shown(node.text)}'" if isinstance(node, Scalar) and not node.empty else noun(node)
    what = f"'followers' should be a number above 0, not {written} (应为数字)"
    findings.add(node.place, what, "write one like 100000")
    return None
