"""What a source is asked for: one listing, or one for each word or account of the rule set.

Each query has a cursor and a coverage of its own: a word added today does not vouch for yesterday.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from listening.collect.coverage.stretches import asked_of, filling
from listening.collect.sources import AnySpider, Source, load_spider, spider_module
from listening.collect.spider.base import ListingSpider
from listening.collect.spider.listing import Asked
from listening.collect.spider.options import AccountOptions, Options, WordOptions, query_digest, read_options
from listening.errors import CrawlError
from listening.model import Coverage, Known
from listening.rules import RuleSet
from listening.rules.expression import Term, TermKind, Via
from listening.rules.ruleset import Side, Subject

_SEARCHABLE = (TermKind.WORD, TermKind.TEXT, TermKind.PREFIX, TermKind.CASE)
_FORGOTTEN = timedelta(days=90)
"""What was not asked for any more for so long is forgotten."""
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Query:
    """A word to search for, or an account to read; the subjects it speaks of, none for all of them."""

    text: str = ""
    brands: tuple[str, ...] = ()


def queries_of(source: Source, rules: RuleSet | None) -> list[Query]:
    """What a source is asked for under these rules. Raises `CrawlError` where that is nothing."""
    kind, options = _loaded(source)
    if kind.takes is None:
        return [Query()]
    found = _stated(options) or _by_rules(kind, options, rules)
    subjects = _subjects(rules, "both")
    queries = [Query(text, _speaking_of(text, kind, subjects)) for text in dict.fromkeys(found)]
    if not queries:
        raise CrawlError(source.name, *_nothing(kind, rules))
    return queries


def known_under(source: Source, known: Known, rules: RuleSet | None) -> tuple[Coverage, ...]:
    """The coverage of each query that is asked for today, the one not seen for longest first."""
    kind, options = _loaded(source)
    digest = query_digest(options)
    before = {each.query: each for each in known.queries if each.digest == digest}
    asked = [
        replace(
            before.get(query.text, Coverage(query=query.text)),
            digest=digest,
            order=kind.listing_order,
            brands=query.brands,
        )
        for query in queries_of(source, rules)
    ]
    return tuple(sorted(asked, key=lambda each: each.last_good or _NEVER))


def to_ask(source: Source, coverage: Iterable[Coverage], now: datetime) -> list[Asked]:
    """What an ordinary run looks at."""
    _, options = _loaded(source)
    return [asked_of(each, now=now, days_back=options.days_back) for each in coverage]


def to_fill(source: Source, coverage: Iterable[Coverage]) -> list[Asked]:
    """What a run looks at that is to close the gaps; nothing where there are none."""
    kind, _ = _loaded(source)
    return [asked for each in coverage if each.gaps for asked in _filling(kind, each)]


def _filling(kind: AnySpider, coverage: Coverage) -> Iterator[Asked]:
    if kind.page_before is not ListingSpider.page_before:
        yield from filling(coverage)
        return
    # A listing that can only be read from its top is read once, down to the lowest gap.
    yield replace(filling(coverage)[-1], start=None)


def remembered(known: Known, coverage: Iterable[Coverage], now: datetime) -> tuple[Coverage, ...]:
    """Today's queries, and those of before that may still be asked about."""
    today = {each.query: each for each in coverage}
    old = (each for each in known.queries if each.query not in today)
    kept = (each for each in old if each.last_run and now - each.last_run < _FORGOTTEN)
    return (*today.values(), *kept)


def options_of(source: Source) -> Options:
    """The settings of a source that were checked before."""
    return _loaded(source)[1]


def _loaded(source: Source) -> tuple[AnySpider, Options]:
    kind = load_spider(spider_module(source.spider))
    options, problems = read_options(kind.Options, source.settings)
    if options is None:
        what = "; ".join(f"{each.key}: {each.problem}" for each in problems)
        raise CrawlError(source.name, what, problems[0].cure)
    return kind, options


def _stated(options: Options) -> tuple[str, ...]:
    if isinstance(options, WordOptions):
        return options.words
    return options.accounts if isinstance(options, AccountOptions) else ()


def _by_rules(kind: AnySpider, options: Options, rules: RuleSet | None) -> list[str]:
    of = options.of if isinstance(options, (WordOptions, AccountOptions)) else "both"
    return [text for subject in _subjects(rules, of) for text in _texts(kind, subject)]


def _subjects(rules: RuleSet | None, of: str) -> list[Subject]:
    sides = {"brands": (Side.BRAND,), "competitors": (Side.COMPETITOR,)}.get(of, tuple(Side))
    return [each for each in rules.subjects if each.side in sides] if rules else []


def _texts(kind: AnySpider, subject: Subject) -> Iterable[str]:
    if kind.takes == "accounts":
        return subject.accounts.get(kind.platform, ())
    return (term.text for term in subject.conditions.any if _is_searchable(term))


def _is_searchable(term: Term) -> bool:
    """An everyday word would bring everything; other spellings are searched for by the platform, or not."""
    return term.kind in _SEARCHABLE and not term.weak and term.via in (None, Via.NICKNAME)


def _speaking_of(text: str, kind: AnySpider, subjects: Iterable[Subject]) -> tuple[str, ...]:
    return tuple(each.name for each in subjects if text in _texts(kind, each))


def _nothing(kind: AnySpider, rules: RuleSet | None) -> tuple[str, str]:
    if rules is None:
        return f"takes the {kind.takes} of the rule set, and there are no good rules", "mend the rules"
    if kind.takes == "accounts":
        what = f"the rule set names no accounts on {kind.platform}"
        return what, f"add `accounts: {{{kind.platform}: [...]}}` to a brand, or `accounts:` to the source"
    return "the rule set has no words to search for", "add brands to the rules, or `words:` to the source"
