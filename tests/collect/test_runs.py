"""A run: kept before it does anything, ended with its reason, what is known never ahead of what is stored."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from listening.codec import post_from_json
from listening.collect.coverage.knowledge import read_known
from listening.collect.importers import BadLine
from listening.collect.runs import Runner, runs
from listening.collect.sources import Source
from listening.errors import (
    Conflict,
    CrawlError,
    InputMistake,
    LeaseLost,
    Locked,
    Mistake,
    Place,
    StoreError,
)
from listening.match.matcher import Matcher
from listening.model import Coverage, Hit, Outcome, Post, Run, RunStatus
from listening.store import Store, lease
from listening.store.memory import MemoryStore
from listening.store.owner import Owner
from listening.store.ports import Document, Saved
from tests.collect.site import NOTHING, Answer, Asked, Reply, Site, item, rss
from tests.desk import NOON, PRAISE, WEATHER, Desk, RefusingStore, a_post, matcher, open_desk

FILE = Path("posts.jsonl")
BAD = BadLine(file="posts.jsonl", line=7, reason="is not a JSON value", raw=b"{")
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases that are renewed, and missed, within seconds."""
    monkeypatch.setattr(lease, "TTL", 2.0)


@pytest.fixture
def desk(tmp_path: Path, stack: ExitStack) -> Desk:
    return open_desk(tmp_path, stack, "sqlite:store.sqlite")


def runner(desk: Desk, *, rules: Matcher | None = None) -> Runner:
    return Runner(desk.archive, desk.store, desk.pipeline(rules or matcher()), desk.clock)


def ignore(run: Run) -> None:
    """Nobody looks on."""


def imported(desk: Desk, *posts: Post | BadLine, source: str = "留言") -> Run:
    return runner(desk).import_file(FILE, source, posts, ignore)


def kept(desk: Desk, source: str | None = None) -> list[Run]:
    return list(runs(desk.store, source))


def left_over(store: Store) -> list[str]:
    return [document.key for document in store.documents("running/")]


def mark(desk: Desk) -> str:
    """Of a running import."""
    return f"running/留言@{desk.archive.id}"


# Imports.


def test_a_run_is_kept_with_one_outcome_for_each_thing_it_read(desk: Desk) -> None:
    posts = [a_post(1), a_post(2, PRAISE), a_post(3, WEATHER), a_post(1), a_post(4, platform=None)]
    run = imported(desk, *posts, BAD)
    assert run.outcomes == {
        Outcome.HIT: 1,
        Outcome.MENTION: 1,
        Outcome.UNMATCHED: 1,
        Outcome.REPEAT: 1,
        Outcome.INVALID: 2,
    }
    assert run.read == sum(run.outcomes.values()) == len(posts) + 1
    assert (run.verb, run.source, run.status, run.reason) == ("import", "留言", RunStatus.OK, None)
    assert (run.started_at, run.ended_at) == (NOON, NOON)
    assert kept(desk) == [run]
    assert left_over(desk.store) == []


def test_an_empty_file_gives_an_empty_run(desk: Desk) -> None:
    assert imported(desk).status is RunStatus.EMPTY
    assert [(run.status, run.read) for run in kept(desk)] == [(RunStatus.EMPTY, 0)]


def test_bad_lines_go_to_quarantine_with_their_place(desk: Desk) -> None:
    imported(desk, BAD, a_post())
    (entry,) = desk.archive.quarantine.entries()
    assert (entry.source, entry.file, entry.line) == ("留言", "posts.jsonl", 7)
    assert (entry.reason, entry.raw) == ("is not a JSON value", b"{")


def test_what_cannot_be_stored_goes_to_quarantine_whole_and_once(desk: Desk) -> None:
    imported(desk, a_post(platform=None))
    desk.clock.at = LATER
    imported(desk, a_post(platform=None))
    (entry,) = desk.archive.quarantine.entries()
    assert (entry.file, entry.reason) == ("posts.jsonl", "has no platform, which a stored post needs")
    assert post_from_json(entry.raw) == replace(a_post(platform=None), source="留言")


def test_a_post_is_completed_with_where_it_came_from_and_when(desk: Desk) -> None:
    imported(desk, a_post(1), a_post(2, source="论坛", collected_at=LATER))
    posts = [desk.record(1).post, desk.record(2).post]
    assert [(post.source, post.collected_at) for post in posts] == [("留言", NOON), ("论坛", LATER)]


