"""Articles of WeChat's public accounts that hold a word, as Sogou's search shows them: title and excerpt.

Sogou sorts by what it takes for relevant, shows ten pages, and leads to an article only through addresses
that expire and ask for a captcha: they are not followed.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from scrapy import Selector
from scrapy.http import Response

from listening.collect.reading.shape import LayoutChanged
from listening.collect.reading.times import read_spoken
from listening.collect.reading.trouble import Answer, Trouble
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.options import WordOptions, option
from listening.model import Author, Kind, Post, RunStatus, ids

SITE = "https://weixin.sogou.com"
SHOWN = 10  # pages of a search
HITS = 10  # on a page
_TIME = re.compile(r"timeConvert\('([0-9]+)'\)")
_COUNT = re.compile(r"约?\s*([0-9,]+)\s*条结果")
_NOTHING = re.compile(r"没有找到|暂无与")


@dataclass(frozen=True, kw_only=True)
class SogouOptions(WordOptions):
    cookie_env: str | None = option(
        None,
        says="environment variable with your own Cookie header (SNUID, SUID), to meet fewer captchas",
        query=False,
    )


class SogouWechat(ListingSpider[SogouOptions]):
    listing_order = "rank"
    takes = "words"
    Options = SogouOptions

    def query_page(self, query: str) -> str:
        return _search(query, 1)

    def headers(self) -> dict[str, str]:
        cookie = os.environ.get(self.options.cookie_env, "") if self.options.cookie_env else ""
        return {"Referer": f"{SITE}/", **({"Cookie": cookie} if cookie else {})}

    def refusal(self, answer: Answer) -> Trouble | None:
        if urlsplit(answer.url).path.startswith("/antispider"):
            what = "Sogou wants a captcha solved (antispider)"
            return Trouble(RunStatus.BLOCKED, f"{what} - ask less often, or renew your own cookie")
        return super().refusal(answer)

    def page(self, response: Response) -> Page:
        text = _decoded(response.body)
        page, number = Selector(text=text, type="html"), _number(response.url)
        hits = page.css("ul.news-list > li").getall()
        if not hits:
            if page.css("ul.news-list li, .txt-box") or not _NOTHING.search(text):
                raise LayoutChanged("has neither hits nor a word that there are none")
            return Page(())
        count = _COUNT.search(text)
        total = int(count[1].replace(",", "")) if count else 0
        if total <= number * HITS and not page.css("#sogou_next"):
            return Page(hits)
        if number < SHOWN:
            return Page(hits, _search(_word(response.url), number + 1))
        told = f"of about {total}" if total else "of more"
        what = f"Sogou shows {SHOWN * HITS} {told} hits"
        self.listing_of(response).tally.capped = f"{what} - search for a word that is rarer"
        return Page(hits)

    def post(self, item: Any) -> Post | None:
        hit = Selector(text=item, type="html")
        account = hit.css(".s-p .account, .s-p .all-time-y2")
        title, name = _need(hit.css("h3"), "a title"), _need(account, "an account")
        written, published = _written(hit), self.time_of(item)
        return Post(
            id=ids.wechat_found(name, published, title),
            platform="wechat",
            kind=Kind.ARTICLE,
            url=_search(title, 1),
            title=title,
            text=_words(hit.css(".txt-info")),
            author=Author(id=account[0].attrib.get("i"), name=name),
            published_at=published,
            extra={"excerpt": True, **({} if published else {"published_text": written})},
        )

    def time_of(self, item: Any) -> datetime | None:
        spoken = read_spoken(_written(Selector(text=item, type="html")), now=self.now, zone=UTC)
        return spoken.moment if spoken else None


def _search(word: str, number: int) -> str:
    return f"{SITE}/weixin?{urlencode({'type': 2, 'query': word, 'ie': 'utf8', 'page': number})}"


def _word(url: str) -> str:
    return parse_qs(urlsplit(url).query)["query"][0]


def _number(url: str) -> int:
    return int(parse_qs(urlsplit(url).query)["page"][0])


def _decoded(body: bytes) -> str:
    """A page of Sogou, which is asked for UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise LayoutChanged("is not UTF-8") from None


def _written(hit: Selector) -> str:
    found = _TIME.search("".join(hit.css(".s-p script::text").getall()))
    if not found:
        raise LayoutChanged("has no time")
    return found[1]


def _need(found: Any, what: str) -> str:
    words = _words(found)
    if not words:
        raise LayoutChanged(f"has not {what}")
    return words


def _words(found: Any) -> str:
    return " ".join("".join(found[:1].css("*::text").getall()).split())
