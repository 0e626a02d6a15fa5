"""Posts of Weibo that its search finds for a word (s.weibo.com), by stretches of time. Needs your own cookie.

No more than 50 pages are shown of a search. So a stretch of time that has as many is cut in half, down to one
hour, and each half is a search of its own; the newest stretch is read first, and each of them to its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import urlencode

from scrapy import Request, Selector
from scrapy.http import Response

from listening.collect.reading.counts import read_count
from listening.collect.reading.shape import LayoutChanged
from listening.collect.reading.trouble import Trouble
from listening.collect.spider.base import Page
from listening.collect.spider.listing import Listing
from listening.collect.spider.options import WordOptions, option
from listening.model import Author, Kind, Metrics, Post, Reference, RunStatus, ids
from spiders._weibo import WeiboListing, WithCookie
from spiders._weibo_answers import SITE
from spiders._weibo_posts import (
    BEIJING,
    address_of,
    cut_off,
    mentions_in,
    mid_of,
    moment_of,
    readable,
    repeating,
    tags_in,
    words,
)

SEARCH = "https://s.weibo.com/weibo"
HOUR = timedelta(hours=1)
LAST = 50  # pages of a search
CAP = 46  # a search that was cut off may show a few pages less
_OWN = '[not(ancestor::div[contains(@class, "card-comment")])]'
_P = f"//p{_OWN}"
_NOTHING = re.compile(r"未找到相关结果|可能感兴趣")
_UID = re.compile(r"weibo\.com/(?:u/)?(\d{1,18})")
_MID = re.compile(r"mid=(\d{1,18})")
_COUNT = re.compile(r"[\d.,]+\s*[万亿]?\+?")


@dataclass(frozen=True, kw_only=True)
class WeiboSearchOptions(WithCookie, WordOptions):
    """A full hour is 50 pages by itself."""

    max_pages: int = option(200, says="read at most so many pages in one run", query=False)


class Stretch(NamedTuple):
    """Whole hours: the search knows none of their parts."""

    begin: datetime
    end: datetime

    @property
    def halves(self) -> tuple[Stretch, Stretch] | None:
        hours = (self.end - self.begin) // HOUR
        middle = self.begin + hours // 2 * HOUR
        return (Stretch(self.begin, middle), Stretch(middle, self.end)) if hours > 1 else None


@dataclass(frozen=True, slots=True)
class Results(Page):
    """A page of results; `pages` is how many there are of them, as far as this one tells."""

    pages: int = 1


class WeiboSearch(WeiboListing[WeiboSearchOptions]):
    listing_order = "created"
    takes = "words"
    late = timedelta(minutes=15)  # the search learns of a post after its readers do
    Options = WeiboSearchOptions

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._waiting: dict[Listing, list[Stretch]] = {}
        """What has still to be searched of a listing, the newest last."""

    def begin(self, listing: Listing) -> Iterator[Request]:
        begin = listing.read_to.astimezone(BEIJING).replace(minute=0, second=0, microsecond=0)
        until = (listing.asked.start or self.now) - begin
        self._waiting[listing] = [Stretch(begin, begin + max(1, -(-until // HOUR)) * HOUR)]
        yield from self._search_next(listing)

    def query_page(self, query: str) -> str:
        # Without nodup the site leaves out what looks alike to it.
        return f"{SEARCH}?{urlencode({'q': query, 'typeall': 1, 'suball': 1, 'nodup': 1})}"

    def page_before(self, query: str, moment: datetime) -> str:  # noqa: ARG002 - see `begin`
        return self.query_page(query)

    def page(self, response: Response) -> Page:
        page = Selector(text=_decoded(response.body), type="html")
        cards = page.css('div.card-wrap[action-type="feed_list_item"][mid]')
        if _NOTHING.search(_words(page.css(".card-no-result, .m-error"))):
            return Results(())  # what stands below is what else we may like
        if not cards:
            raise LayoutChanged("has neither posts nor a word that there are none")
        if not cards.css('[action-type="feed_list_forward"]'):
            what = "shows posts without their counts, as it does to strangers - renew your own cookie"
            raise LayoutChanged(what, Trouble(RunStatus.LOGIN, f"the search {what}"))
        found = [{"mid": card.attrib["mid"], "html": card.get()} for card in cards]
        self._check_stretch(found, response.meta["stretch"])
        listed = page.css('ul[node-type="feed_list_page_morelist"] li, ul.s-scroll li')
        further = page.css("a.next::attr(href)").get()
        return Results(found, further, max(len(listed), response.meta["number"]))

    def post(self, item: Any) -> Post | None:
        mid, card = mid_of(item), _card(item)
        author, written, paragraph = _author(_author_link(card)), _written(card), _paragraph(card.xpath(_P))
        told, original = moment_of(mid, written, self.now), _original(card)
        own = words(unescape(item["whole"])) if item.get("whole") else readable(paragraph.get())
        return Post(
            id=ids.weibo_post(mid),
            platform="weibo",
            kind=Kind.REPOST if card.css("div.card-comment") else Kind.POST,
            url=address_of(author.id, mid),
            text=repeating(own, original.name, original.text) if original else own,
            author=author,
            published_at=told.moment if told else None,
            published_guessed=True if told and told.guessed else None,
            parent=original.reference if original else None,
            root=original.reference if original else None,
            mentions=mentions_in(paragraph.get()),
            tags=tags_in(own),
            metrics=Metrics(
                likes=_count(card, "like"), comments=_count(card, "comment"), reposts=_count(card, "forward")
            ),
            extra={**cut_off(item), **({} if told else {"published_text": written})},
        )

    def time_of(self, item: Any) -> datetime | None:
        told = moment_of(mid_of(item), _written(_card(item)), self.now)
        return told.moment if told else None

    def is_cut(self, item: Any) -> str | None:
        if "whole" in item:
            return None
        paragraph = _paragraph(_card(item).xpath(_P))
        is_cut = paragraph.css('[action-type="fl_unfold"]')  # the whole one has a button to fold it
        return mid_of(item) if is_cut else None

    def _next(self, page: Page, response: Response, listing: Listing) -> Iterator[Request]:
        """The stretch is read on, cut in half, or done with; then comes the one before it."""
        assert isinstance(page, Results)
        stretch, number = response.meta["stretch"], response.meta["number"]
        waiting, full = self._waiting[listing], page.pages >= CAP
        halves = stretch.halves if full else None
        if halves:
            waiting += halves
        elif page.next and number < LAST:
            yield from self._search(listing, stretch, number + 1)
            return
        elif full:
            hour = f"the hour from {stretch.begin:%Y-%m-%d %H:%M} Beijing time"
            what = f"the search shows {number} pages of {hour}, and there may be more"
            listing.tally.capped = f"{what} - search for rarer words"
        elif not listing.tally.capped:
            listing.read_down([stretch.begin])
        listing.tally.reached_past = not waiting and not listing.tally.capped
        yield from self._search_next(listing)
        if listing.tally.reached_past and not listing.tally.posts:
            yield from self._ask_canary(listing)

    def _search_next(self, listing: Listing) -> Iterator[Request]:
        if waiting := self._waiting[listing]:
            yield from self._search(listing, waiting.pop(), 1)

    def _search(self, listing: Listing, stretch: Stretch, number: int) -> Iterator[Request]:
        if listing.tally.pages >= self.options.max_pages:
            where = f"stopped after {listing.tally.pages} pages, before the search came to what is known"
            listing.tally.capped = f"{where} - raise max_pages, or crawl more often"
            self._waiting[listing].clear()
            return
        scope = ":".join(f"{each:%Y-%m-%d}-{each.hour}" for each in stretch)
        address = f"{self.query_page(listing.query)}&timescope=custom:{scope}&page={number}"
        yield self.ask(address, self.read, listing, stretch=stretch, number=number)

    def _check_stretch(self, found: list[Any], stretch: Stretch) -> None:
        """A search that heeds no time would make of a few new posts a long time that was seen."""
        times = [moment for each in found if (moment := self._standing(each))]
        outside = [each for each in times if not stretch.begin - HOUR <= each <= stretch.end + HOUR]
        if 2 * len(outside) > len(times):
            raise LayoutChanged("shows posts of another time than it was asked for")


class _Original(NamedTuple):
    reference: Reference | None
    name: str | None
    text: str


def _decoded(body: bytes) -> str:
    """The site writes UTF-8. What is none is a page in another charset, or one with a broken letter."""
    for charset in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return body.decode(charset)
    return body.decode("utf-8", "replace")


def _author(link: Selector) -> Author:
    found = _UID.search(link.attrib.get("href", ""))
    if not found:
        raise LayoutChanged("has an author without a number")
    name = link.attrib.get("nick-name") or _words(link).removeprefix("@")
    return Author(id=found[1], name=name or None, url=f"{SITE}/u/{found[1]}")


def _card(item: Any) -> Selector:
    return Selector(text=item["html"], type="html")


def _own(card: Selector, path: str, what: str) -> Selector:
    """The first of these that is the post's own, and not that of what it repeats."""
    found: list[Selector] = card.xpath(path + _OWN)
    if not found:
        raise LayoutChanged(f"has no {what}")
    return found[0]


