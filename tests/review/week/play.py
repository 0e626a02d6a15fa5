"""The script, played: a real desk, archive and pipeline over a store, driven along it by a clock in hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from listening.archive import Archive
from listening.calendar import Workdays
from listening.errors import DeskMistake
from listening.match.matcher import Matcher
from listening.model import Author, Escalation, Kind, Post, Reference, Result
from listening.pipeline import Pipeline, Refused
from listening.review.contacts import contact
from listening.review.desk import Desk
from listening.review.erasure import erase
from listening.review.personal import holdings
from listening.review.queue import Queue
from listening.review.steps import Steps
from listening.store import Store
from listening.store.tombstones import Tombstones
from tests.desk import Clock, matcher
from tests.review.week.script import BEGIN, RULES, TEXTS, Move, Script

ZONE = "Asia/Shanghai"
CARE = Author(id="care", name="星河客服")
QUEUE_MAX_AGE = timedelta(days=3)
FOUND = ("post", "repost", "seen", "delete", "edit")


@dataclass(slots=True)
class Player:
    """The desk of one installation, and which matter is which case of it."""

    store: Store
    archive: Archive
    tombstones: Tombstones
    clock: Clock
    rules: Matcher
    desk: Desk = field(init=False)
    pipeline: Pipeline = field(init=False)
    cases: dict[int, str] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.open_desk(Workdays(unknown=frozenset({2026})))

    def open_desk(self, workdays: Workdays) -> None:
        """The desk, with what is known of working days."""
        rules = self.rules.plan.ruleset
        self.desk = Desk(self.store, rules, zone=ZoneInfo(ZONE), workdays=workdays, now=self.clock)
        self.pipeline = Pipeline(
            self.archive,
            self.store,
            self.rules,
            queue_max_age=QUEUE_MAX_AGE,
            now=self.clock,
            desk=self.desk.intake(self.rules.is_ours),
        )

    def play(self, script: Script) -> None:
        """All moves of one moment after the other; what is found at once is one batch."""
        for at, moves in groupby(script.moves, key=attrgetter("at")):
            self.clock.at = at
            together = list(moves)
            self._find([move for move in together if move.what in FOUND])
            for move in together:
                if move.what not in FOUND:
                    self._tell(move, script)

    def _tell(self, move: Move, script: Script) -> None:
        """Take a step; one that is refused says in whose life it was to be."""
        try:
            self._step(move)
        except DeskMistake as refused:
            refused.add_note(f"{script.lives.get(move.matter or 0)}: {move}")
            raise

    def case(self, matter: int | None) -> str:
        """The case that a matter is part of now."""
        assert matter is not None
        return self.desk.log.surviving(self.cases[matter]).id

    def erase(self, author: int, person: str) -> None:
        """Whoever wrote as this author is erased."""
        whose = contact(self.store, f"forum:u{author}")
        found = holdings(self.store, self.archive, whose, _nothing)
        erase(
            self.store,
            self.archive,
            self.tombstones,
            found,
            person=person,
            at=self.clock(),
            progress=_nothing,
        )

    def _find(self, moves: Sequence[Move]) -> None:
        if not moves:
            return
        found = [self._read(move) for move in moves]
        with self.archive.writer("论坛", f"run-{self.clock.at:%m%d%H%M}") as writer:
            self.pipeline.take(found, writer, _never)

    def _read(self, move: Move) -> Post:
        """What is found as a post, as it stands there now."""
        said, name = move.said, move.said["post"]
        match move.what:
            case "delete":
                post = replace(self.posts[name], deleted=True, text="帖子已删除")
            case "edit":
                post = replace(self.posts[name], text=TEXTS[said["text"]].words)
            case "repost":
                original = self.posts[said["of"]]
                post = Post(
                    id=f"forum:{name}",
                    platform="forum",
                    kind=Kind.REPOST,
                    author=_author(said["author"]),
                    text=f"转发微博//@用户:{original.text}",
                    published_at=move.at,
                    root=_reference(original),
                )
            case "seen":
                post = self._post(name, CARE, "您好，已为您处理", move, said["below"], said["root"])
            case _:
                words = TEXTS[said["text"]].words
                post = self._post(name, _author(said["author"]), words, move, said["root"], said["root"])
                if move.matter not in self.cases:
                    assert move.matter is not None
                    self.cases[move.matter] = self.desk.pseudonyms.case(post)
        self.posts[name] = post
        return post

    def _post(
        self, name: str, author: Author, words: str, move: Move, below: str | None, root: str | None
    ) -> Post:
        return Post(
            id=f"forum:{name}",
            platform="forum",
            author=author,
            text=words,
            published_at=move.said["published"],
            parent=_reference(self.posts[below]) if below else None,
            root=_reference(self.posts[root]) if root else None,
        )

    def _step(self, move: Move) -> None:
        if move.what in ROUNDS:
            ROUNDS[move.what](self)
        elif move.what == "erase":
            self.erase(move.said["author"], move.who)
        elif move.what == "split":
            case, post = self.case(move.matter), f"forum:{move.said['post']}"
            self.cases[move.said["to"]] = self.desk.by_hand.split(case, post, move.who).id
        elif move.what == "open":
            self.desk.by_hand.open(f"forum:{move.said['post']}", move.who)
        else:
            self._work(move)

    def _work(self, move: Move) -> None:
        """A step in one case."""
        case, who, said = self.case(move.matter), move.who, move.said
        if move.what == "join":
            self.desk.by_hand.join(case, self.case(said["into"]), who)
        elif move.what == "verdict":
            record = self.store.get(f"forum:{said['post']}")
            assert record is not None
            self.desk.steps.verdict(case, who, record, said["verdict"])
        elif move.what in IN_QUEUE:
            IN_QUEUE[move.what](self.desk.queue, case, who, said)
        else:
            STEPS[move.what](self.desk.steps, case, who, said)


Said = Mapping[str, Any]
IN_QUEUE: Mapping[str, Callable[[Queue, str, str, Said], object]] = {
    "claim": lambda queue, case, who, _: queue.claim(case, who),
    "release": lambda queue, case, who, _: queue.release(case, who),
    "assign": lambda queue, case, who, said: queue.assign(case, who, said["to"]),
    "snooze": lambda queue, case, who, said: queue.snooze(case, who, said["until"]),
    "transfer": lambda queue, case, who, said: queue.transfer(case, who, said["queue"]),
    "return": lambda queue, case, who, _: queue.return_(case, who),
}
STEPS: Mapping[str, Callable[[Steps, str, str, Said], object]] = {
    "respond": lambda steps, case, who, _: steps.respond(case, who),
    "classify": lambda steps, case, who, said: steps.classify(case, who, said["category"].split("/")),
    "note": lambda steps, case, who, _: steps.note(case, who, "已联系客户"),
    "reply": lambda steps, case, who, said: steps.reply(
        case, who, asks=said["asks"], carries_result=said["result"], at=said["given"]
    ),
    "ticket": lambda steps, case, who, said: steps.ticket(case, who, said["system"], said["ticket"]),
    "receipt": lambda steps, case, who, said: steps.receipt(case, who, said["ticket"], "已处理"),
    "escalate": lambda steps, case, who, said: steps.escalate(
        case, who, Escalation(said["level"]), "情况紧急"
    ),
    "close": lambda steps, case, who, said: steps.close(case, who, Result(said["result"])),
    "follow_up": lambda steps, case, who, said: steps.follow_up(case, who, confirmed=said["confirmed"]),
    "reopen": lambda steps, case, who, _: steps.reopen(case, who),
    "abandon": lambda steps, case, who, _: steps.abandon(case, who),
    "convert": lambda steps, case, who, said: steps.convert(
        case, who, said["outcome"], confirmed=said["confirmed"]
    ),
    "invite": lambda steps, case, who, _: steps.invite(case, who),
    "satisfaction": lambda steps, case, who, said: steps.satisfaction(
        case, who, said["score"], said["scale"]
    ),
    "check": lambda steps, case, who, said: steps.check(
        case,
        who,
        category=said["category"].split("/") if "category" in said else (),
        verdict=said.get("verdict"),
        result=Result(said["result"]) if "result" in said else None,
    ),
    "score": lambda steps, case, who, said: steps.score(case, who, said["score"], said["scale"]),
}
ROUNDS: Mapping[str, Callable[[Player], object]] = {
    "tick": lambda player: player.desk.ticker.tick(),
    "sweep": lambda player: player.desk.ticker.sweep(),
    "announce": lambda player: player.open_desk(Workdays()),
}


@contextmanager
def a_player(store: Store, folder: Path) -> Iterator[Player]:
    """A desk on which nothing has happened yet."""
    clock = Clock(BEGIN)
    tombstones = Tombstones(lambda: store)
    with Archive.open(folder / "archive", host="h", now=clock, erased=tombstones) as archive:
        yield Player(store, archive, tombstones, clock, matcher(RULES))


def _author(number: int) -> Author:
    return Author(id=f"u{number}", name=f"用户{number}")


def _reference(post: Post) -> Reference:
    return Reference(id=post.id, author=post.author)


def _never(refused: Refused) -> None:
    raise AssertionError(f"{refused.post.id} was refused: {refused.reason}")


def _nothing(_what: str, _n: int) -> None:
    """Nobody looks on."""
