"""The feed site: a newspaper in RSS 2.0, blogs in Atom, a notice board in JSON Feed; conditional GET."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from html import escape

from listening.demo import markup
from listening.demo.server import Request, Response, Route, dispatch, text_response
from listening.demo.world import DemoPost, View

HOME = "https://news.yunzhou.example"
ROBOTS = "User-agent: *\nDisallow: /print/\nAllow: /\n"
_CHINA = timezone(timedelta(hours=8))
_FAR = timedelta(days=3650)

Clock = Callable[[datetime, bool], str]


def answer(view: View, request: Request) -> Response:
    """What the site says at this edition."""
    page = "<!DOCTYPE html><html><head><title>404</title></head><body><p>没有找到这个页面</p></body></html>"
    return dispatch(_ROUTES, view, request) or text_response(page, content_type="text/html", status=404)


def _rss(view: View, request: Request, _: re.Match[str]) -> Response:
    items = "".join(_rss_item(view, post) for post in _entries(view, "rss"))
    body = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>云州晚报</title>
<link>{HOME}/</link>
<atom:link href="{request.base}/feed.xml" rel="self" type="application/rss+xml"/>
<description>云州本地新闻</description>
<language>zh-CN</language>
<lastBuildDate>{_rfc822(_changed(view), True)}</lastBuildDate>
{items}</channel>
</rss>
"""
    return _conditional(view, request, body, "application/rss+xml")


def _rss_item(view: View, post: DemoPost) -> str:
    date, html = _date(view, post, _rfc822), _html(view, post)
    lines = [
        f"<title>{escape(_title(post))}</title>",
        f"<link>{_address(post)}</link>",
        f"<dc:creator>{escape(post.author)}</dc:creator>" if post.author else "",
        f"<pubDate>{date}</pubDate>" if date else "",
        f"<category>{escape(post.category or '')}</category>",
        f'<guid isPermaLink="false">{_entry_id(post)}</guid>',
        f"<description>{escape(markup.plain(html)[:60])}</description>",
        f"<content:encoded><![CDATA[{html}]]></content:encoded>",
    ]
    return "<item>\n" + "\n".join(line for line in lines if line) + "\n</item>\n"


def _atom(view: View, request: Request, _: re.Match[str]) -> Response:
    entries = "".join(_atom_entry(view, post) for post in _entries(view, "atom"))
    body = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">
<id>{HOME}/blogs</id>
<title>云州博客</title>
<updated>{_rfc3339(_changed(view), True)}</updated>
<link rel="self" type="application/atom+xml" href="{request.base}/atom.xml"/>
<link rel="alternate" type="text/html" href="{HOME}/blogs"/>
{entries}</feed>
"""
    return _conditional(view, request, body, "application/atom+xml")


def _atom_entry(view: View, post: DemoPost) -> str:
    published = _date(view, post, _rfc3339) or ""
    edited = view.edited_at(post)
    return f"""<entry>
<id>{_entry_id(post)}</id>
<title>{escape(_title(post))}</title>
<link rel="alternate" type="text/html" href="{_address(post)}"/>
<published>{published}</published>
<updated>{_rfc3339(edited, True) if edited else published}</updated>
<author><name>{escape(post.author)}</name></author>
<category term="{escape(post.category or "")}"/>
<content type="html">{escape(_html(view, post))}</content>
</entry>
"""


def _json(view: View, request: Request, _: re.Match[str]) -> Response:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "南桥社区公告栏",
        "home_page_url": f"{HOME}/board",
        "feed_url": f"{request.base}/feed.json",
        "language": "zh-CN",
        "items": [_json_item(view, post) for post in _entries(view, "json")],
    }
    return _conditional(view, request, json.dumps(feed, ensure_ascii=False), "application/feed+json")


def _json_item(view: View, post: DemoPost) -> Mapping[str, object]:
    edited = view.edited_at(post)
    item = {
        "id": _entry_id(post),
        "url": _address(post),
        "title": _title(post),
        "content_html": _html(view, post),
        "date_published": _date(view, post, _rfc3339),
        "date_modified": _rfc3339(edited, True) if edited else None,
        "authors": [{"name": post.author}],
        "tags": [post.category],
        "language": post.lang,
    }
    required = {"id", "content_html"}
    return {key: value for key, value in item.items() if value or key in required}


def _entries(view: View, section: str) -> list[DemoPost]:
    """The section's entries that can be seen, newest first."""
    posts = [post for post in view.posts("feed") if post.section == section and not view.deleted(post)]
    return posts[::-1]


def _date(view: View, post: DemoPost, clock: Clock) -> str | None:
    """When it was published, as the feed says it: rightly, or wrongly in the way the post asks for."""
    moment = view.published(post)
    if post.time == "missing":
        return None
    if post.time == "unparsable":
        return "前天傍晚"
    return clock(moment + _FAR if post.time == "future" else moment, post.time != "zoneless")


def _rfc822(moment: datetime, zoned: bool) -> str:
    text = format_datetime(moment.astimezone(_CHINA))
    return text if zoned else text.rpartition(" ")[0]


def _rfc3339(moment: datetime, zoned: bool) -> str:
    local = moment.astimezone(_CHINA).replace(microsecond=0)
    return (local if zoned else local.replace(tzinfo=None)).isoformat()


def _html(view: View, post: DemoPost) -> str:
    text = view.text(post)
    return text if post.html else markup.paragraphs(text, _link, markup.nothing, markup.nothing)


def _link(url: str) -> str:
    return f'<a href="{markup.address(url)}">{escape(url, quote=False)}</a>'


def _title(post: DemoPost) -> str:
    return markup.plain(post.title or "")


def _entry_id(post: DemoPost) -> str:
    return f"tag:yunzhou.example,2026:{post.section}/{post.key}"


def _address(post: DemoPost) -> str:
    return f"{HOME}/{post.section}/{post.key}.html"


def _changed(view: View) -> datetime:
    """When the site last changed: its newest entry or edit."""
    changes = (view.edited_at(post) or view.published(post) for post in view.posts("feed"))
    return max(changes).replace(microsecond=0)


def _conditional(view: View, request: Request, body: str, content_type: str) -> Response:
    """The body, or 304 when the client has it. With If-None-Match the date is not asked (RFC 9110)."""
    etag = f'W/"{hashlib.sha1(body.encode()).hexdigest()}"'
    changed = _changed(view)
    headers = (("ETag", etag), ("Last-Modified", format_datetime(changed.astimezone(UTC), usegmt=True)))
    known = request.headers.get("if-none-match")
    since = request.headers.get("if-modified-since")
    same = _has_tag(known, etag) if known is not None else since is not None and _not_before(since, changed)
    if same:
        return Response(status=304, headers=headers)
    return Response(body=body.encode(), content_type=f"{content_type}; charset=utf-8", headers=headers)


def _has_tag(known: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in known.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def _not_before(since: str, changed: datetime) -> bool:
    try:
        return parsedate_to_datetime(since) >= changed
    except (ValueError, TypeError):  # no date at all, or one without a zone: the header does not count
        return False


def _robots(_view: View, _request: Request, _: re.Match[str]) -> Response:
    return text_response(ROBOTS, content_type="text/plain")


_ROUTES: tuple[Route[View], ...] = (
    (re.compile(r"/robots\.txt"), _robots),
    (re.compile(r"/feed\.xml"), _rss),
    (re.compile(r"/atom\.xml"), _atom),
    (re.compile(r"/feed\.json"), _json),
)
