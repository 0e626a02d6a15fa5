"""Personal data: whom a word names, and all that is held of them, in store, archive and quarantine.

A contact is looked for under all keys that people have joined (`review.contacts`). Everything is read: no
index finds all of it, and what is overlooked is worse than a slow answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from listening.archive import Archive, Entry, Version
from listening.archive.erased import unpacked, written_by
from listening.errors import DeskMistake
from listening.model import Author, Case, Hit, Post, Status
from listening.model.ids import contact_named, contact_of
from listening.query import Field, Query
from listening.review import whom
from listening.review.contacts import Contact, contact
from listening.store.ports import Store
from listening.store.pseudonyms import Pseudonyms, open_pseudonyms
from listening.store.traces import without

Progress = Callable[[str, int], None]
HIDDEN = Query(clauses=(Field(name="status", values=tuple(str(s) for s in Status if s.is_hidden)),))
_CASE = re.compile(r"[a-z2-7]{12}")
_KEY = re.compile(r"[^\s:]+:\S.*")
_KINDS = ("contact", "case", "post")
_SHORTEST_ID, _SHORTEST_NAME = 5, 2
"""Signs of an id or name that is looked for in lines that nobody can read: shorter ones stand everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What is held of one contact, as it was when it was looked for.

    `names` are the keys they would have if a platform gave no ids; `words` the ids and names themselves.
    `naming`: ids of other people's posts that answer, mention or call them. `namesakes`: ids of posts without
    an author's id under one of these names; they may be somebody else's.
    """

    contact: Contact
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    records: tuple[Hit, ...] = ()
    versions: tuple[Version, ...] = ()
    cases: tuple[Case, ...] = ()
    quarantine: tuple[Entry, ...] = ()
    naming: tuple[str, ...] = ()
    namesakes: tuple[str, ...] = ()

    @property
    def posts(self) -> tuple[str, ...]:
        """The ids of all their posts, each once."""
        return tuple(dict.fromkeys((*(v.post.id for v in self.versions), *(hit.id for hit in self.records))))

    @property
    def is_empty(self) -> bool:
        return not (self.posts or self.cases or self.quarantine or self.naming or self.contact.is_touched)

    def by_name(self) -> Contact:
        """The contact with the names as keys of theirs: posts without an author's id are theirs then, too."""
        return replace(self.contact, members=tuple(dict.fromkeys((*self.contact.members, *self.names))))


def whose(store: Store, archive: Archive, text: str, *, certain: bool = False) -> Contact:
    """The contact that a key, the id of a case or of a post, or a name that only they have, stands for.

    Where it can be read in two ways it begins with `contact:`, `case:` or `post:`. A key may be unknown: who
    does not want to be collected may say so before. `certain`: the id of a post, which is made like a key of
    another person, is not taken for what it is not said to be. Raises `DeskMistake`.
    """
    kind, _, rest = text.partition(":")
    if kind in _KINDS and rest:
        return _READINGS[kind](store, archive, rest)
    readings = {
        "case": _CASE.fullmatch(text) is not None and bool(store.get_cases([text])),
        "post": _post(store, archive, text) is not None,
        "contact": whom.is_known(store, text),
    }
    found = {kind: _READINGS[kind](store, archive, text) for kind, is_so in readings.items() if is_so}
    if len({each.key for each in found.values()}) > 1:
        several = " or ".join(f"{kind}:{text}" for kind in found)
        raise DeskMistake(text, "is both, and not the same person", f"write {several}")
    if certain and "post" in found and "contact" not in found:
        cure = f"write post:{text}, or contact:{text} if that is the key of somebody unknown"
        raise DeskMistake(text, f"is the id of a post by {found['post'].key}", cure)
    if found:
        return next(iter(found.values()))
    return contact(store, text) if _KEY.fullmatch(text) else whom.contact_named(store, text)


