"""Which posts a rule is asked of at all. What a post does not say does not meet a limit on it."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from listening.model import Post
from listening.rules.ruleset import Where
from listening.text.fold import fold


def unmet(where: Where, post: Post) -> str:
    """The first limit that the post does not meet, as it is called in the rules; "" if it meets all."""
    return next((name for name, met in _limits(where, post) if not met), "")


def _limits(where: Where, post: Post) -> Iterator[tuple[str, bool]]:
    if where.platforms:
        yield "platform", fold(post.platform or "") in set(map(fold, where.platforms))
    if where.kinds:
        yield "kind", post.kind in where.kinds
    if where.sources:
        yield "source", post.source in where.sources
    if where.regions:
        region = fold(post.region or "")
        yield "region", any(fold(each) in region for each in where.regions)
    if where.followers != (None, None):
        yield "followers", _has_followers(post, *where.followers)
    if where.verified is not None:
        yield "verified", post.author is not None and post.author.verified is where.verified
    if where.hours is not None:
        yield "hours", _in_hours(where, post)


def _has_followers(post: Post, least: int | None, most: int | None) -> bool:
    followers = post.author.followers if post.author else None
    if followers is None:
        return False
    return (least is None or followers >= least) and (most is None or followers <= most)


def _in_hours(where: Where, post: Post) -> bool:
    if post.published_at is None or where.hours is None:
        return False
    hour = post.published_at.astimezone(ZoneInfo(where.zone)).time()
    begin, end = where.hours
    return begin <= hour < end if begin <= end else hour >= begin or hour < end
