"""What is kept of the schedule: when each source is due next. Who moves it on has taken the turn.

A document `due/<source>` in the store, which all machines share. After a stop it says what is overdue; of
several machines that are due at the same moment, the one that moves it on crawls.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from listening.codec import time_text
from listening.errors import Conflict
from listening.store.ports import Document, Documents

_PREFIX = "due/"
_AT = "at"


def read_due(documents: Documents) -> Mapping[str, datetime]:
    """When each source is due next, as the service has it; a time in the past stands for a turn to come."""
    return {each.key.removeprefix(_PREFIX): _at(each) for each in documents.documents(_PREFIX)}


def take_turn(documents: Documents, source: str, now: datetime, following: datetime) -> bool:
    """Move a source on to its following time; False if another machine has done so for the turn of now.

    A time behind `following` is no such sign: it was kept under another timing.
    """
    kept = documents.get_document(_PREFIX + source)
    if kept is not None and now < _at(kept) <= following:
        return False
    try:
        body = {_AT: time_text(following)}
        documents.put_document(_PREFIX + source, body, kept.version if kept else 0)
    except Conflict:
        return False
    return True


def forget_due(documents: Documents, source: str) -> None:
    """The source is on no schedule any more."""
    kept = documents.get_document(_PREFIX + source)
    if kept is not None:
        documents.delete_document(kept.key, kept.version)


def _at(document: Document) -> datetime:
    return datetime.fromisoformat(document.body[_AT])
