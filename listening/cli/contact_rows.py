"""Contacts as they are told: many in a table, a sheet or JSON lines, one with all that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from listening.cli.output import local, table, write, write_line
from listening.codec import to_json
from listening.codec.sheets import to_sheet
from listening.model import Case
from listening.review.contacts import DECLARED
from listening.review.profiles import ContactStore, Profile, open_cases
from listening.review.showing import Sight, contact_facts
from listening.store.pseudonyms import open_pseudonyms

Facts = Mapping[str, Any]
"""Of one contact, as `contact_facts` tells them."""
_COLUMNS = (
    *("contact", "name", "records", "followers", "region", "platforms", "brands", "competitors", "scenarios"),
    *("tags", "note", "first_at", "last_at", "last", "members"),
)
_MOST = 2
"""Scenarios that a row of the table names."""


def with_open_cases(store: ContactStore, found: Sequence[Profile], seen: Sight) -> list[Facts]:
    """What is told of each, and how many cases they have that are not done with."""
    waiting = open_cases(store, found, open_pseudonyms(store))
    return [{**contact_facts(each, seen), "open_cases": waiting.get(each.contact.key, 0)} for each in found]


def contact_table(found: Iterable[Facts], zone: str) -> None:
    """For reading; what does not fit is in `listening contact show`."""
    headers = ["contact", "name", "platforms", "records", "scenarios", "open", "last", "last post", "tags"]
    rows = (
        (
            each["contact"],
            each.get("name", ""),
            "、".join(each.get("platforms", ())),
            each["records"],
            _scenarios(each.get("scenarios", {})),
            each.get("open_cases", 0) or "",
            local(each.get("last_at"), zone),
            each.get("last", ""),
            "、".join(each.get("tags", ())),
        )
        for each in found
    )
    table(headers, rows)


def contact_lines(found: Iterable[Facts]) -> None:
    """For a machine."""
    for each in found:
        write_line(to_json(each))


def contact_sheet(found: Iterable[Facts], zone: str) -> None:
    """For a spreadsheet, times in the zone."""
    write(to_sheet(_COLUMNS, ([_cell(each.get(name), zone) for name in _COLUMNS] for each in found)))


def contact_told(facts: Facts, joined: Sequence[Facts], zone: str) -> Iterator[str]:
    """A line for everything that is known."""
    yield f"{facts['contact']}  {facts.get('name', '')}".rstrip()
    for each in joined:
        how = "declared" if each["why"] == DECLARED else "joined"
        yield f"  also {each['key']}, {how} by {each['person']} {local(each['at'], zone)}"
    if "tags" in facts:
        yield f"  tags: {'、'.join(facts['tags'])}"
    if "note" in facts:
        yield f"  note: {facts['note']}"
    seen = (
        f": {local(facts['first_at'], zone)} to {local(facts['last_at'], zone)}" if facts["records"] else ""
    )
    yield f"  {facts['records']:,} records{seen}"
    for name in ("platforms", "brands", "competitors", "scenarios"):
        if name in facts:
            yield f"  {name}: {'、'.join(f'{value} {n:,}' for value, n in facts[name].items())}"
    if "followers" in facts:
        yield f"  followers: {facts['followers']:,}"
    if "region" in facts:
        yield f"  region: {facts['region']}"
    if "satisfied" in facts:
        yield f"  when last asked: {'satisfied' if facts['satisfied'] else 'not satisfied'}"
    yield ""


def case_table(cases: Sequence[Case], zone: str) -> None:
    headers = ["case", "opened", "status", "queue", "scenarios", "result", "satisfied"]
    rows = (
        (
            case.id,
            local(case.opened_at, zone),
            case.status,
            case.queue or "",
            "、".join(dict.fromkeys(pair.partition("/")[2] for pair in case.scenarios)),
            case.result or "",
            {True: "yes", False: "no", None: ""}[case.satisfied],
        )
        for case in cases
    )
    table(headers, rows)


def _scenarios(counts: Mapping[str, int]) -> str:
    """Without their subjects, the most frequent ones."""
    names = list(dict.fromkeys(pair.partition("/")[2] or pair for pair in counts))
    return "、".join(names[:_MOST]) + (f" +{len(names) - _MOST}" if len(names) > _MOST else "")


def _cell(value: Any, zone: str) -> str:
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")
    if isinstance(value, Mapping):
        return "；".join(f"{name} {n}" for name, n in value.items())
    if isinstance(value, list):
        return "；".join(value)
    return "" if value is None else str(value)
