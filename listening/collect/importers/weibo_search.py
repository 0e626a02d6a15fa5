"""the CSV of weibo-search (结果文件/词/词.csv)"""

from __future__ import annotations

from listening.collect.importers._exports import Columns, Export
from listening.collect.importers._fields import Fields, author, mentions, metrics, published
from listening.collect.importers._weibo import checked_mid, time_of
from listening.model import Kind, Post, Reference, ids

_NEEDED = frozenset({"id", "bid", "微博正文", "发布时间"})
_VERIFIED = {"蓝V": True, "红V": True, "黄V": True, "金V": True, "普通用户": False}


def _recognises(columns: Columns) -> bool:
    return columns >= _NEEDED


def _post(record: Fields) -> Post:
    bid, user, original = record.word("bid"), record.number("user_id"), record.number("retweet_id")
    mid = checked_mid(record, "id", bid)
    repeated = Reference(id=ids.weibo_post(original)) if original else None
    return Post(
        id=ids.weibo_post(mid),
        platform="weibo",
        kind=Kind.REPOST if repeated else Kind.POST,
        text=record.text("微博正文") or "",
        url=f"https://weibo.com/{user}/{bid}" if user and bid else None,
        author=author(
            user,
            record.word("用户昵称"),
            f"https://weibo.com/u/{user}" if user else None,
            verified=_VERIFIED.get(record.word("user_authentication") or ""),
        ),
        parent=repeated,
        root=repeated,
        mentions=mentions(record.words("艾特用户")),
        tags=record.words("话题"),
        region=record.region("ip"),
        **published(time_of(record, mid, "发布时间")),
        metrics=metrics(record.count("点赞数"), record.count("评论数"), record.count("转发数")),
        extra=record.rest(),
    )


EXPORT = Export("weibo_search", _recognises, _post)
importer = EXPORT.importer
