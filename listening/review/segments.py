"""Segments: a question about contacts, saved under a name. Who belongs to one is found anew each time.

segment/<name>   {"query": words, "tags": […], "min_followers": …, "regions": […], "platforms": […],
                  "person": …, "at": …}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from listening.codec import time_text
from listening.errors import DeskMistake
from listening.query import Field, Query, parse
from listening.review.profiles import ContactStore, Profile, profiles, without_competitors
from listening.store.ports import Documents
from listening.suggest import cure

PREFIX = "segment/"
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """What its contacts have in common. All of it must hold.

    `query`: words of the search language as they were typed, so `since:30d` counts back from each day it is
    asked. It finds records, and who has one of them is in. `tags`: the contact has all of these.
    `min_followers`: it has so many or more, as latest known. `regions`, `platforms`: the record is from one
    of these.
    """

    name: str
    query: str = ""
    tags: tuple[str, ...] = ()
    min_followers: int | None = None
    regions: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    person: str
    at: datetime


def save_segment(documents: Documents, segment: Segment, *, zone: str) -> bool:
    """Keep it under its name; True if it is new, and not in the place of another.

    Raises `QueryMistake` for words that are no search, `DeskMistake` for a name that cannot be one.
    """
    name = segment.name
    if not name or name != " ".join(name.split()) or len(name) > _LONGEST_NAME or not name.isprintable():
        short = f"write one of at most {_LONGEST_NAME} characters, without blanks around it"
        raise DeskMistake(f"'{name}'", "is no name for a segment", short)
    parse(segment.query, now=segment.at, zone=zone)
    there = documents.get_document(f"{PREFIX}{name}")
    documents.put_document(f"{PREFIX}{name}", _body(segment), there.version if there else 0)
    return there is None


def segment_named(documents: Documents, name: str) -> Segment:
    """The segment of that name. Raises `DeskMistake`."""
    document = documents.get_document(f"{PREFIX}{name}")
    if document is None:
        raise _unknown(documents, name)
    return _segment(name, document.body)


def segments(documents: Documents) -> Iterator[Segment]:
    """All there are, by name."""
    for document in documents.documents(PREFIX):
        yield _segment(document.key.removeprefix(PREFIX), document.body)


def delete_segment(documents: Documents, name: str) -> None:
    """Forget the question; the contacts stay as they are. Raises `DeskMistake` where there is none."""
    document = documents.get_document(f"{PREFIX}{name}")
    if document is None:
        raise _unknown(documents, name)
    documents.delete_document(document.key, document.version)


def members(store: ContactStore, segment: Segment, *, now: datetime, zone: str) -> tuple[Profile, ...]:
    """The contacts that belong to it now, the most records first; what is joined is one.

    Whoever speaks of competitors alone belongs to it only where its query asks for them.
    """
    asked = without_competitors(asked_of(segment, now=now, zone=zone))
    found = profiles(store, asked, keep=lambda contact: contact.has_tags(segment.tags))
    return tuple(each for each in found.profiles if (each.followers or 0) >= (segment.min_followers or 0))


def asked_of(segment: Segment, *, now: datetime, zone: str) -> Query:
    """What is asked of the records, as of now."""
    asked = parse(segment.query, now=now, zone=zone)
    places = (("region", segment.regions), ("platform", segment.platforms))
    more = (Field(name=name, values=values) for name, values in places if values)
    return Query(clauses=(*asked.clauses, *more))


def _body(segment: Segment) -> Mapping[str, Any]:
    body = {
        "query": segment.query,
        "tags": segment.tags,
        "min_followers": segment.min_followers,
        "regions": segment.regions,
        "platforms": segment.platforms,
        "person": segment.person,
        "at": time_text(segment.at),
    }
    return {name: value for name, value in body.items() if value or name == "query"}


def _segment(name: str, body: Mapping[str, Any]) -> Segment:
    return Segment(
        name=name,
        query=body["query"],
        tags=tuple(body.get("tags", ())),
        min_followers=body.get("min_followers"),
        regions=tuple(body.get("regions", ())),
        platforms=tuple(body.get("platforms", ())),
        person=body["person"],
        at=datetime.fromisoformat(body["at"]),
    )


def _unknown(documents: Documents, name: str) -> DeskMistake:
    known = [each.name for each in segments(documents)]
    return DeskMistake(name, "there is no such segment", cure(name, known) if known else "save one first")
