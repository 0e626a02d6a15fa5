"""The link site: made-up posts and comments of three communities, in the shape of Lemmy's API (0.19)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from listening.demo.server import Request, Response, Route, dispatch, json_response, text_response
from listening.demo.world import DemoPost, View, history, numbers, person, spread

HOST = "links.yunzhou.example"
COMMUNITIES = {"broadband": "宽带与信号", "life": "生活", "tech": "数码"}
USUAL, MOST = 10, 50
ROBOTS = "User-agent: *\nDisallow: /settings\nAllow: /\n"


def answer(view: View, request: Request) -> Response:
    """What the site says at this edition."""
    return dispatch(_ROUTES, view, request) or json_response({"error": "couldnt_find_object"}, status=404)


def _posts(view: View, request: Request, _: re.Match[str]) -> Response:
    """Newest first, pinned ones on top; deleted ones are shown to nobody."""
    found = [post for post in _asked(view, request) if post.topic is None and not view.deleted(post)]
    found.sort(key=lambda post: (post.pinned, _number(post)), reverse=True)
    cursor = request.value("page_cursor")
    first = next((n + 1 for n, post in enumerate(found) if cursor == _cursor(post)), 0)
    return _page(request, found[first:], "posts", lambda post: _post_view(view, post), _cursor)


def _comments(view: View, request: Request, _: re.Match[str]) -> Response:
    """Newest first, by pages with numbers; a deleted one is there without its words."""
    found = [post for post in _asked(view, request) if post.topic is not None][::-1]
    return _page(request, found, "comments", lambda post: _comment_view(view, post))


def _asked(view: View, request: Request) -> list[DemoPost]:
    community = request.value("community_name").partition("@")[0]
    return [post for post in view.posts("links") if community in ("", _first(post).category)]


def _page(
    request: Request,
    found: Sequence[DemoPost],
    key: str,
    tell: Callable[[DemoPost], dict[str, Any]],
    cursor: Callable[[DemoPost], str] | None = None,
) -> Response:
    limit = request.whole("limit") or USUAL
    if limit > MOST:
        return json_response({"error": f"couldnt_get_{key}"}, status=400)
    first = ((request.whole("page") or 1) - 1) * limit
    page = found[first : first + limit]
    following = {"next_page": cursor(page[-1]) if page else None} if cursor else {}
    return json_response({key: [tell(post) for post in page], **following})


def _post_view(view: View, post: DemoPost) -> dict[str, Any]:
    comments = [other for other in view.posts("links") if other.topic == post.key]
    last = max((view.published(other) for other in comments), default=view.published(post))
    counts = {"post_id": _number(post), "comments": len(comments), "newest_comment_time": _time(last)}
    return {
        "post": _post(view, post),
        "creator": _creator(post.author),
        "community": _community(post),
        **_nobody_asks(),
        "counts": {**counts, **_votes(view, post)},
        "unread_comments": len(comments),
    }


def _post(view: View, post: DemoPost) -> dict[str, Any]:
    told = {
        "id": _number(post),
        "name": post.title,
        "body": view.text(post) or None,
        "url": post.link,
        "creator_id": _creator(post.author)["id"],
        "community_id": _community(post)["id"],
        "locked": False,
        "nsfw": False,
        "featured_community": False,
        "featured_local": post.pinned,
        **_written(view, post, "post"),
    }
    return {key: value for key, value in told.items() if value is not None}


def _comment_view(view: View, post: DemoPost) -> dict[str, Any]:
    below = [other for other in view.posts("links") if post in _above(other)]
    comment = {
        "id": _number(post),
        "creator_id": _creator(post.author)["id"],
        "post_id": _number(_first(post)),
        "content": "" if view.deleted(post) else view.text(post),
        "path": ".".join(["0", *(str(_number(each)) for each in (*_above(post), post))]),
        "distinguished": False,
        **_written(view, post, "comment"),
    }
    return {
        "comment": comment,
        "creator": _creator(post.author),
        "post": _post(view, _first(post)),
        "community": _community(post),
        **_nobody_asks(),
        "counts": {"comment_id": _number(post), "child_count": len(below), **_votes(view, post)},
    }


def _written(view: View, post: DemoPost, kind: str) -> dict[str, Any]:
    """What posts and comments have in common; `updated` only where it was edited."""
    edited = view.edited_at(post)
    return {
        "published": _time(view.published(post)),
        **({"updated": _time(edited)} if edited else {}),
        "deleted": view.deleted(post),
        "removed": False,
        "local": True,
        "ap_id": f"https://{HOST}/{kind}/{_number(post)}",
        "language_id": 37 if post.lang.startswith("en") else 183,
    }


def _creator(username: str) -> dict[str, Any]:
    who = person(username)
    return {
        "id": 10 + spread(username, 90_000),
        "name": username,
        **({"display_name": who.name} if who.name != username else {}),
        "actor_id": f"https://{HOST}/u/{username}",
        "banned": False,
        "deleted": False,
        "bot_account": who.bot,
        "local": True,
        "instance_id": 1,
    }


def _community(post: DemoPost) -> dict[str, Any]:
    name = _first(post).category or ""
    return {
        "id": 1 + list(COMMUNITIES).index(name),
        "name": name,
        "title": COMMUNITIES[name],
        "actor_id": f"https://{HOST}/c/{name}",
        "deleted": False,
        "removed": False,
        "local": True,
        "nsfw": False,
        "instance_id": 1,
    }


def _votes(view: View, post: DemoPost) -> dict[str, Any]:
    up, down = post.likes or 1 + spread(post.key, 6), spread(post.key, 2)
    return {"score": up - down, "upvotes": up, "downvotes": down, "published": _time(view.published(post))}


def _nobody_asks() -> dict[str, Any]:
    """What the site tells of its relation to the reader, who is a stranger."""
    mine = ("creator_banned_from_community", "creator_is_moderator", "creator_is_admin", "saved", "read")
    return {**dict.fromkeys(mine, False), "subscribed": "NotSubscribed", "creator_blocked": False}


def _above(post: DemoPost) -> list[DemoPost]:
    """The comments that a comment stands below, the outermost first."""
    found: list[DemoPost] = []
    while post.reply_to is not None:
        post = _named(post.reply_to)
        found.insert(0, post)
    return found


def _first(post: DemoPost) -> DemoPost:
    return _named(post.topic) if post.topic else post


def _named(key: str) -> DemoPost:
    return next(post for post in history("links") if post.key == key)


def _number(post: DemoPost) -> int:
    return numbers("links", 500)[post.key]


def _cursor(post: DemoPost) -> str:
    return f"P{_number(post):x}"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _robots(_view: View, _request: Request, _: re.Match[str]) -> Response:
    return text_response(ROBOTS, content_type="text/plain")


_ROUTES: tuple[Route[View], ...] = (
    (re.compile(r"/robots\.txt"), _robots),
    (re.compile(r"/api/v3/post/list"), _posts),
    (re.compile(r"/api/v3/comment/list"), _comments),
)
