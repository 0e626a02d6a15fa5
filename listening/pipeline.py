"""The way of one post, top to bottom: archive, match, store, settle. The order is the safety.

    archive.append   the post is on disk, its outcome is unknown
    matcher.match    pure
    store.save       the hit is committed, or refused for good and in quarantine
    archive.settle   only now the outcome is known

A kill anywhere leaves posts whose outcome is unknown; `recover` takes them the rest of the way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from listening.archive import Archive, Quarantine, Seen, SegmentWriter, State
from listening.codec import post_to_json
from listening.match.matcher import Matched, Matcher
from listening.model import Hit, Observation, Outcome, Post, Status, unstorable
from listening.rules import RuleSet
from listening.store.ports import HitStore

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Refused:
    """A post that can be matched but not stored, and why."""

    post: Post
    reason: str


Refuse = Callable[[Refused], None]


def nobody_else() -> None:
    """The check of a caller who shares its work with no other machine."""


@dataclass(slots=True)
class Tally:
    """One outcome for each post, and what a replay or an edit did to records that were there before."""

    outcomes: Counter[Outcome]
    withdrawn: int = 0

    @property
    def total(self) -> int:
        return self.outcomes.total()

    def add(self, other: Tally) -> None:
        self.outcomes.update(other.outcomes)
        self.withdrawn += other.withdrawn


class Pipeline:
    """Takes posts to their outcome. Without a matcher they are archived and wait for good rules."""

    def __init__(
        self,
        archive: Archive,
        store: HitStore,
        matcher: Matcher | None,
        *,
        queue_max_age: timedelta,
        now: Clock,
    ) -> None:
        self._archive = archive
        self._store = store
        self._matcher = matcher
        self._queue_max_age = queue_max_age
        self._now = now

    @property
    def ruleset(self) -> RuleSet | None:
        """The rules that posts are matched with; None while there are no good ones."""
        return self._matcher.plan.ruleset if self._matcher else None

    def take(
        self,
        posts: Sequence[Post],
        writer: SegmentWriter,
        refuse: Refuse,
        check: Callable[[], None] = nobody_else,
    ) -> Tally:
        """Archive, match and store a batch. `refuse` is given each post that cannot be stored.

        `check` is asked before each write to archive and store: it raises where this process may not.
        """
        tally = Tally(Counter())
        for part in _without_doubles(posts):
            tally.add(self._take_once(part, writer, refuse, check))
        return tally

    def recover(self) -> Tally:
        """Take the posts that a dead run archived the rest of the way."""
        tally = Tally(Counter())
        if self._matcher is not None:
            for posts in self._archive.pending():
                tally.add(self._match_again(posts))
        return tally

    def replay(self, batches: Iterable[Sequence[Post]]) -> Iterator[Tally]:
        """Match archived posts again; a tally per batch. What matches no more is withdrawn.

        Like `recover` it quarantines what the store refuses, under the name of its source.
        """
        for posts in batches:
            yield self._match_again(posts)

    def _take_once(
        self, posts: Sequence[Post], writer: SegmentWriter, refuse: Refuse, check: Callable[[], None]
    ) -> Tally:
        tally = Tally(Counter())
        storable = []
        for post in posts:
            if reason := unstorable(post):
                refuse(Refused(post, reason))
                tally.outcomes[Outcome.INVALID] += 1
            else:
                storable.append(post)
        seen = dict(zip((post.id for post in storable), self._archive.seen(storable), strict=True))
        repeats = [post for post in storable if seen[post.id].state is State.REPEAT]
        again = [post for post in storable if seen[post.id].state is State.REFUSED]
        fresh = [post for post in storable if seen[post.id].state in (State.NEW, State.CHANGED)]
        known = [post for post in storable if seen[post.id].state is not State.NEW]
        check()
        self._observe([post for post in known if seen[post.id].metrics_changed], seen)
        tally.outcomes[Outcome.REPEAT] += len(repeats)
        if fresh:
            check()
            stored = writer.append(fresh)
            tally.add(self._match_and_store(fresh, stored, refuse, check))
        if again:
            tally.add(self._match_and_store(again, {post.id for post in again}, refuse, check))
        return tally

    def _observe(self, posts: Sequence[Post], seen: Mapping[str, Seen]) -> None:
        """Changed metrics are all the news of a repeat; of an edited post they belong to the history too."""
        figures = [
            (post.id, post.collected_at or self._now(), post.metrics)
            for post in posts
            if post.metrics is not None and seen[post.id].may_be_stored
        ]
        if figures:
            self._store.observe(figures)
        if posts:
            self._archive.update_metrics(posts)

    def _match_again(self, posts: Sequence[Post]) -> Tally:
        """Match posts out of the archive, with the metrics last seen: those of repeats are not archived."""
        seen = dict(zip((post.id for post in posts), self._archive.seen(posts), strict=True))
        latest = [replace(post, metrics=seen[post.id].metrics or post.metrics) for post in posts]
        stored = {post.id for post in posts if seen[post.id].may_be_stored}
        return self._match_and_store(latest, stored, self._quarantine, nobody_else)

    def _match_and_store(
        self, posts: Sequence[Post], stored: Set[str], refuse: Refuse, check: Callable[[], None]
    ) -> Tally:
        """`stored`: ids of which the store may hold a record of an earlier version or under earlier rules."""
        if self._matcher is None:
            return Tally(Counter())
        results = self._matcher.match([self._with_last_words(p) if p.deleted else p for p in posts])
        hits = [self._stamped(result) for result in results if result.hit is not None]
        gone = [result.post.id for result in results if result.hit is None and result.post.id in stored]
        check()
        refused = self._save(hits) if hits else {}
        withdrawn = self._store.withdraw(gone) if gone else 0
        for post in posts:
            if post.id in refused:
                refuse(Refused(post, refused[post.id]))
        outcomes = [
            (post, Outcome.INVALID if post.id in refused else result.outcome)
            for post, result in zip(posts, results, strict=True)
        ]
        self._archive.settle(outcomes, self._matcher.rules_version)
        return Tally(Counter(outcome for _, outcome in outcomes), withdrawn)

    def _save(self, hits: Sequence[Hit]) -> Mapping[str, str]:
        """The ids that the store refused, and why."""
        return {each.id: f"the store refused it: {each.reason}" for each in self._store.save(hits).refused}

    def _quarantine(self, refused: Refused) -> None:
        source = refused.post.source or "archive"
        quarantine(self._archive.quarantine, refused, source=source, file=source, at=self._now())

    def _with_last_words(self, post: Post) -> Post:
        """A deleted post as its record has it: what the platform shows now is a placeholder or nothing."""
        record = self._store.get(post.id)
        if record is None or record.status is Status.WITHDRAWN:
            return post
        return replace(record.post, deleted=True, metrics=post.metrics or record.post.metrics)

    def _stamped(self, result: Matched) -> Hit:
        """The record with what depends on the time of finding it."""
        hit, found_at = result.hit, self._now()
        assert hit is not None and hit.post.published_at is not None
        is_fresh = found_at - hit.post.published_at <= self._queue_max_age
        status = Status.OPEN if hit.level == 2 and is_fresh else Status.KEPT
        limit = result.respond_within if status is Status.OPEN else None
        return replace(
            hit,
            found_at=found_at,
            status=status,
            respond_by=found_at + limit if limit is not None else None,
            metrics_history=_first_figures(hit.post, found_at),
        )


def _first_figures(post: Post, found_at: datetime) -> tuple[Observation, ...]:
    """Where the history of a new record begins; one that exists keeps its own."""
    return (Observation(at=post.collected_at or found_at, metrics=post.metrics),) if post.metrics else ()


def quarantine(kept: Quarantine, refused: Refused, *, source: str, file: str, at: datetime) -> None:
    """Keep a post that cannot be stored until somebody looks at it."""
    # Collected posts are new each time; the time of collection must not make them so.
    raw = post_to_json(replace(refused.post, collected_at=None))
    kept.add(source=source, file=file, line=0, reason=refused.reason, raw=raw, at=at)


def _without_doubles(posts: Sequence[Post]) -> Iterator[list[Post]]:
    """Parts in which no id stands twice, so that a later version of a post meets the earlier outcome."""
    part: dict[str, Post] = {}
    for post in posts:
        if post.id in part:
            yield list(part.values())
            part = {}
        part[post.id] = post
    if part:
        yield list(part.values())
