"""Articles of WeChat's public accounts, by their addresses: no list of them is shown to the public."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scrapy import Request, Selector
from scrapy.http import Response

from listening.collect.reading.html import text_of
from listening.collect.reading.shape import LayoutChanged
from listening.collect.reading.times import read_spoken
from listening.collect.reading.trouble import Answer, Trouble
from listening.collect.spider.base import ListingSpider, Page, as_answer
from listening.collect.spider.listing import Listing
from listening.collect.spider.options import Options, Problem, option
from listening.model import Author, Kind, Post, RunStatus, ids

_ADDRESS = re.compile(r"https?://mp\.weixin\.qq\.com/s[/?].+")
_GONE = re.compile(r"删除|违规|侵权|屏蔽|封禁|注销|停止使用")
_WALL = re.compile(r"环境异常|完成验证|访问过于频繁")
_PERMANENT = "give the article's permanent address (in WeChat: … > copy link)"
_LITERAL = re.compile(r"""["']([^"'\n]*)["']|(?<!["'\w])([0-9]+)(?!["'\w])""")
_EXPRESSION = r"""(?:[^;"'\n]|"[^"\n]*"|'[^'\n]*')*"""
_PROVINCE = re.compile(r"""provinceName\s*:\s*["']([^"'\n]+)["']""")
_NOTICE = ".weui-msg__title, .global_error_msg"


@dataclass(frozen=True, kw_only=True)
class WechatOptions(Options):
    urls: tuple[str, ...] = option(says="the articles' addresses, https://mp.weixin.qq.com/s/…")

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if not self.urls:
            yield Problem("urls", "is empty", "name an article, as in https://mp.weixin.qq.com/s/…")
        for url in self.urls:
            if not _ADDRESS.fullmatch(url):
                yield Problem(
                    "urls", f"'{url}' is no article of WeChat", "write https://mp.weixin.qq.com/s/…"
                )


class WechatArticles(ListingSpider[WechatOptions]):
    """Each article is a page with one item."""

    listing_order = "rank"
    Options = WechatOptions

    def begin(self, listing: Listing) -> Iterator[Request]:
        for url in dict.fromkeys(self.options.urls):
            yield self.ask_listing(url, listing)

    def refusal(self, answer: Answer) -> Trouble | None:
        if "captcha" in urlsplit(answer.url).path:
            return Trouble(RunStatus.BLOCKED, "WeChat wants a captcha solved (环境异常) - ask less often")
        return super().refusal(answer)

    def page(self, response: Response) -> Page:
        url = as_answer(response).asked
        text = _decoded(response.body)
        page = Selector(text=text, type="html")
        if page.css("#js_content"):
            return Page([_fields(page, text, url)])
        if notice := _words(page.css(_NOTICE)):
            if trouble := _trouble(notice, url):
                raise LayoutChanged(trouble.reason, trouble)
            return Page([{"url": url, "gone": notice}])
        if not (_variable(text, "ct") and _variable(text, "biz")):  # a post of pictures has them, and no more
            raise LayoutChanged("has neither an article nor a notice")
        return Page([_fields(page, text, url)])

    def post(self, item: Any) -> Post | None:
        if "gone" in item:
            return None
        named = {key: _need(item, key) for key in ("title", "account", "biz", "mid", "idx", "time")}
        published = self.time_of(item)
        return Post(
            id=ids.wechat_article(named["biz"], named["mid"], named["idx"]),
            platform="wechat",
            kind=Kind.ARTICLE,
            url=item["url"],
            title=named["title"],
            text=text_of(item["content"] or "") or item["description"],
            author=Author(id=item["account_id"] or named["biz"], name=named["account"]),
            published_at=published,
            region=item["province"],
            extra={} if published else {"published_text": named["time"]},
        )

    def time_of(self, item: Any) -> datetime | None:
        spoken = read_spoken(item.get("time"), now=self.now, zone=UTC)
        return spoken.moment if spoken else None


def _decoded(body: bytes) -> str:
    """A page of WeChat. They are all UTF-8; others would be read as words that nobody wrote."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise LayoutChanged("is not UTF-8") from None


def _trouble(notice: str, url: str) -> Trouble | None:
    """What stands in an article's place; None where the article is gone for good."""
    said = f"WeChat says '{notice}' of {url}"
    if "过期" in notice:
        return Trouble(RunStatus.FAILED, f"{said} - {_PERMANENT}")
    if _WALL.search(notice):
        return Trouble(RunStatus.BLOCKED, f"{said} - ask less often")
    return None if _GONE.search(notice) else Trouble(RunStatus.FAILED, said)


def _fields(page: Selector, text: str, url: str) -> dict[str, str | None]:
    """What a page says of its article; in its own script, in meta tags or in its address."""
    told = _query(page.css('meta[property="og:url"]::attr(content)').get() or "") | _query(url)
    province = _PROVINCE.search(text)
    return {
        "url": url,
        "title": _words(page.css("#activity-name")) or _meta(page, "og:title"),
        "account": _words(page.css("#js_name, #post-user")) or _variable(text, "nickname"),
        "account_id": _variable(text, "user_name"),
        "biz": _variable(text, "biz") or told.get("__biz"),
        "mid": _variable(text, "mid") or told.get("mid"),
        "idx": _variable(text, "idx") or told.get("idx"),
        "time": _variable(text, "ct"),
        "province": province[1] if province else None,
        "content": page.css("#js_content").get(),
        "description": _meta(page, "og:description"),
    }


def _query(url: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}


def _meta(page: Selector, name: str) -> str:
    """A meta tag; new lines are written as in a script."""
    told = page.css(f'meta[property="{name}"]::attr(content)').get() or ""
    return html.unescape(told.replace("\\x0a", "\n").replace("\\n", "\n")).strip()


def _variable(text: str, name: str) -> str | None:
    """The first value that is not empty: var mid = "" || "" || "2247483650"."""
    found = re.search(rf"\b(?:var\s+|window\.){name}\s*=({_EXPRESSION})", text)
    values = (one or other for one, other in _LITERAL.findall(found[1])) if found else ()
    return next((html.unescape(value) for value in values if value), None)


def _need(item: dict[str, str | None], key: str) -> str:
    value = item[key]
    if not value:
        raise LayoutChanged(f"has no '{key}'")
    return value


def _words(found: Any) -> str:
    return " ".join("".join(found[:1].css("*::text").getall()).split())
