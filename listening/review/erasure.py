"""Erasing a contact: what goes, in an order in which every step can be done again.

    tombstones   from here on nobody archives, stores or is given a post of theirs
    archive      their posts leave segments, index and quarantine; those of others name them no more
    cases        each gets an `erase` event; what other cases hold of theirs is let go
    records      theirs are deleted, those of others name them no more
    contact      what people said of them goes: tags, notes, which keys are one person

Events stay as they are, so every figure does. A kill in between: the same command once more completes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from listening.archive import Archive, Cleared
from listening.errors import Conflict
from listening.model import Case, EventKind, Hit, ReviewEvent
from listening.model.ids import contact_of
from listening.query import Field, Query
from listening.review.contacts import PREFIX, Contact
from listening.review.fold import apply, fold
from listening.review.personal import HIDDEN, Holdings, Progress, all_records, cases_of, is_theirs
from listening.store.ports import Store
from listening.store.pseudonyms import open_pseudonyms
from listening.store.tombstones import Tombstones

_BATCH = 200
_TRIES = 100
KEY = "erase"
"""Of the event: a case is erased once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What went: records of theirs, records of others that named them, cases, and what left the archive.

    `open` are cases that somebody still has to close, without any post that could be answered.
    """

    cleared: Cleared
    records: int
    named: int
    cases: int
    open: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Is nothing left that has to wait for somebody who is writing to the archive?"""
        return not self.cleared.left


def erase(
    store: Store,
    archive: Archive,
    tombstones: Tombstones,
    found: Holdings,
    *,
    person: str,
    at: datetime,
    progress: Progress,
) -> Erased:
    """Erase the contact that was looked for. `archive` must have been opened with these tombstones."""
    contact, pseudonyms = found.contact, open_pseudonyms(store)
    for key in contact.members:
        tombstones.add(key, person, at, found.names)
    cleared = archive.recover(progress).cleared
    keys, words = frozenset(contact.members), frozenset(found.words)
    cleared.quarantine += archive.quarantine.erase(lambda entry: is_theirs(entry, keys, words))
    cases = [
        _erased(store, case, contact, person, at) for case in cases_of(store, contact.members, pseudonyms)
    ]
    records, named = _records(store, tombstones, contact, progress)
    for key in (*contact.members[1:], contact.key):
        _forget(store, key)
    return Erased(
        cleared=cleared,
        records=records,
        named=named,
        cases=len(cases),
        open=tuple(case.id for case in cases if case.is_live and not case.posts),
    )


def _erased(store: Store, case: Case, contact: Contact, person: str, at: datetime) -> Case:
    """The case after its `erase` event, kept without anything that leads to the contact.

    What others wrote stays in it: they have repeated a post, or their case was joined to it by hand.
    """
    for _ in range(_TRIES):
        events = store.read(case.id)
        whole = fold(events) or case
        if not whole.erased:
            event = ReviewEvent(
                case=case.id,
                n=whole.n + 1,
                kind=EventKind.ERASE,
                at=max(at, whole.last_at or whole.opened_at),
                person=person,
                key=KEY,
            )
            if not store.append(event):
                continue  # somebody else took the step: it is the one after theirs
            whole = apply(whole, event)
        records = filter(None, map(store.get, case.posts))
        others = (hit.id for hit in records if contact_of(hit.post) not in contact.members)
        whole = replace(whole, posts=tuple(others))
        store.put_cases([whole])
        return whole
    raise Conflict(case.id, "others are always quicker", "try again")


def _records(store: Store, tombstones: Tombstones, contact: Contact, progress: Progress) -> tuple[int, int]:
    """Their records go, and those of others that name them are saved without that; how many of each.

    What a batch on its way has stored meanwhile is looked for once more at the end.
    """
    theirs: list[Hit] = []
    naming: list[str] = []
    for hit in all_records(store, progress):
        if contact_of(hit.post) in contact.members:
            theirs.append(hit)
        elif tombstones.without(hit.post) is not hit.post:
            naming.append(hit.id)
    gone = _delete(store, theirs)
    for ids in _batches(naming):
        hits = filter(None, map(store.get, ids))
        store.save([replace(hit, post=tombstones.without(hit.post)) for hit in hits])
    return gone + _delete(store, list(_late(store, contact))), len(naming)


def _late(store: Store, contact: Contact) -> Iterator[Hit]:
    wanted = Field(name="contact", values=contact.members)
    for query in (Query(clauses=(wanted,)), Query(clauses=(wanted, *HIDDEN.clauses))):
        yield from store.scan(query)


def _delete(store: Store, hits: Sequence[Hit]) -> int:
    """The cases that hold them first: afterwards nothing would tell which these are."""
    _let_go(store, hits)
    return sum(store.delete_records(ids) for ids in _batches(hit.id for hit in hits))


def _let_go(store: Store, hits: Sequence[Hit]) -> None:
    """Cases of others, which hold such posts since they were joined or repeat them, hold them no more."""
    gone = {hit.id for hit in hits}
    held_by = sorted({hit.case for hit in hits if hit.case})
    for ids in _batches(held_by):
        for case in store.get_cases(ids):
            if not gone.isdisjoint(case.posts):
                posts = tuple(each for each in case.posts if each not in gone)
                store.put_cases([replace(case, posts=posts)], anyway=True)


def _forget(store: Store, key: str) -> None:
    for _ in range(_TRIES):
        document = store.get_document(f"{PREFIX}{key}")
        if document is None:
            return
        try:
            store.delete_document(document.key, document.version)
        except Conflict:
            continue
        return
    raise Conflict(f"{PREFIX}{key}", "others are always quicker", "try again")


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while batch := list(islice(rest, _BATCH)):
        yield batch
