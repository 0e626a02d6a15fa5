"""Who is meant by what a person types: a contact's key, the id of a post of theirs, a name only they have."""

from __future__ import annotations

from typing import Protocol

from listening.errors import DeskMistake
from listening.model import Status
from listening.query import Field, Query
from listening.review.contacts import PREFIX, Contact, Contacts, contact
from listening.store.ports import Documents, HitStore

_HIDDEN = Field(name="status", values=tuple(str(status) for status in Status if status.is_hidden))
_MOST_NAMED = 10


class WhomStore(HitStore, Documents, Protocol):
    """What of a store knows contacts."""


def contact_named(store: WhomStore, text: str) -> Contact:
    """The contact that is meant. Raises `DeskMistake`: nobody, or several, whose keys it names."""
    if is_known(store, text):
        return contact(store, text)
    record = store.get(text)
    if record is not None and record.contact is not None:
        return contact(store, record.contact)
    found = _called(store, text)
    if len(found) == 1:
        return found[0]
    if not found:
        cure = "give a key as listening contact list shows it, the id of a post, or a whole name"
        raise DeskMistake(text, "is no contact that we know", cure)
    named = ", ".join(each.key for each in found[:_MOST_NAMED])
    more = f", and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    raise DeskMistake(text, f"{len(found)} contacts are called so", f"give the key of one: {named}{more}")


def is_known(store: WhomStore, key: str) -> bool:
    """Has anybody said anything of the key, or written a post under it?"""
    if store.get_document(f"{PREFIX}{key}") is not None:
        return True
    wanted = Field(name="contact", values=(key,))
    queries = (Query(clauses=(wanted,)), Query(clauses=(wanted, _HIDDEN)))
    return any(map(store.count, queries))


def _called(store: WhomStore, name: str) -> list[Contact]:
    """By key, each once."""
    known = Contacts(store)
    found = {each.key: each for each in known.called(name)}
    wanted = Field(name="author", values=(name,))
    for query in (Query(clauses=(wanted,)), Query(clauses=(wanted, _HIDDEN))):
        for hit in store.scan(query):
            if hit.contact is not None:
                each = known.of(hit.contact)
                found[each.key] = each
    return [found[key] for key in sorted(found)]
