"""The campus forum: the made-up threads of students in the shape of NodeBB's JSON."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape
from typing import Any

from listening.demo import markup
from listening.demo.server import Request, Response, Route, dispatch, json_response, text_response
from listening.demo.world import DemoPost, View, history, numbers, person, spread

CATEGORIES = ("站务", "宿舍", "学习", "运动", "食堂", "二手", "闲聊")
TOPICS_A_PAGE = POSTS_A_PAGE = 20
GONE = "[[topic:post-is-deleted]]"
ROBOTS = "User-agent: *\nDisallow: /admin/\nAllow: /\n"


def answer(view: View, request: Request) -> Response:
    """What the forum says at this edition."""
    return dispatch(_ROUTES, view, request) or _not_found(request)


def _recent(view: View, request: Request, _: re.Match[str]) -> Response:
    """Topics by their last post; NodeBB puts no pinned ones on top of this list."""
    found = sorted(_topics(view), key=lambda topic: _number(topic[-1]), reverse=True)
    if category := request.whole("cid"):
        found = [topic for topic in found if _category(topic[0])["cid"] == category]
    number = request.whole("page") or 1
    shown = found[(number - 1) * TOPICS_A_PAGE : number * TOPICS_A_PAGE]
    told = [_about(view, topic) for topic in shown]
    paging = _pagination(number, -(-len(found) // TOPICS_A_PAGE))
    return json_response({"topics": told, "topicCount": len(found), **paging})


def _topic(view: View, request: Request, match: re.Match[str]) -> Response | None:
    """The first post on top, then the others: oldest first, or newest first where that is asked for."""
    topic = next((each for each in _topics(view) if str(_tid(each[0])) == match[1]), None)
    if topic is None:
        return None
    others = topic[1:][::-1] if request.value("sort") == "newest_to_oldest" else topic[1:]
    number = request.whole("page") or 1
    shown = others[(number - 1) * POSTS_A_PAGE : number * POSTS_A_PAGE]
    posts = [_post(view, topic, post) for post in ([topic[0]] if number == 1 else []) + shown]
    paging = _pagination(number, -(-len(others) // POSTS_A_PAGE))
    return json_response({**_about(view, topic), "posts": posts, **paging})


def _topics(view: View) -> list[list[DemoPost]]:
    """The posts of each thread, oldest first."""
    found: dict[str, list[DemoPost]] = {}
    for post in view.posts("club"):
        found.setdefault(post.topic or post.key, []).append(post)
    return list(found.values())


def _about(view: View, topic: list[DemoPost]) -> dict[str, Any]:
    first, last, tid = topic[0], topic[-1], _tid(topic[0])
    return {
        "tid": tid,
        "uid": _user(first.author)["uid"],
        "cid": _category(first)["cid"],
        "mainPid": _number(first),
        "title": escape(first.title or "", quote=False),
        "titleRaw": first.title,
        "slug": f"{tid}/topic",
        **_stamped("timestamp", view.published(first)),
        **_stamped("lastposttime", view.published(last)),
        "postcount": len(topic),
        "viewcount": len(topic) * 13 + spread(first.key, 300),
        "deleted": 0,
        "locked": 0,
        "pinned": int(first.pinned),
        "tags": [{"value": tag, "valueEscaped": escape(tag), "score": 1} for tag in first.tags],
        "user": _user(first.author),
        "category": _category(first),
    }


def _post(view: View, topic: list[DemoPost], post: DemoPost) -> dict[str, Any]:
    answers = [other for other in topic if other.reply_to == post.key]
    above = next((other for other in topic if other.key == post.reply_to), None)
    edited = None if view.deleted(post) else view.edited_at(post)
    return {
        "pid": _number(post),
        "tid": _tid(topic[0]),
        "uid": _user(post.author)["uid"],
        "content": GONE if view.deleted(post) else _html(view.text(post)),
        **_stamped("timestamp", view.published(post)),
        "deleted": int(view.deleted(post)),
        "upvotes": post.likes,
        "downvotes": 0,
        "votes": post.likes,
        "replies": {"count": len(answers), "hasMore": False, "users": []},
        **(_stamped("edited", edited) if edited else {"edited": 0, "editedISO": ""}),
        "index": topic.index(post),
        "user": _user(post.author),
        **({"toPid": _number(above), "parent": _parent(above)} if above else {}),
    }


def _parent(post: DemoPost) -> dict[str, Any]:
    user = _user(post.author)
    return {"pid": _number(post), **{key: user[key] for key in ("uid", "username", "displayname")}}


def _user(username: str) -> dict[str, Any]:
    return {
        "uid": 3 + spread(username, 90_000),
        "username": username,
        "displayname": person(username).name,
        "userslug": username.replace("_", "-"),
        "status": "offline",
    }


def _category(first: DemoPost) -> dict[str, Any]:
    name = first.category or CATEGORIES[-1]
    cid = 1 + CATEGORIES.index(name)
    return {"cid": cid, "name": name, "slug": f"{cid}/category"}


def _html(text: str) -> str:
    return markup.paragraphs(text, _link, _mention, markup.nothing) + "\n"


def _link(url: str) -> str:
    return f'<a href="{markup.address(url)}" rel="nofollow ugc">{escape(url, quote=False)}</a>'


def _mention(name: str) -> str | None:
    if all(post.author != name for post in history("club")):
        return None
    return f'<a class="plugin-mentions-user plugin-mentions-a" href="/user/{name}">@<bdi>{name}</bdi></a>'


def _pagination(number: int, pages: int) -> dict[str, Any]:
    last = max(pages, 1)
    return {
        "pagination": {
            "currentPage": number,
            "pageCount": last,
            "prev": {"page": max(number - 1, 1), "active": number > 1},
            "next": {"page": min(number + 1, last), "active": number < last},
        }
    }


def _stamped(key: str, moment: datetime) -> dict[str, Any]:
    """Milliseconds, and the same as a text."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {key: int(moment.timestamp() * 1000), f"{key}ISO": text}


def _number(post: DemoPost) -> int:
    return numbers("club", 300)[post.key]


def _tid(first: DemoPost) -> int:
    threads = [post.key for post in history("club") if post.topic is None]
    return 20 + threads.index(first.key)


def _robots(_view: View, _request: Request, _: re.Match[str]) -> Response:
    return text_response(ROBOTS, content_type="text/plain")


def _not_found(request: Request) -> Response:
    if request.path.startswith("/api/"):
        return json_response({"status": {"code": "not-found", "message": "无效的页面"}}, status=404)
    page = "<!DOCTYPE html><html><body><h1>找不到这个页面</h1></body></html>"
    return text_response(page, content_type="text/html", status=404)


_ROUTES: tuple[Route[View], ...] = (
    (re.compile(r"/robots\.txt"), _robots),
    (re.compile(r"/api/recent"), _recent),
    (re.compile(r"/api/topic/(\d+)(?:/[^/]*)?"), _topic),
)
