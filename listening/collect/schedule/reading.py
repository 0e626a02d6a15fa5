"""The keys of config.yaml that say when sources are crawled; mistakes are told with place and cure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TypeVar

from listening.collect.schedule.cron import read_cron
from listening.collect.schedule.misread import Misread
from listening.collect.schedule.timing import Timing, duration_text, next_due
from listening.collect.schedule.windows import IsWorkday, Window, read_window
from listening.errors import Place
from listening.rules.findings import Findings
from listening.rules.keys.values import read_duration
from listening.rules.yaml_tree.keyboard import shown
from listening.rules.yaml_tree.tree import Node, Scalar, Sequence
from listening.workdays import Workdays, is_country

TIMING_KEYS = ("every", "cron", "during", "jitter")
NEVER = "never"
_LEAP_YEAR = datetime(2024, 1, 1, tzinfo=UTC)
_WORKDAYS_KEYS = ("country", "holidays", "workdays")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
T = TypeVar("T")


def read_every(node: Node, findings: Findings) -> timedelta | None:
    """An interval; None for `never`."""
    if isinstance(node, Scalar) and node.text.strip().lower() == NEVER:
        return None
    return read_duration(node, "'every'", findings) or timedelta(days=1)


def read_timing(
    nodes: Mapping[str, Node],
    usual: timedelta | None,
    findings: Findings,
    *,
    zone: tzinfo,
    is_workday: IsWorkday,
) -> Timing:
    """The timing of a source, out of those of its keys that are `TIMING_KEYS`."""
    if "every" in nodes and "cron" in nodes:
        findings.add(nodes["cron"].place, "a source has `every` or `cron`, not both", "take one away")
    cron = _read(nodes["cron"], "'cron'", read_cron, findings) if "cron" in nodes else None
    every = read_every(nodes["every"], findings) if "every" in nodes else usual
    timing = Timing(
        every=None if "cron" in nodes else every,
        cron=cron,
        during=_windows(nodes["during"], findings) if "during" in nodes else (),
        jitter=_jitter(nodes["jitter"], findings) if "jitter" in nodes else timedelta(),
    )
    if every is None and "cron" not in nodes:
        _refuse_idle(nodes, findings)
    elif timing.every and timing.jitter >= timing.every:
        what = f"'jitter' {duration_text(timing.jitter)} is not shorter than every {duration_text(every)}"
        findings.add(nodes["jitter"].place, what, "write less")
    elif cron and next_due(timing, _LEAP_YEAR, name="", zone=zone, is_workday=is_workday) is None:
        what = f"'{cron.text}' never comes" + (" inside its `during`" if timing.during else "")
        findings.add(nodes["cron"].place, what, "write times that there are")
    return timing


def _refuse_idle(nodes: Mapping[str, Node], findings: Findings) -> None:
    for key in ("during", "jitter"):
        if key in nodes:
            what = f"`{key}` says nothing beside `every: {NEVER}`"
            findings.add(nodes[key].place, what, "take it away, or say how often")


def _jitter(node: Node, findings: Findings) -> timedelta:
    return read_duration(node, "'jitter'", findings) or timedelta()


def _windows(node: Node, findings: Findings) -> tuple[Window, ...]:
    """One window or a list of them."""
    if isinstance(node, Sequence) and not node.items:
        findings.add(node.place, "'during': the list is empty (空列表)", "give at least one, or remove it")
    items = node.items if isinstance(node, Sequence) else (node,)
    found = (_read(item, "'during'", read_window, findings) for item in items)
    return tuple(filter(None, found))


def _read(node: Node, what: str, read: Callable[[str], T], findings: Findings) -> T | None:
    scalar = findings.text(node, what, "write one text")
    if scalar is None:
        return None
    try:
        return read(scalar.text)
    except Misread as problem:
        findings.add(scalar.place, f"{what}: {problem.what}", problem.cure)
        return None


def read_workdays(node: Node, findings: Findings) -> Workdays:
    """The country's days, and the operator's own."""
    found = findings.mapping(node, "'workdays'", f"write keys: {', '.join(_WORKDAYS_KEYS)}")
    nodes = {}
    for key, value in found.pairs if found else ():
        if key.text in _WORKDAYS_KEYS:
            nodes[key.text] = value
        else:
            findings.unknown_key(key, _WORKDAYS_KEYS)
    free, worked = (_dates(nodes[key], findings) if key in nodes else {} for key in ("holidays", "workdays"))
    for day in free.keys() & worked.keys():
        what = f"{day} stands under `holidays` and under `workdays`"
        findings.add(max(free[day], worked[day]), what, "keep one of the two")
    country = _country(nodes["country"], findings) if "country" in nodes else Workdays().country
    return Workdays(country=country, holidays=frozenset(free), workdays=frozenset(worked))


def _country(node: Node, findings: Findings) -> str | None:
    scalar = findings.text(node, "'country'", "write one like CN, or none")
    if scalar is None or scalar.text.lower() == "none":
        return None
    code = scalar.text.upper()
    if not is_country(code):
        findings.add(node.place, f"unknown country '{shown(scalar.text)}'", "write one like CN, or none")
        return None
    return code


def _dates(node: Node, findings: Findings) -> dict[date, Place]:
    """Each day with its place."""
    days: dict[date, Place] = {}
    for item in node.items if isinstance(node, Sequence) else (node,):
        scalar = findings.text(item, "this", "write one like 2026-12-24")
        try:
            text = scalar.text if scalar and _DATE.fullmatch(scalar.text) else "?"
            days[date.fromisoformat(text)] = item.place
        except ValueError:
            if scalar:
                findings.add(item.place, f"'{shown(scalar.text)}' is no date", "write one like 2026-12-24")
    return days
