"""Conversations: all posts of one thread in the order they were written, ours among them."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from listening.errors import DeskMistake
from listening.model import Case, Hit, Status
from listening.model.ids import thread_of
from listening.query import Field, Query
from listening.review.joining import is_plain_repost
from listening.store.checks import published_at
from listening.store.ports import CaseStore, HitStore

_HIDDEN = Field(name="status", values=tuple(str(status) for status in Status if status.is_hidden))
_HIT = 2


class ConversationStore(HitStore, CaseStore, Protocol):
    """What of a store holds conversations."""


class Speaker(enum.StrEnum):
    """Who says it: one of our accounts, somebody whose matter it is, or somebody else."""

    OURS = "ours"
    CUSTOMER = "customer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """A post of a conversation. `voice` tells those on one side apart: 1 is who of them spoke first."""

    hit: Hit
    speaker: Speaker
    voice: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """The lines of a thread from the first to the last; the cases in it, the one that began first in front.

    Every post that is stored stands in it: hits, mentions, withdrawn ones, and what is kept as context.
    """

    thread: str
    lines: tuple[Line, ...]
    cases: tuple[Case, ...]

    def voices(self, speaker: Speaker) -> int:
        """How many there are on a side."""
        return max((line.voice for line in self.lines if line.speaker is speaker), default=0)


def conversation(store: ConversationStore, thread: str) -> Conversation:
    """All that is said in a thread; without lines where nothing of it is stored."""
    hits = sorted(_records(store, "thread", thread), key=lambda hit: (published_at(hit), hit.id))
    return Conversation(thread, tuple(_lines(hits)), _cases(store, [hit.case for hit in hits if hit.case]))


def threads_named(store: ConversationStore, name: str) -> list[str]:
    """The threads that are meant by the id of a post, of a case, or of a thread; a case may have several.

    Raises `DeskMistake` where there is none.
    """
    if (hit := store.get(name)) is not None:
        return [hit.thread or thread_of(hit.post)]
    if cases := store.get_cases([name]):
        return _threads_of(store, cases[0])
    if next(_records(store, "thread", name), None) is not None:
        return [name]
    raise DeskMistake(name, "is no post, thread or case that we know", "see listening search")


def _threads_of(store: ConversationStore, case: Case) -> list[str]:
    """The one it began in goes first."""
    if case.merged_into is not None:
        return threads_named(store, case.merged_into)
    threads = (hit.thread or thread_of(hit.post) for hit in _records(store, "case", case.id))
    found = list(dict.fromkeys([*([case.thread] if case.thread else []), *threads]))
    if not found:
        raise DeskMistake(case.id, "none of its posts are kept", "see its steps: listening case show")
    return found


def _cases(store: CaseStore, ids: list[str]) -> tuple[Case, ...]:
    """Each once; for one that was joined to another, the other."""
    found: dict[str, Case] = {}
    for case in store.get_cases(list(dict.fromkeys(ids))):
        into = store.get_cases([case.merged_into]) if case.merged_into else []
        for each in into or [case]:
            found.setdefault(each.id, each)
    return tuple(found.values())


def _records(store: HitStore, field: str, value: str) -> Iterator[Hit]:
    """Those that a search shows, then those it shows only where their status is named."""
    wanted = Field(name=field, values=(value,))
    for query in (Query(clauses=(wanted,)), Query(clauses=(wanted, _HIDDEN))):
        yield from store.scan(query)


def _lines(hits: list[Hit]) -> Iterator[Line]:
    """A customer is who has a case in it or wrote what the rules look for, in all they say.

    Whoever only repeats a post is in its case, but it is not their matter.
    """
    concerned = (hit for hit in hits if (hit.case or hit.level == _HIT) and not is_plain_repost(hit))
    customers = {_voice(hit) for hit in concerned}
    heard: dict[Speaker, dict[str, int]] = {speaker: {} for speaker in Speaker}
    for hit in hits:
        voice = _voice(hit)
        speaker = Speaker.CUSTOMER if voice in customers else Speaker.OTHER
        speaker = Speaker.OURS if hit.ours else speaker
        number = heard[speaker].setdefault(voice, len(heard[speaker]) + 1)
        yield Line(hit, speaker, number)


def _voice(hit: Hit) -> str:
    """Whoever is not named is taken for somebody new each time."""
    return hit.contact or f"\0{hit.id}"
