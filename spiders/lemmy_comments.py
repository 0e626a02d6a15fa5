"""The comments of a Lemmy server, newest first: all it knows, its own, or those of one community."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from listening.collect.reading.shape import LayoutChanged, maybe, need
from listening.model import Kind, Metrics, Post, Reference, ids
from spiders._lemmy import LemmyListing, community_of, is_gone, own_words, written_by


class LemmyComments(LemmyListing):
    path, key, thing = "comment/list", "comments", "comment"

    def post(self, item: Any) -> Post | None:
        comment, counts = need(item, "comment", dict), need(item, "counts", dict)
        address, written = need(comment, "ap_id", str), need(comment, "published", str)
        topic, published = need(item, "post", dict), self.moment(written)
        root = Reference(id=ids.fediverse(need(topic, "ap_id", str)))
        return Post(
            id=ids.fediverse(address),
            platform="lemmy",
            kind=Kind.COMMENT,
            url=address,
            title=need(topic, "name", str),
            text=own_words(need(comment, "content", str)),
            author=written_by(item),
            published_at=published,
            parent=self._above(need(comment, "path", str)) or root,
            root=root,
            metrics=Metrics(likes=maybe(counts, "upvotes", int), comments=maybe(counts, "child_count", int)),
            deleted=is_gone(comment),
            extra={
                "community": community_of(item),
                **({} if published else {"published_text": written}),
            },
        )

    def _above(self, path: str) -> Reference | None:
        """The comment above it, of which only the number on this server is told; None: there is none."""
        zero, *numbers = path.split(".")
        if zero != "0" or not numbers or not all(number.isdecimal() for number in numbers):
            raise LayoutChanged(f"has '{path}' as its path")
        if len(numbers) == 1:
            return None
        return Reference(id=ids.imported("lemmy", numbers[-2], urlsplit(self.base).netloc, "comment"))
