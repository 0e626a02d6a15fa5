"""Scan: which posts of a batch may matter at all. Never misses one; most posts end here.

A post is a candidate when a term of a subject or of `ignore` stands anywhere in it, a subject's pattern
finds something, or its author, mentions, parent, root or source speak of a subject.
"""

from __future__ import annotations

from collections.abc import Sequence

from listening.match.plan import Plan
from listening.model import Post
from listening.rules.expression import TermKind
from listening.text.views import views


def candidates(posts: Sequence[Post], plan: Plan) -> list[int]:
    """The positions of the candidates in the batch, in order."""
    platforms = {platform for s in plan.subjects for platform in s.accounts}
    return [
        n
        for n, post in enumerate(posts)
        if _speaks(post, plan, platforms) or any(_stands(text, plan) for _, text in post.texts())
    ]


def _speaks(post: Post, plan: Plan, platforms: set[str]) -> bool:
    """Do its author, mentions, parent, root or source have to be looked at?"""
    if post.source is not None and post.source in plan.sources:
        return True
    if (plan.ignored_authors or plan.reads_authors) and post.author is not None:
        return True
    if post.platform not in platforms:
        return False
    addresses = post.mentions or post.parent or post.root or "@" in post.text or "＠" in post.text
    in_others = any("@" in text or "＠" in text for name, text in post.texts() if name != "text")
    return bool(addresses or in_others or post.author)


def _stands(text: str, plan: Plan) -> bool:
    seen = views(text)
    if plan.first_literals.any_in(seen.compact.text):
        return True
    return any(marked.search(seen.compact.text) for marked in plan.first_marked) or any(
        probe.pattern.search(text if probe.term.kind is TermKind.RAW_PATTERN else seen.written.text)
        for probe in plan.first_patterns
    )
