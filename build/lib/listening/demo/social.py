"""The social server: the made-up short posts as an instance of Mastodon shows them to everybody.

The same posts can be seen on two instances; each gives them ids of its own, the uri is the same on both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlencode

from listening.demo import markup
from listening.demo.server import Headers, Request, Response, Route, dispatch, json_response, text_response
from listening.demo.toot import HOME, Teller, account_id, account_names, host_of, status_id
from listening.demo.world import DemoPost, View

NEIGHBOUR = "harbour.example"
MOST = 40
ROBOTS = "User-agent: *\nDisallow: /media_proxy/\nAllow: /\n"

_Scope = tuple[View, str]  # what is asked: the world, and which instance answers


def answer(view: View, request: Request, domain: str = HOME) -> Response:
    """What the instance `domain` says at this edition."""
    response = dispatch(_ROUTES, (view, domain), request) or _not_found(request)
    limits = _limits(request)
    return Response(
        status=response.status,
        body=response.body,
        content_type=response.content_type,
        headers=response.headers + limits,
    )


def _posts(scope: _Scope) -> list[DemoPost]:
    """What the instance knows, newest first. Its neighbour gets from it only what carries a hashtag."""
    view, domain = scope
    known = [post for post in view.posts("social") if not view.deleted(post)]
    if domain != HOME:
        known = [p for p in known if host_of(p.author) == domain or (markup.tags_in(p.text) and not p.reblog)]
    return known[::-1]


def _public(scope: _Scope, request: Request, _: re.Match[str]) -> Response:
    """Everybody's own posts: boosts, and answers to somebody else, are left out."""
    posts = [post for post in _posts(scope) if not post.reblog and not _answers_other(scope, post)]
    return _timeline(scope, request, _from_where(scope, request, posts), endless=True)


def _tagged(scope: _Scope, request: Request, match: re.Match[str]) -> Response:
    view, _ = scope
    wanted = {tag.lower() for tag in (match[1], *request.query.get("any[]", []))}
    posts = [
        post
        for post in _posts(scope)
        if not post.reblog and wanted & {tag.lower() for tag in markup.tags_in(view.text(post))}
    ]
    return _timeline(scope, request, _from_where(scope, request, posts), endless=True)


def _from_where(scope: _Scope, request: Request, posts: list[DemoPost]) -> list[DemoPost]:
    here = request.flag("local")
    if not here and not request.flag("remote"):
        return posts
    return [post for post in posts if (host_of(post.author) == scope[1]) == here]


def _account_statuses(scope: _Scope, request: Request, match: re.Match[str]) -> Response | None:
    name = _account_named(scope, match[1])
    if name is None:
        return None
    posts = [post for post in _posts(scope) if post.author == name]
    if request.flag("exclude_reblogs"):
        posts = [post for post in posts if not post.reblog]
    if request.flag("exclude_replies"):
        posts = [post for post in posts if not _answers_other(scope, post)]
    return _timeline(scope, request, posts, endless=False)


def _timeline(scope: _Scope, request: Request, posts: list[DemoPost], *, endless: bool) -> Response:
    """One page, newest first. `endless`: the last page still names a next one, which is then empty."""
    domain = scope[1]
    limit = min(request.whole("limit") or 20, MOST)
    posts = _page(posts, request, limit, domain)
    teller = _teller(scope)
    headers: Headers = ()
    if posts:
        ids = [status_id(post, domain) for post in posts]
        more = endless or len(posts) == limit
        headers = (("Link", _links(request, ids[0], ids[-1] if more else None)),)
    return json_response([teller.status(post) for post in posts], headers=headers)


def _page(posts: list[DemoPost], request: Request, limit: int, domain: str) -> list[DemoPost]:
    """`min_id` asks for the page right above it, the others for the newest below and above."""
    newest, oldest = request.whole("max_id"), request.whole("min_id") or request.whole("since_id")
    between = [
        post
        for post in posts
        if (newest is None or status_id(post, domain) < newest)
        and (oldest is None or status_id(post, domain) > oldest)
    ]
    return between[-limit:] if request.whole("min_id") else between[:limit]


def _links(request: Request, first: int, last: int | None) -> str:
    kept = [
        (name, value)
        for name, values in request.query.items()
        if name not in {"max_id", "min_id", "since_id"}
        for value in values
    ]
    here = request.base + request.raw_path
    links = [f'<{here}?{urlencode([*kept, ("min_id", first)])}>; rel="prev"']
    if last is not None:
        links.insert(0, f'<{here}?{urlencode([*kept, ("max_id", last)])}>; rel="next"')
    return ", ".join(links)


