"""All posts of a WordPress site, newest first. A public site asks for no login."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from listening.collect.reading.html import text_of
from listening.collect.reading.shape import maybe, maybe_native, native, need
from listening.collect.spider.options import option
from listening.model import Author, Kind, Post, ids
from spiders._wordpress import WordpressOptions, WordpressSpider, embedded, embedded_one, rendered


@dataclass(frozen=True, kw_only=True)
class WordpressPostOptions(WordpressOptions):
    search: str | None = option(None, says="read only what the site's own search finds for this")


class WordpressPosts(WordpressSpider[WordpressPostOptions]):
    listed = "posts"
    late = timedelta(hours=1)  # what is scheduled appears with the next visit after its time
    Options = WordpressPostOptions

    def asked_for(self) -> Mapping[str, str | int]:
        search = {"search": self.options.search} if self.options.search else {}
        return {"orderby": "date", "_embed": "author,wp:term", **search}

    def post(self, item: Any) -> Post:
        published, written = self.time_of(item), maybe(item, "date_gmt", str) or maybe(item, "date", str)
        return Post(
            id=ids.wordpress_post(self.site, native(item, "id")),
            platform="wordpress",
            kind=Kind.ARTICLE,
            url=maybe(item, "link", str),
            title=text_of(rendered(item, "title")) or None,
            text=text_of(rendered(item, "content")),
            author=_author(item),
            published_at=published,
            tags=tuple(dict.fromkeys(_terms(item))),
            extra={} if published or not written else {"published_text": written},
        )


def _author(item: Any) -> Author | None:
    """Who wrote it; many sites tell only the number."""
    own, told = maybe_native(item, "author"), embedded_one(item, "author")
    name = text_of(maybe(told, "name", str) or "") or None
    return Author(id=own, name=name, url=maybe(told, "link", str)) if own or name else None


def _terms(item: Any) -> Iterator[str]:
    """Names of categories, tags and whatever else the site sorts its posts by."""
    for group in embedded(item, "wp:term"):
        for term in group if isinstance(group, list) else []:
            yield text_of(need(term, "name", str))
