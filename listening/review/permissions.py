"""Who may do what: one table, from what is done to the roles that may. Printed in docs/people.md.

What is done is a kind of event, as far as a person may write it, or one of `Action`. Reading is no such
thing: it is open to everybody who can use the installation.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from listening.errors import DeskMistake
from listening.model import EventKind
from listening.review.people import FIRST, People, Person, Role


class Action(enum.StrEnum):
    """What people do besides the steps of a case."""

    BULK = "bulk"
    LEAD = "lead"
    CONTACTS = "contacts"
    SEGMENTS = "segments"
    RULES = "rules"
    AUDIT = "audit"
    EXPORT_UNMASKED = "export_unmasked"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Right:
    """What a word means, to be read after "may", and the roles that may."""

    means: str
    roles: frozenset[Role]


_ADMINS = frozenset({Role.ADMIN})
_DESK = _ADMINS | {Role.REVIEWER}
_RULES = _ADMINS | {Role.ANALYST}
_MARKET = _ADMINS | {Role.MARKETER}

RIGHTS: Mapping[str, Right] = {
    EventKind.OPEN: Right("open a case by hand", _DESK),
    EventKind.CLAIM: Right("take a case", _DESK),
    EventKind.RELEASE: Right("give a case back to its queue", _DESK),
    EventKind.ASSIGN: Right("give a case to somebody", _DESK),
    EventKind.SNOOZE: Right("put a case off until a time", _DESK),
    EventKind.TRANSFER: Right("put a case into another queue", _DESK),
    EventKind.RETURN: Right("put a case back into the queue it came from", _DESK),
    EventKind.RESPOND: Right("open a claimed case: the first response", _DESK),
    EventKind.CLASSIFY: Right("say what the matter of a case is", _DESK),
    EventKind.NOTE: Right("write a note", frozenset(Role)),
    EventKind.REPLY: Right("enter our answer", _DESK),
    EventKind.TICKET: Right("enter the number it has in another system", _DESK),
    EventKind.RECEIPT: Right("enter what came back from there", _DESK),
    EventKind.ESCALATE: Right("report a case further up", _DESK),
    EventKind.CLOSE: Right("close a case with a result", _DESK),
    EventKind.FOLLOW_UP: Right("confirm or revoke the result", _DESK),
    EventKind.REOPEN: Right("open a case again", _DESK),
    EventKind.ABANDON: Right("give a case up", _DESK),
    EventKind.VERDICT: Right("judge a hit: relevant, irrelevant, duplicate", _DESK | _RULES),
    EventKind.CONVERT: Right("tell what came of an opportunity", _DESK | _MARKET),
    EventKind.INVITE: Right("ask the customer for a rating", _DESK),
    EventKind.SATISFACTION: Right("enter the rating", _DESK),
    EventKind.CHECK: Right("look a second time at somebody else's case", _DESK),
    EventKind.SCORE: Right("grade the quality of the work", _ADMINS),
    EventKind.JOIN: Right("join a case to another", _DESK),
    EventKind.ABSORB: Right("take another case in", _DESK),
    EventKind.SPLIT: Right("part a post from its case", _DESK),
    EventKind.ERASE: Right("erase a contact", _ADMINS),
    Action.BULK: Right("take one step on many cases", _ADMINS),
    Action.LEAD: Right("act on cases that others hold", _ADMINS),
    Action.CONTACTS: Right("tag, describe, join and part contacts", _DESK | _MARKET),
    Action.SEGMENTS: Right("save and change segments of contacts", _MARKET),
    Action.RULES: Right("change the rules", _RULES),
    Action.AUDIT: Right("draw samples of what was not found, and label them", _RULES),
    Action.EXPORT_UNMASKED: Right("export numbers and names in full", _ADMINS),
    Action.PEOPLE: Right("add people, change them, let them go", _ADMINS),
}
"""By the word that stands in an event, or in a message. What is not here no person may do."""


class Permissions:
    """The rights of the people of one installation (`Rights` of the case log)."""

    def __init__(self, people: People) -> None:
        self._people = people

    def check(self, person: str, action: str) -> None:
        """Raises `DeskMistake`: nobody of this name, somebody who has left, or not theirs to do."""
        found = self._people.acting(person)
        if not may(found, action):
            raise self._refused(found, action)

    def leads(self, person: str) -> bool:
        """May the person act on cases that others hold?"""
        found = self._people.get(person)
        return found is not None and may(found, Action.LEAD)

    def is_staffed(self) -> bool:
        """Is there an admin? While there is none, anybody may add one."""
        return bool(self._people.admins())

    def _refused(self, person: Person, action: str) -> DeskMistake:
        if action not in RIGHTS:
            return DeskMistake(person.name, f"may not {action}", "no person may, it is done by the program")
        admins = ", ".join(self._people.admins())
        means = RIGHTS[action].means
        return DeskMistake(person.name, f"may not {means}", f"ask one of {admins}" if admins else FIRST)


def may(person: Person, action: str) -> bool:
    """Is it theirs to do? Nothing is for those who have left."""
    right = RIGHTS.get(action)
    return right is not None and person.active and not right.roles.isdisjoint(person.roles)
