"""What the spiders of sitemaps share: the documents themselves, and the articles that they lead to."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lxml import etree
from scrapy.http import Response

from listening.collect.reading.articles import Article, decoded, read_article
from listening.collect.reading.html import text_of
from listening.collect.reading.shape import LayoutChanged
from listening.collect.reading.times import read_spoken
from listening.collect.reading.trouble import Answer, Trouble, misunderstood
from listening.collect.spider.base import ListingSpider, Page, as_answer
from listening.collect.spider.options import Options, Problem, option
from listening.model import Author, Kind, Post, RunStatus, ids

_LARGEST = 60_000_000  # bytes; the protocol allows 50 MB unpacked
_WALL = 500  # characters: a page that shows no more may be a login form, a bot check, a design without text
_DAY = timedelta(days=1)


class Entry(NamedTuple):
    """An address in a sitemap, with its times as they are written; `is_sitemap`: of another sitemap."""

    url: str
    changed: str | None = None
    published: str | None = None
    title: str | None = None
    is_sitemap: bool = False


class Found(NamedTuple):
    """What stood at an address; None: no HTML that could be read."""

    entry: Entry
    article: Article | None


@dataclass(frozen=True, kw_only=True)
class ArticleOptions(Options):
    include: tuple[str, ...] = option(
        (), says="read only addresses whose path is like one of these: /news/*, where * is anything"
    )
    zone: str | None = option(
        None, says="the zone of times that name none, Asia/Shanghai say; without it they count as broken"
    )

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        for pattern in self.include:
            if not pattern.startswith(("/", "*")):
                yield Problem("include", f"'{pattern}' is like no path", f"write '/{pattern}'")
        try:
            self.tzinfo()
        except (ZoneInfoNotFoundError, ValueError, OSError):
            yield Problem("zone", f"unknown zone '{self.zone}'", "write one like Asia/Shanghai")

    def tzinfo(self) -> tzinfo | None:
        return ZoneInfo(self.zone) if self.zone else None


A = TypeVar("A", bound=ArticleOptions)


class ArticleSpider(ListingSpider[A]):
    """Reads sitemaps as listings, whose items are entries, and what they name as threads of one post."""

    items_are_threads = True

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._entries: dict[str, Entry] = {}

    def home(self) -> str:
        """An address of the site whose articles are read."""
        raise NotImplementedError

    def entries(self, response: Response) -> list[Entry]:
        """The addresses in a sitemap that are to be read, other sitemaps among them."""
        entries, is_broken = read_sitemap(response.body, response.url)
        listing = self.listing_of(response)
        if is_broken:
            what = f"{response.url} is broken or cut off, and was read as far as it goes"
            listing.trouble(Trouble(RunStatus.PARTIAL, what), hole=True)
        on_web = [each for each in entries if each.url.startswith(("http://", "https://"))]
        wanted = [each for each in on_web if each.is_sitemap or self._is_wanted(each.url)]
        listing.tally.skipped += len(entries) - len(wanted)
        return wanted

    def ask_for(self, entry: Entry) -> str:
        """The address of an entry's article, for which the entry is kept."""
        self._entries[entry.url] = entry
        return entry.url

    def thread(self, response: Response) -> Page:
        """The article on a page; nothing where it is no page, or one that only leads to others."""
        answer = as_answer(response)
        if not answer.is_html:
            return self._left_out(response)
        page = decoded(response.body, answer.headers.get("content-type", ""))
        article = read_article(page)
        if article and not article.is_marked:
            shows_much = len(text_of(page)) >= _WALL
            if not shows_much:
                _check_no_wall(answer)
            elif not article.text:
                return self._left_out(response)
        return Page([Found(self._entries[answer.asked], article)])

    def reply(self, item: Any, response: Response) -> Post:
        entry, article = item
        if article is None or not article.text:
            raise LayoutChanged(f"shows no article ({response.url})")
        published, guessed = self._published(entry, article)
        written = next((text for text in (entry.published, *article.published) if text), None)
        return Post(
            id=ids.web_article(entry.url),
            platform="web",
            kind=Kind.ARTICLE,
            url=response.url,
            title=article.title or entry.title,
            text=article.text,
            author=Author(name=article.author, url=article.author_url) if article.author else None,
            published_at=published,
            published_guessed=guessed,
            tags=article.tags,
            lang=article.lang,
            extra={} if published or not written else {"published_text": written},
        )

    def changed(self, entry: Entry) -> datetime | None:
        """Until when an address may have changed: where only a day is told, until its end."""
        moment = self._moment(entry.changed)
        return moment or self._day_of(entry.changed, ends=True)

    def _left_out(self, response: Response) -> Page:
        self.listing_of(response).tally.skipped += 1
        return Page(())

    @cached_property
    def _zone(self) -> tzinfo | None:
        return self.options.tzinfo()

    @cached_property
    def _site(self) -> str:
        return (urlsplit(self.home()).hostname or "").removeprefix("www.")

    def _is_wanted(self, url: str) -> bool:
        """Of the site, like a path that was asked for, and not its front page, which is no article."""
        parts = urlsplit(url)
        is_ours = f".{parts.hostname}".endswith(f".{self._site}") and parts.path.strip("/")
        include = self.options.include
        fits = not include or any(fnmatchcase(parts.path, pattern) for pattern in include)
        return bool(is_ours and fits)

    def _published(self, entry: Entry, article: Article) -> tuple[datetime | None, bool | None]:
        """When the sitemap or the page says it was published; else when it changed, which is a guess."""
        told = [text for text in (entry.published, *article.published) if text]
        if moment := next(filter(None, map(self._moment, told)), None):
            return moment, None
        for text in (*told, entry.changed):
            if moment := self._moment(text) or self._day_of(text):
                return moment, True
        return None, None

    def _moment(self, text: str | None) -> datetime | None:
        return self.read_time(text, self._zone)

    def _day_of(self, text: str | None, *, ends: bool = False) -> datetime | None:
        """The begin of a mere date, or its end, in the site's zone if that is known."""
        spoken = read_spoken(text, now=self.now, zone=self._zone or UTC) if text and len(text) == 10 else None
        return spoken.moment + ends * _DAY if spoken and spoken.guessed else None


