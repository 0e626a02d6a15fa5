"""One reviewer as a process: `python -m tests.review.load.workers URL BASE NUMBER AHEAD STEPS CASES`.

Says `ready`, waits for a line with the second in which the office opened, works until its diary holds so many
steps, and prints what it did as JSON. What it does is drawn by its number alone.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

from listening.errors import DeskMistake
from listening.model import Case, Escalation, EventKind, Result
from tests.desk import matcher
from tests.review.kit import RULES, Bench
from tests.review.load.office import Diary, customer_post, further_post, office

_TICK_EVERY = 10


class Reviewer:
    """Works a queue, and meets the others on cases that all of them look into."""

    def __init__(self, bench: Bench, diary: Diary, number: int, cases: int) -> None:
        self.bench, self.diary, self.number, self.cases = bench, diary, number, cases
        self.person = f"员工{number}"
        self.random = Random(f"reviewer {number}")
        self.did: Counter[str] = Counter()
        self.tried: list[tuple[str, str]] = []

    def work(self, steps: int) -> None:
        """Until the diary holds so many steps."""
        rounds = 0
        while len(self.diary.appended) < steps:
            if case := self.bench.desk.queue.next(self.person):
                self.did["claimed"] += 1
                self._work_on(case)
            self._meet(rounds)
            rounds += 1

    def _work_on(self, case: Case) -> None:
        """The way of a case; another may take it in between, where our claim has run out by their clock."""
        try:
            if self.random.random() < 0.2:
                self._give_back(case.id)
            else:
                self._handle(case.id)
        except DeskMistake:
            self.did["lost"] += 1

    def _give_back(self, case: str) -> None:
        queue, soon = self.bench.desk.queue, self.bench.clock() + timedelta(minutes=5)
        ways: list[Callable[[], Case]] = [
            lambda: queue.release(case, self.person),
            lambda: queue.transfer(case, self.person, "默认", "不归我们管"),
            lambda: queue.snooze(case, self.person, soon, "等师傅上门"),
            lambda: queue.assign(case, self.person, f"员工{self.random.randrange(16)}"),
        ]
        self.random.choice(ways)()

    def _handle(self, case: str) -> None:
        steps, person, chance = self.bench.desk.steps, self.person, self.random.random
        steps.respond(case, person)
        steps.classify(case, person, ["投诉"])
        for n in range(self.random.randrange(3)):
            steps.note(case, person, f"打电话 {n}")
        if chance() < 0.2:
            steps.reply(case, person, asks=True)
        if chance() < 0.3:
            ticket = f"{person}-{len(self.diary.appended)}"
            steps.ticket(case, person, "CRM", ticket)
            steps.receipt(case, person, ticket, "换了光猫")
        if chance() < 0.1:
            steps.escalate(case, person, Escalation.SENSITIVE, "要找媒体")
        steps.reply(case, person, carries_result=True)
        if chance() < 0.1:
            return  # it stays in hands
        steps.close(case, person, Result.RESOLVED)
        if chance() < 0.2:
            steps.follow_up(case, person, confirmed=chance() < 0.7)

    def _meet(self, round_: int) -> None:
        """All do this in the same order, at about the same time: what has a key is done by one of them."""
        number = round_ * 7 % self.cases
        case = self.bench.desk.pseudonyms.case(customer_post(number))
        key = f"round {round_}"
        self.tried.append((case, key))
        self._race_for(case)
        record = self.bench.desk.log.record
        record(case, EventKind.NOTE, self.person, {"text": "看过"}, key=key)
        if (round_ + self.number) % 4 == 0:
            record(case, EventKind.NOTE, self.person, {"text": "也看过"})
            self.bench.take(further_post(number, round_))
        if (round_ + self.number) % 16 < 2:
            self.bench.take(customer_post(self.cases + round_))
        if round_ % _TICK_EVERY == 0:
            self.bench.desk.ticker.tick()

    def _race_for(self, case: str) -> None:
        """All want this one; whoever gets it keeps it, until a clock that is ahead says that time is up."""
        try:
            self.bench.desk.queue.claim(case, self.person)
            self.did["won"] += 1
        except DeskMistake:
            self.did["beaten"] += 1


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(url: str, base: str, number: str, ahead: str, steps: str, cases: str) -> None:
    matcher(RULES)  # before it is ready: all begin together
    say("ready")
    started = float(sys.stdin.readline())
    with office(url, Path(base), f"h{number}", started, timedelta(minutes=float(ahead))) as (bench, diary):
        reviewer = Reviewer(bench, diary, int(number), int(cases))
        reviewer.work(int(steps))
    told = {"appended": diary.appended, "put": diary.put, "tried": reviewer.tried, "did": reviewer.did}
    say(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
