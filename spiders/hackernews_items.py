"""Stories and comments of Hacker News that hold a word, newest first, from its search (Algolia).

No more than 1,000 hits are shown of a search, however they are paged: so each page is a search of its own,
for what is not newer than the page before.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from scrapy.http import Response

from listening.collect.reading.html import text_of
from listening.collect.reading.shape import LayoutChanged, maybe, need, read_page
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.options import WordOptions, option
from listening.model import Author, Kind, Metrics, Post, Reference, ids

SEARCH = "https://hn.algolia.com/api/v1/search_by_date"
SITE = "https://news.ycombinator.com"
HITS = 200  # on a page
_TAGS = {"stories": "(story,poll)", "comments": "comment", "both": "(story,poll,comment)"}


@dataclass(frozen=True, kw_only=True)
class HackernewsOptions(WordOptions):
    kinds: Literal["stories", "comments", "both"] = option(
        "both", says="what is searched: stories (and polls), comments or both"
    )


class HackernewsItems(ListingSpider[HackernewsOptions]):
    listing_order = "created"
    takes = "words"
    late = timedelta(minutes=15)  # the search learns of an item after the site has it
    Options = HackernewsOptions

    def query_page(self, query: str) -> str:
        # In quotes the word is neither cut apart nor taken for a typing error of another one.
        word = f'"{" ".join(query.replace(chr(34), " ").split())}"' if query else ""
        asked = {"query": word, "tags": _TAGS[self.options.kinds], "hitsPerPage": HITS}
        return f"{SEARCH}?{urlencode(asked)}"

    def page_before(self, query: str, moment: datetime) -> str:
        return _until(self.query_page(query), int(moment.timestamp()))

    def page(self, response: Response) -> Page:
        answer = read_page(response.body)
        hits = need(answer, "hits", list)
        if not hits:
            return Page(())
        times = [moment for hit in hits if (moment := self._standing(hit))]
        if not times:
            raise LayoutChanged("has not one hit with a time")
        if len(hits) < need(answer, "hitsPerPage", int):
            return Page(hits)
        # The second of the oldest hit is asked for again: others may share it.
        return Page(hits, _until(response.url, int(min(times).timestamp())))

    def post(self, item: Any) -> Post | None:
        number, story = need(item, "objectID", str), maybe(item, "story_id", int)
        comment, parent = maybe(item, "comment_text", str), maybe(item, "parent_id", int)
        is_comment = "comment" in need(item, "_tags", list)
        if is_comment and comment is None:
            raise LayoutChanged("has no 'comment_text'")
        title = maybe(item, "story_title" if is_comment else "title", str)
        author, written = need(item, "author", str), need(item, "created_at", str)
        link, published = maybe(item, "url", str), self.time_of(item)
        return Post(
            id=ids.hackernews_item(number),
            platform="hackernews",
            kind=Kind.COMMENT if is_comment else Kind.POST,
            url=f"{SITE}/item?id={number}",
            title=html.unescape(title) if title else None,
            text=text_of(comment if is_comment and comment else maybe(item, "story_text", str) or ""),
            author=Author(id=author, name=author, url=f"{SITE}/user?id={quote(author)}"),
            published_at=published,
            parent=Reference(id=ids.hackernews_item(parent)) if is_comment and parent else None,
            root=Reference(id=ids.hackernews_item(story)) if is_comment and story else None,
            metrics=Metrics(likes=maybe(item, "points", int), comments=maybe(item, "num_comments", int)),
            extra={
                **({"link": link} if link and not is_comment else {}),
                **({} if published else {"published_text": written}),
            },
        )

    def time_of(self, item: Any) -> datetime | None:
        return self.read_time(need(item, "created_at", str))


def _until(url: str, second: int) -> str:
    """The same search, for what was created in that second or before."""
    query = dict(parse_qsl(urlsplit(url).query)) | {"numericFilters": f"created_at_i<={second}"}
    return f"{url.partition('?')[0]}?{urlencode(query)}"
