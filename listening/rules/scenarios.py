"""Scenarios: level 2. What is happening to a subject, and where its cases go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from listening.model import Priority
from listening.rules.body import SCENARIO_KEYS, Body, is_enabled, read_body, read_note
from listening.rules.checks import check_rule
from listening.rules.conditions import read_conditions
from listening.rules.examples import read_examples
from listening.rules.findings import Findings, suggestion
from listening.rules.keys.binding import read_bind, read_keep
from listening.rules.keys.values import read_duration, read_name, read_names, read_priority
from listening.rules.lists import Lists
from listening.rules.ruleset import DEFAULT_QUEUE, Scenario, Side
from listening.rules.sections import Entry
from listening.rules.subjects import GROUPS, ReadSubject
from listening.rules.yaml_tree.keyboard import shown
from listening.rules.yaml_tree.tree import Node

_SIDES = {"brands": {Side.BRAND}, "competitors": {Side.COMPETITOR}, "both": {Side.BRAND, Side.COMPETITOR}}


@dataclass(frozen=True, slots=True)
class ReadScenario:
    """A scenario, and whether it is switched on."""

    scenario: Scenario
    enabled: bool


def read_scenario(
    entry: Entry, subjects: Mapping[str, ReadSubject], lists: Lists, findings: Findings
) -> ReadScenario | None:
    """`subjects` are all that are defined, by name. None if its body cannot be read at all."""
    before = len(findings.mistakes)
    body = read_body("scenario", entry.name, entry.body, SCENARIO_KEYS, findings)
    if body is None:
        return None
    queue, priority = body.values.get("queue"), body.values.get("priority")
    scenario = Scenario(
        name=body.name,
        conditions=read_conditions(body, lists, findings),
        of=tuple(_of(body, subjects, findings)),
        bind=read_bind(body, findings),
        negated=read_keep(body, "negated", findings),
        question=read_keep(body, "question", findings),
        hypothetical=read_keep(body, "hypothetical", findings),
        queue=read_name(queue, "'queue'", findings) if queue else DEFAULT_QUEUE,
        priority=read_priority(priority, findings) if priority else Priority.NORMAL,
        respond_within=_duration(body, "respond_within", findings),
        resolve_within=_duration(body, "resolve_within", findings),
        note=read_note(body, findings),
        examples=read_examples(body.values.get("examples"), findings),
        place=body.place,
    )
    if len(findings.mistakes) == before:
        check_rule(body, scenario.conditions, findings, by_other=False)
    return ReadScenario(scenario, is_enabled(body, findings))


def _duration(body: Body, key: str, findings: Findings) -> timedelta | None:
    node = body.values.get(key)
    return read_duration(node, f"'{key}'", findings) if node is not None else None


def _of(body: Body, subjects: Mapping[str, ReadSubject], findings: Findings) -> Iterator[str]:
    """The names that `of` comes to, in the order of the subjects; those switched off are left out."""
    node = body.values.get("of")
    asked = read_names(node, "'of'", findings) if node is not None else ("brands",)
    for name in asked:
        if node is not None and not _is_known(name, subjects, findings):
            _refuse(name, node, subjects, findings)
    for name, read in subjects.items():
        if read.enabled and any(name == each or read.subject.side in _SIDES.get(each, ()) for each in asked):
            yield name


def _is_known(name: str, subjects: Mapping[str, ReadSubject], findings: Findings) -> bool:
    """A group must hold somebody, or the scenario can never match."""
    if findings.incomplete or name in subjects:
        return True
    return any(read.subject.side in _SIDES.get(name, ()) for read in subjects.values())


def _refuse(name: str, node: Node, subjects: Mapping[str, ReadSubject], findings: Findings) -> None:
    if name in GROUPS:
        what = f"'of: {name}' names nobody, so this scenario can never match (永远不会命中)"
        findings.add(node.place, what, f"define {name}, or leave `of` out for brands")
    else:
        what = f"unknown brand or competitor '{shown(name)}' in `of`"
        findings.add(node.place, what, suggestion(name, [*subjects, *GROUPS]))
