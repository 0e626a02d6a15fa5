"""Contacts: who stands behind an author, as far as people have said it. Nothing is kept of the others.

    contact/<key>   {"members": [key, …], "tags": […], "note": …, "name": …}   the main one of a person's keys
                    {"same_as": key, "why": …, "person": …, "at": …}           each of the others

A key is what `contact_of` makes of an author. Every pointer names the main one itself, never another pointer.
Several documents are not changed at once: whoever dies in between does it again, and that completes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from listening.codec import time_text
from listening.errors import Conflict, DeskMistake
from listening.store.ports import Documents
from listening.text.fold import fold

PREFIX = "contact/"
BY_HAND, DECLARED = "by_hand", "declared"
"""Why two keys are one contact: a person joined them, or a file says so."""
_TRIES = 100
_MOST_HOPS = 20
_LONGEST_TAG, _LONGEST_NAME, _LONGEST_NOTE = 50, 100, 2_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """An author, or several who are one person: `key` is the main one of `members`, and stands first there.

    `name` is what people call the contact, where the platform's name does not do.
    """

    key: str
    members: tuple[str, ...]
    tags: tuple[str, ...] = ()
    note: str | None = None
    name: str | None = None

    @property
    def is_touched(self) -> bool:
        """Has anybody said anything of it?"""
        return bool(len(self.members) > 1 or self.tags or self.note or self.name)

    def has_tags(self, tags: Iterable[str]) -> bool:
        """All of them, whatever their case and width."""
        return {fold(tag) for tag in tags} <= {fold(tag) for tag in self.tags}


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Who said of a key that it belongs to a contact, when, and why: by hand, or declared by a file."""

    key: str
    why: str
    person: str
    at: datetime


class Contacts:
    """All that was said of contacts, read at once, for whoever asks for many. As it was at that moment."""

    def __init__(self, documents: Documents) -> None:
        self._said: dict[str, Contact] = {}
        self._main: dict[str, str] = {}
        for document in documents.documents(PREFIX):
            key = document.key.removeprefix(PREFIX)
            if "same_as" in document.body:
                self._main[key] = str(document.body["same_as"])
            else:
                self._said[key] = _contact(key, document.body)

    def of(self, key: str) -> Contact:
        """The contact that a key belongs to."""
        for _ in range(_MOST_HOPS):
            if key not in self._main:
                break
            key = self._main[key]
        return self._said.get(key) or Contact(key=key, members=(key,))

    def called(self, name: str) -> list[Contact]:
        """Those whom people call so."""
        return [each for each in self._said.values() if each.name and fold(each.name) == fold(name)]


def contact(documents: Documents, key: str) -> Contact:
    """The contact that a key belongs to: itself, where nobody has said anything else."""
    return _read(documents, key)[0]


def joins(documents: Documents, whole: Contact) -> Iterator[Joined]:
    """How the contact's other keys came to it."""
    for key in whole.members[1:]:
        document = documents.get_document(f"{PREFIX}{key}")
        said = document.body if document else {}
        if "at" in said:
            at = datetime.fromisoformat(said["at"])
            yield Joined(key=key, why=said["why"], person=said["person"], at=at)


def join(
    documents: Documents, key: str, others: Iterable[str], *, person: str, at: datetime, why: str = BY_HAND
) -> Contact:
    """All of them are one person; the first one's main key stays the main one.

    Tags and notes of all are kept. Joining what is joined changes nothing.
    """
    said = {"why": why, "person": person, "at": time_text(at)}
    for other in others:
        _undisturbed(key, partial(_join, documents, key, other, said))
    return contact(documents, key)


def part(documents: Documents, key: str) -> Contact:
    """The key is a contact of its own again, of whom nothing was said; tags and notes stay with the others.

    What is left of them. Raises `DeskMistake` where the key is joined with nobody.
    """
    return _undisturbed(key, partial(_part, documents, key))


def tag(documents: Documents, key: str, tags: Iterable[str]) -> Contact:
    """Add tags; one that is there in another spelling stays as it is."""
    new = [_tag(key, each) for each in tags]
    return _changed(documents, key, lambda old: replace(old, tags=_merged_tags(old.tags, new)))


def untag(documents: Documents, key: str, tags: Iterable[str]) -> Contact:
    """Take tags away. Raises `DeskMistake` where one of them is not there."""
    gone = {fold(_tag(key, each)): each for each in tags}

    def without(old: Contact) -> Contact:
        missing = [each for folded, each in gone.items() if not old.has_tags([folded])]
        if missing:
            known = ", ".join(old.tags) or "none"
            raise DeskMistake(key, f"has no tag {', '.join(missing)}", f"its tags: {known}")
        return replace(old, tags=tuple(each for each in old.tags if fold(each) not in gone))

    return _changed(documents, key, without)


