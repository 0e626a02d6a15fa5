"""Writing a case's next step: read, check, complete, append; and keep what it comes to where it is found.

Whoever creates step n owns it. Somebody who was quicker makes us read again and ask again whether our step is
still possible, so two people never hold the same case. The event is what counts: the case as it is kept, and
what stands on the records, are repeated from it, by whoever comes next if this process dies in between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from listening.errors import Conflict, DeskMistake
from listening.model import SYSTEM, Case, EventKind, ReviewEvent
from listening.review.fold import apply, begun, fold
from listening.review.timing import Timing
from listening.review.transitions import check
from listening.store.ports import CaseStore, HitStore, ReviewLog, Standing

Clock = Callable[[], datetime]
_TRIES = 100
"""So often somebody else may be quicker: sixteen at one case never came near it."""
_MOST_JOINED = 20


class Rights(Protocol):
    """Who may do what at the desk."""

    def check(self, person: str, action: str) -> None:
        """Raises `DeskMistake` where the person may not."""

    def leads(self, person: str) -> bool:
        """May the person act on cases that others hold?"""


class Everybody:
    """Rights for programs and tests: everybody may do everything, and nobody leads."""

    def check(self, person: str, action: str) -> None:
        """Never refuses."""

    def leads(self, person: str) -> bool:  # noqa: ARG002 - the protocol's signature
        return False


class DeskStore(HitStore, ReviewLog, CaseStore, Protocol):
    """What of a store the desk works with."""

    def put_events(self, events: Sequence[ReviewEvent]) -> int:
        """As in `Keeping`."""


class CaseLog:
    """The events of all cases, written one by one."""

    def __init__(self, store: DeskStore, timing: Timing, now: Clock, rights: Rights | None = None) -> None:
        self.store = store
        self._timing = timing
        self._now = now
        self._rights = rights or Everybody()

    def now(self) -> datetime:
        return self._now()

    def case(self, case_id: str) -> Case:
        """The case as its events have it, and with the posts it is known to hold. Raises `DeskMistake`."""
        case = self.find(case_id)
        if case is None:
            raise DeskMistake(case_id, "there is no such case", "see listening queue list")
        return case

    def find(self, case_id: str) -> Case | None:
        """The same; None where there is none."""
        case = fold(self.store.read(case_id))
        return self._with_posts(case) if case else None

    def surviving(self, case_id: str) -> Case:
        """The case that a case was joined to in the end, or itself. Raises `DeskMistake`."""
        case = self.case(case_id)
        for _ in range(_MOST_JOINED):
            if case.merged_into is None:
                return case
            case = self.case(case.merged_into)
        raise DeskMistake(case_id, "was joined in a circle", "part one of the cases: listening case split")

    def begin(self, case_id: str, kind: EventKind, person: str, data: Mapping[str, Any]) -> Case | None:
        """Step 1 of a case; None where it exists already."""
        self._ask(person, kind)
        event = ReviewEvent(case=case_id, n=1, kind=kind, at=self._now(), person=person, data=data)
        if not self.store.append(event):
            return None
        return begun(event)

    def record(
        self,
        case_id: str,
        kind: EventKind,
        person: str,
        data: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
        posts: Sequence[str] = (),
        without: Sequence[str] = (),
    ) -> Case:
        """Add a step, and keep what the case comes to. The same `key` a second time does nothing.

        `posts` are records that the case holds from now on, `without` are those that it holds no more.
        Raises `TransitionRefused` where the case cannot take it, `DeskMistake` where the person may not.
        """
        self._ask(person, kind)
        for _ in range(_TRIES):
            events = self.store.read(case_id)
            before = fold(events)
            if before is None:
                raise DeskMistake(case_id, "there is no such case", "see listening queue list")
            if key is not None and any(event.key == key for event in events):
                return self.keep(before, posts=posts, without=without)
            event = self._next(events, before, kind, person, data or {}, key)
            if self.store.append(event):
                return self.keep(apply(before, event), before, posts, without)
        raise Conflict(case_id, "others are always quicker", "try again")

    def keep(
        self, case: Case, before: Case | None = None, posts: Sequence[str] = (), without: Sequence[str] = ()
    ) -> Case:
        """Keep what a case has come to, and repeat it on its records where that says anything new.

        Where somebody has kept a later step already, only what it holds is added to that.
        """
        case = self._with_posts(case, posts, without)
        if not self.store.put_cases([case]) and (posts or without):
            case = self._with_posts(fold(self.store.read(case.id)) or case, posts, without)
            self.store.put_cases([case], anyway=True)
        if posts or before is None or _standing(case) != _standing(before):
            self.store.stand([standing_of(case, post) for post in case.posts])
        return case

    def _with_posts(self, case: Case, posts: Sequence[str] = (), without: Sequence[str] = ()) -> Case:
        """A case that was erased or joined to another one holds none."""
        if case.erased or case.merged_into is not None:
            return replace(case, posts=())
        kept = next(iter(self.store.get_cases([case.id])), None)
        held = dict.fromkeys((*(kept.posts if kept else case.posts), *posts))
        thread = kept.thread if kept and kept.thread else case.thread
        return replace(case, thread=thread, posts=tuple(each for each in held if each not in without))

    def _ask(self, person: str, kind: EventKind) -> None:
        if person != SYSTEM:
            self._rights.check(person, kind)

    def _next(
        self,
        events: Sequence[ReviewEvent],
        case: Case,
        kind: EventKind,
        person: str,
        data: Mapping[str, Any],
        key: str | None,
    ) -> ReviewEvent:
        """The step itself, never before the one before it: a clock that is behind cannot turn time back."""
        at = max(self._now(), case.last_at or case.opened_at)
        leads = person != SYSTEM and self._rights.leads(person)
        check(case, kind, person, at, data, leads=leads)
        whole = self._timing.completed(case, events, kind, person, at, data)
        return ReviewEvent(case=case.id, n=case.n + 1, kind=kind, at=at, person=person, data=whole, key=key)


def standing_of(case: Case, post_id: str) -> Standing:
    """What a case says of one of its records."""
    return Standing(
        id=post_id,
        case=case.id,
        status=case.status,
        step=case.n,
        assignee=case.assignee,
        respond_by=case.respond_by,
    )


def _standing(case: Case) -> tuple[Any, ...]:
    return case.status, case.assignee, case.respond_by
