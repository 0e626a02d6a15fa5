"""The small values of a rule: names, durations, urgency, yes or no; what is wrong is told with the cure."""

from __future__ import annotations

import re
from datetime import timedelta

from listening.errors import Place
from listening.model import Priority
from listening.rules.findings import Findings, suggestion
from listening.rules.yaml_tree.keyboard import SEPARATORS, corrected, parts, shown, wrong_signs
from listening.rules.yaml_tree.tree import Node, Scalar, Sequence, noun, reads_as, yes_or_no
from listening.text.fold import fold
from listening.text.views import compacted

MAX_NAME = 100
MAX_DURATION = timedelta(days=3650)

_DURATION = re.compile(r"(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?")
_DURATION_CURE = "write it like 30m, 2h, 3d, 90s or 1h30m"
_URGENCY = {"低": Priority.LOW, "普通": Priority.NORMAL, "高": Priority.HIGH, "紧急": Priority.URGENT}


def is_word(node: Scalar, findings: Findings) -> bool:
    """May this text stand where a word belongs? A bare number, date or yes/no may not; nor may two lines."""
    if not is_quoted(node, findings):
        return False
    if "\n" in node.text or (node.plain and node.lines > 1):
        what = f"'{shown(node.text)}' runs over several lines (跨行)"
        findings.add(
            node.place, what, "put each word on a line of its own with '- ', or separate them with ','"
        )
        return False
    return True


def is_quoted(node: Scalar, findings: Findings) -> bool:
    """Is it a text to YAML too? A bare number, date or yes/no is none."""
    if kind := reads_as(node):
        word = shown(node.text)
        what = f"'{word}' is read as {kind} where a word belongs (应加引号)"
        findings.add(node.place, what, f"quote it: '{word}'")
    return kind is None


def read_name(node: Node, what: str, findings: Findings) -> str:
    """A name on one line; "" if there is none to be had."""
    scalar = findings.text(node, what, "write one name")
    if scalar is None or not is_word(scalar, findings):
        return ""
    return checked_name(scalar.text, scalar.place, what, findings)


def checked_name(text: str, place: Place, what: str, findings: Findings) -> str:
    if text != text.strip() or not compacted(text):
        findings.add(
            place, f"{what} '{shown(text)}' begins or ends with a blank, or is empty", "mend the name"
        )
    elif len(text) > MAX_NAME:
        findings.add(place, f"{what} is {len(text)} characters long, more than {MAX_NAME}", "shorten it")
    return text


def read_names(node: Node, what: str, findings: Findings) -> tuple[str, ...]:
    """A list of names, one name, or a `|` block with one a line; each once."""
    if isinstance(node, Scalar) and node.style == "|":
        lines = [(line.strip(), place) for line, place in node.block_lines()]
        names = [checked_name(s, p, what, findings) for s, p in lines if s and not s.startswith("#")]
        return tuple(dict.fromkeys(names))
    if isinstance(node, Scalar) and findings.keyboard(node):
        return ()
    items = node.items if isinstance(node, Sequence) else (node,)
    if not items:
        findings.add(node.place, f"{what}: the list is empty (空列表)", "give at least one, or remove it")
    names = [
        name for item in items if (name := _separate_name(item, what, findings, inside=item is not node))
    ]
    return tuple(dict.fromkeys(names))


def _separate_name(node: Node, what: str, findings: Findings, *, inside: bool) -> str:
    """One of several names, in which no comma of a Chinese keyboard stands. `inside` a list, or alone?"""
    name = read_name(node, what, findings)
    signs = wrong_signs(name).translate({ord("："): None, ord("；"): None})
    if not signs:
        return name
    meant = ", ".join(parts(name)) or "…"
    line = corrected(findings.line(node.place), node.place.column, name, meant if inside else f"[{meant}]")
    kind = "full-width commas" if signs[0] in SEPARATORS else "full-width quotes"
    findings.add(node.place, f"{kind} stand in '{shown(name)}' (全角标点)", f"write: {line}")
    return ""


def read_duration(node: Node, what: str, findings: Findings) -> timedelta | None:
    scalar = findings.text(node, what, _DURATION_CURE)
    if scalar is None:
        return None
    text = fold(scalar.text).replace(" ", "")
    found = _DURATION.fullmatch(text)
    if found is None or not text:
        why = "has no unit (缺少单位)" if text.isdigit() else "is no duration (时长有误)"
        findings.add(node.place, f"{what} '{shown(scalar.text)}' {why}", _DURATION_CURE)
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    if not 0 < total <= MAX_DURATION.total_seconds():
        findings.add(node.place, f"{what} '{shown(scalar.text)}' is not between 1s and 3650d", _DURATION_CURE)
        return None
    return timedelta(seconds=total)


def read_priority(node: Node, findings: Findings) -> Priority:
    scalar = findings.text(node, "'priority'", "write low, normal, high or urgent")
    if scalar is None:
        return Priority.NORMAL
    word = fold(scalar.text)
    known = {str(p): p for p in Priority} | _URGENCY
    if word not in known:
        findings.add(node.place, f"unknown priority '{shown(scalar.text)}'", suggestion(scalar.text, known))
    return known.get(word, Priority.NORMAL)


def read_yes_or_no(node: Node, what: str, findings: Findings) -> bool:
    answer = yes_or_no(node)
    if answer is None:
        written = f"'{shown(node.text)}'" if isinstance(node, Scalar) else noun(node)
        findings.add(
            node.place, f"{what} should be true or false, not {written} (是或否)", "write true or false"
        )
    return answer is not False
