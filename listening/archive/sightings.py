"""What is known of a post that comes in: new, changed or a repeat."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from listening.archive.digests import Digests
from listening.archive.index import UNKNOWN, Known
from listening.model import Metrics, Outcome, Post

_MAY_BE_STORED = (Outcome.HIT, Outcome.MENTION, Outcome.INVALID)  # of a refused one an older version may be


class State(enum.StrEnum):
    """Only a `repeat` needs no archiving: same content, and its outcome is in the store.

    A post that is archived but has no outcome yet counts as new or changed again. Whoever archived it may
    be alive and finish it, or may be dead; doing it once more is harmless, leaving it out might lose it.
    One that the store `refused` is archived and has an outcome (`invalid`): it need not be archived again,
    but whoever sees it again may find a store that takes it.
    """

    NEW = "new"
    CHANGED = "changed"
    REFUSED = "refused"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What became of a post before.

    `earlier` is the outcome of the last version that was settled, None if there is none or nobody knows.
    `may_be_stored`: the store may hold a record, so where the post no longer matches it has to be withdrawn
    (withdrawing what is not there is harmless). `metrics` are the last ones known.
    """

    state: State
    earlier: Outcome | None = None
    may_be_stored: bool = False
    metrics: Metrics | None = None
    metrics_changed: bool = False


def sightings(posts: Sequence[Post], known: Mapping[str, Known], digests: Digests) -> list[Seen]:
    """Each post against what the index knows and what stands before it in the same batch."""
    within: dict[str, Seen] = {}
    earlier: dict[str, str] = {}
    result = []
    for post in posts:
        digest = digests.of(post)
        if post.id in within:
            seen = _again(post, within[post.id], same=earlier[post.id] == digest)
        else:
            seen = _first(post, known.get(post.id), digest)
        within[post.id], earlier[post.id] = seen, digest
        result.append(seen)
    return result


def _first(post: Post, row: Known | None, digest: str) -> Seen:
    if row is None:
        return Seen(state=State.NEW, metrics_changed=post.metrics is not None)
    same = row.digest == digest
    metrics = Metrics(**json.loads(row.metrics)) if row.metrics else None
    earlier = row.outcome or (Outcome(row.earlier) if row.earlier not in (None, UNKNOWN) else None)
    return Seen(
        state=_settled(row.outcome) if same else State.CHANGED,
        earlier=earlier,
        may_be_stored=row.outcome in (None, *_MAY_BE_STORED),
        metrics=metrics,
        metrics_changed=post.metrics is not None and post.metrics != metrics,
    )


def _settled(outcome: Outcome | None) -> State:
    if outcome is None:
        return State.NEW
    return State.REFUSED if outcome is Outcome.INVALID else State.REPEAT


def _again(post: Post, before: Seen, *, same: bool) -> Seen:
    """The second time in one batch. Metrics of the first one are the last known by then."""
    return Seen(
        state=State.REPEAT if same else State.CHANGED,
        earlier=before.earlier,
        may_be_stored=True,
        metrics=before.metrics,
        metrics_changed=post.metrics is not None and post.metrics != before.metrics,
    )
