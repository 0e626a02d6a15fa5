"""What is promised of a case, and until when: limits of scenarios, queues and escalations in working time.

No clock is read: every moment is given. A case keeps the hours it was promised by (`Case.hours`): where hours
are asked for, their text or a queue's name may be given, or None for what works round the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from listening.calendar import ROUND_THE_CLOCK, Hours, Workdays, read_hours
from listening.calendar.misread import Misread
from listening.codec import time_text
from listening.model import Case, Escalation, Hit
from listening.rules.ruleset import DEFAULT_QUEUE, Queue, RuleSet, Scenario

_MILLISECOND = timedelta(milliseconds=1)
_EARLY = 4
"""Where a queue does not say when to warn, it is when a quarter of the time is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Limits in working time of these hours, and the deadlines they come to; None where nothing is promised.

    `assumed` are the years on the way to them whose working days nobody knows yet.
    """

    queue: str
    hours: str
    respond_within: timedelta | None = None
    resolve_within: timedelta | None = None
    respond_by: datetime | None = None
    resolve_by: datetime | None = None
    assumed: tuple[int, ...] = ()

    def data(self) -> dict[str, Any]:
        """What an event says of it; null takes a deadline away."""
        return {
            "respond_by": time_text(self.respond_by) if self.respond_by else None,
            "resolve_by": time_text(self.resolve_by) if self.resolve_by else None,
            "respond_within_ms": _milliseconds(self.respond_within),
            "resolve_within_ms": _milliseconds(self.resolve_within),
            "hours": self.hours,
            "assumed": list(self.assumed),
        }


class ServiceLevels:
    """The promises of a rule set, on a working calendar and in the zone by whose clocks hours are kept."""

    def __init__(self, ruleset: RuleSet, zone: tzinfo, workdays: Workdays) -> None:
        self._ruleset, self._zone, self._workdays = ruleset, zone, workdays
        self._scenarios = {each.name: each for each in ruleset.scenarios}
        self._hours: dict[str, Hours] = {}

    def target(self, hit: Hit, level: Escalation = Escalation.NORMAL) -> Target:
        """What is promised of a hit, from when it was found; without `found_at` there are no deadlines."""
        return self.target_of(hit.scenarios, hit.queue, hit.found_at, level)

    def target_of(
        self,
        scenarios: Iterable[str],
        queue: str | None,
        begin: datetime | None,
        level: Escalation = Escalation.NORMAL,
    ) -> Target:
        """The shortest limits of scenarios that say one, else the queue's; a level's own where it is shorter.

        Scenarios are pairs or names; what the rules know no more says nothing.
        """
        where = self._queue(queue)
        asked = [*self._known(scenarios)]
        rule = self._ruleset.escalation(level)
        target = Target(
            queue=where.name,
            hours=where.hours,
            respond_within=_shortest(
                _shortest(*(each.respond_within for each in asked)) or where.respond_within,
                rule.respond_within if rule else None,
            ),
            resolve_within=_shortest(
                _shortest(*(each.resolve_within for each in asked)) or where.resolve_within,
                rule.resolve_within if rule else None,
            ),
        )
        return self._due(target, begin) if begin is not None else target

    def moved(self, case: Case, to_queue: str | None) -> Target:
        """What another queue promises of a case, counted from when the case was found, in its own hours.

        By as much as the deadline of the end was put off before (the customer was asked, or came back), it is
        put off here. While the customer is asked, it is the one that is set aside. A first answer that was
        given keeps its deadline, and what was escalated is not put off by moving.
        """
        begin = _begin(case)
        target = self.target_of(case.scenarios, to_queue, begin)
        before = self.target_of(case.scenarios, case.queue, None).resolve_within
        due = case.resolve_by or case.paused
        if target.resolve_by and before and due:
            first = self.add(case.hours, begin, before)
            later = self.working(case.hours, first, due)
            target = replace(target, resolve_by=self.add(target.hours, target.resolve_by, later))
        if case.responded_at is not None:
            target = replace(target, respond_by=case.respond_by)
        return self._assuming(self._not_later(target, case), begin)

    def escalated(self, case: Case, level: Escalation, at: datetime) -> Target:
        """The deadlines of a case that goes up a level now: what the level says, where it is sooner.

        The level's limits run from this moment, in the hours of the case.
        """
        target = self._as_it_is(case)
        rule = self._ruleset.escalation(level)
        if rule is not None and rule.respond_within and case.responded_at is None:
            sooner = _earliest(case.respond_by, self.add(case.hours, at, rule.respond_within))
            target = replace(target, respond_within=rule.respond_within, respond_by=sooner)
        if rule is not None and rule.resolve_within and case.asked_at is None:
            sooner = _earliest(case.resolve_by, self.add(case.hours, at, rule.resolve_within))
            target = replace(target, resolve_within=rule.resolve_within, resolve_by=sooner)
        return self._assuming(target, _begin(case))

    def renewed(self, case: Case) -> Target | None:
        """The deadlines of a case once a year that was assumed for them is known; None if there is none.

        The working time stays as it was promised: as much as lay before the deadline while nobody knew the
        year. None also while the customer is asked: that is done when they have answered.
        """
        known = [year for year in case.assumed if not self._workdays.assumed(year)]
        if not known or case.asked_at is not None:
            return None
        limits = self.target_of(case.scenarios, case.queue, None)
        target = self._as_it_is(case)
        if case.respond_by is not None and case.responded_at is None:
            target = replace(target, respond_by=self._again(case, case.respond_by, limits.respond_within))
        if case.resolve_by is not None:
            target = replace(target, resolve_by=self._again(case, case.resolve_by, limits.resolve_within))
        return self._assuming(target, _begin(case))

    def extend(self, hours: str | None, deadline: datetime, asked_at: datetime, until: datetime) -> datetime:
        """A deadline, put off by the working time for which the customer was waited for."""
        return self.add(hours, deadline, self.working(hours, asked_at, until))

    def warn_at(self, queue: str, begin: datetime, deadline: datetime, hours: str | None = None) -> datetime:
        """When to warn of a deadline: so long before it as the queue says, else when a quarter is left.

        Both are working time from `begin` on, in the queue's hours or the ones given. It is a quarter too
        where the queue would warn at once.
        """
        where = hours if hours is not None else queue
        total = self.working(where, begin, deadline)
        before = self._queue(queue).warn_before
        if before is None or before >= total:
            before = total // (_EARLY * _MILLISECOND) * _MILLISECOND
        return self.add(where, begin, total - before)

    def add(self, hours: str | None, begin: datetime, worked: timedelta) -> datetime:
        """The moment at which so much working time has passed."""
        return self.hours(hours).add(begin, worked)

    def working(self, hours: str | None, begin: datetime, end: datetime) -> timedelta:
        """The working time between two moments."""
        return self.hours(hours).between(begin, end)

    def assumed(self, hours: str | None, begin: datetime, end: datetime) -> tuple[int, ...]:
        """The years between two moments that count for these hours and that nobody knows yet."""
        return self.hours(hours).assumed(begin, end)

    def hours(self, text: str | None) -> Hours:
        """The hours of a queue, or of an hours' text; a queue that is not listed works round the clock."""
        text = text or ROUND_THE_CLOCK
        if text not in self._hours:
            self._hours[text] = self._read(text)
        return self._hours[text]

    def _read(self, text: str) -> Hours:
        """No queue is called like hours."""
        try:
            return read_hours(text, self._zone, self._workdays)
        except Misread:
            return read_hours(self._ruleset.queue(text).hours, self._zone, self._workdays)

    def is_opportunity(self, pair: str) -> bool:
        """Do the rules list this scenario (`subject/scenario`) as customers to be kept or won?"""
        return any(scenario.opportunity for scenario in self._known([pair]))

    def category(self, hit: Hit) -> tuple[str, ...]:
        """The category that is suggested for a hit: by the most urgent of its scenarios that suggests one."""
        suggesting = [each for each in self._known(hit.scenarios) if each.category]
        leading = max(suggesting, key=lambda each: each.priority.rank, default=None)
        return leading.category if leading else ()

    def _queue(self, name: str | None) -> Queue:
        return self._ruleset.queue(name or DEFAULT_QUEUE)

    def _known(self, pairs: Iterable[str]) -> Iterator[Scenario]:
        """The scenarios of pairs, each once."""
        names = dict.fromkeys(pair.rpartition("/")[2] for pair in pairs)
        return (self._scenarios[name] for name in names if name in self._scenarios)

    def _due(self, target: Target, begin: datetime) -> Target:
        """With the deadlines that its limits come to."""
        respond, resolve = target.respond_within, target.resolve_within
        due = replace(
            target,
            respond_by=self.add(target.hours, begin, respond) if respond else None,
            resolve_by=self.add(target.hours, begin, resolve) if resolve else None,
        )
        return self._assuming(due, begin)

    def _assuming(self, target: Target, begin: datetime) -> Target:
        last = max(filter(None, (target.respond_by, target.resolve_by)), default=begin)
        return replace(target, assumed=self.assumed(target.hours, begin, last))

    def _as_it_is(self, case: Case) -> Target:
        return Target(
            queue=case.queue or DEFAULT_QUEUE,
            hours=case.hours or ROUND_THE_CLOCK,
            respond_by=case.respond_by,
            resolve_by=case.resolve_by,
        )

    def _not_later(self, target: Target, case: Case) -> Target:
        """Where the level of the case has limits of its own, its deadlines come no later than they do."""
        rule = self._ruleset.escalation(case.escalation)
        if rule is not None and rule.respond_within:
            target = replace(target, respond_by=_earliest(target.respond_by, case.respond_by))
        if rule is not None and rule.resolve_within:
            target = replace(target, resolve_by=_earliest(target.resolve_by, case.resolve_by or case.paused))
        return target

    def _again(self, case: Case, due: datetime, limit: timedelta | None) -> datetime:
        """A deadline on today's calendar that was worked out on the one of then.

        The own entries may have come since; where it was the rules' limit without them, it was so.
        """
        begin = _begin(case)
        then = replace(self._workdays, unknown=frozenset(case.assumed))
        promised = [
            read_hours(case.hours or ROUND_THE_CLOCK, self._zone, workdays).between(begin, due)
            for workdays in (then, replace(then, holidays=frozenset(), workdays=frozenset()))
        ]
        worked = limit if limit is not None and limit in promised else promised[0]
        return self.add(case.hours, begin, worked)


def _begin(case: Case) -> datetime:
    return case.found_at or case.opened_at


def _shortest(*limits: timedelta | None) -> timedelta | None:
    return min((each for each in limits if each is not None), default=None)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((each for each in moments if each is not None), default=None)


def _milliseconds(length: timedelta | None) -> int | None:
    return length // _MILLISECOND if length is not None else None
