"""All approved comments of a WordPress site, newest first. What waits for a moderator is never seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from listening.collect.reading.html import text_of
from listening.collect.reading.shape import maybe, maybe_native, native
from listening.model import Author, Kind, Post, Reference, ids
from spiders._wordpress import WordpressOptions, WordpressSpider, embedded_one, rendered


class WordpressComments(WordpressSpider[WordpressOptions]):
    listed = "comments"
    late = timedelta(days=1)  # a comment that waited appears with the time at which it was written
    Options = WordpressOptions

    def asked_for(self) -> Mapping[str, str | int]:
        return {"orderby": "date_gmt", "_embed": "up"}

    def post(self, item: Any) -> Post:
        published, written = self.time_of(item), maybe(item, "date_gmt", str) or maybe(item, "date", str)
        answered = maybe_native(item, "parent")
        under = embedded_one(item, "up")
        return Post(
            id=ids.wordpress_comment(self.site, native(item, "id")),
            platform="wordpress",
            kind=Kind.COMMENT,
            url=maybe(item, "link", str),
            title=text_of(rendered(under, "title")) or None if "title" in under else None,
            text=text_of(rendered(item, "content")),
            author=_author(item),
            published_at=published,
            parent=Reference(id=ids.wordpress_comment(self.site, answered)) if answered else None,
            root=self._root(item, under),
            extra={} if published or not written else {"published_text": written},
        )

    def _root(self, item: Any, under: Any) -> Reference:
        writer = maybe_native(under, "author")
        return Reference(
            id=ids.wordpress_post(self.site, native(item, "post")),
            author=Author(id=writer) if writer else None,
        )


def _author(item: Any) -> Author | None:
    """A visitor has no number, and need not give a name."""
    own, name = maybe_native(item, "author"), text_of(maybe(item, "author_name", str) or "") or None
    if own is None and name is None:
        return None
    return Author(id=own, name=name, url=maybe(item, "author_url", str) or None)
