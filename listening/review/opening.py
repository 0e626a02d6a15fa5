"""New cases: what their first event says, and the rule by which a hit joins an open one instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from listening.codec import content_digest, time_text
from listening.errors import Conflict
from listening.model import SYSTEM, Case, Escalation, EventKind, Hit, ListeningClass, ReviewEvent
from listening.review.fold import begun
from listening.review.joining import contact_behind, joined
from listening.review.levels import ServiceLevels, Target
from listening.review.log import CaseLog, standing_of
from listening.rules.ruleset import DeskSettings
from listening.store.pseudonyms import Pseudonyms

Escalate = Callable[[Hit], tuple[Escalation, str] | None]
"""How far up a hit is to be reported, and the words that say so; None where nothing is special about it."""


class Opening:
    """Opens cases by hits, many at once."""

    def __init__(
        self,
        log: CaseLog,
        levels: ServiceLevels,
        settings: DeskSettings,
        pseudonyms: Pseudonyms,
        escalate: Escalate,
    ) -> None:
        self._log, self._levels, self._settings = log, levels, settings
        self._pseudonyms, self._escalate = pseudonyms, escalate

    def open(self, hits: Sequence[Hit]) -> dict[str, Case]:
        """Cases for hits whose `case` does not exist; one that joins another is `merged` into it.

        Of several hits of one case the first one opens it.
        """
        contacts = {hit.id: contact_behind(hit, self._pseudonyms) for hit in hits}
        known = self._cases_of(contacts.values())
        waiting: dict[str, tuple[Case, ReviewEvent]] = {}
        opened: dict[str, Case] = {}
        for hit in hits:
            if hit.case is None or hit.case in opened:
                continue
            contact, within = contacts[hit.id], self._settings.join_within
            rule = joined(contact, hit.scenarios, known[contact], self._log.now(), within)
            if rule.into is not None:
                opened |= self._write(waiting.values())  # the other case may be one of them
                waiting.clear()
                opened[hit.case] = self._join(hit.case, rule.into)
                continue
            data = self.data(hit, contact, why="found") | ({"again": rule.again} if rule.again else {})
            case, event = self._first_step(hit, data)
            opened[hit.case], waiting[hit.case] = case, (case, event)
            known[contact].append(case)
        return opened | self._write(waiting.values())

    def open_by_hand(self, hit: Hit, person: str, **more: Any) -> Case | None:
        """A case that a person wants for a record; None where it has one."""
        contact = contact_behind(hit, self._pseudonyms)
        at = self._log.now()
        data = self.data(replace(hit, found_at=hit.found_at or at), contact, why="by_hand", since=at) | more
        case = self._log.begin(hit.case or self._pseudonyms.case(hit.post), EventKind.OPEN, person, data)
        return self._log.keep(replace(case, thread=hit.thread), posts=[hit.id]) if case else None

    def data(
        self, hit: Hit, contact: str | None, *, why: str, since: datetime | None = None
    ) -> dict[str, Any]:
        """All that the first event says; targets run from when the hit was found, or from `since`."""
        special = self._escalate(hit)
        target = self.target(hit if since is None else replace(hit, found_at=since))
        said: dict[str, Any] = {
            "why": why,
            "post": self._pseudonyms.post(hit.id),
            "version": version_of(hit, self._pseudonyms),
            "queue": target.queue,
            "priority": str(hit.priority) if hit.priority else None,
            "reach": str(hit.reach),
            "channel": str(hit.channel),
            "class": str(hit.listening_class),
            "brands": list(hit.brands),
            "competitors": list(hit.competitors),
            "scenarios": list(hit.scenarios),
            "platform": hit.post.platform,
            "source": hit.post.source,
            "contact": contact,
            "published_at": _text(hit.post.published_at),
            "found_at": _text(hit.found_at),
            **target.data(),
        }
        if self.is_opportunity(hit):
            said["opportunity"] = True
        if special is not None:
            said |= {"escalation": str(special[0]), "cue": special[1]}
        return {name: value for name, value in said.items() if value is not None and value != []}

    def is_opportunity(self, hit: Hit) -> bool:
        """A customer to be kept or won, by the rules of now."""
        competes = hit.listening_class is ListeningClass.COMPETITOR
        return competes or any(self._levels.is_opportunity(pair) for pair in hit.scenarios)

    def target(self, hit: Hit) -> Target:
        """What is promised of a hit, by its scenarios, its queue and how far up it is reported."""
        special = self._escalate(hit)
        return self._levels.target(hit, special[0] if special else Escalation.NORMAL)

    def _cases_of(self, contacts: Iterable[str | None]) -> defaultdict[str | None, list[Case]]:
        wanted = sorted({contact for contact in contacts if contact})
        known: defaultdict[str | None, list[Case]] = defaultdict(list)
        for case in self._log.store.cases_by("contact", wanted) if wanted else ():
            known[case.contact].append(case)
        return known

    def _first_step(self, hit: Hit, data: dict[str, Any]) -> tuple[Case, ReviewEvent]:
        at = self._log.now()
        event = ReviewEvent(case=hit.case or "", n=1, kind=EventKind.OPEN, at=at, person=SYSTEM, data=data)
        return replace(begun(event), thread=hit.thread, posts=(hit.id,)), event

    def _write(self, waiting: Iterable[tuple[Case, ReviewEvent]]) -> dict[str, Case]:
        """All at once; where another machine was quicker with one of them, one by one.

        Its case is the one that counts then, and our hit a further post of it.
        """
        pairs, store = list(waiting), self._log.store
        if not pairs:
            return {}
        try:
            store.put_events([event for _, event in pairs])
            ours = [case for case, _ in pairs]
        except Conflict:
            ours = [case for case, event in pairs if store.append(event) or store.read(case.id)[0] == event]
        store.put_cases(ours)
        store.stand([standing_of(case, case.posts[0]) for case in ours])
        known = {case.id: case for case in ours}
        return known | {case.id: self._log.case(case.id) for case, _ in pairs if case.id not in known}

    def _join(self, case_id: str, into: Case) -> Case:
        """The hit's own case begins and ends with being joined."""
        step = self._log.begin(case_id, EventKind.JOIN, SYSTEM, {"into": into.id, "why": "rule"})
        if step is None:  # another machine was quicker
            return self._log.case(case_id)
        self._log.store.put_cases([step])
        return step


def version_of(hit: Hit, pseudonyms: Pseudonyms) -> str:
    """What tells a version of a post from others, and nothing else about it."""
    return pseudonyms.post(f"{hit.id} {content_digest(hit.post)}")


def _text(moment: datetime | None) -> str | None:
    return time_text(moment) if moment else None
