"""Scan: which posts of a batch may matter at all. Never misses one; most posts end here.

A post is a candidate when a term of a subject or of `ignore` stands anywhere in it, a subject's pattern
finds something, or its author, mentions, parent, root or source speak of a subject.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from itertools import chain

from listening.match.plan import Plan, account_form
from listening.model import Author, Post
from listening.rules.expression import TermKind
from listening.text.views import Views, views

_AT = re.compile("[@\ufe6b\uff20]")
"""What folds to @."""


def candidates(posts: Sequence[Post], plan: Plan) -> list[int]:
    """The positions of the candidates in the batch, in order."""
    return [n for n, post in enumerate(posts) if _speaks(post, plan) or _is_told_by_terms(post, plan)]


def _speaks(post: Post, plan: Plan) -> bool:
    """Do its source, its author, or whom it addresses speak of a subject, or exclude it?"""
    if post.source is not None and post.source in plan.by_source:
        return True
    accounts = plan.accounts.get(post.platform or "", frozenset())
    if _is_one_of(_names(post.author), accounts | plan.ignored_authors if plan.ignored_authors else accounts):
        return True
    if not accounts:
        return False
    referred = (reference.author for reference in (post.parent, post.root) if reference)
    names = [*(name for m in post.mentions for name in (m.id, m.name)), *chain(*map(_names, referred))]
    return _is_one_of(names, accounts) or any(_AT.search(text) for _, text in post.texts())


def _names(author: Author | None) -> tuple[str | None, ...]:
    return (author.id, author.name) if author is not None else ()


def _is_one_of(names: Iterable[str | None], accounts: Set[str]) -> bool:
    return bool(accounts) and any(account_form(name) in accounts for name in names if name)


def _is_told_by_terms(post: Post, plan: Plan) -> bool:
    if any(_stands(text, plan) for _, text in post.texts()):
        return True
    author = post.author.name if plan.reads_authors and post.author else None
    return author is not None and _stands(author, plan)


def _stands(text: str, plan: Plan) -> bool:
    seen = views(text)
    if plan.first_literals.any_in(seen.compact.text):
        return True
    if any(marked.search(seen.compact.text) for marked in plan.first_marked):
        return True
    return bool(plan.first_patterns) and _pattern_stands(seen, plan)


def _pattern_stands(seen: Views, plan: Plan) -> bool:
    standing = plan.first_standing.standing(seen)
    return any(
        probe.pattern.search(seen.original if probe.term.kind is TermKind.RAW_PATTERN else seen.written.text)
        for probe in plan.first_patterns
        if probe.term in standing
    )