def holdings(store: Store, archive: Archive, whose: Contact, progress: Progress) -> Holdings:
    """All that is held of a contact. Reads the store once and the archive twice."""
    keys = frozenset(whose.members)
    own = _Own(keys)
    versions = tuple(archive.versions(own.takes, progress))
    records = tuple(hit for hit in all_records(store, progress) if own.takes(hit.post))
    names = own.names - keys
    naming: dict[str, None] = {}
    namesakes: dict[str, None] = {}
    others = (version.post for version in archive.versions(lambda post: not own.takes(post), progress))
    for post in chain(others, (hit.post for hit in all_records(store, progress) if not own.takes(hit.post))):
        if contact_of(post) in names:
            namesakes[post.id] = None
        elif without(post, (keys | names).__contains__) is not post:
            naming[post.id] = None
    entries = (entry for entry in archive.quarantine.whole() if is_theirs(entry, keys, own.words))
    return Holdings(
        contact=whose,
        names=tuple(sorted(names)),
        words=tuple(sorted(own.words)),
        records=records,
        versions=versions,
        cases=tuple(cases_of(store, whose.members, open_pseudonyms(store))),
        quarantine=tuple(entries),
        naming=tuple(naming),
        namesakes=tuple(namesakes),
    )


def all_records(store: Store, progress: Progress) -> Iterator[Hit]:
    """Every record, also the hidden ones."""
    for number, hit in enumerate(chain(store.scan(), store.scan(HIDDEN)), 1):
        progress("records read", number)
        yield hit


def cases_of(store: Store, keys: Sequence[str], pseudonyms: Pseudonyms) -> list[Case]:
    """The cases opened for one of these keys, also joined ones, that were not erased."""
    return store.cases_by("contact", sorted(map(pseudonyms.contact, keys)))


def is_theirs(entry: Entry, keys: frozenset[str], words: frozenset[str]) -> bool:
    """Did one of these keys write what could not be read? Where it names nobody, a word of theirs tells."""
    posts = list(written_by(entry.raw, entry.source))
    if posts:
        return any(contact_of(post) in keys for post in posts)
    told = "|".join(re.escape(word) for word in words if _tells(word))
    text = unpacked(entry.raw).decode("utf-8", "replace")
    return bool(told) and re.search(rf"(?<!\w)(?:{told})(?!\w)", text) is not None


def _tells(word: str) -> bool:
    """Is it long enough to stand for somebody?"""
    return len(word) >= (_SHORTEST_ID if word.isascii() else _SHORTEST_NAME)


@dataclass(slots=True)
class _Own:
    """Tells their posts, and learns from each what they are called."""

    keys: frozenset[str]
    names: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    @property
    def words(self) -> frozenset[str]:
        return frozenset(self.told)

    def takes(self, post: Post) -> bool:
        author = post.author
        if author is None or contact_of(post) not in self.keys:
            return False
        if author.name and (name := contact_named(Author(name=author.name, url=author.url), post)):
            self.names.add(name)
        self.told.update(filter(None, (author.id, author.name)))
        return True


def _post(store: Store, archive: Archive, post_id: str) -> Post | None:
    record = store.get(post_id)
    return record.post if record else archive.get(post_id)


def _by_key(store: Store, _archive: Archive, key: str) -> Contact:
    return contact(store, key)


def _by_post(store: Store, archive: Archive, post_id: str) -> Contact:
    post = _post(store, archive, post_id)
    if post is None:
        raise DeskMistake(post_id, "there is no such post", "see listening search")
    key = contact_of(post)
    if key is None:
        raise DeskMistake(post_id, "names no author", "there is nobody to be found behind it")
    return contact(store, key)


def _by_case(store: Store, archive: Archive, case_id: str) -> Contact:
    case = next(iter(store.get_cases([case_id])), None)
    if case is None:
        raise DeskMistake(case_id, "there is no such case", "see listening queue list")
    pseudonyms = open_pseudonyms(store)
    for post_id in case.posts:
        post = _post(store, archive, post_id)
        key = contact_of(post) if post else None
        if key is not None and pseudonyms.contact(key) == case.contact:
            return contact(store, key)
    what = "was erased" if case.erased else "has no post left that says whose it is"
    raise DeskMistake(case_id, what, "give the contact's key, if you know it")


_READINGS: dict[str, Callable[[Store, Archive, str], Contact]] = {
    "contact": _by_key,
    "case": _by_case,
    "post": _by_post,
}
