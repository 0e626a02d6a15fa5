"""One field of a post as matching sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

from listening.match.lazy import lazy
from listening.match.plan.plan import Plan
from listening.match.plan.probe import Probe
from listening.match.reading.finding import occurrences_in
from listening.match.reading.judge import Judge
from listening.match.reading.occurrence import ANYWHERE, Occurrence
from listening.match.reading.regions import Regions, regions
from listening.model import Post
from listening.rules.expression import Term
from listening.rules.ruleset import MatchMode
from listening.text.clauses import Stretches, clauses, sentences
from listening.text.views import Views, views

Names = Callable[[], Sequence[Set[str]]]
"""Known names of one post; asked for only where its text holds an @."""


class Field:
    """A title, text or tag: its views, its regions, and what stands in it."""

    def __init__(self, name: str, text: str, order: int, plan: Plan, extra_names: Names = tuple) -> None:
        self.name = name
        self.order = order
        self.views: Views = views(text)
        self.judge = Judge(self.views, plan)
        self._plan = plan
        self._may_hold: dict[str, bool] = {}
        self._extra_names = extra_names

    @lazy
    def regions(self) -> Regions:
        return regions(self.views, lambda: (self._plan.known_names, *self._extra_names()))

    @lazy
    def literals(self) -> dict[str, list[tuple[int, int]]]:
        """Where each literal of the rules stands in the compact view."""
        found: dict[str, list[tuple[int, int]]] = {}
        for literal, start, end in self._plan.literals.find(self.views.compact.text):
            found.setdefault(literal, []).append((start, end))
        return found

    @lazy
    def patterns(self) -> frozenset[Term]:
        """The patterns of the rules that may stand here; no other does."""
        return self._plan.patterns.standing(self.views)

    @lazy
    def clauses(self) -> Stretches:
        return clauses(self.views.written.text)

    @lazy
    def sentences(self) -> Stretches:
        return sentences(self.views.written.text)

    def may_hold(self, what: str, test: Callable[[str], bool]) -> bool:
        """What the test says of the written view; it is asked once for each name."""
        if (known := self._may_hold.get(what)) is None:
            known = self._may_hold[what] = test(self.views.written.text)
        return known

    def clause(self, found: Occurrence) -> tuple[str, int]:
        """The clause an occurrence begins in, with the sign that ends it, and where it starts."""
        start, end = self.clauses.span(found.written[0])
        return self.views.written.text[start:end], start

    def sentence(self, found: Occurrence) -> int:
        """The number of the sentence an occurrence begins in."""
        return self.sentences.number(found.written[0])

    def place(self, start: int, end: int) -> Occurrence:
        """A span of the original as an occurrence, whatever stands there."""
        written, stop = self.views.written.forth(start, end)
        return Occurrence(self, start, end, (written, stop), self.is_gapped(written, stop), ANYWHERE)

    def anywhere(self, probe: Probe) -> Sequence[Occurrence]:
        """Every place where an `except` stands, whatever its own verdict."""
        return occurrences_in(self, probe, MatchMode.TEXT)

    def is_gapped(self, written: int, stop: int) -> bool:
        """Did the compact view drop a blank between the first and the last of these written characters?"""
        start, end = self.views.compact.forth(written, stop)
        if start == end:
            return False
        first, last = self.views.compact.back(start, end)
        return last - first != end - start


def fields(post: Post, plan: Plan, extra_names: Names = tuple) -> list[Field]:
    """The fields of a post that rules may search, in their order; the author's name only if one does."""
    texts = post.texts()
    if plan.reads_authors and post.author is not None and post.author.name:
        texts.append(("author", post.author.name))
    return [Field(name, text, n, plan, extra_names) for n, (name, text) in enumerate(texts)]