def test_a_run_tells_how_far_it_is_after_each_batch(desk: Desk) -> None:
    told: list[Run] = []
    posts = (a_post(n, WEATHER) for n in range(2_100))
    run = runner(desk).import_file(FILE, "留言", posts, told.append)
    assert [each.read for each in told] == [1_000, 2_000, 2_100]
    assert [sum(each.outcomes.values()) for each in told] == [1_000, 2_000, 2_100]
    assert {(each.id, each.status) for each in told} == {(run.id, None)}


def test_a_batch_is_stored_before_the_next_one_is_read(desk: Desk) -> None:
    def posts() -> Iterator[Post]:
        yield from (a_post(n) for n in range(1_000))
        assert len(desk.found()) == 1_000
        yield a_post(1_000)

    assert runner(desk).import_file(FILE, "留言", posts(), ignore).read == 1_001


def test_without_good_rules_posts_are_read_and_have_no_outcome_yet(desk: Desk) -> None:
    without = Runner(desk.archive, desk.store, desk.pipeline(None), desk.clock)
    run = without.import_file(FILE, "留言", [a_post(1), BAD], ignore)
    assert (run.read, run.outcomes) == (2, {Outcome.INVALID: 1})
    assert runner(desk).recover().tally.outcomes == {Outcome.HIT: 1}


# The record of a run.


def test_a_run_is_kept_before_anything_is_read(desk: Desk) -> None:
    def posts() -> Iterator[Post]:
        (run,) = kept(desk)
        assert (run.status, run.ended_at, run.read) == (None, None, 0)
        assert left_over(desk.store) == [mark(desk)]
        yield a_post()

    assert runner(desk).import_file(FILE, "留言", posts(), ignore).read == 1


class Killed(BaseException):
    """The end of a process, as far as a run can see it."""


def dies(posts: Sequence[Post] = ()) -> Iterator[Post]:
    yield from posts
    raise Killed


def a_dead_run(desk: Desk, source: str = "留言") -> Run:
    with pytest.raises(Killed):
        runner(desk).import_file(FILE, source, dies([a_post()]), ignore)
    return kept(desk, source)[-1]


def test_a_run_whose_process_died_is_buried_by_the_next_one_of_its_source(desk: Desk) -> None:
    dead = a_dead_run(desk)
    assert dead.status is None
    desk.clock.at = LATER
    run = imported(desk, a_post())
    first, second = kept(desk)
    assert (first.id, first.status) == (dead.id, RunStatus.FAILED)
    assert first.reason == "the process ended before the run did"
    assert first.ended_at is None, "nobody knows when"
    assert second == run
    assert left_over(desk.store) == []


def test_a_run_of_another_source_is_nobody_elses_to_bury(desk: Desk) -> None:
    a_dead_run(desk)
    imported(desk, source="论坛")
    assert kept(desk, "留言")[0].status is None
    assert left_over(desk.store) == [mark(desk)]


def test_a_run_that_died_before_it_was_kept_leaves_only_its_mark(desk: Desk) -> None:
    desk.store.put_document(mark(desk), {"run": "never-kept"}, 0)
    run = imported(desk)
    assert kept(desk) == [run]
    assert left_over(desk.store) == []


def test_a_run_that_died_after_its_end_was_kept_keeps_its_end(desk: Desk) -> None:
    ended = imported(desk, a_post())
    desk.store.put_document(mark(desk), {"run": ended.id}, 0)
    desk.clock.at = LATER
    imported(desk)
    assert kept(desk)[0] == ended
    assert left_over(desk.store) == []


def test_an_import_on_another_machine_is_not_taken_for_a_dead_one(
    desk: Desk, tmp_path: Path, stack: ExitStack
) -> None:
    there = open_desk(tmp_path / "there", stack, desk.store)

    def posts() -> Iterator[Post]:
        yield a_post(1)
        assert imported(there, a_post(2)).status is RunStatus.OK
        yield a_post(3)

    assert runner(desk).import_file(FILE, "留言", posts(), ignore).read == 2
    assert [run.status for run in kept(desk)] == [RunStatus.OK, RunStatus.OK]
    assert left_over(desk.store) == []


def test_an_import_leaves_a_crawl_of_that_name_alone_and_a_crawl_buries_both(desk: Desk) -> None:
    a_dead_run(desk, "晚报")
    desk.store.put_document("running/晚报", {"run": "crawl"}, 0)
    imported(desk, a_post(), source="晚报")
    assert left_over(desk.store) == ["running/晚报"]
    a_dead_run(desk, "晚报")
    crawled(desk, always(Reply(NEWS)))
    assert left_over(desk.store) == []
    assert None not in [run.status for run in kept(desk)]


