"""Scan: which posts of a batch may matter at all. Never misses one; most posts end here.

A post is a candidate when a term of a subject or of `ignore` may stand anywhere in it, a subject's pattern
finds something, or its author, mentions, parent, root or source speak of a subject.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain
from typing import Protocol

import numpy as np

from listening.match.plan.plan import Plan, account_form
from listening.match.scan.grams import Grams
from listening.rules.expression import TermKind
from listening.text.batch import Batch
from listening.text.chars import marks
from listening.text.views import views

_AT = ord("@")


class Named(Protocol):
    """An author or a mention: who it is."""

    @property
    def id(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...


class Answered(Protocol):
    """A post that another one answers or repeats."""

    @property
    def author(self) -> Named | None: ...


class Scannable(Protocol):
    """What the scan asks of a post; a line at a glance has as much."""

    @property
    def text(self) -> str: ...
    @property
    def title(self) -> str | None: ...
    @property
    def tags(self) -> Sequence[str] | None: ...
    @property
    def platform(self) -> str | None: ...
    @property
    def source(self) -> str | None: ...
    @property
    def author(self) -> Named | None: ...
    @property
    def parent(self) -> Answered | None: ...
    @property
    def root(self) -> Answered | None: ...
    @property
    def mentions(self) -> Sequence[Named | str] | None: ...


class Scan:
    """Made once for a plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._grams = Grams(literal for probe in plan.first for literal in probe.literals())
        self._marked = Grams(probe.unmarked for probe in plan.first if probe.marked is not None)
        self._patterns = [probe for probe in plan.first if probe.pattern is not None]

    def candidates(self, posts: Sequence[Scannable]) -> list[int]:
        """The positions of the candidates in the batch, in order."""
        if not posts:
            return []
        texts, owners = self._texts(posts)
        batch = Batch(texts)
        told = {owners[n] for n in self._standing(texts, batch)}
        told.update(
            self._speaking(posts, {owners[n] for n in batch.text_of(np.flatnonzero(batch.points == _AT))})
        )
        return sorted(told)

    def _texts(self, posts: Sequence[Scannable]) -> tuple[list[str], Sequence[int]]:
        """Every text of the posts that is searched, and which post each belongs to."""
        texts = [post.text for post in posts]
        others = [n for n, post in enumerate(posts) if post.title or post.tags]
        authors = [n for n, post in enumerate(posts) if post.author] if self._plan.reads_authors else []
        if not others and not authors:
            return texts, range(len(texts))
        more = [(n, text) for n in others for text in (posts[n].title, *(posts[n].tags or ())) if text]
        more += [(n, author.name) for n in authors if (author := posts[n].author) and author.name]
        return texts + [text for _, text in more], [*range(len(texts)), *(n for n, _ in more)]

    def _standing(self, texts: Sequence[str], batch: Batch) -> Set[int]:
        """The texts in which a term may stand."""
        found = batch.text_of(self._grams.places(batch.points))
        if self._marked:
            unmarked = batch.without(marks())
            found |= unmarked.text_of(self._marked.places(unmarked.points))
        if self._patterns:
            found.update(n for n, text in enumerate(texts) if n not in found and self._pattern_stands(text))
        return found

    def _pattern_stands(self, text: str) -> bool:
        seen = views(text)
        standing = self._plan.first_standing.standing(seen)
        raw, folded = seen.original, seen.written.text
        return any(
            probe.pattern.search(raw if probe.term.kind is TermKind.RAW_PATTERN else folded)
            for probe in self._patterns
            if probe.term in standing
        )

    def _speaking(self, posts: Sequence[Scannable], with_at: Set[int]) -> Iterator[int]:
        """Those whose source, author or addressees matter to a rule; `with_at`: the ones that hold an @."""
        plan = self._plan
        if not (plan.accounts or plan.by_source or plan.ignored_authors):
            return
        for n, post in enumerate(posts):
            accounts = plan.accounts.get(post.platform or "")
            if (
                (accounts and (n in with_at or _addresses(post, accounts)))
                or (plan.ignored_authors and _is_one_of(_names(post.author), plan.ignored_authors))
                or (post.source is not None and post.source in plan.by_source)
            ):
                yield n


def _addresses(post: Scannable, accounts: Set[str]) -> bool:
    """Is it written by one of the accounts, or does it turn to one by the platform's own means?"""
    if _is_one_of(_names(post.author), accounts):
        return True
    if not (post.mentions or post.parent or post.root):
        return False
    mentioned = ((m,) if isinstance(m, str) else (m.id, m.name) for m in post.mentions or ())
    referred = (_names(each.author) for each in (post.parent, post.root) if each)
    return _is_one_of(chain.from_iterable(chain(mentioned, referred)), accounts)


def _names(author: Named | None) -> tuple[str | None, ...]:
    return (author.id, author.name) if author is not None else ()


def _is_one_of(names: Iterable[str | None], accounts: Set[str]) -> bool:
    return any(account_form(name) in accounts for name in names if name)
