"""A post as it is read against a rule set: its fields, its names, and every judged occurrence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from listening.model import Post
from listening.rules.expression import Term
from listening.rules.ruleset import Conditions, MatchMode, RuleSet, Where
from tests.reference.fields import Field, Words, words_of
from tests.reference.judging import Judgement, judge
from tests.reference.occurrences import Occurrence, has_gap, overlap
from tests.reference.regions import Name, known_names, names_in
from tests.reference.segmenters import SegmenterFactory
from tests.reference.separable import existing

AUTHOR = "author"


@dataclass(frozen=True)
class Prepared:
    """A rule set with its segmenters, which take long to build."""

    ruleset: RuleSet
    words: Words


@dataclass(frozen=True)
class Reading:
    """A post as it is read: its fields, the author's name behind the others, and the names in them."""

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
        """Not asked here: has a weak word its context?"""
        return self.judgement.verdict.counts and not self.guarded and (in_names or not self.in_name)


def prepare(ruleset: RuleSet, segmenter_factory: SegmenterFactory) -> Prepared:
    return Prepared(ruleset, words_of(ruleset, segmenter_factory))


def read(post: Post, prepared: Prepared) -> Reading:
    texts = [*post.texts(), *_author(post)]
    fields = tuple(Field(name, text, prepared.words) for name, text in texts)
    known = known_names(post, prepared.ruleset)
    names = {field.name: tuple(names_in(field, known)) for field in fields}
    return Reading(post, prepared.ruleset, fields, names)


def _author(post: Post) -> Iterator[tuple[str, str]]:
    if post.author is not None and post.author.name:
        yield AUTHOR, post.author.name


def searched(where: Where, reading: Reading) -> list[Field]:
    """Where a rule's terms are looked for; the author's name only where it is asked for."""
    names = where.fields or ("title", "text", "tags")
    return [field for field in reading.fields if field.name.partition(".")[0] in names]


def judged(terms: Iterable[Term], rule: Conditions, reading: Reading) -> Iterator[Judged]:
    """Every occurrence of these terms of a rule, field by field within a term."""
    for term in terms:
        for field in searched(rule.where, reading):
            for occurrence in existing(term, field, rule.match):
                judgement = judge(term, field, occurrence, rule.match)
                guarded = is_guarded(occurrence, field, rule.except_)
                in_name = any(overlap(occurrence, name.span) for name in reading.names[field.name])
                yield Judged(term, field, occurrence, judgement, guarded, in_name)


def is_guarded(occurrence: Occurrence, field: Field, except_: Iterable[Term]) -> bool:
    longer = [o for term in except_ for o in existing(term, field, MatchMode.TEXT)]
    if has_gap(field, occurrence):
        inner = _in_compact(occurrence, field)
        return any(_lies_inside(inner, _in_compact(outer, field)) for outer in longer)
    return any(_lies_inside(occurrence, outer) for outer in longer if not has_gap(field, outer))


def _in_compact(occurrence: Occurrence, field: Field) -> Occurrence:
    return Occurrence(field.compact.position(occurrence.start), field.compact.position(occurrence.end))


def _lies_inside(inner: Occurrence, outer: Occurrence) -> bool:
    """Inside a longer one: an equal span is not longer."""
    return outer.start <= inner.start and inner.end <= outer.end and outer != inner
