"""Cases that people open, join and part themselves."""

from __future__ import annotations

from dataclasses import replace

from listening.codec import time_text
from listening.errors import DeskMistake
from listening.model import Case, EventKind
from listening.review.log import CaseLog
from listening.review.opening import Opening
from listening.store.pseudonyms import Pseudonyms


class ByHand:
    """All raise `DeskMistake` where what is asked for cannot be."""

    def __init__(self, log: CaseLog, opening: Opening, pseudonyms: Pseudonyms) -> None:
        self._log, self._opening, self._pseudonyms = log, opening, pseudonyms

    def open(self, post_id: str, person: str) -> Case:
        """A case for a record that has none, such as a mention, or a hit that was too old for the queue."""
        record = self._log.store.get(post_id)
        if record is None:
            cure = "see listening search; a post that matched nothing is in the archive only"
            raise DeskMistake(post_id, "there is no such record", cure)
        case_id = record.case or self._pseudonyms.case(record.post)
        opened = self._opening.open_by_hand(replace(record, case=case_id), person)
        if opened is None:
            raise DeskMistake(post_id, f"is in case {case_id} already", f"listening case show {case_id}")
        return opened

    def join(self, case_id: str, into_id: str, person: str) -> Case:
        """Two cases are one matter: the first goes into the second one, with its posts. Gives the second.

        The second one is told first: broken off in between, the same command brings it to its end.
        """
        into = self._log.surviving(into_id)
        case = self._log.case(case_id)
        if case.merged_into == into.id:
            return into
        if case.id == into.id:
            raise DeskMistake(case_id, "cannot be joined to itself", "name two cases")
        data = {
            "from": case.id,
            "why": "by_hand",
            "scenarios": list(case.scenarios),
            "customer_at": [time_text(at) for at in case.customer_at],
        }
        key = f"absorb {case.id}"
        grown = self._log.record(into.id, EventKind.ABSORB, person, data, key=key, posts=case.posts)
        self._log.record(case.id, EventKind.JOIN, person, {"into": into.id, "why": "by_hand"})
        return grown

    def split(self, case_id: str, post_id: str, person: str) -> Case:
        """A post is a matter of its own. Gives the new case."""
        case = self._log.case(case_id)
        record = self._log.store.get(post_id)
        if record is None or post_id not in case.posts:
            raise DeskMistake(post_id, f"is no post of case {case_id}", f"listening case show {case_id}")
        if len(case.posts) == 1:
            raise DeskMistake(post_id, "is the only post of its case", "there is nothing to part")
        to = self._pseudonyms.parted(case_id, post_id)
        ref = self._pseudonyms.post(post_id)
        data = {"post": ref, "to": to}
        self._log.record(case_id, EventKind.SPLIT, person, data, key=f"split {ref}", without=[post_id])
        more = {"why": "split", "from": case_id}
        return self._opening.open_by_hand(replace(record, case=to), person, **more) or self._log.case(to)
