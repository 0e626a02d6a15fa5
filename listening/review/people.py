"""The people of the desk: who they are, what they are there for, and who has left.

    person/<folded name>   {"name": …, "roles": […], "queues": […], "note": …, "left": true}

Nobody is ever removed: events name them for good. That the name is folded in the key is what keeps two
spellings of it (full width, traditional characters) from being two people, also when both are added at once.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from listening.errors import Conflict, DeskMistake
from listening.model import SYSTEM
from listening.store.ports import Document, Documents
from listening.suggest import nearest
from listening.text.fold import fold

PREFIX = "person/"
LONGEST_NAME, LONGEST_NOTE = 40, 500
"""In code points."""
_TRIES = 100
_BLANKS = re.compile("[ \u00a0\u3000]+")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Categories that nobody sees and that no store or terminal takes well: controls, marks, ends of lines."""
_LIST = "see listening people list"
FIRST = "add an admin: listening people add NAME --role admin"


class Role(enum.StrEnum):
    """What a person is there for. What each may do: listening/review/permissions.py."""

    ANALYST = "analyst"
    REVIEWER = "reviewer"
    MARKETER = "marketer"
    ADMIN = "admin"


RESERVED = frozenset({SYSTEM, *Role})
"""No names of people: the first stands in events where no person acted, the others would be misread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works at the desk. `name` is as it was written, roles are in the order of `Role`.

    Without `queues` it is all of them. Who is not `active` has left, and may do nothing.
    """

    name: str
    roles: tuple[Role, ...]
    queues: tuple[str, ...] = ()
    note: str | None = None
    active: bool = True

    @property
    def is_admin(self) -> bool:
        """An active one."""
        return self.active and Role.ADMIN in self.roles


