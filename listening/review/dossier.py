"""All there is of a case: where it stands, what happened, its posts and our answers, the verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from listening.errors import DeskMistake
from listening.model import Case, EventKind, Hit, ReviewEvent
from listening.model.ids import thread_of
from listening.review.conversations import conversation
from listening.review.fold import fold
from listening.review.verdicts import Judged, read_verdicts
from listening.store.checks import published_at
from listening.store.ports import CaseStore, Documents, HitStore, ReviewLog
from listening.store.pseudonyms import open_pseudonyms


class DossierStore(HitStore, ReviewLog, CaseStore, Documents, Protocol):
    """What of a store holds cases and their posts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """`posts` are those of the case and our answers to it, in the order they were written.

    `places` says under which number (from 1) a post's pseudonym stands among them. `answers` are ids of ours.
    A case that was joined to another shows the other's posts. `thread` counts the posts of its threads, and
    `others` the further cases of its contact. `judged` is the last word on each of its hits.
    """

    case: Case
    events: tuple[ReviewEvent, ...]
    posts: tuple[Hit, ...] = ()
    places: Mapping[str, int]
    answers: frozenset[str] = frozenset()
    thread: int = 0
    others: int = 0
    judged: tuple[Judged, ...] = ()

    def called(self, post: str) -> str:
        """How a sentence names a post, by its pseudonym: its number, or that it is kept no more."""
        if post in self.places:
            return f"[{self.places[post]}]"
        parted = dict(self.case.parted).get(post)
        return f"a post that is in case {parted} now" if parted else "a post that is not kept"


def dossier(store: DossierStore, case_id: str) -> Dossier:
    """Read from the events, and from what is kept of the posts. Raises `DeskMistake` for an unknown case."""
    events = store.read(case_id)
    case = fold(events)
    if case is None:
        raise DeskMistake(case_id, "there is no such case", "see listening queue list")
    case = _with_posts(store, case)
    holder = _surviving(store, case)
    own = [hit for post in holder.posts if (hit := store.get(post)) is not None]
    refs = {str(event.data.get("post")) for event in events if event.kind == EventKind.REPLY}
    pseudonyms = open_pseudonyms(store)
    threads = dict.fromkeys([*([holder.thread] if holder.thread else []), *map(_thread, own)])
    said = [line.hit for thread in threads for line in conversation(store, thread).lines]
    answers = [hit for hit in said if hit.ours and pseudonyms.post(hit.id) in refs]
    posts = sorted({hit.id: hit for hit in (*own, *answers)}.values(), key=lambda h: (published_at(h), h.id))
    return Dossier(
        case=case,
        events=tuple(events),
        posts=tuple(posts),
        places={pseudonyms.post(hit.id): place for place, hit in enumerate(posts, 1)},
        answers=frozenset(hit.id for hit in answers),
        thread=len(said),
        others=_others(store, case),
        judged=_judged(events),
    )


def _with_posts(store: CaseStore, case: Case) -> Case:
    """What events never say comes from where the case is kept."""
    kept = next(iter(store.get_cases([case.id])), None)
    gone = kept is None or case.erased or case.merged_into is not None
    return case if gone or kept is None else replace(case, posts=kept.posts, thread=kept.thread)


def _surviving(store: CaseStore, case: Case) -> Case:
    seen = {case.id}
    while case.merged_into is not None and case.merged_into not in seen:
        seen.add(case.merged_into)
        found = store.get_cases([case.merged_into])
        if not found:
            break
        case = found[0]
    return case


def _others(store: CaseStore, case: Case) -> int:
    """Joined ones are no further cases."""
    known = store.cases_by("contact", [case.contact]) if case.contact else []
    return sum(each.merged_into is None and each.id != case.id for each in known)


def _judged(events: Sequence[ReviewEvent]) -> tuple[Judged, ...]:
    return tuple(read_verdicts(events).judged.values())


def _thread(hit: Hit) -> str:
    return hit.thread or thread_of(hit.post)