def test_runs_of_a_source_come_from_old_to_new_also_within_a_second(desk: Desk) -> None:
    made = []
    for n in range(5):
        desk.clock.at = NOON + timedelta(milliseconds=n)
        made.append(imported(desk).id)
    assert [run.id for run in kept(desk)] == made


def test_runs_of_one_source_leave_out_those_of_a_longer_name(desk: Desk) -> None:
    for source in ("论坛", "论坛/外地", "论坛2"):
        imported(desk, source=source)
    assert [run.source for run in kept(desk, "论坛")] == ["论坛"]
    assert [run.source for run in kept(desk, "论坛/外地")] == ["论坛/外地"]
    assert len(kept(desk)) == 3


def test_what_was_recovered_is_counted_by_the_next_run_and_only_by_it(desk: Desk) -> None:
    with desk.archive.writer("论坛", "dead") as writer:
        writer.append([a_post(1), a_post(2, WEATHER)])
    again = runner(desk)
    assert again.recover().tally.outcomes == {Outcome.HIT: 1, Outcome.UNMATCHED: 1}
    again.import_file(FILE, "留言", [a_post(3)], ignore)
    again.import_file(FILE, "论坛", [], ignore)
    assert [(run.source, run.recovered) for run in kept(desk)] == [("留言", 2), ("论坛", 0)]
    assert [run.read for run in kept(desk)] == [1, 0], "what was recovered was not read by them"


# Stores that fail.


class FailingStore(MemoryStore):
    """Refuses the kinds of work that are named in `refuses`."""

    def __init__(self, *refuses: str) -> None:
        super().__init__()
        self.refuses = set(refuses)

    def save(self, hits: Sequence[Hit]) -> Saved:
        self._may_refuse("save")
        return super().save(hits)

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        self._may_refuse(key.partition("/")[0] + f"@{version}")
        return super().put_document(key, body, version)

    def _may_refuse(self, work: str) -> None:
        if work in self.refuses:
            raise StoreError("the store", "is not there", "start it")


def test_a_store_that_fails_ends_the_run_as_failed_with_the_cause(tmp_path: Path, stack: ExitStack) -> None:
    desk = open_desk(tmp_path, stack, FailingStore("save"))
    posts = [*(a_post(n, WEATHER) for n in range(1_000)), a_post("last")]
    with pytest.raises(StoreError, match="is not there"):
        imported(desk, *posts)
    (run,) = kept(desk)
    assert (run.status, run.reason) == (RunStatus.FAILED, "the store: is not there - start it")
    assert (run.read, run.outcomes) == (1_000, {Outcome.UNMATCHED: 1_000}), "so much was finished"
    assert run.ended_at == NOON
    assert left_over(desk.store) == []


def test_where_the_end_cannot_be_kept_the_next_run_tells_it(tmp_path: Path, stack: ExitStack) -> None:
    store = FailingStore("save", "run@1")
    desk = open_desk(tmp_path, stack, store)
    with pytest.raises(StoreError):
        imported(desk, a_post())
    assert kept(desk)[0].status is None
    store.refuses.clear()
    desk.clock.at = LATER
    assert runner(desk).recover().tally.outcomes == {Outcome.HIT: 1}
    imported(desk, a_post())
    assert [run.status for run in kept(desk)] == [RunStatus.FAILED, RunStatus.OK]


@pytest.mark.parametrize("refused", ["running@0", "run@0"])
def test_a_run_that_cannot_be_kept_does_not_begin(tmp_path: Path, stack: ExitStack, refused: str) -> None:
    desk = open_desk(tmp_path, stack, FailingStore(refused))
    with pytest.raises(StoreError):
        imported(desk, a_post())
    assert desk.archive.counts().posts == 0


def test_a_file_that_turns_out_unusable_half_way_ends_the_run_as_failed(desk: Desk) -> None:
    def posts() -> Iterator[Post]:
        yield a_post()
        raise InputMistake([Mistake(Place("posts.jsonl", 2), "the file is cut off", "get it again")])

    with pytest.raises(InputMistake):
        runner(desk).import_file(FILE, "留言", posts(), ignore)
    (run,) = kept(desk)
    assert (run.status, run.reason) == (RunStatus.FAILED, "posts.jsonl:2: the file is cut off - get it again")


# Crawls: a real child process, a real server.

NEWS = rss(item("a"), item("b"))


