"""From a post and a rule set to everything of a hit record that depends on matching, as the page has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from listening.model import Channel, Kind, ListeningClass, Match, Outcome, Post, Priority, Reach
from listening.rules.ruleset import RuleSet, Side, Subject
from tests.reference.asking import LookForScenario
from tests.reference.binding import Places
from tests.reference.evidence import evidence
from tests.reference.presence import brands, is_addressed, is_excluded, is_happening, is_present, places_of
from tests.reference.reading import Prepared, Reading, prepare, read
from tests.reference.segmenters import SegmenterFactory


@dataclass(frozen=True, kw_only=True)
class ReferenceResult:
    """What the page says about a post. `level` and all below are None or empty for unmatched and excluded."""

    outcome: Outcome
    level: int | None = None
    brands: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    listening_class: ListeningClass | None = None
    reach: Reach | None = None
    channel: Channel | None = None
    queue: str | None = None
    priority: Priority | None = None
    matches: tuple[Match, ...] = ()


def match(post: Post, ruleset: RuleSet, segmenter_factory: SegmenterFactory) -> ReferenceResult:
    """One post; for many, prepare the rule set once and use `match_prepared`."""
    return match_prepared(post, prepare(ruleset, segmenter_factory))


def match_prepared(post: Post, prepared: Prepared) -> ReferenceResult:
    reading = read(post, prepared)
    if is_excluded(reading):
        return ReferenceResult(outcome=Outcome.EXCLUDED)
    present = [subject for subject in prepared.ruleset.subjects if is_present(subject, reading)]
    if not present:
        return ReferenceResult(outcome=Outcome.UNMATCHED)
    return _result(reading, present)


def pairs_of(present: list[Subject], reading: Reading) -> list[LookForScenario]:
    """Each scenario that happens to a present subject, in the order of scenarios, then of subjects."""
    places = {subject.name: places_of(subject, reading) for subject in present}
    return [pair for pair in _asked(present, places, reading) if is_happening(pair)]


def _asked(present: list[Subject], places: Places, reading: Reading) -> Iterator[LookForScenario]:
    for scenario in reading.ruleset.scenarios:
        of = {name: theirs for name, theirs in places.items() if name in scenario.of}
        for subject in present:
            if subject.name in of:
                yield LookForScenario(scenario, subject, of, reading)


def _result(reading: Reading, present: list[Subject]) -> ReferenceResult:
    pairs = pairs_of(present, reading)
    first = max((pair.scenario for pair in pairs), key=lambda s: s.priority.rank, default=None)
    direct = any(is_addressed(brand, reading) for brand in brands(reading.ruleset.subjects))
    return ReferenceResult(
        outcome=Outcome.HIT if pairs else Outcome.MENTION,
        level=2 if pairs else 1,
        brands=tuple(s.name for s in present if s.side is Side.BRAND),
        competitors=tuple(s.name for s in present if s.side is Side.COMPETITOR),
        scenarios=tuple(f"{pair.subject.name}/{pair.scenario.name}" for pair in pairs),
        listening_class=_class(direct, present),
        reach=Reach.DIRECT if direct else Reach.INDIRECT,
        channel=_channel(reading.post.kind, direct),
        queue=first.queue if first else None,
        priority=first.priority if first else None,
        matches=evidence(reading, present, pairs),
    )


def _class(direct: bool, present: list[Subject]) -> ListeningClass:
    if direct:
        return ListeningClass.OWN
    return ListeningClass.KEYWORD if brands(present) else ListeningClass.COMPETITOR


def _channel(kind: Kind | None, direct: bool) -> Channel:
    if kind is Kind.MESSAGE:
        return Channel.MESSAGE
    if kind in (Kind.COMMENT, Kind.ANSWER):
        return Channel.COMMENT
    if kind is Kind.REPOST:
        return Channel.REPOST
    return Channel.AT if direct else Channel.POST