def _author_link(card: Selector) -> Selector:
    return _own(card, '//a[contains(concat(" ", @class, " "), " name ")]', "author")


def _written(card: Selector) -> str:
    """When it was written, in the page's words, which may say beside it how much it was liked."""
    line = _own(card, '//*[contains(concat(" ", @class, " "), " from ")]', "time")
    return _words(line.css("a")[:1]).partition("转赞")[0].strip()


def _paragraph(paragraphs: Any) -> Selector:
    """The text; where it is long, it stands there twice, and the second one is whole."""
    texts: list[Selector] = [each for each in paragraphs if "txt" in each.attrib.get("class", "").split()]
    whole = [each for each in texts if each.attrib.get("node-type") == "feed_list_content_full"]
    if not texts:
        raise LayoutChanged("has no text")
    return (whole or texts)[0]


def _original(card: Selector) -> _Original | None:
    """What a repost repeats; None where it is gone, or the post is none."""
    box = card.css("div.card-comment")
    links = box.css("a.name")
    if not links:
        return None
    author, mid = _author(links[0]), _MID.search(" ".join(box.css("::attr(action-data)").getall()))
    reference = Reference(id=ids.weibo_post(mid[1]), author=author) if mid else None
    return _Original(reference, author.name, readable(_paragraph(box.css("p")).get()))


def _count(card: Selector, kind: str) -> int | None:
    """A number on a button; the button's name in its place tells none."""
    found = _COUNT.search(_words(card.xpath(f'//*[@action-type="feed_list_{kind}"]{_OWN}')))
    count = read_count(found[0]) if found else None
    return count.value if count else None


def _words(found: Any) -> str:
    return " ".join("".join(found.css("*::text").getall()).split())