def always(reply: Reply) -> Answer:
    return lambda _: reply


def paper(url: str, **settings: Any) -> Source:
    return Source(name="晚报", spider="feed_entries", settings={"url": f"{url}/feed", "delay": 0, **settings})


def crawled(desk: Desk, answer: Answer) -> Run:
    with Site(answer) as site:
        return runner(desk).crawl(paper(site.url), ignore)


def known(desk: Desk) -> Document | None:
    return desk.store.get_document("known/晚报")


def coverage(desk: Desk) -> Coverage:
    (found,) = read_known(desk.store, "晚报").known.queries
    return found


STATUSES = {
    "a feed": (Reply(NEWS), RunStatus.OK, 2),
    "a feed without entries": (Reply(rss()), RunStatus.EMPTY, 0),
    "nothing there": (NOTHING, RunStatus.FAILED, 0),
    "forbidden": (Reply(status=403), RunStatus.BLOCKED, 0),
    "something else": (Reply(b"<html><body>new design</body></html>", type="text/html"), RunStatus.LAYOUT, 0),
}


@pytest.mark.parametrize(("reply", "status", "read"), STATUSES.values(), ids=STATUSES)
def test_a_crawl_is_kept_with_its_status_and_only_a_whole_one_vouches_for_anything(
    desk: Desk, reply: Reply, status: RunStatus, read: int
) -> None:
    run = crawled(desk, always(reply))
    assert (run.verb, run.source, run.status, run.read) == ("crawl", "晚报", status, read)
    assert (run.reason is None) == (status in (RunStatus.OK, RunStatus.EMPTY))
    assert kept(desk) == [run]
    whole = status in (RunStatus.OK, RunStatus.EMPTY)
    found = coverage(desk)
    assert (found.status, bool(found.vouched), bool(found.gaps)) == (status, whole and read > 0, not whole)
    assert desk.archive.counts().posts == read


def test_the_next_crawl_begins_where_the_last_one_ended(desk: Desk) -> None:
    def answer(asked: Asked) -> Reply:
        known = asked.headers.get("if-none-match") == '"1"'
        return Reply(status=304) if known else Reply(NEWS, headers={"ETag": '"1"'})

    with Site(answer) as site:
        first = runner(desk).crawl(paper(site.url), ignore)
        before = coverage(desk)
        desk.clock.at += timedelta(hours=1)
        second = runner(desk).crawl(paper(site.url), ignore)
    assert (first.status, first.read, second.status, second.read) == (RunStatus.OK, 2, RunStatus.EMPTY, 0)
    assert coverage(desk).marks == before.marks
    assert len(coverage(desk).vouched) == 1
    assert coverage(desk).vouched[0].end > before.vouched[0].end
    assert first.statistics["posts"] == 2


def test_a_crawl_whose_crawler_was_killed_leaves_a_gap_that_the_next_one_closes(desk: Desk) -> None:
    kills = [True, False]

    def answer(_: Asked) -> Reply:
        if kills.pop(0):
            os.kill(crawler_of(os.getpid()), signal.SIGKILL)
        page: dict[str, Any] = {"version": "https://jsonfeed.org/version/1.1", "items": [], "next_url": None}
        return Reply(json.dumps(page).encode())

    with Site(answer) as site:
        first = runner(desk).crawl(paper(site.url), ignore)
        (gap,) = coverage(desk).gaps
        assert (first.status, first.reason) == (RunStatus.FAILED, "the crawler was killed (SIGKILL)")
        assert (gap.stretch.end, gap.reason, coverage(desk).vouched) == (first.started_at, first.reason, ())
        second = runner(desk).crawl(paper(site.url), ignore, at_once=True)
    assert (second.status, coverage(desk).status) == (RunStatus.EMPTY, RunStatus.EMPTY)


