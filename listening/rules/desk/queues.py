"""Queues: where cases wait, when these hours are worked, and what is promised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from listening.calendar import ROUND_THE_CLOCK
from listening.calendar.hours import hours_text, read_windows
from listening.calendar.misread import Misread
from listening.calendar.windows import Window
from listening.rules.body import Body
from listening.rules.desk.values import check_within_reach, duration_of, values_of
from listening.rules.findings import Findings, suggestion
from listening.rules.ruleset import DEFAULT_QUEUE, Queue, Scenario
from listening.rules.sections import Entry
from listening.rules.yaml_tree.keyboard import shown
from listening.rules.yaml_tree.tree import Node, Sequence

KEYS = ("hours", "respond_within", "resolve_within", "warn_before", "note")
_CURE = f"write {ROUND_THE_CLOCK}, or one like [workdays 08:30-17:30, holidays 10:00-16:00]"


def read_queues(entries: Iterable[Entry], findings: Findings) -> tuple[Queue, ...]:
    return tuple(_read_queue(entry, findings) for entry in entries)


def _read_queue(entry: Entry, findings: Findings) -> Queue:
    before = len(findings.mistakes)
    _refuse_hours_as_name(entry, findings)
    values = values_of(entry, KEYS, findings)
    note = findings.text(values["note"], "'note'", "write a text, or remove it") if "note" in values else None
    queue = Queue(
        name=entry.name.text,
        hours=_hours(values["hours"], findings) if "hours" in values else ROUND_THE_CLOCK,
        respond_within=duration_of(values, "respond_within", findings),
        resolve_within=duration_of(values, "resolve_within", findings),
        warn_before=duration_of(values, "warn_before", findings),
        note=note.text if note else None,
        place=entry.name.place,
    )
    if len(findings.mistakes) == before:
        check_within_reach(values, queue, queue, findings)
        _check_warning(values, queue, findings)
    return queue


def _refuse_hours_as_name(entry: Entry, findings: Findings) -> None:
    """Where a queue may be named, hours may be too: the two must not be mixed up."""
    try:
        read_windows(entry.name.text)
    except Misread:
        return
    what = f"a queue cannot be called '{shown(entry.name.text)}', which is read as hours (名称像时间)"
    findings.add(entry.name.place, what, "choose another name")


def _hours(node: Node, findings: Findings) -> str:
    """The windows of a list, or those of one text."""
    if not isinstance(node, Sequence):
        return hours_text(_windows(node, findings))
    if not node.items:
        findings.add(node.place, "'hours': the list is empty (空列表)", _CURE)
    before = len(findings.mistakes)
    found = [_windows(item, findings) for item in node.items]
    if len(found) > 1 and () in found and len(findings.mistakes) == before:
        what = f"'hours' hold {ROUND_THE_CLOCK} and more beside it (全天候之外不必再写)"
        findings.add(node.place, what, "keep one of the two")
    return hours_text([window for windows in found for window in windows])


def _windows(node: Node, findings: Findings) -> tuple[Window, ...]:
    scalar = findings.text(node, "'hours'", _CURE)
    if scalar is None:
        return ()
    try:
        return read_windows(scalar.text)
    except Misread as problem:
        findings.add(scalar.place, f"'hours': {problem.what}", problem.cure)
        return ()


def _check_warning(values: Mapping[str, Node], queue: Queue, findings: Findings) -> None:
    for key, within in (("respond_within", queue.respond_within), ("resolve_within", queue.resolve_within)):
        if within is not None and queue.warn_before is not None and queue.warn_before >= within:
            what = f"'warn_before' is not shorter than '{key}', so it would warn at once (预警过早)"
            findings.add(values["warn_before"].place, what, "write less")
            return


def check_queue(body: Body, scenario: Scenario, queues: tuple[Queue, ...], findings: Findings) -> None:
    """Is the queue of a scenario one of those that are listed, if any are? Can it keep the promise?"""
    node, listed = body.values.get("queue"), {each.name: each for each in queues}
    if node is not None and listed and scenario.queue not in {*listed, DEFAULT_QUEUE, ""}:
        if not findings.incomplete:
            what = f"queue '{shown(scenario.queue)}' is not among `queues` (未定义的队列)"
            findings.add(node.place, what, suggestion(scenario.queue, listed))
    elif scenario.queue in listed:
        check_within_reach(body.values, scenario, listed[scenario.queue], findings)
