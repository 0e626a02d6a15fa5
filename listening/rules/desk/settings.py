"""How long the desk waits, for what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import timedelta

from listening.rules.findings import Findings
from listening.rules.keys.values import read_duration
from listening.rules.ruleset import DeskSettings
from listening.rules.sections import Entry

KEYS = tuple(each.name for each in fields(DeskSettings))


def read_settings(entries: Iterable[Entry], findings: Findings) -> DeskSettings:
    found: dict[str, timedelta] = {}
    for entry in entries:
        key = entry.name.text
        if key not in KEYS:
            findings.unknown_key(entry.name, KEYS)
        elif (length := read_duration(entry.body, f"'{key}'", findings)) is not None:
            found[key] = length
    return DeskSettings(**found)
