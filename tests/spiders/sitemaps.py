"""Made-up news sites: sitemaps, and the articles that they name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request

START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
HTML = {"Content-Type": "text/html; charset=utf-8"}
WORDS = "星河宽带昨日在东城区发生大面积断网，持续约三小时，多名用户反映无法上网，客服电话也打不通。"
MENU = "".join(f'<li><a href="/{n}">频道的名字{n}</a></li>' for n in range(200))
LIST_PAGE = f"<html><body><ul>{MENU}</ul></body></html>"
"""A page that leads to others and says nothing itself."""

Pages = Mapping[str, Any]


def at(age: float) -> datetime:
    """So many minutes before the start."""
    return START - timedelta(minutes=age)


def entry(path: str, changed: str | None = None, *, news: str | None = None, title: str | None = None) -> str:
    told = f"<lastmod>{changed}</lastmod>" if changed else ""
    if news or title:
        date = f"<news:publication_date>{news}</news:publication_date>" if news else ""
        told += f"<news:news>{date}<news:title>{escape(title or '')}</news:title></news:news>"
    return f"<loc>{escape(path if '://' in path else f'https://news.example{path}')}</loc>{told}"


def urlset(*entries: str) -> bytes:
    spaces = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    )
    inner = "".join(f"<url>{each}</url>" for each in entries)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {spaces}>{inner}</urlset>'.encode()


def index(*entries: str) -> bytes:
    inner = "".join(f"<sitemap>{each}</sitemap>" for each in entries)
    return (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</sitemapindex>'.encode()
    )


def article(title: str, published: str | None = None, words: str = WORDS, **told: Any) -> str:
    """A page with an article that says so for machines."""
    data = {
        "@type": "NewsArticle",
        "headline": title,
        **({"datePublished": published} if published else {}),
        **told,
    }
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    body = f'<h1>{title}</h1><div class="content"><p>{words}</p></div>'
    return f'<html lang="zh"><head>{script}</head><body>{body}</body></html>'


def web(pages: Pages, told: Any) -> Callable[[Request], Any]:
    """A site with these pages by path: a text is HTML, bytes are what they are, what is not there is 404."""

    def answer(request: Request) -> Any:
        parts = urlsplit(request.url)
        page = pages.get(parts.path + (f"?{parts.query}" if parts.query else ""))
        if isinstance(page, str):
            return told(page.encode(), headers=HTML)
        return told(b"not here", 404) if page is None else told(page) if isinstance(page, bytes) else page

    return answer
