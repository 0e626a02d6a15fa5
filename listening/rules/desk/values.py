"""What queues, escalations and scenarios have in common: keys below a name, and targets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from listening.calendar.hours import read_windows
from listening.calendar.windows import Window
from listening.rules.findings import Findings
from listening.rules.keys.values import read_duration
from listening.rules.ruleset import Queue, Scenario
from listening.rules.sections import Entry
from listening.rules.yaml_tree.keyboard import shown
from listening.rules.yaml_tree.tree import Node, Scalar

_WEEKS = 520
_DAYS = {True: 5, False: 2}


def values_of(entry: Entry, keys: tuple[str, ...], findings: Findings) -> Mapping[str, Node]:
    """The values below a name, by key; none where nothing stands below it."""
    if isinstance(entry.body, Scalar) and entry.body.empty:
        return {}
    what = f"{entry.sort} '{shown(entry.name.text)}'"
    mapping = findings.mapping(entry.body, what, f"write its keys below it: {', '.join(keys)}")
    for key, _ in mapping.pairs if mapping else ():
        if key.text not in keys:
            findings.unknown_key(key, keys)
    return {key.text: value for key, value in mapping.pairs if key.text in keys} if mapping else {}


def duration_of(values: Mapping[str, Node], key: str, findings: Findings) -> timedelta | None:
    node = values.get(key)
    return read_duration(node, f"'{key}'", findings) if node is not None else None


def check_within_reach(
    values: Mapping[str, Node], rule: Queue | Scenario, queue: Queue, findings: Findings
) -> None:
    """Targets are working time: one of days takes weeks where little is worked, and must end some day."""
    windows = read_windows(queue.hours)
    for key, within in (("respond_within", rule.respond_within), ("resolve_within", rule.resolve_within)):
        if within is not None and windows and within > _WEEKS * _a_week(windows):
            what = f"'{key}' takes more than ten years of the hours of '{shown(queue.name)}' (目标时长过长)"
            findings.add(values[key].place, what, "write less, or let the queue work more")


def _a_week(windows: tuple[Window, ...]) -> timedelta:
    """About so much is worked in a week, or less where windows overlap."""
    minutes = 0
    for each in windows:
        length = each.end - each.start + (24 * 60 if each.is_overnight else 0)
        minutes += length * (len(each.days) if each.working is None else _DAYS[each.working])
    return timedelta(minutes=minutes)