def _check_no_wall(answer: Answer) -> None:
    wall = misunderstood(answer, "shows no article")
    if wall.status is not RunStatus.LAYOUT:
        raise LayoutChanged("is a wall", wall)


def read_sitemap(body: bytes, url: str) -> tuple[list[Entry], bool]:
    """What a sitemap or an index holds, packed or not, and whether it is broken. Raises `LayoutChanged`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, remove_comments=True)
    data = _unpacked(body)
    try:
        root = etree.fromstring(data, parser) if data.strip() else None
    except etree.XMLSyntaxError:
        root = None
    kind = etree.QName(root).localname if root is not None else ""
    if root is None or kind not in ("urlset", "sitemapindex"):
        raise LayoutChanged("is no sitemap" if data.strip() else "is empty")
    found = [_entry(each, url, kind == "sitemapindex") for each in root if isinstance(each.tag, str)]
    return [each for each in found if each], bool(parser.error_log)


def _entry(element: Any, base: str, is_sitemap: bool) -> Entry | None:
    texts = {
        etree.QName(each).localname: (each.text or "").strip()
        for each in reversed(list(element.iter(etree.Element)))
    }
    if not texts.get("loc"):
        return None
    return Entry(
        url=urljoin(base, texts["loc"]),
        changed=texts.get("lastmod") or None,
        published=texts.get("publication_date") or None,
        title=texts.get("title") or None,
        is_sitemap=is_sitemap,
    )


def _unpacked(body: bytes) -> bytes:
    """A .gz as it lies on a disk: the server does not say that it is packed."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacking = zlib.decompressobj(wbits=31)
    try:
        data = unpacking.decompress(body, _LARGEST)
    except zlib.error as error:
        raise LayoutChanged(f"cannot be unpacked ({error})") from None
    if unpacking.unconsumed_tail:
        raise LayoutChanged(f"unpacks to more than {_LARGEST // 1_000_000} MB")
    return data
