"""Who was erased and must not come back: asked by whoever archives, stores or reads posts.

    erased/<pseudonym of the contact>   {"at": …, "by": …, "names": […], "lengths": […]}
    erasures                            {"number": n}: grows with each, so that one look tells of a new one

`names` are pseudonyms of what they are called, `lengths` those of all their keys: of most names that are met
they tell that there is nothing to compute. Nobody's id or name stands there. Whoever holds the key of this
installation and meets a post can tell that its author was erased; the documents alone tell nothing.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from listening.codec import time_text
from listening.errors import Conflict
from listening.model import Post
from listening.model.ids import contact_of
from listening.store.ports import Document, Documents
from listening.store.pseudonyms import Pseudonyms, open_pseudonyms
from listening.store.traces import without

PREFIX = "erased/"
HEAD = "erasures"
MAX_AGE = 30.0
"""Seconds after which what is known is read anew, whoever has asked meanwhile."""

_TRIES = 100
_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """One that stands: the pseudonym of the contact, when it was set and by whom."""

    contact: str
    at: datetime
    person: str


@dataclass(frozen=True, slots=True)
class _Known:
    """As of one look. `number` is None where nobody was ever erased."""

    number: int | None = None
    people: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    lengths: frozenset[int] = frozenset()
    state: str = ""


class Tombstones:
    """Those of one store, which is opened when it is first asked for.

    What is known is at most `max_age` seconds old; `refresh` makes it new, for one small document read.
    """

    def __init__(
        self,
        documents: Callable[[], Documents],
        *,
        max_age: float = MAX_AGE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open = documents
        self._max_age, self._clock = max_age, clock
        self._known: _Known | None = None
        self._read_at = 0.0

    @property
    def state(self) -> str:
        """Names all that stand: another one as soon as there is one more, empty while there are none."""
        return self._fresh().state

    def refresh(self) -> None:
        """Look whether there are more. At the start of a run, and before each batch."""
        if self._known is None or self._number() != self._known.number:
            self._read()

    def holds(self, post: Post) -> bool:
        """Was its author erased? Then it must not be archived, stored, kept in quarantine or read again."""
        known = self._fresh()
        key = contact_of(post) if known.people else None
        return key is not None and len(key) in known.lengths and self._stands_for(key) in known.people

    def without(self, post: Post) -> Post:
        """Somebody else's post as it may be kept: naming nobody who was erased. See `store.traces`."""
        known = self._fresh()
        if not known.people:
            return post
        return without(post, lambda key: len(key) in known.lengths and self._stands_for(key) in known.named)

    def sifted(self, posts: Sequence[Post]) -> list[Post]:
        """What of a batch may be kept, and as it may be kept. Looks for new tombstones first."""
        self.refresh()
        if not self._fresh().people:
            return list(posts)
        return [self.without(post) for post in posts if not self.holds(post)]

    def add(self, key: str, person: str, at: datetime, names: Iterable[str] = ()) -> bool:
        """Set one for a contact's key; False if it stood already, and it stays as it was set.

        `names` are keys too: what the contact would be called by its name alone (`contact_named`).
        """
        pseudonym = self._stands_for(key)
        named = {name: self._stands_for(name) for name in names}
        told: dict[str, set[Any]] = {
            "names": set(named.values()) - {pseudonym},
            "lengths": {len(each) for each in (key, *named)},
        }
        added = self._put(pseudonym, {"at": time_text(at), "by": person}, told)
        self._tell()
        self._known = None
        return added

    def stands(self, key: str) -> bool:
        """Was the contact of this key erased?"""
        return self._stands_for(key) in self._fresh().people

    def all(self) -> list[Tombstone]:
        """All of them, the latest first."""
        found = (_tombstone(document) for document in self._documents.documents(PREFIX))
        return sorted(found, key=lambda each: (each.at, each.contact), reverse=True)

    @cached_property
    def _documents(self) -> Documents:
        return self._open()

    @cached_property
    def _stands_for(self) -> Callable[[str], str]:
        pseudonyms: Pseudonyms = open_pseudonyms(self._documents)
        return lru_cache(_REMEMBERED)(pseudonyms.contact)

    def _fresh(self) -> _Known:
        if self._known is None or self._clock() - self._read_at > self._max_age:
            self._read()
        assert self._known is not None
        return self._known

    def _read(self) -> None:
        """The number first: what is set in between is read twice rather than never."""
        self._read_at = self._clock()
        number = self._number()
        people: set[str] = set()
        names: set[str] = set()
        lengths: set[int] = set()
        for document in self._documents.documents(PREFIX):
            people.add(document.key.removeprefix(PREFIX))
            names.update(document.body["names"])
            lengths.update(document.body["lengths"])
        said = "\n".join((*sorted(people), "", *sorted(names)))
        state = hashlib.sha1(said.encode()).hexdigest() if people else ""
        sets = (frozenset(people), frozenset(people | names), frozenset(lengths))
        self._known = _Known(number, *sets, state)

    def _number(self) -> int | None:
        head = self._documents.get_document(HEAD)
        return int(head.body["number"]) if head else None

    def _put(self, pseudonym: str, set_by: Mapping[str, str], told: Mapping[str, set[Any]]) -> bool:
        """What is told comes to what was told before."""
        for _ in range(_TRIES):
            found = self._documents.get_document(PREFIX + pseudonym)
            before = found.body if found else set_by
            body = {
                **before,
                **{name: sorted(each.union(before.get(name, ()))) for name, each in told.items()},
            }
            if found and body == before:
                return False
            with suppress(Conflict):
                self._documents.put_document(PREFIX + pseudonym, body, found.version if found else 0)
                return found is None
        raise Conflict(PREFIX + pseudonym, "others are always quicker", "try again")

    def _tell(self) -> None:
        """After it stands, or somebody would look in between and never again."""
        for _ in range(_TRIES):
            head = self._documents.get_document(HEAD)
            number = int(head.body["number"]) + 1 if head else 1
            with suppress(Conflict):
                self._documents.put_document(HEAD, {"number": number}, head.version if head else 0)
                return
        raise Conflict(HEAD, "others are always quicker", "try again")


def _tombstone(document: Document) -> Tombstone:
    body = document.body
    at = datetime.fromisoformat(body["at"])
    return Tombstone(contact=document.key.removeprefix(PREFIX), at=at, person=body["by"])
