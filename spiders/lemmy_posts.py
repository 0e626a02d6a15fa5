"""The posts of a Lemmy server, newest first: all it knows, its own, or those of one community."""

from __future__ import annotations

from typing import Any

from listening.collect.reading.shape import maybe, need
from listening.model import Kind, Metrics, Post, ids
from spiders._lemmy import LemmyListing, community_of, is_gone, own_words, written_by


class LemmyPosts(LemmyListing):
    path, key, thing = "post/list", "posts", "post"

    def post(self, item: Any) -> Post | None:
        post, counts = need(item, "post", dict), need(item, "counts", dict)
        address, written = need(post, "ap_id", str), need(post, "published", str)
        published, link = self.moment(written), maybe(post, "url", str)
        return Post(
            id=ids.fediverse(address),
            platform="lemmy",
            kind=Kind.POST,
            url=address,
            title=need(post, "name", str),
            text=own_words(maybe(post, "body", str) or ""),
            author=written_by(item),
            published_at=published,
            metrics=Metrics(likes=maybe(counts, "upvotes", int), comments=maybe(counts, "comments", int)),
            deleted=is_gone(post),
            extra={
                "community": community_of(item),
                **({"link": link} if link else {}),
                **({} if published else {"published_text": written}),
            },
        )

    def is_pinned(self, item: Any) -> bool:
        post = need(item, "post", dict)
        return any(maybe(post, key, bool) for key in ("featured_local", "featured_community", "stickied"))
