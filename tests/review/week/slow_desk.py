"""What must have come of each matter, worked out move by move from the script as docs/review.md and
docs/service-levels.md have it. Slow and plain; imports nothing of the library.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.review.week import slow_calendar
from tests.review.week.script import (
    ABANDONED_AFTER,
    DAY,
    JOINED_WITHIN,
    LEVEL_RESPONDS_WITHIN,
    QUEUE_RESPONDS_WITHIN,
    RESPOND_WITHIN,
    TEXTS,
    UNREACHABLE_AFTER,
    Move,
    Script,
)
from tests.review.week.slow_case import Answer, Deed, SlowCase

QUEUE_MAX_AGE = 3 * DAY


class Slow:
    """All cases of the script, by the numbers of their matters."""

    def __init__(self) -> None:
        self.cases: dict[int, SlowCase] = {}
        self.seen: dict[str, Move] = {}
        """What was found under each name, and when first."""
        self.erased: set[int] = set()
        self.announced = False

    def play(self, script: Script) -> dict[int, SlowCase]:
        for move in sorted(script.moves, key=lambda move: (move.at, _rank(move))):
            getattr(self, f"_{move.what}")(move)
        return self.cases

    def surviving(self, number: int) -> SlowCase:
        case = self.cases[number]
        while case.into is not None:
            case = self.cases[case.into]
        return case

    def _case(self, move: Move) -> SlowCase:
        """The case a person or the system does something with."""
        assert move.matter is not None
        case = self.surviving(move.matter)
        case.last_at = move.at
        case.touched = case.touched or move.who != "system"
        return case

    # What is found

    def _post(self, move: Move) -> None:
        said = move.said
        if said["author"] in self.erased:
            return
        self.seen[said["post"]] = move
        text, number = TEXTS[said["text"]], move.matter
        assert number is not None
        is_new = text.queue is not None and move.at - said["published"] <= QUEUE_MAX_AGE
        if number in self.cases:
            self._writes_again(self.surviving(number), move, reopens=is_new)
        elif is_new:
            self._arrives(move)

    def _arrives(self, move: Move) -> None:
        """A matter of its own, or one that goes into an open case of the same contact and scenario."""
        text, number = TEXTS[move.said["text"]], move.matter
        assert number is not None
        names = {pair.partition("/")[2] for pair in text.scenarios}
        earlier = [
            case
            for case in self.cases.values()
            if case.author == move.said["author"]
            and case.into is None
            and names & {pair.partition("/")[2] for pair in case.scenarios}
        ]
        earlier.sort(key=lambda case: case.last_at or case.known_at)
        open_ones = [
            case
            for case in earlier
            if case.is_live and case.last_at and move.at - case.last_at <= JOINED_WITHIN
        ]
        if open_ones:
            self.cases[number] = SlowCase(number, move.at, state="merged", into=open_ones[-1].number)
            self._writes_again(open_ones[-1], move, reopens=False)
        else:
            self.cases[number] = self._opened(move, number, move.at, again=bool(earlier))

    def _opened(self, found: Move, number: int, at: datetime, *, again: bool = False) -> SlowCase:
        """A new case by a post that was found then or earlier; targets run from `at`."""
        text = TEXTS[found.said["text"]]
        case = SlowCase(
            number=number,
            known_at=found.at,
            author=found.said["author"],
            found=found.at,
            published=found.said["published"],
            queue=text.queue or "默认",
            brands=set(text.brands),
            competitors=set(text.competitors),
            scenarios=set(text.scenarios),
            is_competitors=text.is_competitors,
            levels=[text.level],
            live=[[at, None]],
            last_at=at,
            again=again,
            posts={found.said["post"]},
            turns=[found.said["published"]],
        )
        case.respond_by = self._target(case, at)
        case.guessed = not self.announced
        return case

    def _writes_again(self, case: SlowCase, move: Move, *, reopens: bool) -> None:
        text = TEXTS[move.said["text"]]
        if reopens and not case.is_live:
            case.opens_again(move.at)
        case.last_at = move.at
        case.posts.add(move.said["post"])
        case.turns.append(move.said["published"])
        case.brands |= set(text.brands)
        case.competitors |= set(text.competitors)
        case.scenarios |= set(text.scenarios)
        case.asked = None

    def _repost(self, move: Move) -> None:
        case = self._case(move)
        case.posts.add(move.said["post"])

    def _seen(self, move: Move) -> None:
        """The first answer entered by hand within a day of it is this one; else it is another one."""
        case = self._case(move)
        at = move.said["published"]
        for answer in case.answers:
            if answer.by_hand and abs(answer.at - at) <= DAY:
                answer.at, answer.by_hand = at, False
                return
        case.answers.append(Answer(at, move.who, by_hand=False))
        case.asked = None

    def _delete(self, move: Move) -> None:
        self._case(move).gone.add(move.said["post"])

    def _edit(self, move: Move) -> None:
        """Away from what the rules want, or back to it. All that are edited have one post."""
        case = self._case(move)
        wanted = TEXTS[move.said["text"]].queue is not None
        if not wanted and case.is_live and not case.touched:
            case.ends(move.at, "withdrawn")
        elif wanted and case.state == "withdrawn":
            case.opens_again(move.at)

    # Deadlines of the first answer

    def _limit(self, case: SlowCase) -> timedelta | None:
        """The shortest of its scenarios, else the queue's; its level's where that is shorter."""
        names = {pair.partition("/")[2] for pair in case.scenarios}
        asked = [RESPOND_WITHIN[name] for name in names if name in RESPOND_WITHIN]
        limit = min(asked) if asked else QUEUE_RESPONDS_WITHIN[case.queue or ""]
        of_level = LEVEL_RESPONDS_WITHIN[case.levels[-1]]
        both = [each for each in (limit, of_level) if each is not None]
        return min(both) if both else None

    def _target(self, case: SlowCase, begin: datetime) -> datetime | None:
        limit = self._limit(case)
        return self._after(case, begin, limit) if limit is not None else None

    def _after(self, case: SlowCase, begin: datetime, span: timedelta) -> datetime:
        return slow_calendar.after(case.queue or "", begin, span, announced=self.announced)

    def _worked(self, case: SlowCase, begin: datetime, end: datetime) -> timedelta:
        return slow_calendar.worked(case.queue or "", begin, end, announced=self.announced)

    def _announce(self, _move: Move) -> None:
        self.announced = True

    # Whose it is

    def _claim(self, move: Move) -> None:
        self._case(move).taken(move.who, move.at, for_good=False)

    def _assign(self, move: Move) -> None:
        self._case(move).taken(move.said["to"], move.at, for_good=True)

    def _release(self, move: Move) -> None:
        case = self._case(move)
        case.let_go(move.at)
        case.state = "open"

    def _snooze(self, move: Move) -> None:
        self._release(move)

    def _transfer(self, move: Move) -> None:
        """Another queue's targets, still from when it was found; what a level brought forward stays so."""
        self._moves(move, move.said["queue"])

    def _return(self, move: Move) -> None:
        case = self.surviving(move.matter or 0)
        assert case.came_from is not None
        self._moves(move, case.came_from)

    def _moves(self, move: Move, queue: str) -> None:
        self._release(move)
        case = self._case(move)
        case.came_from, case.queue = case.queue, queue
        if case.response is not None:
            return
        before, case.respond_by = case.respond_by, self._target(case, case.known_at)
        case.guessed = not self.announced
        if LEVEL_RESPONDS_WITHIN[case.levels[-1]] is not None:
            both = [each for each in (before, case.respond_by) if each is not None]
            case.respond_by = min(both) if both else None

    # Work

    def _deed(self, case: SlowCase, move: Move, **more: Any) -> Deed:
        assert move.matter is not None
        deed = Deed(move.what, case.number, move.at, move.who, case.last_holder, {**move.said, **more})
        case.deeds.append(deed)
        return deed

    def _respond(self, move: Move) -> None:
        case = self._case(move)
        case.state = "responded"
        if case.response is None:
            assert case.found is not None and case.published is not None
            case.response = self._deed(
                case,
                move,
                natural=max(move.at - case.found, timedelta()),
                working=self._worked(case, case.found, move.at),
                customer_natural=max(move.at - case.published, timedelta()),
                customer_working=self._worked(case, case.published, move.at),
                in_time=None if case.respond_by is None else move.at <= case.respond_by,
            )
        case.worked_on(move.who, move.at)

    def _classify(self, move: Move) -> None:
        case = self._case(move)
        case.category = move.said["category"]
        case.worked_on(move.who, move.at)

    def _note(self, move: Move) -> None:
        self._case(move).worked_on(move.who, move.at)

    def _reply(self, move: Move) -> None:
        case = self._case(move)
        at = move.said["given"] or move.at
        case.answers.append(Answer(at, move.who, by_hand=True))
        if move.said["result"] and case.result_reply is None:
            assert case.response is not None
            opened = case.response.at
            case.result_reply = self._deed(
                case,
                move,
                at=at,
                natural=max(at - opened, timedelta()),
                working=self._worked(case, opened, at),
            )
            case.result_reply.at = at
        if not move.said["asks"]:
            case.asked = None
        elif case.asked is None:
            case.asked = move.at
        case.worked_on(move.who, move.at)

    def _ticket(self, move: Move) -> None:
        case = self._case(move)
        case.tickets[move.said["ticket"]] = move.at
        case.worked_on(move.who, move.at)

    def _receipt(self, move: Move) -> None:
        case = self._case(move)
        sent = case.tickets[move.said["ticket"]]
        self._deed(case, move, natural=move.at - sent, working=self._worked(case, sent, move.at))
        case.worked_on(move.who, move.at)

    def _escalate(self, move: Move) -> None:
        case = self._case(move)
        case.levels.append(move.said["level"])
        limit = LEVEL_RESPONDS_WITHIN[move.said["level"]]
        if limit is not None and case.response is None:
            sooner = self._after(case, move.at, limit)
            case.respond_by = min(case.respond_by, sooner) if case.respond_by else sooner

    # Its end, and what comes after it

    def _close(self, move: Move) -> None:
        self._case(move).closes(move.at, move.who, move.said["result"])

    def _abandon(self, move: Move) -> None:
        self._case(move).gives_up(move.at)

    def _follow_up(self, move: Move) -> None:
        case = self._case(move)
        if move.said["confirmed"]:
            case.closings[-1].confirmed = True
        else:
            case.closings[-1].revoked = True
            case.opens_again(move.at)

    def _reopen(self, move: Move) -> None:
        self._case(move).opens_again(move.at)

    def _done(self, move: Move) -> None:
        self._deed(self._case(move), move)

    _convert = _invite = _score = _done

    def _satisfaction(self, move: Move) -> None:
        """Satisfied is the upper two fifths of the scale."""
        worst, best = 1, move.said["scale"]
        share = Fraction(move.said["score"] - worst, best - worst)
        self._deed(self._case(move), move, satisfied=share >= Fraction(3, 5))

    def _verdict(self, move: Move) -> None:
        self._case(move).verdict = move.said["verdict"]

    def _check(self, move: Move) -> None:
        case = self._case(move)
        first = {"category": case.category, "result": case.result, "verdict": case.verdict}
        self._deed(case, move, agrees=all(first[what] == word for what, word in move.said.items()))

    # Several cases

    def _join(self, move: Move) -> None:
        case, into = self._case(move), self.surviving(move.said["into"])
        into.last_at, into.touched = move.at, True
        into.turns += case.turns
        into.scenarios |= case.scenarios
        into.posts |= case.posts
        case.let_go(move.at)
        case.ends(move.at, "merged")
        case.into = into.number

    def _split(self, move: Move) -> None:
        case, name, number = self._case(move), move.said["post"], move.said["to"]
        case.posts.remove(name)
        self.cases[number] = self._opened(self.seen[name], number, move.at)
        self.cases[number].touched = True

    def _open(self, move: Move) -> None:
        assert move.matter is not None
        self.cases[move.matter] = self._opened(self.seen[move.said["post"]], move.matter, move.at)
        self.cases[move.matter].touched = True

    def _erase(self, move: Move) -> None:
        """Their posts go, and no figure changes."""
        self.erased.add(move.said["author"])
        for case in self.cases.values():
            if case.author == move.said["author"]:
                case.posts.clear()

    # What the desk does by itself

    def _tick(self, move: Move) -> None:
        """A deadline of the first answer that has passed is marked, once."""
        for case in self.cases.values():
            waits = case.is_live and case.response is None and case.breached is None
            if waits and case.respond_by is not None and case.respond_by < move.at:
                case.breached = case.respond_by

    def _sweep(self, move: Move) -> None:
        for case in self.cases.values():
            if case.is_live:
                self._looks_at(case, move.at)

    def _looks_at(self, case: SlowCase, at: datetime) -> None:
        held = case.holder is not None and (case.until is None or case.until > at)
        is_old = at - case.known_at > ABANDONED_AFTER
        is_gone = bool(case.posts) and case.gone >= case.posts
        if not held and case.response is None and not case.answers and (is_old or is_gone):
            case.gives_up(at)
        elif case.asked is not None and at - case.asked > UNREACHABLE_AFTER:
            case.closes(at, "system", "unreachable")
        elif self.announced and case.guessed:
            self._reckons_again(case)

    def _reckons_again(self, case: SlowCase) -> None:
        """The same working time, on the calendar as it was announced."""
        case.guessed = False
        if case.respond_by is None or case.response is not None:
            return
        queue, begin = case.queue or "", case.known_at
        promised = slow_calendar.worked(queue, begin, case.respond_by, announced=False)
        case.respond_by = slow_calendar.after(queue, begin, promised, announced=True)


def _rank(move: Move) -> int:
    """Of what comes at once: first what the rules want, then other words, our answers, and people."""
    if move.what == "seen":
        return 2
    if move.what == "post":
        return 0 if TEXTS[move.said["text"]].queue else 1
    return 0 if move.what in ("repost", "delete", "edit") else 3


def worked_out(script: Script) -> Sequence[SlowCase]:
    """All cases as they stand at the end of the script, in the order in which they came to be known."""
    return tuple(Slow().play(script).values())
