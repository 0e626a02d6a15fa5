"""Which case is meant by what a person types: its id, the beginning of it, or the id of a post of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import Protocol

from listening.errors import DeskMistake
from listening.store.ports import CaseStore, HitStore, ReviewLog

SHORTEST = 4
"""Characters of a case's id that have to be given."""
_BEGINNING = re.compile(f"[a-z2-7]{{{SHORTEST},}}")
_MOST_NAMED = 5


class WhichStore(HitStore, ReviewLog, CaseStore, Protocol):
    """What of a store knows cases."""


def case_named(store: WhichStore, text: str) -> str:
    """The id of the case that is meant. Raises `DeskMistake`: none, or several, which it names.

    A post's case is the one that it stands in now; a case that was joined to another is still named by its
    own id. A beginning is looked for among all cases, which takes long where there are many.
    """
    if store.get_cases([text]) or store.read(text):
        return text
    record = store.get(text)
    if record is not None and record.case is not None and store.get_cases([record.case]):
        return record.case
    if record is not None:
        raise DeskMistake(text, "is in no case", f"open one: listening case open {text} --as NAME")
    found = list(islice(_beginning(store, text.lower()), _MOST_NAMED + 1))
    if not found:
        cure = f"give a case's id, {SHORTEST} or more characters of its beginning, or the id of a post"
        raise DeskMistake(text, "is no case and no post of one", cure)
    if len(found) > 1:
        more = " and more" if len(found) > _MOST_NAMED else ""
        raise DeskMistake(text, "several cases begin so", f"{', '.join(found[:_MOST_NAMED])}{more}")
    return found[0]


def _beginning(store: CaseStore, text: str) -> Iterator[str]:
    """Cases come by id, so it ends behind the last that begins so."""
    if not _BEGINNING.fullmatch(text):
        return iter(())
    until = takewhile(lambda case: case.id[: len(text)] <= text, store.scan_cases())
    return (case.id for case in until if case.id.startswith(text))