def _status(scope: _Scope, _: Request, match: re.Match[str]) -> Response | None:
    post = _post_with_id(scope, match[1])
    return json_response(_teller(scope).status(post)) if post else None


def _context(scope: _Scope, _: Request, match: re.Match[str]) -> Response | None:
    post = _post_with_id(scope, match[1])
    if post is None:
        return None
    known = {other.key: other for other in _posts(scope)}
    above = known.get(post.reply_to) if post.reply_to else None
    below = [other for other in reversed(_posts(scope)) if other.reply_to == post.key]
    teller = _teller(scope)
    return json_response(
        {
            "ancestors": [teller.status(above)] if above else [],
            "descendants": [teller.status(other) for other in below],
        }
    )


def _lookup(scope: _Scope, request: Request, _: re.Match[str]) -> Response | None:
    wanted = request.value("acct").lstrip("@").lower()
    asked = partial(_same_account, wanted, scope[1])
    return _account_response(scope, next(filter(asked, account_names()), None))


def _same_account(wanted: str, domain: str, name: str) -> bool:
    full = f"{name.partition('@')[0]}@{host_of(name)}".lower()
    return full in {wanted, f"{wanted}@{domain}"}


def _account(scope: _Scope, _: Request, match: re.Match[str]) -> Response | None:
    return _account_response(scope, _account_named(scope, match[1]))


def _account_response(scope: _Scope, name: str | None) -> Response | None:
    return json_response(_teller(scope).account(name)) if name else None


def _account_named(scope: _Scope, number: str) -> str | None:
    return next((name for name in account_names() if account_id(name, scope[1]) == number), None)


def _instance(scope: _Scope, _: Request, __: re.Match[str]) -> Response:
    feeds = {"local": "public", "remote": "public"}
    access = {"live_feeds": feeds, "hashtag_feeds": feeds, "trending_link_feeds": feeds}
    about = {
        "domain": scope[1],
        "title": "云州镇",
        "version": "4.6.4",
        "languages": ["zh"],
        "description": "",
    }
    return json_response({**about, "configuration": {"timelines_access": access}})


def _answers_other(scope: _Scope, post: DemoPost) -> bool:
    known = {other.key: other for other in _posts(scope)}
    above = known.get(post.reply_to) if post.reply_to else None
    return post.reply_to is not None and (above is None or above.author != post.author)


def _post_with_id(scope: _Scope, number: str) -> DemoPost | None:
    return next((post for post in _posts(scope) if str(status_id(post, scope[1])) == number), None)


def _teller(scope: _Scope) -> Teller:
    return Teller(scope[0], scope[1], _posts(scope))


def _limits(request: Request) -> tuple[tuple[str, str], ...]:
    """300 requests in five minutes, as the real ones say; nobody is ever refused here."""
    left = 299 - (request.number - 1) % 299
    until = datetime.now(UTC) + timedelta(minutes=5)
    reset = until.replace(minute=until.minute // 5 * 5, second=0).isoformat(timespec="microseconds")
    return (
        ("X-RateLimit-Limit", "300"),
        ("X-RateLimit-Remaining", str(left)),
        ("X-RateLimit-Reset", reset.replace("+00:00", "Z")),
    )


def _robots(_scope: _Scope, _request: Request, _: re.Match[str]) -> Response:
    return text_response(ROBOTS, content_type="text/plain")


def _not_found(request: Request) -> Response:
    if request.path.startswith("/api/"):
        return json_response({"error": "Record not found"}, status=404)
    page = "<!DOCTYPE html><html><body><h1>您正在寻找的页面不在这里。</h1></body></html>"
    return text_response(page, content_type="text/html", status=404)


_Handler = Callable[[_Scope, Request, re.Match[str]], Response | None]
_TABLE: Iterable[tuple[str, _Handler]] = (
    (r"/robots\.txt", _robots),
    (r"/api/v2/instance", _instance),
    (r"/api/v1/timelines/public", _public),
    (r"/api/v1/timelines/tag/([^/]+)", _tagged),
    (r"/api/v1/accounts/lookup", _lookup),
    (r"/api/v1/accounts/(\d+)", _account),
    (r"/api/v1/accounts/(\d+)/statuses", _account_statuses),
    (r"/api/v1/statuses/(\d+)", _status),
    (r"/api/v1/statuses/(\d+)/context", _context),
)
_ROUTES: tuple[Route[_Scope], ...] = tuple((re.compile(path), handler) for path, handler in _TABLE)
