"""One batch under both rule sets: outcomes, what each rule gains, loses and finds otherwise, queues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha1
from zoneinfo import ZoneInfo

from listening.archive import Batch
from listening.match.matcher import Matched, Matcher
from listening.model import Hit, Match, Post
from listening.report.backtest.tally import (
    BRAND,
    COMPETITOR,
    PAIR,
    SCENARIO,
    Change,
    RuleKey,
    Sample,
    Side,
    Tally,
)

_WINDOW = 4_000
"""Characters of a sample's text: a sheet's cell holds it, and nobody reads more to judge."""

Evidence = Mapping[RuleKey, frozenset[Match]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is wanted of a comparison, besides the figures.

    `samples` of each rule are shown; `sheet` are put on the label sheet, kept ones too. `labelled` are the
    rules and posts of which a person's judgement is at hand.
    """

    zone: str
    queue_max_age: timedelta
    samples: int = 5
    sheet: int = 0
    labelled: Mapping[str, frozenset[RuleKey]] = field(default_factory=dict)

    def size(self, change: Change) -> int:
        """How many samples of a change are kept for each rule."""
        match change:
            case Change.CHANGED:
                return self.samples
            case Change.KEPT:
                return self.sheet
            case _:
                return max(self.samples, self.sheet)


class Comparison:
    """Holds batches against both rule sets and counts."""

    def __init__(self, old: Matcher, new: Matcher, asked: Asked) -> None:
        self._old = old
        self._new = new
        self._asked = asked
        self._zone = ZoneInfo(asked.zone)

    def take(self, batch: Batch, tally: Tally) -> None:
        """Add the posts of a batch to the tally."""
        tally.archived_on.add(batch.at.astimezone(self._zone).date())
        olds, news = self._old.match(batch.posts), self._new.match(batch.posts)
        for post, old, new in zip(batch.posts, olds, news, strict=True):
            tally.moves[old.outcome, new.outcome] += 1
            tally.stretch(post.published_at)
            if old.hit is None and new.hit is None:
                continue
            for side, matched in ((Side.OLD, old), (Side.NEW, new)):
                self._load(post, matched, side, batch.at, tally)
            self._rules(post, old.hit, new.hit, batch.source, tally)

    def _load(self, post: Post, matched: Matched, side: Side, archived: datetime, tally: Tally) -> None:
        """Hits by the day they were published, and those that would have been queued when they came in."""
        if matched.hit is None or matched.hit.level != 2 or post.published_at is None:
            return
        tally.days[post.published_at.astimezone(self._zone).date(), side] += 1
        if archived - post.published_at <= self._asked.queue_max_age:
            tally.queued[matched.hit.queue or "", archived.astimezone(self._zone).date(), side] += 1
        else:
            tally.late[side] += 1

    def _rules(self, post: Post, old: Hit | None, new: Hit | None, source: str, tally: Tally) -> None:
        before, after = evidence(old), evidence(new)
        labelled = self._asked.labelled.get(post.id, frozenset())
        rank = sha1(post.id.encode()).hexdigest()
        for key in before.keys() | after.keys():
            changes = _changes(before.get(key), after.get(key))
            tally.rules.update((key, figure) for figure in (*_sides(key, before, after), *changes))
            if key in labelled:
                tally.labelled[key, post.id] = changes[0]
            for change in changes if key.kind != PAIR else ():
                pool = tally.pool(key, change, self._asked.size(change))
                if pool.takes(rank):
                    found = (before.get(key), after.get(key))
                    pool.add(_sample(rank, post, post.source or source, *found))


def evidence(hit: Hit | None) -> Evidence:
    """The rules that a record met, each with what it found."""
    if hit is None:
        return {}
    found: dict[RuleKey, frozenset[Match]] = {}
    for kind, names in ((BRAND, hit.brands), (COMPETITOR, hit.competitors)):
        for name in names:
            of = (m for m in hit.matches if m.subject == name and m.scenario is None)
            found[RuleKey(kind, name)] = frozenset(of)
    for pair in hit.scenarios:
        subject, _, scenario = pair.partition("/")
        pieces = frozenset(m for m in hit.matches if (m.subject, m.scenario) == (subject, scenario))
        key = RuleKey(SCENARIO, scenario)
        found[RuleKey(PAIR, pair)] = pieces
        found[key] = found.get(key, frozenset()) | pieces
    return found


def _changes(old: frozenset[Match] | None, new: frozenset[Match] | None) -> tuple[Change, ...]:
    """The first one is gained, lost or kept."""
    if old is None:
        return (Change.GAINED,)
    if new is None:
        return (Change.LOST,)
    return (Change.KEPT,) if _found(old) == _found(new) else (Change.KEPT, Change.CHANGED)


def _found(pieces: frozenset[Match]) -> set[tuple[object, ...]]:
    """What was found where. Which token a word is nested in says how the text was cut, not what was found."""
    return {(m.subject, m.scenario, m.term, m.field, m.start, m.end) for m in pieces}


def _sides(key: RuleKey, old: Evidence, new: Evidence) -> list[Side]:
    return [side for side, found in ((Side.OLD, old), (Side.NEW, new)) if key in found]


def _sample(
    rank: str, post: Post, source: str, old: frozenset[Match] | None, new: frozenset[Match] | None
) -> Sample:
    """The post with what the rule found in it: by the new rules, else by the old ones."""
    text, starts = _joined(post)
    pieces = old if new is None else new
    spans = {
        (starts[m.field] + m.start, starts[m.field] + m.end)
        for m in pieces or ()
        if m.start is not None and m.end is not None
    }
    marks = _merged(sorted(spans))
    cut = max(0, min(marks[0][0] - _WINDOW // 4, len(text) - _WINDOW)) if marks else 0
    return Sample(
        rank=rank,
        id=post.id,
        published_at=post.published_at,
        source=source,
        text=text[cut : cut + _WINDOW],
        marks=tuple((a - cut, b - cut) for a, b in marks if b - cut <= _WINDOW),
        old=_words(old),
        new=_words(new),
    )


def _joined(post: Post) -> tuple[str, dict[str, int]]:
    """Title, text and tags one below the other, and where each begins."""
    starts: dict[str, int] = {}
    at = 0
    for name, text in post.texts():
        starts[name] = at
        at += len(text) + 1
    return "\n".join(text for _, text in post.texts()), starts


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _words(pieces: frozenset[Match] | None) -> tuple[str, ...]:
    """What was found, as the post writes it; an account or a source by its name. In the order of the post."""
    ordered = sorted(pieces or (), key=lambda m: (m.field, m.start or 0, m.end or 0, m.term))
    return tuple(dict.fromkeys(m.text if m.text is not None else m.term for m in ordered))
