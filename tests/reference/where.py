"""Section 5 of the page, `where`: of which posts a rule is asked. What a post does not say is not met."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from listening.model import Author, Post
from listening.rules.ruleset import Where
from tests.reference.views import fold

NOBODY = Author()


def is_asked(where: Where, post: Post) -> bool:
    return all(_limits(where, post))


def _limits(where: Where, post: Post) -> Iterator[bool]:
    """Each limit that is stated: is it met?"""
    author = post.author or NOBODY
    if where.platforms:
        yield post.platform is not None and fold(post.platform) in map(fold, where.platforms)
    if where.kinds:
        yield post.kind in where.kinds
    if where.sources:
        yield post.source in where.sources
    if where.regions:
        yield post.region is not None and any(fold(one) in fold(post.region) for one in where.regions)
    if where.followers != (None, None):
        yield _has_followers(where.followers, author.followers)
    if where.verified is not None:
        yield author.verified is where.verified
    if where.hours is not None:
        yield post.published_at is not None and _is_within(where.hours, where.zone, post.published_at)


def _has_followers(limits: tuple[int | None, int | None], followers: int | None) -> bool:
    least, most = limits
    if followers is None:
        return False
    return (least is None or least <= followers) and (most is None or followers <= most)


def _is_within(hours: tuple[time, time], zone: str, published_at: datetime) -> bool:
    """From included, to not; where to is before from it runs over midnight."""
    start, end = hours
    clock = published_at.astimezone(ZoneInfo(zone)).time()
    if end < start:
        return clock >= start or clock < end
    return start <= clock < end
