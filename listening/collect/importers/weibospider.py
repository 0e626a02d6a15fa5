"""the JSON lines of WeiboSpider: posts, reposts and comments"""

from __future__ import annotations

from typing import Any

from listening import codec
from listening.collect.importers._exports import Columns, Export
from listening.collect.importers._fields import Fields, author, metrics, published
from listening.collect.importers._weibo import checked_mid, time_of
from listening.errors import InvalidPost
from listening.model import Author, Kind, Post, ids

_POST = frozenset({"_id", "mblogid", "created_at", "content"})
_COMMENT = frozenset({"_id", "comment_user", "created_at", "content"})


def _recognises(columns: Columns) -> bool:
    return columns >= _POST or columns >= _COMMENT


def _any(record: Fields) -> Post:
    columns = record.values.keys()
    if columns >= _POST:
        return _post(record)
    if columns >= _COMMENT:
        return _comment(record)
    what = "is neither a post nor a comment of WeiboSpider since 2022"
    raise InvalidPost("", what, "accounts and followers are not read; older exports need a column map")


def _post(record: Fields) -> Post:
    mid = checked_mid(record, "_id", record.word("mblogid"))
    return Post(
        id=ids.weibo_post(mid),
        platform="weibo",
        kind=Kind.POST,
        text=record.text("content") or "",
        url=record.word("url"),
        author=_author(record.part("user")),
        **published(time_of(record, mid, "created_at")),
        metrics=metrics(
            record.count("attitudes_count"), record.count("comments_count"), record.count("reposts_count")
        ),
        **_common(record),
    )


def _comment(record: Fields) -> Post:
    """Which post it is a comment on is not told."""
    return Post(
        id=ids.weibo_comment(record.need(record.number("_id"), "_id")),
        platform="weibo",
        kind=Kind.COMMENT,
        text=record.text("content") or "",
        author=_author(record.part("comment_user")),
        **published(record.need(record.time("created_at"), "time")),
        metrics=metrics(record.count("like_counts")),
        **_common(record),
    )


def _author(user: Fields) -> Author | None:
    return author(
        user.number("_id"),
        user.word("nick_name"),
        followers=user.count("followers_count"),
        verified=user.truth("verified"),
    )


def _common(record: Fields) -> dict[str, Any]:
    seen = record.time("crawl_time")
    return {
        "region": record.region("ip_location"),
        "collected_at": codec.utc(seen.moment) if seen else None,
        "extra": record.rest(),
    }


EXPORT = Export("weibospider", _recognises, _any)
importer = EXPORT.importer