def describe(documents: Documents, key: str, *, name: str | None = None, note: str | None = None) -> Contact:
    """What people call the contact, and what they should know. None leaves it as it is, "" takes it away."""
    if len(name or "") > _LONGEST_NAME or len(note or "") > _LONGEST_NOTE:
        what = f"a name has at most {_LONGEST_NAME} characters, a note {_LONGEST_NOTE:,}"
        raise DeskMistake(key, "this is too long to be kept", what)
    return _changed(
        documents,
        key,
        lambda old: replace(
            old,
            name=old.name if name is None else name.strip() or None,
            note=old.note if note is None else note.strip() or None,
        ),
    )


def _read(documents: Documents, key: str) -> tuple[Contact, int]:
    """The contact that a key belongs to, and the version of its document (0: there is none)."""
    for hop in range(_MOST_HOPS + 1):
        document = documents.get_document(f"{PREFIX}{key}")
        body = document.body if document else {}
        if "same_as" not in body or hop == _MOST_HOPS:  # a circle ends somewhere too
            break
        key = str(body["same_as"])
    return _contact(key, body), document.version if document else 0


def _contact(key: str, body: Mapping[str, Any]) -> Contact:
    return Contact(
        key=key,
        members=tuple(dict.fromkeys((key, *body.get("members", ())))),
        tags=tuple(body.get("tags", ())),
        note=body.get("note"),
        name=body.get("name"),
    )


def _write(documents: Documents, said: Contact, version: int) -> None:
    """Where nothing is left to say, the document goes."""
    key = f"{PREFIX}{said.key}"
    if said.is_touched:
        body = {"members": said.members, "tags": said.tags, "note": said.note, "name": said.name}
        documents.put_document(key, {name: each for name, each in body.items() if each}, version)
    elif version:
        documents.delete_document(key, version)


def _join(documents: Documents, key: str, other: str, said: Mapping[str, Any]) -> None:
    """Of two people who join the same two, each the other way round, one has to read again.

    The main document is written even where it stays the same, the last pointer only over what was read.
    """
    main, version = _read(documents, key)
    joined, joined_version = _read(documents, other)
    if main.key == joined.key:
        return
    whole = replace(
        main,
        members=tuple(dict.fromkeys((*main.members, *joined.members))),
        tags=_merged_tags(main.tags, joined.tags),
        note="\n".join(dict.fromkeys(filter(None, (main.note, joined.note)))) or None,
        name=main.name or joined.name,
    )
    _write(documents, whole, version)
    for member in joined.members[1:]:
        _point(documents, member, main.key)
    documents.put_document(f"{PREFIX}{joined.key}", {"same_as": main.key, **said}, joined_version)


def _part(documents: Documents, key: str) -> Contact:
    whole, version = _read(documents, key)
    rest = tuple(member for member in whole.members if member != key)
    if not rest:
        raise DeskMistake(key, "is joined with nobody", "see listening contact show")
    own = documents.get_document(f"{PREFIX}{key}")
    if key != whole.key:
        left = replace(whole, members=rest)
        _write(documents, left, version)
    else:
        left = replace(whole, key=rest[0], members=rest)
        heir = documents.get_document(f"{PREFIX}{left.key}")
        _write(documents, left, heir.version if heir else 0)
        for member in rest[1:]:
            _point(documents, member, left.key)
    if own is not None:
        documents.delete_document(own.key, own.version)
    return left


def _point(documents: Documents, key: str, main: str) -> None:
    """Who had joined it, and when, stays there."""
    document = documents.get_document(f"{PREFIX}{key}")
    body = {**(document.body if document else {}), "same_as": main}
    documents.put_document(f"{PREFIX}{key}", body, document.version if document else 0)


def _changed(documents: Documents, key: str, change: Callable[[Contact], Contact]) -> Contact:
    def act() -> Contact:
        before, version = _read(documents, key)
        after = change(before)
        if after != before:
            _write(documents, after, version)
        return after

    return _undisturbed(key, act)


def _undisturbed(key: str, act: Callable[[], T]) -> T:
    """Somebody else may change the same documents: then they are read again, and decided on anew."""
    for _ in range(_TRIES):
        with suppress(Conflict):
            return act()
    raise Conflict(key, "others are always quicker", "try again")


def _tag(key: str, text: str) -> str:
    bare = " ".join(text.split())
    if not bare or len(bare) > _LONGEST_TAG:
        what = f"'{bare}' is too long for a tag" if bare else "an empty tag says nothing"
        raise DeskMistake(key, what, f"write one of at most {_LONGEST_TAG} characters")
    return bare


def _merged_tags(old: Iterable[str], new: Iterable[str]) -> tuple[str, ...]:
    """Each once, as it was first written."""
    tags: dict[str, str] = {}
    for each in (*old, *new):
        tags.setdefault(fold(each), each)
    return tuple(tags.values())