class People:
    """All people of one installation. Reads them anew each time: what was changed holds at once."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def get(self, name: str) -> Person | None:
        """Whoever is called so, in whatever spelling, also if they have left."""
        found = self._documents.get_document(_key(name))
        return _person(found) if found else None

    def known(self, name: str) -> Person:
        """The same. Raises `DeskMistake` where there is nobody, with the name that was probably meant."""
        found = self.get(name)
        if found is None:
            raise self._unknown(name)
        return found

    def acting(self, name: str) -> Person:
        """Whoever is called so and may act. Raises `DeskMistake`: nobody, or somebody who has left."""
        found = self.known(name)
        if not found.active:
            raise DeskMistake(found.name, "has left", self._suggestion(name))
        return found

    def everybody(self) -> list[Person]:
        """Everybody, also those who have left, by folded name."""
        return [_person(each) for each in self._documents.documents(PREFIX)]

    def admins(self) -> tuple[str, ...]:
        """The names of the active ones."""
        return tuple(each.name for each in self.everybody() if each.is_admin)

    def add(
        self, name: str, roles: Iterable[Role], *, queues: Iterable[str] = (), note: str | None = None
    ) -> Person:
        """A new person. While there is no active admin, it must be one. Raises `DeskMistake`."""
        name = _neat(name)
        person = Person(name=name, roles=_ordered(roles), queues=_listed(queues), note=_kept(note))
        _check(person)
        if not person.is_admin and not self.admins():
            raise DeskMistake(name, "there is no admin yet, and somebody has to be", FIRST)
        try:
            self._documents.put_document(_key(name), _body(person), 0)
        except Conflict:
            raise self._taken(name) from None
        return person

    def change(
        self,
        name: str,
        *,
        roles: Iterable[Role] | None = None,
        queues: Iterable[str] | None = None,
        note: str | None = None,
        active: bool | None = None,
    ) -> Person:
        """Set what is given; what is None stays. No queues are all queues, the note "" is none.

        Raises `DeskMistake`, also where no admin would be left.
        """

        def changed(person: Person) -> Person:
            return replace(
                person,
                roles=person.roles if roles is None else _ordered(roles),
                queues=person.queues if queues is None else _listed(queues),
                note=person.note if note is None else _kept(note),
                active=person.active if active is None else active,
            )

        # read once: they may be iterators, and a second try needs them again
        roles = None if roles is None else tuple(roles)
        queues = None if queues is None else tuple(queues)
        return self._changed(name, changed)

    def retire(self, name: str) -> Person:
        """They have left. What they did stays theirs. Raises `DeskMistake` for the last admin."""
        return self.change(name, active=False)

    def _changed(self, name: str, change: Callable[[Person], Person]) -> Person:
        for _ in range(_TRIES):
            kept = self._documents.get_document(_key(name))
            if kept is None:
                raise self._unknown(name)
            before = _person(kept)
            after = change(before)
            if after == before:
                return before
            _check(after)
            if before.is_admin and not after.is_admin and self.admins() == (before.name,):
                raise DeskMistake(before.name, "is the only admin", "make somebody else one first")
            try:
                self._documents.put_document(kept.key, _body(after), kept.version)
            except Conflict:  # somebody else changed another thing of them: ours is still wanted
                continue
            return after
        raise Conflict(name, "others are always quicker", "try again")

    def _unknown(self, name: str) -> DeskMistake:
        return DeskMistake(name, "there is nobody of this name", self._suggestion(name))

    def _suggestion(self, name: str) -> str:
        everybody = self.everybody()
        if not everybody:
            return FIRST
        meant = nearest(name, [each.name for each in everybody if each.active])
        return f"did you mean '{meant}'?" if meant else _LIST

    def _taken(self, name: str) -> DeskMistake:
        """Who was added has this name already, perhaps in another spelling."""
        there = self.known(name)
        if there.active:
            cure = f"change them: listening people change {there.name}, or take another name"
            return DeskMistake(name, f"{there.name} is there already", cure)
        cure = f"take them back: listening people change {there.name} --active"
        return DeskMistake(name, f"{there.name} was there and has left", cure)


def _check(person: Person) -> None:
    """All that is wrong, together. Raises `DeskMistake`."""
    wrong: list[tuple[str, str]] = []
    name = person.name
    if not 1 <= len(name) <= LONGEST_NAME:
        wrong.append((f"a name has 1 to {LONGEST_NAME} characters, not {len(name)}", "write another one"))
    if any(unicodedata.category(char) in _UNSEEN for char in name):
        wrong.append(("holds characters that cannot be seen", "type the name anew"))
    if fold(name) in RESERVED:
        wrong.append(("is no name, the desk uses this word itself", "take another one"))
    if not person.roles:
        wrong.append(("has no role", f"there are: {', '.join(Role)}"))
    if person.note and len(person.note) > LONGEST_NOTE:
        wrong.append((f"the note has more than {LONGEST_NOTE} characters", "write a shorter one"))
    if wrong:
        shown = "".join(char if char.isprintable() else "?" for char in name)
        raise DeskMistake(shown, "; ".join(what for what, _ in wrong), "; ".join(cure for _, cure in wrong))


def _key(name: str) -> str:
    return PREFIX + fold(_neat(name))


def _neat(name: str) -> str:
    """As it was written, without blanks around it or two in a row, and composed, as keyboards give it."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", name)).strip(" ")


def _ordered(roles: Iterable[Role]) -> tuple[Role, ...]:
    given = set(roles)
    return tuple(role for role in Role if role in given)


def _listed(queues: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(str.strip, queues))))


def _kept(note: str | None) -> str | None:
    return (note or "").strip() or None


def _body(person: Person) -> dict[str, Any]:
    body: dict[str, Any] = {"name": person.name, "roles": [str(role) for role in person.roles]}
    if person.queues:
        body["queues"] = list(person.queues)
    if person.note:
        body["note"] = person.note
    return body if person.active else body | {"left": True}


def _person(document: Document) -> Person:
    body = document.body
    return Person(
        name=body["name"],
        roles=_ordered(map(Role, body["roles"])),
        queues=tuple(body.get("queues", ())),
        note=body.get("note"),
        active=not body.get("left", False),
    )
