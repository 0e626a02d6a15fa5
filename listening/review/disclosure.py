"""What is held of a contact, to be handed out: one JSON value, and the same to be read.

Whose answer it is has a right to all of it. It names other people too: those who worked on the cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from listening.archive import Entry, Version
from listening.codec import hit_to_dict, post_to_dict, time_text
from listening.model import Case, EventKind, Hit, ReviewEvent
from listening.review.contacts import Contact, joins
from listening.review.personal import Holdings
from listening.store.ports import Store
from listening.store.pseudonyms import open_pseudonyms

_SATISFACTION = frozenset({EventKind.INVITE, EventKind.SATISFACTION})
_NAMED = ("post", "contact")
"""What stands in events under a pseudonym."""


def disclosure(store: Store, found: Holdings, at: datetime) -> dict[str, Any]:
    """Plain values. Where events name a post or contact by a pseudonym, the id stands that it stands for."""
    pseudonyms = open_pseudonyms(store)
    known = {pseudonyms.post(post_id): post_id for post_id in found.posts}
    known |= {pseudonyms.contact(key): key for key in found.contact.members}
    events = {case.id: store.read(case.id) for case in found.cases}
    answers = (event for each in events.values() for event in each if event.kind in _SATISFACTION)
    return {
        "made_at": time_text(at),
        "contact": _contact(store, found.contact),
        "names": list(found.words),
        "posts": [*map(_record, found.records), *map(_version, found.versions)],
        "cases": [_case(case, events[case.id], known) for case in found.cases],
        "satisfaction": [_event(event, known) | {"case": event.case} for event in answers],
        "unreadable": [_entry(entry) for entry in found.quarantine],
        "named_in": list(found.naming),
        "same_name": list(found.namesakes),
    }


def told(value: Mapping[str, Any]) -> Iterator[str]:
    """The disclosure as lines for a reader: the same things in the same order."""
    contact = value["contact"]
    yield f"All that is held of {contact['key']} (as of {value['made_at']})"
    for name in ("members", "name", "tags", "note"):
        if contact.get(name):
            yield f"  {name}: {_words(contact[name])}"
    if value["names"]:
        yield f"  shown as: {_words(value['names'])}"
    yield from _section("Posts", [line for post in value["posts"] for line in _post_lines(post)])
    yield from _section("Cases", [line for case in value["cases"] for line in _case_lines(case)])
    unreadable = [f"  {each['file']}: {each['raw']}" for each in value["unreadable"]]
    yield from _section("What could not be read", unreadable)
    yield from _section("Posts of others that name them", [f"  {each}" for each in value["named_in"]])
    yield from _section("Posts of the same name without an id", [f"  {each}" for each in value["same_name"]])


def _contact(store: Store, contact: Contact) -> dict[str, Any]:
    said = {
        "key": contact.key,
        "members": list(contact.members),
        "name": contact.name,
        "tags": list(contact.tags),
        "note": contact.note,
        "joined": [
            {"key": each.key, "why": each.why, "person": each.person, "at": time_text(each.at)}
            for each in joins(store, contact)
        ],
    }
    return {name: each for name, each in said.items() if each}


def _record(hit: Hit) -> dict[str, Any]:
    return {"held_in": "store", **hit_to_dict(hit)}


def _version(version: Version) -> dict[str, Any]:
    archived = {"held_in": "archive", "archived_at": time_text(version.at), "archived_from": version.source}
    return archived | post_to_dict(version.post)


def _case(case: Case, events: list[ReviewEvent], known: Mapping[str, str]) -> dict[str, Any]:
    return {
        "case": case.id,
        "status": str(case.status),
        "opened_at": time_text(case.opened_at),
        "events": [_event(event, known) for event in events],
    }


def _event(event: ReviewEvent, known: Mapping[str, str]) -> dict[str, Any]:
    named = {name: known[event.data[name]] for name in _NAMED if event.data.get(name) in known}
    return {
        "n": event.n,
        "kind": event.kind,
        "at": time_text(event.at),
        "person": event.person,
        "data": {**event.data, **named},
    }


def _entry(entry: Entry) -> dict[str, Any]:
    raw = entry.raw.decode("utf-8", "replace")
    return {"source": entry.source, "file": entry.file, "reason": entry.reason, "raw": raw}


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from lines


def _post_lines(post: Mapping[str, Any]) -> Iterator[str]:
    yield f"  {post.get('published_at', 'without a time')}  {post['id']}  ({post['held_in']})"
    for text in (post.get("url"), post.get("title"), post["text"]):
        yield from (f"    {line}" for line in (text or "").splitlines())


def _case_lines(case: Mapping[str, Any]) -> Iterator[str]:
    yield f"  {case['case']}, opened {case['opened_at']}, {case['status']}"
    for event in case["events"]:
        said = ", ".join(f"{name}: {_words(each)}" for name, each in event["data"].items())
        yield f"    {event['at']}  {event['kind']}  by {event['person']}" + (f"  ({said})" if said else "")


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