def crawler_of(parent: int) -> int:
    """The process id of its only child that crawls."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    (found,) = [
        n for n in children if b"listening.collect.crawling.child" in Path(f"/proc/{n}/cmdline").read_bytes()
    ]
    return int(found)


def test_what_is_shown_again_is_a_repeat(desk: Desk) -> None:
    with Site(always(Reply(NEWS))) as site:
        outcomes = [runner(desk).crawl(paper(site.url), ignore).outcomes for _ in range(2)]
    assert outcomes == [{Outcome.HIT: 2}, {Outcome.REPEAT: 2}]


def test_nothing_is_known_past_what_could_not_be_stored(tmp_path: Path, stack: ExitStack) -> None:
    store = FailingStore("save")
    desk = open_desk(tmp_path, stack, store)
    with Site(always(Reply(NEWS))) as site:
        with pytest.raises(StoreError):
            runner(desk).crawl(paper(site.url), ignore)
        assert known(desk) is None
        assert kept(desk)[0].reason == "the store: is not there - start it"
        store.refuses.clear()
        again = runner(desk)
        assert again.recover().tally.outcomes == {Outcome.HIT: 2}
        assert again.crawl(paper(site.url), ignore).outcomes == {Outcome.REPEAT: 2}
    assert known(desk) is not None


class RacedStore(MemoryStore):
    """Another machine learns of the source while we crawl."""

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        if key.startswith("known/"):
            super().put_document(key, {"theirs": True}, 0)
        return super().put_document(key, body, version)


def test_what_somebody_else_has_learned_is_left_alone_and_the_run_says_why_it_failed(
    tmp_path: Path, stack: ExitStack
) -> None:
    desk = open_desk(tmp_path, stack, RacedStore())
    with pytest.raises(Conflict):
        crawled(desk, always(Reply(NEWS)))
    (run,) = kept(desk)
    assert (run.status, run.read) == (RunStatus.FAILED, 2)
    assert run.reason is not None and run.reason.startswith("known/晚报: has version 1")
    found = known(desk)
    assert found is not None and found.body == {"theirs": True}
    assert left_over(desk.store) == []


def test_a_source_that_cannot_be_crawled_as_it_is_configured_is_a_failed_run(desk: Desk) -> None:
    with pytest.raises(CrawlError, match="unknown setting 'urll'"):
        runner(desk).crawl(paper("http://127.0.0.1:1", urll="x"), ignore)
    (run,) = kept(desk)
    assert run.status is RunStatus.FAILED
    assert run.reason == "晚报: urll: unknown setting 'urll' - did you mean 'url'?"
    assert left_over(desk.store) == []


def test_a_source_that_was_well_is_not_any_more_where_it_cannot_be_crawled(desk: Desk) -> None:
    crawled(desk, always(Reply(NEWS)))
    before = coverage(desk)
    desk.clock.at += timedelta(hours=1)
    with pytest.raises(CrawlError, match="the environment variable 'NOWHERE'"):
        runner(desk).crawl(paper("http://127.0.0.1:1", cookie_env="NOWHERE"), ignore)
    found = coverage(desk)
    assert (found.status, found.vouched, found.last_good) == (
        RunStatus.FAILED,
        before.vouched,
        before.last_good,
    )
    (gap,) = found.gaps
    assert (gap.stretch.begin, gap.stretch.end) == (before.vouched[-1].end, desk.clock.at)
    assert "'NOWHERE' (cookie_env) is not set" in gap.reason


def test_an_item_that_is_no_post_goes_to_quarantine_and_counts_as_invalid(desk: Desk) -> None:
    run = crawled(desk, always(Reply(rss(item("a"), "<item><guid>b</guid><title>t b</title></item>"))))
    assert run.outcomes == {Outcome.HIT: 1, Outcome.INVALID: 1}
    (entry,) = desk.archive.quarantine.entries()
    assert (entry.source, entry.file, entry.line) == ("晚报", "晚报", 0)
    assert entry.reason == "has no published_at, which a stored post needs"


# Crawls of one source by several machines: each has an archive, all have one store.


@pytest.fixture
def there(desk: Desk, tmp_path: Path, stack: ExitStack) -> Desk:
    """Another machine."""
    return open_desk(tmp_path / "there", stack, desk.store)


@pytest.mark.usefixtures("quick")
def test_a_source_that_another_machine_crawls_is_locked(desk: Desk, there: Desk) -> None:
    met: list[str] = []

    def answer(_: Asked) -> Reply:
        with pytest.raises(Locked) as locked:
            runner(there).crawl(paper("http://127.0.0.1:9"), ignore)
        met.append(str(locked.value))
        return Reply(NEWS)

    assert crawled(desk, answer).status is RunStatus.OK
    assert met
    assert met[0].startswith("晚报: process ")
    assert met[0].endswith(" is at work on it - wait until it is done")
    assert len(kept(desk)) == 1, "the other one never began"


def test_a_source_is_free_again_after_a_crawl_also_after_one_that_failed(desk: Desk, there: Desk) -> None:
    with pytest.raises(CrawlError):
        runner(desk).crawl(paper("http://127.0.0.1:1", urll="x"), ignore)
    with Site(always(Reply(NEWS))) as site:
        assert runner(there).crawl(paper(site.url), ignore).outcomes == {Outcome.HIT: 2}
        assert runner(desk).crawl(paper(site.url), ignore).status is RunStatus.OK
    number = desk.store.get_document("lease/晚报")
    assert number is not None
    assert (number.body["owner"], number.body["fencing"]) == (None, 3)


def test_what_is_known_carries_the_number_of_the_lease_it_was_written_under(desk: Desk) -> None:
    for guid in ("a", "b"):
        crawled(desk, always(Reply(rss(item(guid)), headers={"ETag": f'"{guid}"'})))
    found = known(desk)
    assert found is not None
    assert found.body["fencing"] == 2


def test_the_numbers_of_leases_go_on_where_only_what_is_known_was_copied(desk: Desk) -> None:
    desk.store.put_document("known/晚报", {"known": "{}", "fencing": 7}, 0)
    crawled(desk, always(Reply(NEWS)))
    found = known(desk)
    assert found is not None
    assert found.body["fencing"] == 8


def taken_over(store: Store) -> None:
    """As another machine does it after a long silence; then the one that lost it hears of it."""
    (beat,) = (thread for thread in threading.enumerate() if thread.name == "lease 晚报")
    while True:
        found = store.get_document("lease/晚报")
        assert found is not None
        owner = replace(Owner.myself(), host="elsewhere", realm="").body()
        body = {**found.body, "owner": owner, "fencing": found.body["fencing"] + 1}
        with suppress(Conflict):
            store.put_document(found.key, body, found.version)
            break
    beat.join(20)
    assert not beat.is_alive()


@pytest.mark.usefixtures("quick")
def test_what_was_taken_over_writes_nothing_more(desk: Desk) -> None:
    before: list[Document] = []

    def answer(_: Asked) -> Reply:
        taken_over(desk.store)
        before.extend(desk.store.documents(""))
        return Reply(NEWS)

    with pytest.raises(LeaseLost, match=r"晚报: process .* on elsewhere has taken over, .* - leave it"):
        crawled(desk, answer)
    assert list(desk.store.documents("")) == before
    assert desk.found() == []
    assert desk.archive.counts().posts == 0
    assert kept(desk)[0].status is None


@pytest.mark.usefixtures("quick")
def test_the_run_that_lost_its_source_is_buried_by_the_next_one(desk: Desk, there: Desk) -> None:
    def answer(_: Asked) -> Reply:
        taken_over(desk.store)
        return Reply(NEWS)

    with pytest.raises(LeaseLost):
        crawled(desk, answer)
    there.clock.at = LATER
    crawled(there, always(Reply(NEWS)))
    first, second = kept(desk)
    assert (first.status, second.status) == (RunStatus.FAILED, RunStatus.OK)
    assert first.reason == "the process ended, or lost the source to another, before the run did"


class LateStore(MemoryStore):
    """The source is taken over, and more is known of it, right before we write what we know."""

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        if key.startswith("known/"):
            taken_over(self)
            super().put_document(key, {"theirs": True, "fencing": body["fencing"] + 1}, version)
        return super().put_document(key, body, version)


@pytest.mark.usefixtures("quick")
def test_what_is_known_under_a_later_lease_is_never_written_over(tmp_path: Path, stack: ExitStack) -> None:
    desk = open_desk(tmp_path, stack, LateStore())
    with pytest.raises(LeaseLost):
        crawled(desk, always(Reply(NEWS)))
    found = known(desk)
    assert found is not None
    assert found.body == {"theirs": True, "fencing": 2}
    assert kept(desk)[0].status is None


# Records that a store refuses.


def test_what_the_store_refuses_is_quarantined_and_the_rest_of_the_run_goes_on(
    tmp_path: Path, stack: ExitStack
) -> None:
    desk = open_desk(tmp_path, stack, RefusingStore("forum:2"))
    run = imported(desk, a_post(1), a_post(2), a_post(3, WEATHER))
    assert run.outcomes == {Outcome.HIT: 1, Outcome.UNMATCHED: 1, Outcome.INVALID: 1}
    assert run.status is RunStatus.OK
    (entry,) = desk.archive.quarantine.entries()
    assert (entry.source, entry.file) == ("留言", "posts.jsonl")
    assert entry.reason == "the store refused it: its text is too long"
    assert post_from_json(entry.raw) == replace(a_post(2), source="留言")
    assert desk.archive.counts().pending == 0
