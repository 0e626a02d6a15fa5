"""RSS, Atom and JSON Feed as one kind of entry. The only home of feedparser."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import feedparser

from listening.collect.reading.html import text_of
from listening.collect.reading.shape import LayoutChanged, items, maybe, need, read_page

_END = re.compile(rb"</\s*(\w+:)?(rss|feed|RDF)\s*>\s*(<!--.*?-->\s*)*$", re.IGNORECASE | re.DOTALL)
_JSON_FEED = "https://jsonfeed.org/version/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry, as the feed tells it: texts are plain already, times are still as written."""

    id: str | None
    url: str | None = None
    title: str | None = None
    text: str = ""
    author: str | None = None
    author_url: str | None = None
    published: str | None = None
    updated: str | None = None
    tags: tuple[str, ...] = ()
    lang: str | None = None
    video: bool = False
    views: int | None = None
    comments: int | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed document. `items` become entries one by one, so that a broken one spoils only itself."""

    items: tuple[Any, ...]
    next: str | None = None
    cut_off: bool = False
    defaults: Mapping[str, str] = field(default_factory=dict)


def read_feed(body: bytes, *, url: str, content_type: str = "") -> Feed:
    """The document in `body`, fetched from `url`. Raises `LayoutChanged` if it is no feed."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(body.removeprefix(b"\xef\xbb\xbf"))
    told = {"content-location": url, "content-type": content_type}
    parsed = feedparser.parse(io.BytesIO(body), response_headers=told, sanitize_html=False)
    if not parsed.get("version") and not parsed.entries:
        raise LayoutChanged("is neither RSS, Atom nor JSON Feed" if body.strip() else "is empty")
    links = (link.get("href") for link in parsed.feed.get("links", ()) if link.get("rel") == "next")
    cut_off = bool(parsed.bozo) and b"\x00" not in body[:4] and not _END.search(body[-2000:])
    return Feed(tuple(parsed.entries), next(links, None), cut_off)


def read_entry(item: Any, url: str) -> Entry:
    """An item of a `Feed` that was fetched from `url`. Raises `LayoutChanged`."""
    return _xml_entry(item) if isinstance(item, feedparser.FeedParserDict) else _json_entry(item, url)


def read_times(item: Any) -> tuple[str | None, str | None]:
    """When an item says that it was published and last changed, as written."""
    if isinstance(item, feedparser.FeedParserDict):
        # feedparser's own get() gives the published time for the other one
        return item.get("published") or None, dict.get(item, "updated") or None
    return maybe(item, "date_published", str) or None, maybe(item, "date_modified", str) or None


def _xml_entry(item: feedparser.FeedParserDict) -> Entry:
    author, times = item.get("author_detail") or {}, read_times(item)
    return Entry(
        id=item.get("id") or item.get("link") or None,
        url=item.get("link") or None,
        title=_plain(item.get("title_detail")) or None,
        text=_plain(_longest(item)),
        author=author.get("name") or item.get("author") or None,
        author_url=author.get("href") or None,
        published=times[0],
        updated=times[1],
        tags=tuple(dict.fromkeys(tag.term for tag in item.get("tags", ()) if tag.get("term"))),
        lang=(item.get("title_detail") or {}).get("language") or None,
        video="yt_videoid" in item,
        views=_number((item.get("media_statistics") or {}).get("views")),
        comments=_number(item.get("slash_comments") or item.get("thr_total")),
    )


def _longest(item: feedparser.FeedParserDict) -> Mapping[str, Any] | None:
    """The entry's body: content where there is any, else the summary; a feed may give several forms."""
    forms: list[Mapping[str, Any]] = [each for each in item.get("content", ()) if each.get("value")]
    return max(forms, key=lambda each: len(each["value"]), default=item.get("summary_detail"))


def _plain(detail: Mapping[str, Any] | None) -> str:
    value: str = (detail or {}).get("value") or ""
    return value.strip() if (detail or {}).get("type") == "text/plain" else text_of(value)


def _number(text: Any) -> int | None:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() else None


def _json_feed(body: bytes) -> Feed:
    page = read_page(body)
    version = maybe(page, "version", str) or ""
    if not version.startswith(_JSON_FEED):
        raise LayoutChanged("is JSON, but not a JSON Feed")
    entries = items(need(page, "items", list), "items")
    return Feed(tuple(entries), maybe(page, "next_url", str))


def _json_entry(item: Any, url: str) -> Entry:
    authors = [*(maybe(item, "authors", list) or []), *filter(None, [maybe(item, "author", dict)])]
    html, text = maybe(item, "content_html", str), maybe(item, "content_text", str)
    link, times = maybe(item, "url", str), read_times(item)
    return Entry(
        id=str(number) if isinstance(number := item.get("id"), int) else maybe(item, "id", str) or link,
        url=urljoin(url, link) if link else None,
        title=maybe(item, "title", str) or None,
        text=text_of(html) if html else text or maybe(item, "summary", str) or "",
        author=next(_names(authors, "name"), None),
        author_url=next(_names(authors, "url"), None),
        published=times[0],
        updated=times[1],
        tags=tuple(tag for tag in maybe(item, "tags", list) or [] if isinstance(tag, str)),
        lang=maybe(item, "language", str),
    )


def _names(authors: list[Any], key: str) -> Iterator[str]:
    return (name for author in authors if (name := maybe(author, key, str)))
