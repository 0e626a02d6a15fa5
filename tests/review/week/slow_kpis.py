"""Every figure of docs/kpi.md, from the cases that were worked out. Imports nothing of the library."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from tests.review.week.script import DAY, HOUR, LEVELS
from tests.review.week.slow_calendar import day_of
from tests.review.week.slow_case import Answer, Closing, Deed, SlowCase
from tests.review.week.slow_cells import Cell, Item, Question, cell

MILLISECOND = timedelta(milliseconds=1)
OPPORTUNITY = "挖角机会"
WON = ("won_over", "kept", "sold")


class Figures:
    """All figures of some cases."""

    def __init__(self, cases: Iterable[SlowCase], question: Question) -> None:
        self.question = question
        self.all = list(cases)
        self.by_number = {case.number: case for case in self.all}
        self.parts: dict[int, list[SlowCase]] = defaultdict(list)
        """Of a case that stands: it and all that were joined to it."""
        for case in self.all:
            self.parts[self.end_of(case).number].append(case)

    # What happened

    def end_of(self, case: SlowCase) -> SlowCase:
        while case.into is not None:
            case = self.by_number[case.into]
        return case

    def standing(self) -> list[SlowCase]:
        """Those that were not joined to another one."""
        return [case for case in self.all if case.into is None]

    def deeds(self, *what: str) -> Iterator[tuple[SlowCase, Deed]]:
        """What was done, under the case that it counts for; in the order of time."""
        for case in self.standing():
            done = [deed for each in self.parts[case.number] for deed in each.deeds if deed.what in what]
            for deed in sorted(done, key=lambda deed: deed.at):
                yield case, deed

    def answers(self, case: SlowCase) -> list[Answer]:
        found = [answer for each in self.parts[case.number] for answer in each.answers]
        return sorted(found, key=lambda answer: answer.at)

    def closings(self) -> Iterator[tuple[SlowCase, Closing]]:
        for case in self.all:
            for closing in case.closings:
                yield case, closing

    # Services

    def services(self) -> Iterator[Item]:
        for case in self.standing():
            told = [(at, 0, "") for at in case.turns]
            told += [(answer.at, 1, answer.who) for answer in self.answers(case)]
            asked, waiting = False, False
            for at, ours, who in sorted(told):
                if not ours:
                    asked, waiting = True, True
                elif waiting:
                    yield Item(case, at, who)
                    waiting = False
                elif not asked:
                    yield Item(case, at, who, out="no_question")

    def offered(self) -> Iterator[Item]:
        for case in self.all:
            yield Item(case, case.known_at, case.last_holder)

    def accepted(self) -> Iterator[Item]:
        for case in self.all:
            if case.response:
                yield Item(case, case.response.at, case.response.who)

    # Response

    def response(self, clock: str) -> Iterator[Item]:
        for case in self.all:
            out, value = irrelevant(case), 0
            who = case.response.who if case.response else case.last_holder
            if case.response:
                value = case.response.said[clock] // MILLISECOND
            else:
                out = out or ("not_measured" if self.answers_of(case) else "unanswered")
            yield Item(case, case.known_at, who, value, out=out)

    def answers_of(self, case: SlowCase) -> list[Answer]:
        """Of a case that stands, also those of the ones joined to it."""
        return self.answers(case) if case.into is None else case.answers

    def in_target(self) -> Iterator[Item]:
        for case in self.all:
            out, met = irrelevant(case), False
            who = case.response.who if case.response else case.last_holder
            if case.response:
                in_time = case.response.said["in_time"]
                met = bool(in_time)
                out = out or ("no_target" if in_time is None else None)
            elif self.answers_of(case):
                out = out or "not_measured"
            elif case.respond_by is None:
                out = out or "no_target"
            elif case.is_live:
                out = out or (None if case.respond_by < self.question.as_of else "not_due")
            else:
                ended = case.live[-1][1]
                assert ended is not None
                out = out or (None if case.respond_by < ended else "ended_early")
            yield Item(case, case.known_at, who, int(met), out=out)

    def detection(self) -> Iterator[Item]:
        for case in self.all:
            if case.found is None or case.published is None:
                yield Item(case, case.known_at, case.last_holder, out="no_time")
            else:
                late = max(case.found - case.published, timedelta())
                yield Item(case, case.found, case.last_holder, late // MILLISECOND)

    # Feedback cycle

    def cycle(self, clock: str) -> Iterator[Item]:
        for case in self.all:
            reply = case.result_reply
            if reply:
                yield Item(case, reply.at, reply.who, reply.said[clock] // MILLISECOND, out=irrelevant(case))

    def ticket(self, clock: str) -> Iterator[Item]:
        for case, receipt in self.deeds("receipt"):
            yield Item(case, receipt.at, receipt.who, receipt.said[clock] // MILLISECOND)

    # Resolution

    def resolution(self, counts: Callable[[Closing], bool]) -> Iterator[Item]:
        for case, closing in self.closings():
            resolved = closing.result == "resolved" and not closing.revoked
            is_none = closing.result in ("irrelevant", "duplicate", "no_need")
            out = closing.result if is_none else None
            yield Item(case, closing.at, closing.who, int(resolved and counts(closing)), out=out)

    def handling(self) -> Iterator[Item]:
        for case, closing in self.closings():
            out = closing.result if closing.result in ("irrelevant", "duplicate") else None
            yield Item(case, closing.at, closing.who, closing.handling // MILLISECOND, out=out)

    # Abandonment, repeats, escalation

    def part(self, counts: Callable[[SlowCase], bool]) -> Iterator[Item]:
        """Of all cases offered."""
        for case in self.all:
            yield Item(case, case.known_at, case.last_holder, int(counts(case)))

    def is_abandoned(self, case: SlowCase) -> bool:
        return case.state == "abandoned" and not self.answers_of(case)

    # Conversion

    def conversion(self, counts: Callable[[Deed], bool]) -> Iterator[Item]:
        told: dict[int, list[Deed]] = defaultdict(list)
        for case, deed in self.deeds("convert"):
            told[case.number].append(deed)
        for case in self.all:
            converts = told[case.number]
            won = [deed for deed in converts if deed.said["outcome"] in WON]
            stands = bool(converts) and converts[-1].said["outcome"] in WON
            names = {pair.partition("/")[2] for pair in case.scenarios}
            if not (case.is_competitors or OPPORTUNITY in names):
                if stands:
                    yield Item(case, won[0].at, case.last_holder, out="not_opportunity")
                continue
            answers = self.answers_of(case)
            if not answers:
                yield Item(case, case.known_at, case.last_holder, out=irrelevant(case) or "no_reply")
                continue
            at = answers[0].at
            is_one = stands and won[0].at - at <= 30 * DAY and counts(converts[-1])
            yield Item(case, at, case.last_holder, int(is_one), out=irrelevant(case))

    # Satisfaction

    def surveys(self) -> Iterator[tuple[SlowCase, Deed | None, Deed | None]]:
        """Each invitation with the last answer before the next one; answers before any as one."""
        for case in self.standing():
            for each in self.parts[case.number]:
                rounds: list[tuple[Deed | None, Deed | None]] = []
                for deed in each.deeds:
                    if deed.what == "invite":
                        rounds.append((deed, None))
                    elif deed.what == "satisfaction":
                        invite = rounds.pop()[0] if rounds else None
                        rounds.append((invite, deed))
                for invite, answer in rounds:
                    yield case, invite, answer

    def satisfaction(self) -> Iterator[Item]:
        for case, _, answer in self.surveys():
            if answer:
                yield Item(case, answer.at, answer.holder, int(answer.said["satisfied"]))

    def satisfaction_answered(self) -> Iterator[Item]:
        for case, invite, answer in self.surveys():
            if invite:
                yield Item(case, invite.at, invite.holder, int(answer is not None))
            elif answer:
                yield Item(case, answer.at, answer.holder, out="uninvited")

    # Quality

    def agreement(self) -> Iterator[Item]:
        for case, check in self.deeds("check"):
            yield Item(case, check.at, check.holder, int(check.said["agrees"]))

    def quality(self) -> Iterator[Item]:
        for case, score in self.deeds("score"):
            yield Item(case, score.at, score.holder, score.said["score"], score.said["scale"])

    # Backlog

    def backlog(self, least: timedelta, most: timedelta) -> Iterator[Item]:
        """What is live at the end of each period, put at its beginning."""
        for begin, end in self.question.spans().values():
            seen_at = min(end - MILLISECOND, self.question.as_of)
            for case in self.all:
                for came, went in case.live:
                    assert came is not None
                    if came <= seen_at and (went is None or went > seen_at):
                        age = min(end, self.question.as_of) - case.known_at
                        yield Item(case, begin, case.holder, int(least <= age < most))

    # All of them

    def of(self, name: str) -> Iterator[Item]:
        """The items of a figure; what stands withdrawn, or was joined to another one, is left out of all."""
        for item in READ[name](self):
            whole = None
            if item.case.into is not None:
                whole = "joined"
            elif item.case.state == "withdrawn":
                whole = "withdrawn"
            yield item._replace(out=whole or item.out)

    def groups(self, item: Item) -> Iterable[str | None]:
        """What an item stands under."""
        case = item.case
        match self.question.dimension:
            case "queue":
                return [case.queue]
            case "brand":
                return case.brands or case.competitors or [None]
            case "scenario":
                return case.scenarios or [None]
            case "category":
                return [case.category]
            case "person":
                return [item.who]
        return [None]

    def cells(self, name: str) -> dict[tuple[bool, date | None, str | None], Cell]:
        """By whether it is the total, period and group; only those in which there is anything."""
        question = self.question
        spans = question.spans()
        last = max(spans, key=lambda span: spans[span][0]) if spans else None
        places: dict[tuple[bool, date | None, str | None], list[Item]] = defaultdict(list)
        for item in self.of(name):
            day = day_of(item.at)
            if not question.first <= day <= question.last:
                continue
            period = question.named(day)
            if not name.startswith("backlog") or period == last:
                places[True, None, None].append(item)
            if question.period or question.dimension:
                for group in self.groups(item):
                    places[False, period, group].append(item)
        return {place: cell(name, items) for place, items in places.items()}


def irrelevant(case: SlowCase) -> str | None:
    """Why it counts for nothing, where it stands closed so."""
    return case.result if case.state == "closed" and case.result in ("irrelevant", "duplicate") else None


Read = Callable[[Figures], Iterable[Item]]


def _twice(name: str, read: Read) -> dict[str, Read]:
    return {f"{name}_median": read, f"{name}_p90": read}


READ: dict[str, Read] = {
    "services": Figures.services,
    "offered": Figures.offered,
    "accepted": Figures.accepted,
    **_twice("response_customer", lambda all_: all_.response("customer_natural")),
    **_twice("response_customer_working", lambda all_: all_.response("customer_working")),
    **_twice("response_desk", lambda all_: all_.response("natural")),
    **_twice("response_desk_working", lambda all_: all_.response("working")),
    "response_in_target": Figures.in_target,
    **_twice("detection", Figures.detection),
    **_twice("cycle", lambda all_: all_.cycle("natural")),
    **_twice("cycle_working", lambda all_: all_.cycle("working")),
    **_twice("ticket", lambda all_: all_.ticket("natural")),
    **_twice("ticket_working", lambda all_: all_.ticket("working")),
    "resolution": lambda all_: all_.resolution(lambda _closing: True),
    "resolution_confirmed": lambda all_: all_.resolution(lambda closing: closing.confirmed),
    "resolution_self_marked": lambda all_: all_.resolution(lambda closing: not closing.confirmed),
    "resolution_first_contact": lambda all_: all_.resolution(lambda closing: closing.first_contact),
    **_twice("handling", Figures.handling),
    "abandonment": lambda all_: all_.part(all_.is_abandoned),
    "unreachable": lambda all_: all_.part(lambda case: case.result == "unreachable"),
    "conversion": lambda all_: all_.conversion(lambda _deed: True),
    "conversion_confirmed": lambda all_: all_.conversion(lambda deed: deed.said["confirmed"]),
    "conversion_self_reported": lambda all_: all_.conversion(lambda deed: not deed.said["confirmed"]),
    "conversion_won_over": lambda all_: all_.conversion(lambda deed: deed.said["outcome"] == "won_over"),
    "conversion_kept": lambda all_: all_.conversion(lambda deed: deed.said["outcome"] == "kept"),
    "conversion_sold": lambda all_: all_.conversion(lambda deed: deed.said["outcome"] == "sold"),
    "satisfaction": Figures.satisfaction,
    "satisfaction_answered": Figures.satisfaction_answered,
    "backlog": lambda all_: all_.backlog(-DAY, 10_000 * DAY),
    "backlog_1d": lambda all_: all_.backlog(-DAY, 24 * HOUR),
    "backlog_3d": lambda all_: all_.backlog(24 * HOUR, 72 * HOUR),
    "backlog_7d": lambda all_: all_.backlog(72 * HOUR, 168 * HOUR),
    "backlog_older": lambda all_: all_.backlog(168 * HOUR, 10_000 * DAY),
    "repeat": lambda all_: all_.part(lambda case: case.again),
    "escalation": lambda all_: all_.part(lambda case: any(each != LEVELS[0] for each in case.levels)),
    "escalation_crisis": lambda all_: all_.part(lambda case: "crisis" in case.levels),
    "agreement": Figures.agreement,
    "quality": Figures.quality,
}
"""How each figure is read."""
