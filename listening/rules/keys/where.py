"""`where`: which posts a rule is asked of, and in which fields its terms are looked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import time
from functools import cache
from zoneinfo import available_timezones

from listening.model import Kind
from listening.rules.findings import Findings, suggestion
from listening.rules.keys.values import read_name, read_names, read_yes_or_no
from listening.rules.ruleset import Where
from listening.rules.yaml_tree.keyboard import shown
from listening.rules.yaml_tree.tree import Node, Scalar, noun, plain_value
from listening.text.fold import fold

FIELDS = ("title", "text", "tags", "author")

_CURE = "write: where: {platform: weibo, kind: comment}"
_HOURS_CURE = "write it like hours: 22:00-06:00, the end not included"
_HOURS = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")
_NEARLY_HOURS = re.compile(
    r"([0-9]{1,2})(?:[:.点时h]([0-9]{0,2})分?)?(?:-|–|—|~|〜|至|到|to)+([0-9]{1,2})(?:[:.点时h]([0-9]{0,2})分?)?"
)
_FOLLOWERS_CURE = "write it like followers: {min: 1000, max: 50000}, in digits"


def read_where(node: Node | None, findings: Findings) -> Where:
    mapping = findings.mapping(node, "'where'", _CURE) if node is not None else None
    where = Where()
    if mapping is None:
        return where
    if not mapping.pairs:
        findings.add(mapping.place, "'where' is empty (内容为空)", f"{_CURE}, or remove it")
    for key, value in mapping.pairs:
        if key.text in KEYS:
            where = _READERS[key.text](where, value, findings)
        else:
            findings.unknown_key(key, KEYS)
    zone = mapping.get("zone")
    if zone is not None and mapping.get("hours") is None:
        findings.add(
            zone.place, "'zone' says nothing without 'hours' (缺少 hours)", "add hours, or remove it"
        )
    return where


def _platform(where: Where, node: Node, findings: Findings) -> Where:
    return replace(where, platforms=read_names(node, "a platform", findings))


def _kind(where: Where, node: Node, findings: Findings) -> Where:
    kinds = _known(node, "kind", [str(kind) for kind in Kind], findings)
    return replace(where, kinds=tuple(map(Kind, kinds)))


def _source(where: Where, node: Node, findings: Findings) -> Where:
    return replace(where, sources=read_names(node, "a source", findings))


def _region(where: Where, node: Node, findings: Findings) -> Where:
    return replace(where, regions=read_names(node, "a region", findings))


def _field(where: Where, node: Node, findings: Findings) -> Where:
    return replace(where, fields=_known(node, "field", FIELDS, findings))


def _known(node: Node, what: str, known: Iterable[str], findings: Findings) -> tuple[str, ...]:
    """Names of a closed set; those outside it are told."""
    known = list(known)
    names = read_names(node, f"a {what}", findings)
    for name in names:
        if name not in known:
            findings.add(node.place, f"unknown {what} '{shown(name)}' in 'where'", suggestion(name, known))
    return tuple(name for name in names if name in known)


def _verified(where: Where, node: Node, findings: Findings) -> Where:
    return replace(where, verified=read_yes_or_no(node, "'verified'", findings))


def _followers(where: Where, node: Node, findings: Findings) -> Where:
    mapping = findings.mapping(node, "'followers'", _FOLLOWERS_CURE)
    if mapping is None:
        return where
    found: dict[str, int | None] = {}
    for key, value in mapping.pairs:
        if key.text in ("min", "max"):
            found[key.text] = _count(value, key.text, findings)
        else:
            findings.unknown_key(key, ("min", "max"))
    least, most = found.get("min"), found.get("max")
    if not mapping.pairs:
        findings.add(mapping.place, "'followers' is empty (内容为空)", _FOLLOWERS_CURE)
    if least is not None and most is not None and least > most:
        what = f"nobody has at least {least} and at most {most} followers (min 大于 max)"
        findings.add(mapping.place, what, "exchange the two")
    return replace(where, followers=(least, most))


def _count(node: Node, key: str, findings: Findings) -> int | None:
    value = plain_value(node)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    written = f"'{shown(node.text)}'" if isinstance(node, Scalar) and not node.empty else noun(node)
    findings.add(
        node.place, f"'{key}' should be a number of followers, not {written} (应为数字)", _FOLLOWERS_CURE
    )
    return None


def _hours(where: Where, node: Node, findings: Findings) -> Where:
    scalar = findings.text(node, "'hours'", _HOURS_CURE)
    if scalar is None:
        return where
    found = _HOURS.fullmatch(scalar.text)
    if found is None or not _is_time(*found.group(1, 2)) or not _is_time(*found.group(3, 4)):
        what = f"'{shown(scalar.text)}' is not from one time to another (时段有误)"
        findings.add(node.place, what, _meant_hours(scalar.text))
        return where
    begin, end = time.fromisoformat(scalar.text[:5]), time.fromisoformat(scalar.text[6:])
    if begin == end:
        what = f"the hours '{scalar.text}' end when they begin (起止相同)"
        findings.add(node.place, what, "remove them for the whole day, or write another end")
    return replace(where, hours=(begin, end))


def _is_time(hour: str, minute: str) -> bool:
    return int(hour) < 24 and int(minute) < 60


def _meant_hours(text: str) -> str:
    """The cure: the same hours in their one form if they can be made out."""
    found = _NEARLY_HOURS.fullmatch("".join(fold(text).split()))
    if found is None:
        return _HOURS_CURE
    parts = [int(part or 0) for part in found.groups()]
    hours = [0 if hour == 24 and not minute else hour for hour, minute in (parts[:2], parts[2:])]
    if max(hours) > 23 or max(parts[1], parts[3]) > 59:
        return _HOURS_CURE
    return f"write: '{hours[0]:02}:{parts[1]:02}-{hours[1]:02}:{parts[3]:02}'"


def _zone(where: Where, node: Node, findings: Findings) -> Where:
    name = read_name(node, "'zone'", findings)
    if name and name not in _zones():
        cure = suggestion(name, sorted(_zones())) if "/" in name else "write it like Asia/Shanghai"
        findings.add(node.place, f"unknown zone '{shown(name)}' (未知时区)", cure)
    return replace(where, zone=name) if name in _zones() else where


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


_READERS: dict[str, Callable[[Where, Node, Findings], Where]] = {
    "platform": _platform,
    "kind": _kind,
    "source": _source,
    "region": _region,
    "followers": _followers,
    "verified": _verified,
    "field": _field,
    "hours": _hours,
    "zone": _zone,
}
KEYS = tuple(_READERS)
