"""Brands and competitors: level 1."""

from __future__ import annotations

from dataclasses import dataclass

from listening.rules.body import SUBJECT_KEYS, is_enabled, read_body, read_note
from listening.rules.checks import check_rule
from listening.rules.conditions import read_conditions
from listening.rules.examples import read_examples
from listening.rules.findings import Findings
from listening.rules.keys.values import read_names
from listening.rules.lists import Lists
from listening.rules.ruleset import Side, Subject
from listening.rules.sections import Entry
from listening.rules.yaml_tree.keyboard import shown
from listening.rules.yaml_tree.tree import Node
from listening.text.views import compacted

GROUPS = ("brands", "competitors", "both")
"""Words that `of` takes for more than one subject, so no subject can be called so."""


@dataclass(frozen=True, slots=True)
class ReadSubject:
    """A subject, and whether it is switched on."""

    subject: Subject
    enabled: bool


def read_subject(entry: Entry, lists: Lists, findings: Findings) -> ReadSubject | None:
    """None if its body cannot be read at all."""
    if entry.name.text in GROUPS:
        what = f"a {entry.sort} cannot be called '{entry.name.text}', which `of` takes for a group"
        findings.add(entry.name.place, what, "choose another name")
    before = len(findings.mistakes)
    body = read_body(entry.sort, entry.name, entry.body, SUBJECT_KEYS, findings)
    if body is None:
        return None
    subject = Subject(
        name=body.name,
        side=Side(entry.sort),
        conditions=read_conditions(body, lists, findings),
        accounts=_accounts(body.values.get("accounts"), findings),
        sources=_sources(body.values.get("sources"), findings),
        note=read_note(body, findings),
        examples=read_examples(body.values.get("examples"), findings),
        place=body.place,
    )
    if len(findings.mistakes) == before:
        check_rule(body, subject.conditions, findings, by_other=bool(subject.accounts or subject.sources))
    return ReadSubject(subject, is_enabled(body, findings))


def _sources(node: Node | None, findings: Findings) -> tuple[str, ...]:
    return read_names(node, "a source", findings) if node is not None else ()


def _accounts(node: Node | None, findings: Findings) -> dict[str, tuple[str, ...]]:
    """Ids and names by platform."""
    if node is None:
        return {}
    mapping = findings.mapping(node, "'accounts'", "name the platform before them: {weibo: ['1234567890']}")
    accounts: dict[str, tuple[str, ...]] = {}
    for platform, names in mapping.pairs if mapping else ():
        if findings.keyboard(platform):
            continue
        accounts[platform.text] = read_names(names, "an account", findings)
        for name in accounts[platform.text]:
            if not compacted(name).removeprefix("@").strip():
                findings.add(names.place, f"'{shown(name)}' is no account", "write an id or a name")
    return accounts
