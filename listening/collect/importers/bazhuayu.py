"""the Weibo CSV of Bazhuayu (八爪鱼): 标题, txt, from1"""

from __future__ import annotations

from listening.collect.importers._exports import Columns, Export
from listening.collect.importers._fields import Fields, author, published
from listening.model import Kind, Post, ids

_NEEDED = frozenset({"标题", "txt", "from1"})


def _recognises(columns: Columns) -> bool:
    return columns >= _NEEDED


def _post(record: Fields) -> Post:
    text, name, shown = record.text("txt") or "", record.word("标题"), record.word("from1")
    time = record.need(record.about("from1"), "time")
    # There is no id. What is shown as the time is a part of it, not what it is taken for: that may change.
    native = ids.from_content(name, None, shown, text)
    return Post(
        id=ids.imported("weibo", native),
        platform="weibo",
        kind=Kind.POST,
        text=text,
        author=author(name=name),
        **published(time),
        extra=record.rest() | {"from1": shown},
    )


EXPORT = Export("bazhuayu", _recognises, _post)
importer = EXPORT.importer
