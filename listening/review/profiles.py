"""What the records say of contacts: of one all there is, of many as much as a list shows.

    profile(store, contact)       one contact, from everything found of them
    profiles(store, query)        the contacts of the records that a search finds

Records go by one after the other, newest first: what is held in memory grows with the contacts, not with the
records. Our own accounts are no contacts. Who speaks of competitors alone is apart: `without_competitors`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from listening.model import Case, Hit, ListeningClass
from listening.query import Field, Query
from listening.review.contacts import Contact, Contacts
from listening.store.ports import CaseStore, Documents, HitStore
from listening.store.pseudonyms import Pseudonyms

Counts = tuple[tuple[str, int], ...]
"""How often each was found, the most frequent first, equal ones by name."""


class ContactStore(HitStore, CaseStore, Documents, Protocol):
    """What of a store is asked about contacts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A contact as the records show it: `last` is the id of the newest one.

    `author` is the latest name the platform showed; `opaque` are the keys seen that do not hold such a name.
    `followers` are the latest known ones, of the key that has most; `region` is the latest known.
    """

    contact: Contact
    records: int = 0
    author: str | None = None
    opaque: frozenset[str] = frozenset()
    followers: int | None = None
    region: str | None = None
    platforms: Counts = ()
    brands: Counts = ()
    competitors: Counts = ()
    scenarios: Counts = ()
    first_at: datetime | None = None
    last_at: datetime | None = None
    last: str | None = None

    @property
    def name(self) -> str | None:
        """What people call the contact, or else what the platform shows."""
        return self.contact.name or self.author


@dataclass(frozen=True, slots=True)
class Found:
    """The contacts of a search, the most records first; and how many records name nobody."""

    profiles: tuple[Profile, ...]
    nameless: int


def history(store: HitStore, contact: Contact) -> Iterator[Hit]:
    """The records of a contact, newest first."""
    wanted = Query(clauses=(Field(name="contact", values=contact.members),))
    return store.scan(wanted)


def profile(store: HitStore, contact: Contact) -> Profile:
    """All that was found of them."""
    tally = _Tally(contact)
    for hit in history(store, contact):
        tally.add(hit)
    return tally.profile()


def profiles(
    store: ContactStore, query: Query, *, keep: Callable[[Contact], bool] = lambda _contact: True
) -> Found:
    """The contacts of the records that the query finds, as far as `keep` wants them; what is joined is one.

    Their figures are those of the records found, not of all there are.
    """
    known = Contacts(store)
    tallies: dict[str, _Tally] = {}
    nameless = 0
    for hit in store.scan(query):
        if hit.ours:
            continue
        if hit.contact is None:
            nameless += 1
        elif keep(contact := known.of(hit.contact)):
            tallies.setdefault(contact.key, _Tally(contact)).add(hit)
    found = [tally.profile() for tally in tallies.values()]
    return Found(tuple(sorted(found, key=lambda each: (-each.records, each.contact.key))), nameless)


def without_competitors(query: Query) -> Query:
    """The query, without what is said of competitors alone unless it asks for that by class or competitor."""
    return query if _asks_for_competitors(query) else _and(query, "class", COMPETITOR, negated=True)


def left_out(store: HitStore, query: Query) -> int:
    """The number of records that `without_competitors` keeps apart."""
    return 0 if _asks_for_competitors(query) else store.count(_and(query, "class", COMPETITOR))


def of_competitor(query: Query, competitor: str) -> Query:
    """What is said of this competitor alone, with a scenario: whoever wrote it may be won over."""
    only = _and(_and(query, "class", COMPETITOR), "competitor", competitor)
    return _and(only, "level", "2")


COMPETITOR = str(ListeningClass.COMPETITOR)


def open_cases(store: CaseStore, found: Sequence[Profile], pseudonyms: Pseudonyms) -> dict[str, int]:
    """How many cases each of the contacts has that are not done with, by the contact's key."""
    whose = {pseudonyms.contact(key): each.contact.key for each in found for key in each.contact.members}
    live = (case for case in store.cases_by("contact", list(whose)) if case.is_live)
    return dict(Counter(whose[case.contact] for case in live if case.contact))


def cases_of(store: CaseStore, contact: Contact, pseudonyms: Pseudonyms) -> list[Case]:
    """Their cases, the latest first; without those that were joined to another."""
    found = store.cases_by("contact", [pseudonyms.contact(key) for key in contact.members])
    there = [case for case in found if case.merged_into is None]
    return sorted(there, key=lambda case: (case.opened_at, case.id), reverse=True)


def last_satisfied(cases: Sequence[Case]) -> bool | None:
    """What they said when they were last asked; None where they never answered."""
    told = [case for case in cases if case.satisfied is not None]
    latest = max(told, key=lambda case: (case.last_at or case.opened_at, case.id), default=None)
    return latest.satisfied if latest else None


@dataclass(slots=True)
class _Tally:
    """A profile in the making. The newest record comes first, so what it says of the present stays."""

    contact: Contact
    records: int = 0
    author: str | None = None
    region: str | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None
    last: str | None = None
    keys: dict[str, bool] = field(default_factory=dict)
    followers: dict[str | None, int] = field(default_factory=dict)
    platforms: Counter[str] = field(default_factory=Counter)
    brands: Counter[str] = field(default_factory=Counter)
    competitors: Counter[str] = field(default_factory=Counter)
    scenarios: Counter[str] = field(default_factory=Counter)

    def add(self, hit: Hit) -> None:
        post, author = hit.post, hit.post.author
        if not self.records:
            self.last, self.last_at = post.id, post.published_at
        self.records += 1
        self.first_at = post.published_at
        self.region = self.region or post.region
        if hit.contact is not None:
            held = author is not None and author.name is not None and hit.contact.endswith(f":{author.name}")
            self.keys[hit.contact] = self.keys.get(hit.contact, False) or held
        if author is not None:
            self.author = self.author or author.name
            if author.followers is not None:
                self.followers.setdefault(hit.contact, author.followers)
        self.platforms.update(filter(None, [post.platform]))
        self.brands.update(hit.brands)
        self.competitors.update(hit.competitors)
        self.scenarios.update(hit.scenarios)

    def profile(self) -> Profile:
        return Profile(
            contact=self.contact,
            records=self.records,
            author=self.author,
            opaque=frozenset(key for key, holds_name in self.keys.items() if not holds_name),
            followers=max(self.followers.values(), default=None),
            region=self.region,
            platforms=_counts(self.platforms),
            brands=_counts(self.brands),
            competitors=_counts(self.competitors),
            scenarios=_counts(self.scenarios),
            first_at=self.first_at,
            last_at=self.last_at,
            last=self.last,
        )


def _counts(counter: Counter[str]) -> Counts:
    return tuple(sorted(counter.items(), key=lambda pair: (-pair[1], pair[0])))


def _asks_for_competitors(query: Query) -> bool:
    fields = (clause for clause in query.clauses if isinstance(clause, Field) and not clause.negated)
    return any(
        clause.name == "competitor" or (clause.name == "class" and COMPETITOR in clause.values)
        for clause in fields
    )


def _and(query: Query, name: str, value: str, *, negated: bool = False) -> Query:
    return Query(clauses=(*query.clauses, Field(name=name, values=(value,), negated=negated)))
