"""The blog: made-up articles and the comments below them, in the shape of WordPress's REST interface."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import urlencode

from listening.demo import markup
from listening.demo.server import Headers, Request, Response, Route, dispatch, json_response, text_response
from listening.demo.world import DemoPost, View, history, numbers, person, spread

HOME = "https://life.yunzhou.example"
USUAL, MOST = 10, 100
ROBOTS = "User-agent: *\nDisallow: /wp-admin/\nAllow: /\n"
_CHINA = timezone(timedelta(hours=8))


def answer(view: View, request: Request) -> Response:
    """What the blog says at this edition."""
    return dispatch(_ROUTES, view, request) or _error("rest_no_route", "没有找到匹配的路由。", 404)


def _posts(view: View, request: Request, _: re.Match[str]) -> Response:
    found = [post for post in _seen(view, request) if post.topic is None]
    if words := request.value("search"):
        found = [post for post in found if words in f"{post.title}{view.text(post)}"]
    return _page(request, found, lambda post: _article(view, post, request))


def _comments(view: View, request: Request, _: re.Match[str]) -> Response:
    found = [post for post in _seen(view, request) if post.topic is not None]
    if article := request.whole("post"):
        found = [post for post in found if _number(_named(post.topic)) == article]
    return _page(request, found, lambda post: _comment(view, post, request))


def _seen(view: View, request: Request) -> list[DemoPost]:
    """Newest first unless asked otherwise; with `before` and `after`, which are not included."""
    before, after = _asked_time(request, "before"), _asked_time(request, "after")
    found = [
        post
        for post in view.posts("blog")
        if not view.deleted(post)
        and (before is None or view.published(post) < before)
        and (after is None or view.published(post) > after)
    ]
    return found if request.value("order") == "asc" else found[::-1]


def _asked_time(request: Request, name: str) -> datetime | None:
    text = request.value(name)
    moment = datetime.fromisoformat(text) if text else None
    return moment.replace(tzinfo=_CHINA) if moment and moment.tzinfo is None else moment


def _page(request: Request, found: list[DemoPost], tell: Callable[[DemoPost], dict[str, Any]]) -> Response:
    """One page; its headers say how many there are and where the next one is."""
    size, number = request.whole("per_page") or USUAL, request.whole("page") or 1
    if size > MOST:
        return _error("rest_invalid_param", "无效的参数：per_page", 400)
    pages = -(-len(found) // size)
    if number > max(pages, 1):
        return _error("rest_post_invalid_page_number", "请求的页码大于可用页数。", 400)
    headers: Headers = (("X-WP-Total", str(len(found))), ("X-WP-TotalPages", str(pages)))
    links = [("prev", number - 1)] * (number > 1) + [("next", number + 1)] * (number < pages)
    if links:
        told = ", ".join(f'<{_address(request, other)}>; rel="{rel}"' for rel, other in links)
        headers = (*headers, ("Link", told))
    page = found[(number - 1) * size : number * size]
    return json_response([tell(post) for post in page], headers=headers)


def _address(request: Request, page: int) -> str:
    kept = [(name, value) for name, values in request.query.items() if name != "page" for value in values]
    return f"{request.base}{request.raw_path}?{urlencode([*kept, ('page', page)])}"


def _article(view: View, post: DemoPost, request: Request) -> dict[str, Any]:
    html = view.text(post) if post.html else _paragraphs(view.text(post))
    number, excerpt = _number(post), escape(markup.plain(html)[:55], quote=False)
    return {
        "id": number,
        **_dates(view, post),
        "guid": {"rendered": f"{HOME}/?p={number}"},
        "slug": str(number),
        "status": "publish",
        "type": "post",
        "link": f"{HOME}/{number}.html",
        "title": {"rendered": escape(post.title or "", quote=False)},
        "content": {"rendered": html, "protected": False},
        "excerpt": {"rendered": f"<p>{excerpt}&hellip;</p>\n", "protected": False},
        "author": _user(post.author),
        "featured_media": 0,
        "comment_status": "open",
        "categories": [_term(post.category or "")["id"]],
        "tags": [_term(tag)["id"] for tag in post.tags],
        **_embedded(request, post),
    }


def _embedded(request: Request, post: DemoPost) -> dict[str, Any]:
    if "_embed" not in request.query:
        return {}
    name = person(post.author).name
    author = {"id": _user(post.author), "name": name, "link": f"{HOME}/author/{post.author}"}
    terms = [[_term(post.category or "")], [_term(tag) for tag in post.tags]]
    return {"_embedded": {"author": [author], "wp:term": terms}}


def _comment(view: View, post: DemoPost, request: Request) -> dict[str, Any]:
    article, number = _named(post.topic), _number(post)
    link = f"{HOME}/{_number(article)}.html"
    above = {"id": _number(article), "type": "post", "link": link, "author": _user(article.author)}
    up = [{**above, "title": {"rendered": escape(article.title or "", quote=False)}}]
    return {
        "id": number,
        "post": _number(article),
        "parent": _number(_named(post.reply_to)) if post.reply_to else 0,
        "author": _user(post.author) if post.author in _users() else 0,
        "author_name": person(post.author).name,
        "author_url": "",
        **_dates(view, post, ("date",)),
        "content": {"rendered": _paragraphs(view.text(post))},
        "link": f"{link}#comment-{number}",
        "status": "approved",
        "type": "comment",
        **({"_embedded": {"up": up}} if "_embed" in request.query else {}),
    }


def _dates(view: View, post: DemoPost, names: Iterable[str] = ("date", "modified")) -> dict[str, str]:
    """The site's local time, and the same in UTC; neither names its zone."""
    times = {"date": view.published(post), "modified": view.edited_at(post) or view.published(post)}
    return {
        key: times[name].astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")
        for name in names
        for key, zone in ((name, _CHINA), (f"{name}_gmt", UTC))
    }


def _paragraphs(text: str) -> str:
    return markup.paragraphs(text, markup.nothing, markup.nothing, markup.nothing) + "\n"


@lru_cache(maxsize=1)
def _users() -> tuple[str, ...]:
    """Who writes articles has an account; whoever comments needs none."""
    return tuple(dict.fromkeys(post.author for post in history("blog") if post.topic is None))


def _user(author: str) -> int:
    return 1 + _users().index(author)


def _term(name: str) -> dict[str, Any]:
    return {"id": 2 + spread(name, 900), "name": escape(name, quote=False), "slug": str(spread(name, 900))}


def _named(key: str | None) -> DemoPost:
    return next(post for post in history("blog") if post.key == key)


def _number(post: DemoPost) -> int:
    return numbers("blog", 40)[post.key]


def _error(code: str, message: str, status: int) -> Response:
    return json_response({"code": code, "message": message, "data": {"status": status}}, status=status)


def _robots(_view: View, _request: Request, _: re.Match[str]) -> Response:
    return text_response(ROBOTS, content_type="text/plain")


_ROUTES: tuple[Route[View], ...] = (
    (re.compile(r"/robots\.txt"), _robots),
    (re.compile(r"/wp-json/wp/v2/posts"), _posts),
    (re.compile(r"/wp-json/wp/v2/comments"), _comments),
)
