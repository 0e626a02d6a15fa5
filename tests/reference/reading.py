"""A post as it is read against a rule set: its fields, its names, and every judged occurrence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from listening.model import Post
from listening.rules.expression import Term
from listening.rules.ruleset import Conditions, RuleSet
from tests.reference.fields import Field, Words, words_of
from tests.reference.judging import Judgement, judge
from tests.reference.occurrences import Occurrence, has_gap, occurrences
from tests.reference.regions import Name, known_names, names_in, overlap, urls
from tests.reference.segmenters import SegmenterFactory


@dataclass(frozen=True)
class Prepared:
    """A rule set with its segmenters, which take long to build."""

    ruleset: RuleSet
    words: Words


@dataclass(frozen=True)
class Reading:
    """A post as it is read: its fields and the names in them."""

    post: Post
    ruleset: RuleSet
    fields: tuple[Field, ...]
    names: dict[str, tuple[Name, ...]]


@dataclass(frozen=True)
class Judged:
    """One occurrence that exists, for whom it was asked, and what came of it."""

    term: Term
    field: Field
    occurrence: Occurrence
    judgement: Judgement
    guarded: bool
    """It lies inside a longer word of `except`."""
    in_name: bool

    def counts(self, *, in_names: bool) -> bool:
        return self.judgement.verdict.counts and not self.guarded and (in_names or not self.in_name)


def prepare(ruleset: RuleSet, segmenter_factory: SegmenterFactory) -> Prepared:
    return Prepared(ruleset, words_of(ruleset, segmenter_factory))


def read(post: Post, prepared: Prepared) -> Reading:
    fields = tuple(Field(name, text, prepared.words) for name, text in post.texts())
    known = known_names(post, prepared.ruleset)
    names = {field.name: tuple(names_in(field, known)) for field in fields}
    return Reading(post, prepared.ruleset, fields, names)


def judged(terms: Iterable[Term], rule: Conditions, reading: Reading) -> Iterator[Judged]:
    """Every occurrence of these terms of a rule, field by field within a term."""
    for term in terms:
        for field in reading.fields:
            for occurrence in existing(term, field):
                judgement = judge(term, field, occurrence, rule.match)
                guarded = is_guarded(occurrence, field, rule.except_)
                in_name = any(overlap(occurrence, name.span) for name in reading.names[field.name])
                yield Judged(term, field, occurrence, judgement, guarded, in_name)


def existing(term: Term, field: Field) -> list[Occurrence]:
    """An occurrence that overlaps an address does not exist."""
    addresses = urls(field.original)
    return [o for o in occurrences(term, field) if not any(overlap(o, url) for url in addresses)]


def is_guarded(occurrence: Occurrence, field: Field, except_: Iterable[Term]) -> bool:
    longer = [o for term in except_ for o in existing(term, field)]
    if has_gap(field, occurrence):
        inner = _in_compact(occurrence, field)
        return any(_lies_inside(inner, _in_compact(outer, field)) for outer in longer)
    return any(_lies_inside(occurrence, outer) for outer in longer if not has_gap(field, outer))


def _in_compact(occurrence: Occurrence, field: Field) -> Occurrence:
    return Occurrence(field.compact.position(occurrence.start), field.compact.position(occurrence.end))


def _lies_inside(inner: Occurrence, outer: Occurrence) -> bool:
    """Inside a longer one: an equal span is not longer."""
    return outer.start <= inner.start and inner.end <= outer.end and outer != inner


def counting(terms: Iterable[Term], rule: Conditions, reading: Reading, *, in_names: bool) -> list[Judged]:
    return [found for found in judged(terms, rule, reading) if found.counts(in_names=in_names)]
