"""The steps people take with a case, one method each: what each needs, checked, and the event it writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from listening.codec import time_text
from listening.errors import DeskMistake
from listening.model import SYSTEM, Case, Escalation, EventKind, Hit, Result
from listening.review.log import CaseLog
from listening.review.verdicts import verdict_data
from listening.store.pseudonyms import Pseudonyms
from listening.suggest import cure

OUTCOMES = ("won_over", "kept", "sold", "none")
"""What may come of an opportunity."""
_LONGEST = 2_000


class Steps:
    """Each takes the case's id and the person, and gives the case as it stands afterwards.

    All raise `TransitionRefused` where the case cannot take the step, `DeskMistake` where what is said makes
    no sense. Texts are the desk's own words: no text of a post belongs there.
    """

    def __init__(self, log: CaseLog, pseudonyms: Pseudonyms, categories: Iterable[tuple[str, ...]]) -> None:
        self._log = log
        self._pseudonyms = pseudonyms
        self._categories = tuple(categories)

    def respond(self, case_id: str, person: str) -> Case:
        """The person has opened the case: the clock of the first response stops."""
        return self._log.record(case_id, EventKind.RESPOND, person)

    def classify(
        self, case_id: str, person: str, category: Sequence[str], suggested: Sequence[str] = ()
    ) -> Case:
        """Where the matter belongs, as a path of the tree; `suggested` by a scenario, for the record."""
        path = self._known_category(case_id, tuple(category))
        data: dict[str, Any] = {"category": list(path)}
        if suggested:
            data["suggested"] = list(suggested)
        return self._log.record(case_id, EventKind.CLASSIFY, person, data)

    def note(self, case_id: str, person: str, text: str) -> Case:
        """Anything worth knowing. It outlives erasure, so names of customers do not belong in it."""
        return self._log.record(case_id, EventKind.NOTE, person, {"text": _said(case_id, text)})

    def reply(
        self,
        case_id: str,
        person: str,
        *,
        text: str | None = None,
        asks: bool = False,
        carries_result: bool = False,
        at: datetime | None = None,
    ) -> Case:
        """An answer that a person says was given; unverified until it is seen on the platform.

        `at`: when it was given, where that was before now.
        """
        data: dict[str, Any] = _flags(asks=asks, carries_result=carries_result)
        if text:
            data["text"] = _said(case_id, text)
        if at is not None:
            if at > self._log.now():
                raise DeskMistake(case_id, "an answer cannot lie in the future", "leave the time out")
            data["published_at"] = time_text(at)
        return self._log.record(case_id, EventKind.REPLY, person, data)

    def ticket(self, case_id: str, person: str, system: str, ticket: str) -> Case:
        """The matter went into another system, where it has this number."""
        data = {"system": _said(case_id, system), "ticket": _said(case_id, ticket)}
        return self._log.record(case_id, EventKind.TICKET, person, data, key=f"ticket {system} {ticket}")

    def receipt(self, case_id: str, person: str, ticket: str, result: str) -> Case:
        """What came back from there; a reply with it is due before the case can be closed."""
        data = {"ticket": ticket, "result": _said(case_id, result)}
        return self._log.record(case_id, EventKind.RECEIPT, person, data)

    def escalate(
        self, case_id: str, person: str, level: Escalation, reason: str, to: str | None = None
    ) -> Case:
        data = {"level": str(level), "reason": _said(case_id, reason)}
        return self._log.record(case_id, EventKind.ESCALATE, person, data | ({"to": to} if to else {}))

    def close(self, case_id: str, person: str, result: Result, reason: str | None = None) -> Case:
        """Nothing is left to do, for one of these reasons."""
        if result is Result.UNREACHABLE and person != SYSTEM:
            case = self._log.case(case_id)
            if case.asked_at is None:
                what = "is not waiting for the customer"
                raise DeskMistake(case_id, what, "close it as unresolved, or ask first: reply --asks")
        data = {"result": str(result)} | ({"reason": _said(case_id, reason)} if reason else {})
        return self._log.record(case_id, EventKind.CLOSE, person, data)

    def follow_up(self, case_id: str, person: str, *, confirmed: bool, reason: str | None = None) -> Case:
        """The customer was asked again: solved, or not. If not, the case is back in its queue."""
        data = {"confirmed": confirmed} | ({"reason": _said(case_id, reason)} if reason else {})
        return self._log.record(case_id, EventKind.FOLLOW_UP, person, data)

    def reopen(self, case_id: str, person: str, reason: str | None = None) -> Case:
        data = {"why": "by_hand"} | ({"reason": _said(case_id, reason)} if reason else {})
        return self._log.record(case_id, EventKind.REOPEN, person, data)

    def abandon(self, case_id: str, person: str, reason: str | None = None) -> Case:
        """Given up without an answer."""
        data = {"why": "by_hand"} | ({"reason": _said(case_id, reason)} if reason else {})
        return self._log.record(case_id, EventKind.ABANDON, person, data)

    def verdict(self, case_id: str, person: str, hit: Hit, verdict: str, reason: str = "") -> Case:
        """Was the rule right about this hit? The last word on a hit counts."""
        data = verdict_data(hit, verdict, reason, self._pseudonyms)
        return self._log.record(case_id, EventKind.VERDICT, person, data)

    def convert(
        self,
        case_id: str,
        person: str,
        outcome: str,
        *,
        confirmed: bool = False,
        value: float | None = None,
    ) -> Case:
        """What came of an opportunity; `confirmed`: another system says so, not only whoever worked on it."""
        if outcome not in OUTCOMES:
            what = f"'{outcome}' is no outcome"
            raise DeskMistake(case_id, what, cure(outcome, OUTCOMES))
        data: dict[str, Any] = {"outcome": outcome, "confirmed": confirmed}
        return self._log.record(
            case_id, EventKind.CONVERT, person, data | ({"value": value} if value is not None else {})
        )

    def invite(self, case_id: str, person: str) -> Case:
        """The customer was asked how satisfied they are."""
        return self._log.record(case_id, EventKind.INVITE, person)

    def satisfaction(
        self, case_id: str, person: str, score: int, scale: int = 5, comment: str | None = None
    ) -> Case:
        """Their answer, from 1 (worst) to `scale`. Satisfied is the upper two fifths: 4 and 5 of 5."""
        _check_score(case_id, score, scale)
        data: dict[str, Any] = {
            "score": score,
            "scale": scale,
            "satisfied": 5 * (score - 1) >= 3 * (scale - 1),
        }
        return self._log.record(case_id, EventKind.SATISFACTION, person, data | _comment(case_id, comment))

    def check(
        self,
        case_id: str,
        person: str,
        *,
        category: Sequence[str] = (),
        verdict: str | None = None,
        result: Result | None = None,
    ) -> Case:
        """Somebody else's second look, without changing anything; `agrees` where all that is said is so."""
        case = self._log.case(case_id)
        said: dict[str, Any] = {}
        if category:
            said["category"] = list(self._known_category(case_id, tuple(category)))
        if verdict:
            said["verdict"] = verdict
        if result is not None:
            said["result"] = str(result)
        if not said:
            raise DeskMistake(case_id, "a second look says nothing", "give a category, a verdict or a result")
        first = self._first_look(case)
        said["agrees"] = all(first.get(name) == value for name, value in said.items())
        return self._log.record(case_id, EventKind.CHECK, person, said)

    def score(
        self, case_id: str, person: str, score: int, scale: int = 5, comment: str | None = None
    ) -> Case:
        """How well the case was worked on, from 1 to `scale`."""
        _check_score(case_id, score, scale)
        data: dict[str, Any] = {"score": score, "scale": scale}
        return self._log.record(case_id, EventKind.SCORE, person, data | _comment(case_id, comment))

    def _first_look(self, case: Case) -> dict[str, Any]:
        verdicts = [e.data["verdict"] for e in self._log.store.read(case.id) if e.kind == EventKind.VERDICT]
        return {
            "category": list(case.category),
            "result": str(case.result) if case.result else None,
            "verdict": verdicts[-1] if verdicts else None,
        }

    def _known_category(self, case_id: str, path: tuple[str, ...]) -> tuple[str, ...]:
        if path in self._categories:
            return path
        written = "/".join(path)
        known = ["/".join(each) for each in self._categories]
        raise DeskMistake(case_id, f"there is no category {written}", cure(written, known))


def _said(case_id: str, text: str) -> str:
    """A person's words, as they go into the log for ever."""
    bare = text.strip()
    if not bare or len(bare) > _LONGEST:
        what = "an empty text says nothing" if not bare else f"a text of {len(bare):,} characters is too long"
        raise DeskMistake(case_id, what, f"write one of at most {_LONGEST:,} characters")
    return bare


def _flags(**given: bool) -> dict[str, Any]:
    return {name: True for name, is_so in given.items() if is_so}


def _comment(case_id: str, comment: str | None) -> dict[str, Any]:
    return {"comment": _said(case_id, comment)} if comment else {}


def _check_score(case_id: str, score: int, scale: int) -> None:
    if not 2 <= scale <= 100 or not 1 <= score <= scale:
        what = f"{score} is no score of 1 to {scale}"
        raise DeskMistake(case_id, what, "give a score from 1 (worst) to the scale")
