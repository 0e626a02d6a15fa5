"""The way of one post: archive, match, store, settle, whatever happens between two of these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.archive import Archive, State
from listening.codec import post_from_json
from listening.errors import StoreError
from listening.match.matcher import Matched, Matcher
from listening.model import Hit, Metrics, Observation, Outcome, Post, Status
from listening.pipeline import Refused, Tally
from listening.store.memory import MemoryStore
from listening.store.ports import Saved
from tests.desk import (
    LOTTERY,
    MAX_AGE,
    NOON,
    OUTAGE,
    PRAISE,
    RULES,
    WEATHER,
    Clock,
    Desk,
    RefusingStore,
    a_post,
    likes,
    matcher,
    open_desk,
)

HIT, MENTION, UNMATCHED, EXCLUDED, REPEAT, INVALID = Outcome
LATER = NOON + timedelta(hours=2)
FOUND_WITH = Observation(at=NOON, metrics=Metrics(likes=1))


@pytest.fixture(params=["memory:", "sqlite:store.sqlite"], ids=["memory", "sqlite"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with ExitStack() as stack:
        yield open_desk(tmp_path, stack, request.param)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def ends(**outcomes: int) -> Tally:
    return Tally(Counter({Outcome(name): number for name, number in outcomes.items()}))


OUTCOMES = {
    "a subject and a scenario": (a_post(text=OUTAGE), HIT),
    "a subject only": (a_post(text=PRAISE), MENTION),
    "a scenario only": (a_post(text="又断网了"), UNMATCHED),
    "neither": (a_post(text=WEATHER), UNMATCHED),
    "no text": (a_post(text=""), UNMATCHED),
    "a word that is to be ignored": (a_post(text=LOTTERY), EXCLUDED),
    "no platform": (a_post(platform=None), INVALID),
    "no time": (a_post(published_at=None), INVALID),
}


@pytest.mark.parametrize(("post", "outcome"), OUTCOMES.values(), ids=OUTCOMES)
def test_a_post_ends_in_one_outcome(desk: Desk, post: Post, outcome: Outcome) -> None:
    assert desk.take(post) == ends(**{outcome: 1})
    assert desk.found() == ([post.id] if outcome in (HIT, MENTION) else [])


def test_the_outcomes_of_a_batch_sum_up_to_its_posts(desk: Desk) -> None:
    desk.take(a_post("seen"))
    batch = [replace(post, id=f"forum:{n}") for n, (post, _) in enumerate(OUTCOMES.values())]
    tally = desk.take(*batch, a_post("seen"), batch[0])
    assert tally == ends(hit=1, mention=1, unmatched=3, excluded=1, invalid=2, repeat=2)
    assert tally.total == len(batch) + 2


def test_an_empty_batch_has_no_outcome(desk: Desk) -> None:
    assert desk.take() == ends()
    assert list(desk.archive.folder.rglob("*.zst")) == []


versions = st.builds(
    a_post,
    st.integers(1, 3),
    st.sampled_from([OUTAGE, PRAISE, WEATHER, LOTTERY]),
    metrics=st.none() | st.builds(likes, st.integers(0, 2)),
    published_at=st.sampled_from([NOON, NOON - timedelta(days=9), None]),
)


@settings(max_examples=25, deadline=None)
@given(batches=st.lists(st.lists(versions, max_size=6), max_size=4))
def test_whatever_comes_in_the_store_holds_the_last_versions_that_match(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[Post]]
) -> None:
    with ExitStack() as stack:
        desk = open_desk(tmp_path_factory.mktemp("desk"), stack)
        assert [desk.take(*batch).total for batch in batches] == [len(batch) for batch in batches]
        last = {post.id: post for batch in batches for post in batch if post.published_at is not None}
        wanted = {m.post.id: m.post.text for m in matcher().match(list(last.values())) if m.hit is not None}
        assert {hit.id: hit.post.text for hit in desk.store.scan()} == wanted
        assert desk.archive.counts().pending == 0


# The order. Each part looks around when its turn comes.

Look = Callable[[str], None]


class LookingArchive(Archive):
    look: Look

    def settle(self, results: Iterable[tuple[Post, Outcome]], rules_digest: str) -> list[str]:
        self.look("settle")
        return super().settle(results, rules_digest)


class LookingStore(MemoryStore):
    look: Look

    def save(self, hits: Sequence[Hit]) -> Saved:
        self.look("store")
        return super().save(hits)


class LookingMatcher(Matcher):
    look: Look

    def match(self, posts: Sequence[Post]) -> list[Matched]:
        self.look("match")
        return super().match(posts)


def test_a_post_is_archived_before_it_is_matched_before_it_is_stored_before_it_is_settled(
    tmp_path: Path, stack: ExitStack
) -> None:
    seen: list[tuple[str, bool, bool, bool]] = []

    def look(step: str) -> None:
        with Archive.open(tmp_path) as other:
            on_disk = any(path.stat().st_size for path in tmp_path.rglob("*.zst"))
            settled = other.seen([a_post()])[0].state is State.REPEAT
        seen.append((step, on_disk, store.get(a_post().id) is not None, settled))

    archive = LookingArchive.open(tmp_path, now=Clock())
    assert isinstance(archive, LookingArchive)
    stack.enter_context(archive)
    store, rules = LookingStore(), LookingMatcher(matcher().plan.ruleset)
    archive.look = store.look = rules.look = look
    Desk(archive, store, Clock()).take(a_post(), rules=rules)
    look("end")
    assert seen == [
        ("match", True, False, False),
        ("store", True, False, False),
        ("settle", True, True, False),
        ("end", True, True, True),
    ]


# Seen again.


def test_a_repeat_is_neither_archived_nor_stored_again(desk: Desk) -> None:
    desk.take(a_post(collected_at=NOON))
    before = desk.archive.counts(), desk.record()
    desk.clock.at = LATER
    assert desk.take(a_post(collected_at=LATER, source="别处", region="上海")) == ends(repeat=1)
    assert (desk.archive.counts(), desk.record()) == before


def test_of_a_repeat_only_changed_metrics_are_added_to_the_history(desk: Desk) -> None:
    desk.take(a_post(metrics=likes(1)))
    desk.take(a_post(metrics=likes(1), collected_at=LATER))
    assert desk.record().metrics_history == (FOUND_WITH,)
    desk.take(a_post(metrics=likes(7), collected_at=LATER))
    desk.take(a_post(metrics=None))
    desk.take(a_post(metrics=likes(7)))
    assert desk.record().metrics_history == (
        FOUND_WITH,
        Observation(at=LATER, metrics=likes(7)),
    )
    assert desk.record().post.metrics == likes(7)
    assert desk.archive.seen([a_post()])[0].metrics == likes(7)


def test_metrics_without_a_time_of_collection_are_of_now(desk: Desk) -> None:
    desk.take(a_post(metrics=likes(1)))
    desk.clock.at = LATER
    desk.take(a_post(metrics=likes(7)))
    assert desk.record().metrics_history == (
        FOUND_WITH,
        Observation(at=LATER, metrics=likes(7)),
    )


def test_metrics_of_what_never_matched_are_only_remembered(desk: Desk) -> None:
    desk.take(a_post(text=WEATHER, metrics=likes(1)))
    assert desk.take(a_post(text=WEATHER, metrics=likes(7))) == ends(repeat=1)
    assert desk.found() == []
    assert desk.archive.seen([a_post(text=WEATHER)])[0].metrics == likes(7)


def test_an_edited_text_is_matched_again_and_stays_one_record(desk: Desk) -> None:
    desk.take(a_post(metrics=likes(1)))
    first = desk.record()
    desk.clock.at = LATER
    edited = a_post(text="星河宽带乱扣费", metrics=likes(3), collected_at=LATER)
    assert desk.take(edited) == ends(hit=1)
    assert desk.found() == ["forum:1"]
    record = desk.record()
    assert (record.post.text, record.scenarios) == ("星河宽带乱扣费", ("星河宽带/资费争议",))
    assert (record.found_at, record.respond_by, record.status) == (NOON, first.respond_by, Status.OPEN)
    assert record.metrics_history == (
        FOUND_WITH,
        Observation(at=LATER, metrics=likes(3)),
    )


def test_an_edit_that_matches_no_more_is_withdrawn_and_comes_back_when_it_matches_again(desk: Desk) -> None:
    desk.take(a_post())
    first = desk.record()
    assert desk.take(a_post(text=WEATHER)) == replace(ends(unmatched=1), withdrawn=1)
    assert desk.record() == replace(first, status=Status.WITHDRAWN)
    assert desk.found() == []
    desk.clock.at = LATER
    assert desk.take(a_post(text="星河宽带还是断网")) == ends(hit=1)
    back = desk.record()
    assert desk.found() == ["forum:1"]
    assert (back.status, back.found_at, back.respond_by) == (Status.OPEN, NOON, first.respond_by)


def test_a_case_that_waits_no_more_is_not_reopened_by_an_edit(desk: Desk) -> None:
    desk.take(a_post(published_at=NOON - MAX_AGE * 2))
    assert desk.record().status is Status.KEPT
    assert desk.take(a_post(text="星河宽带还是断网", published_at=NOON)) == ends(hit=1)
    assert (desk.record().status, desk.record().respond_by) == (Status.KEPT, None)


def test_a_mention_that_becomes_a_hit_is_found_as_a_hit_then_and_queued(desk: Desk) -> None:
    desk.take(a_post(text=PRAISE))
    assert desk.record().status is Status.KEPT
    desk.clock.at = LATER
    desk.take(a_post(text="星河宽带还不错，但是又断网了"))
    record = desk.record()
    assert (record.level, record.status, record.found_at) == (2, Status.OPEN, LATER)
    assert record.respond_by == LATER + timedelta(minutes=30)


def test_a_hit_that_is_only_a_mention_now_leaves_the_queue_until_it_is_a_hit_again(desk: Desk) -> None:
    desk.take(a_post())
    first = desk.record()
    assert desk.take(a_post(text=PRAISE)) == ends(mention=1)
    assert (desk.record().level, desk.record().status) == (1, Status.KEPT)
    desk.clock.at = LATER
    desk.take(a_post(text="星河宽带还是断网"))
    back = desk.record()
    assert (back.status, back.found_at, back.respond_by) == (Status.OPEN, NOON, first.respond_by)


def test_a_deleted_post_is_marked_and_keeps_its_last_words(desk: Desk) -> None:
    desk.take(a_post(metrics=likes(3)))
    assert desk.take(a_post(text="该内容已被删除", deleted=True)) == ends(hit=1)
    record = desk.record()
    assert (record.post.deleted, record.post.text, record.status) == (True, OUTAGE, Status.OPEN)
    assert record.post.metrics == likes(3)
    assert desk.found("断网") == ["forum:1"]


def test_a_deleted_post_stays_a_hit_in_a_replay(desk: Desk) -> None:
    desk.take(a_post())
    desk.take(a_post(text="", deleted=True))
    assert desk.replay() == ends(hit=1)
    assert (desk.record().post.text, desk.record().post.deleted) == (OUTAGE, True)


def test_a_post_that_was_deleted_before_anybody_saw_it_has_no_words_to_keep(desk: Desk) -> None:
    assert desk.take(a_post(text="该内容已被删除", deleted=True)) == ends(unmatched=1)


def test_a_withdrawn_post_does_not_come_back_by_being_deleted(desk: Desk) -> None:
    desk.take(a_post())
    desk.take(a_post(text=WEATHER))
    assert desk.take(a_post(text="", deleted=True)) == ends(unmatched=1)
    assert desk.record().status is Status.WITHDRAWN


def test_the_last_of_several_versions_in_one_batch_counts(desk: Desk) -> None:
    tally = desk.take(
        a_post(), a_post(2), a_post(), a_post(text=WEATHER), a_post(text=PRAISE, metrics=likes(2))
    )
    assert tally == replace(ends(hit=2, repeat=1, unmatched=1, mention=1), withdrawn=1)
    assert desk.found() == ["forum:1", "forum:2"]
    assert (desk.record().level, desk.record().post.text) == (1, PRAISE)
    stored = desk.archive.get("forum:1")
    assert stored is not None and stored.text == PRAISE


# Posts that cannot be stored.

UNSTORABLE = {
    "no platform": (a_post(platform=None), "has no platform, which a stored post needs"),
    "no time": (a_post(published_at=None), "has no published_at, which a stored post needs"),
    "neither": (
        a_post(platform=None, published_at=None),
        "has no platform and no published_at, which a stored post needs",
    ),
}


@pytest.mark.parametrize(("post", "reason"), UNSTORABLE.values(), ids=UNSTORABLE)
def test_what_cannot_be_stored_is_handed_back_with_its_reason_and_the_rest_goes_on(
    desk: Desk, post: Post, reason: str
) -> None:
    assert desk.take(post, a_post(2)) == ends(invalid=1, hit=1)
    assert desk.refused == [Refused(post, reason)]
    assert desk.found() == ["forum:2"]
    assert desk.archive.get(post.id) is None


# The queue.

AGES = {
    "now": (timedelta(0), Status.OPEN),
    "just not too old": (MAX_AGE, Status.OPEN),
    "a millisecond too old": (MAX_AGE + timedelta(milliseconds=1), Status.KEPT),
    "years ago": (timedelta(days=3000), Status.KEPT),
    "a clock that is ahead": (-timedelta(hours=5), Status.OPEN),
}


@pytest.mark.parametrize(("age", "status"), AGES.values(), ids=AGES)
def test_a_hit_is_always_stored_and_queued_only_while_it_is_fresh(
    desk: Desk, age: timedelta, status: Status
) -> None:
    assert desk.take(a_post(published_at=NOON - age)) == ends(hit=1)
    record = desk.record()
    assert record.status is status
    assert (record.respond_by is not None) == (status is Status.OPEN), "only what waits has a deadline"


def test_a_mention_is_never_queued(desk: Desk) -> None:
    desk.take(a_post(text=PRAISE))
    assert (desk.record().status, desk.record().respond_by) == (Status.KEPT, None)


DEADLINES = {
    "of its one scenario": (OUTAGE, timedelta(minutes=30)),
    "the shortest of two": ("星河宽带断网了，还乱扣费", timedelta(minutes=30)),
    "a longer one": ("星河宽带乱扣费", timedelta(hours=2)),
    "none where no scenario has one": ("听说星河宽带", None),
    "of the only scenario that has one": ("听说星河宽带乱扣费", timedelta(hours=2)),
}


@pytest.mark.parametrize(("text", "limit"), DEADLINES.values(), ids=DEADLINES)
def test_the_deadline_is_the_time_of_finding_and_the_shortest_time_to_respond(
    desk: Desk, text: str, limit: timedelta | None
) -> None:
    desk.clock.at = LATER
    desk.take(a_post(text=text))
    record = desk.record()
    assert record.found_at == LATER
    assert record.respond_by == (None if limit is None else LATER + limit)


def test_a_record_is_stamped_with_what_made_it(desk: Desk) -> None:
    desk.take(a_post())
    assert desk.record().rules_version == matcher().rules_version


# Stores that fail, rules that are bad, others who are faster.


class FailingStore(MemoryStore):
    """Cannot do its next `fails` pieces of work of one kind."""

    def __init__(self, work: str, fails: int = 1) -> None:
        super().__init__()
        self._work, self._fails = work, fails

    def save(self, hits: Sequence[Hit]) -> Saved:
        self._may_fail("save")
        return super().save(hits)

    def withdraw(self, ids: Sequence[str]) -> int:
        self._may_fail("withdraw")
        return super().withdraw(ids)

    def observe(self, seen: Sequence[tuple[str, datetime, Metrics]]) -> int:
        self._may_fail("observe")
        return super().observe(seen)

    def _may_fail(self, work: str) -> None:
        if work == self._work and self._fails:
            self._fails -= 1
            raise StoreError("the store", "is not there", "start it")


def test_a_store_that_fails_leaves_the_posts_pending_and_the_next_command_finishes_them(
    tmp_path: Path, stack: ExitStack
) -> None:
    desk = open_desk(tmp_path, stack, FailingStore("save"))
    with pytest.raises(StoreError, match="is not there"):
        desk.take(a_post(1), a_post(2, WEATHER), a_post(3, PRAISE))
    assert desk.archive.counts().pending == 3
    assert desk.found() == []
    assert desk.recover() == ends(hit=1, unmatched=1, mention=1)
    assert desk.found() == ["forum:1", "forum:3"]
    assert desk.archive.counts().pending == 0
    assert desk.recover() == ends()
    assert desk.take(a_post(1)) == ends(repeat=1)


def test_a_withdrawal_that_fails_is_made_up_for(tmp_path: Path, stack: ExitStack) -> None:
    desk = open_desk(tmp_path, stack, FailingStore("withdraw"))
    desk.take(a_post())
    with pytest.raises(StoreError):
        desk.take(a_post(text=WEATHER))
    assert desk.found() == ["forum:1"]
    assert desk.recover() == replace(ends(unmatched=1), withdrawn=1)
    assert desk.found() == []


def test_metrics_that_could_not_be_stored_are_news_again_the_next_time(
    tmp_path: Path, stack: ExitStack
) -> None:
    desk = open_desk(tmp_path, stack, FailingStore("observe"))
    desk.take(a_post(metrics=likes(1)))
    with pytest.raises(StoreError):
        desk.take(a_post(metrics=likes(7)))
    desk.take(a_post(metrics=likes(7)))
    assert [each.metrics for each in desk.record().metrics_history] == [likes(1), likes(7)]


def test_a_pending_post_that_is_seen_again_is_taken_whole_and_never_for_a_repeat(
    tmp_path: Path, stack: ExitStack
) -> None:
    desk = open_desk(tmp_path, stack, FailingStore("save"))
    with pytest.raises(StoreError):
        desk.take(a_post())
    assert desk.take(a_post()) == ends(hit=1)
    assert desk.found() == ["forum:1"]


def test_without_good_rules_posts_are_archived_and_wait_for_them(desk: Desk) -> None:
    with desk.archive.writer("论坛", "run") as writer:
        without = desk.pipeline(None)
        assert without.take([a_post(), a_post(2, WEATHER)], writer, desk.refused.append) == ends()
    assert without.recover() == ends()
    assert desk.archive.counts().pending == 2
    assert desk.recover() == ends(hit=1, unmatched=1)


def test_without_good_rules_what_cannot_be_stored_is_refused_all_the_same(desk: Desk) -> None:
    with desk.archive.writer("论坛", "run") as writer:
        tally = desk.pipeline(None).take([a_post(platform=None)], writer, desk.refused.append)
    assert tally == ends(invalid=1)


class BusyMatcher(Matcher):
    """Something else happens while it matches for the first time."""

    meanwhile: Callable[[], object] | None = None

    def match(self, posts: Sequence[Post]) -> list[Matched]:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return super().match(posts)


@pytest.mark.parametrize("edit", [WEATHER, PRAISE, "星河宽带掉线"], ids=["unmatched", "mention", "hit"])
def test_an_edit_that_another_process_takes_meanwhile_wins_in_the_end(
    tmp_path: Path, stack: ExitStack, edit: str
) -> None:
    desk = open_desk(tmp_path, stack)
    other = Desk(stack.enter_context(Archive.open(tmp_path / "archive", host="other")), desk.store, Clock())
    rules = BusyMatcher(matcher().plan.ruleset)
    rules.meanwhile = lambda: other.take(a_post(text=edit))
    desk.take(a_post(), rules=rules)
    desk.recover()
    assert {hit.post.text for hit in desk.store.scan()} == {edit} - {WEATHER}
    assert desk.archive.counts().pending == 0


# Recovery and replay match what the archive holds, under the figures last seen.

STRICTER = RULES.replace("[断网, 掉线]", "[掉线]")
WIDER = RULES.replace("[断网, 掉线]", "[断网, 掉线, 不错]")


def test_a_replay_withdraws_what_matches_no_more_and_adds_what_matches_now(desk: Desk) -> None:
    desk.take(a_post(1), a_post(2, "星河宽带掉线"), a_post(3, WEATHER), a_post(4, LOTTERY))
    nobody = RULES.replace("[星河宽带]", "[天气]")
    assert desk.replay(nobody) == replace(ends(unmatched=2, mention=1, excluded=1), withdrawn=2)
    assert desk.found() == ["forum:3"]
    assert desk.found("status:withdrawn") == ["forum:1", "forum:2"]
    assert desk.replay() == replace(ends(hit=2, unmatched=1, excluded=1), withdrawn=1)
    assert desk.found("status:open") == ["forum:1", "forum:2"]


def test_a_replay_queues_the_mentions_that_a_new_rule_makes_hits(desk: Desk) -> None:
    desk.take(a_post(1, PRAISE), a_post(2, PRAISE, published_at=NOON - MAX_AGE * 2))
    assert desk.replay(WIDER) == ends(hit=2)
    assert desk.found("status:open") == ["forum:1"], "what is too old does not flood the desk"
    assert desk.record().rules_version == matcher(WIDER).rules_version


def test_a_replay_takes_what_is_only_a_mention_now_out_of_the_queue(desk: Desk) -> None:
    desk.take(a_post(1), a_post(2, "星河宽带掉线"))
    assert desk.replay(STRICTER) == ends(mention=1, hit=1)
    assert desk.found("status:open") == ["forum:2"]


def test_a_replay_under_the_same_rules_changes_nothing(desk: Desk) -> None:
    desk.take(a_post(1, metrics=likes(1)), a_post(2, PRAISE), a_post(3, WEATHER))
    desk.take(a_post(1, metrics=likes(7)))
    desk.take(a_post(2, WEATHER))
    before = [desk.record(1), desk.record(2)]
    desk.clock.at = LATER
    assert desk.replay() == ends(hit=1, unmatched=2)
    assert [desk.record(1), desk.record(2)] == before


def test_a_replay_takes_what_is_pending_along(tmp_path: Path, stack: ExitStack) -> None:
    desk = open_desk(tmp_path, stack, FailingStore("save"))
    with pytest.raises(StoreError):
        desk.take(a_post())
    assert desk.replay() == ends(hit=1)
    assert desk.archive.counts().pending == 0


def test_a_post_that_comes_back_by_a_replay_has_the_figures_last_seen(desk: Desk) -> None:
    desk.take(a_post(text="又断网了", metrics=likes(1)))
    desk.take(a_post(text="又断网了", metrics=likes(9)))
    desk.replay(RULES.replace("[星河宽带]", "[断网]"))
    assert desk.record().post.metrics == likes(9)


# What the store refuses for good.


@pytest.fixture
def choosy(tmp_path: Path, stack: ExitStack) -> Desk:
    """A desk whose store will not take forum:2."""
    return open_desk(tmp_path, stack, RefusingStore("forum:2"))


def accept_all(desk: Desk) -> None:
    assert isinstance(desk.store, RefusingStore)
    desk.store.refuses.clear()


def entries(desk: Desk) -> list[tuple[str, str, Post]]:
    return [(e.source, e.reason, post_from_json(e.raw)) for e in desk.archive.quarantine.entries()]


REFUSAL = "the store refused it: its text is too long"


def test_a_record_that_the_store_refuses_is_invalid_and_the_others_are_kept(choosy: Desk) -> None:
    assert choosy.take(a_post(1), a_post(2), a_post(3)) == ends(hit=2, invalid=1)
    assert choosy.found() == ["forum:1", "forum:3"]
    assert choosy.refused == [Refused(a_post(2), REFUSAL)]
    assert choosy.archive.counts().outcomes == {HIT: 2, INVALID: 1}


def test_what_was_refused_is_not_taken_up_by_a_recovery(choosy: Desk) -> None:
    choosy.take(a_post(2))
    accept_all(choosy)
    assert choosy.recover() == ends()
    assert choosy.found() == []


def test_what_was_refused_is_tried_again_when_it_comes_again_but_not_archived_again(choosy: Desk) -> None:
    choosy.take(a_post(2))
    size = choosy.archive.counts().bytes
    assert choosy.take(a_post(2)) == ends(invalid=1)
    assert len(choosy.refused) == 2
    accept_all(choosy)
    assert choosy.take(a_post(2)) == ends(hit=1)
    assert choosy.take(a_post(2)) == ends(repeat=1)
    assert choosy.found() == ["forum:2"]
    assert choosy.archive.counts().bytes == size


def test_an_edit_of_what_was_refused_is_archived_and_stored_like_any_other(choosy: Desk) -> None:
    choosy.take(a_post(2))
    accept_all(choosy)
    assert choosy.take(a_post(2, "星河宽带掉线")) == ends(hit=1)
    assert choosy.record(2).post.text == "星河宽带掉线"


@pytest.mark.parametrize("again", [a_post(2, WEATHER), a_post(2)], ids=["edited", "other rules"])
def test_an_older_version_of_what_was_refused_is_withdrawn_when_nothing_matches_any_more(
    tmp_path: Path, stack: ExitStack, again: Post
) -> None:
    store = RefusingStore()
    desk = open_desk(tmp_path, stack, store)
    desk.take(a_post(2, "星河宽带掉线"))
    store.refuses.add("forum:2")
    assert desk.take(a_post(2)) == ends(invalid=1)
    assert desk.record(2).post.text == "星河宽带掉线", "what is there stays"
    none = matcher("brands:\n  长河通信: {any: [长河通信]}\n")
    assert desk.take(again, rules=none) == replace(ends(unmatched=1), withdrawn=1)


def test_what_is_refused_in_a_recovery_is_quarantined_under_its_source(choosy: Desk) -> None:
    post = a_post(2, source="论坛", collected_at=NOON)
    with choosy.archive.writer("论坛", "dead") as writer:
        writer.append([a_post(1), post])
    assert choosy.recover() == ends(hit=1, invalid=1)
    assert entries(choosy) == [("论坛", REFUSAL, replace(post, collected_at=None))]
    assert choosy.recover() == ends(), "once is enough"


def test_what_is_refused_in_a_replay_is_quarantined_once_and_a_later_replay_may_bring_it_in(
    choosy: Desk,
) -> None:
    choosy.take(a_post(1), a_post(2, source="论坛"))
    for _ in range(2):
        assert choosy.replay() == ends(hit=1, invalid=1)
    assert len(entries(choosy)) == 1
    accept_all(choosy)
    assert choosy.replay() == ends(hit=2)
    assert choosy.found() == ["forum:1", "forum:2"]


# Who may write.


class _NoMore(Exception):
    """Somebody else has taken over."""


@pytest.mark.parametrize("checks", range(3))
def test_nothing_is_written_after_the_check_says_no(desk: Desk, checks: int) -> None:
    left = iter([None] * checks)

    def check() -> None:
        if next(left, _NoMore) is _NoMore:
            raise _NoMore

    with desk.archive.writer("论坛", "run") as writer, pytest.raises(_NoMore):
        desk.pipeline(matcher()).take([a_post()], writer, desk.refused.append, check)
    assert desk.found() == []
    assert desk.archive.counts().posts == (1 if checks == 2 else 0)
    assert desk.archive.counts().pending == desk.archive.counts().posts
