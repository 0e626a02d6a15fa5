"""The forum: the made-up threads in the shape of Discourse's JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from listening.demo.server import Request, Response, Route, dispatch, json_response, text_response
from listening.demo.threads import Topic, post_body, topic_row, topics, user, visible
from listening.demo.world import View

POSTS_A_PAGE = 50
TOPICS_A_PAGE = 30
FIRST_CHUNK = 20
ROBOTS = "User-agent: *\nDisallow: /search\nAllow: /\n"


def answer(view: View, request: Request) -> Response:
    """What the forum says at this edition."""
    return dispatch(_ROUTES, view, request) or _not_found(request)


def _latest_topics(view: View, request: Request, _: re.Match[str]) -> Response:
    page = request.whole("page") or 0
    found = _ordered(topics(view), request.value("order", "default"))
    if request.value("ascending") == "true":
        found.reverse()
    shown = found[page * TOPICS_A_PAGE : (page + 1) * TOPICS_A_PAGE]
    listing: dict[str, Any] = {"can_create_topic": False, "per_page": TOPICS_A_PAGE, "top_tags": []}
    if len(found) > (page + 1) * TOPICS_A_PAGE:
        order = f"order={request.value('order')}&" if request.value("order") else ""
        listing["more_topics_url"] = f"/latest?{order}no_definitions=true&page={page + 1}"
    listing["topics"] = [topic_row(view, topic) for topic in shown]
    people = {place.post.author for topic in shown for place in (topic.posts[0], topic.posts[-1])}
    return json_response({"users": [user(name) for name in sorted(people)], "topic_list": listing})


def _ordered(found: list[Topic], order: str) -> list[Topic]:
    """Newest first; by last post unless asked for `created`. Only the usual order puts pinned ones on top."""
    if order == "created":
        return sorted(found, key=lambda topic: topic.posts[0].id, reverse=True)
    return sorted(found, key=lambda topic: (topic.first.pinned, topic.posts[-1].id), reverse=True)


def _latest_posts(view: View, request: Request, _: re.Match[str]) -> Response:
    before = request.whole("before")
    posts = [place for place in reversed(visible(view)) if before is None or place.id <= before]
    return json_response(
        {"latest_posts": [post_body(view, place, listed=True) for place in posts[:POSTS_A_PAGE]]}
    )


def _topic(view: View, _: Request, match: re.Match[str]) -> Response | None:
    topic = _find_topic(view, int(match[1]))
    if topic is None:
        return None
    row = topic_row(view, topic)
    del row["bumped"], row["bumped_at"], row["last_poster_username"], row["posters"], row["unseen"]
    stream = {
        "posts": [post_body(view, place) for place in topic.posts[:FIRST_CHUNK]],
        "stream": [place.id for place in topic.posts],
    }
    people = list(dict.fromkeys(place.post.author for place in topic.posts))
    details = {
        "created_by": user(topic.first.author),
        "last_poster": user(topic.posts[-1].post.author),
        "participants": [user(name) for name in people],
    }
    whole = {"post_stream": stream, **row, "chunk_size": FIRST_CHUNK, "deleted_at": None, "details": details}
    return json_response(whole)


def _topic_posts(view: View, request: Request, match: re.Match[str]) -> Response | None:
    topic = _find_topic(view, int(match[1]))
    if topic is None:
        return None
    wanted = {int(n) for n in request.query.get("post_ids[]", []) if n.isascii() and n.isdigit()}
    posts = [place for place in topic.posts if place.id in wanted] or topic.posts[:FIRST_CHUNK]
    return json_response(
        {"post_stream": {"posts": [post_body(view, place) for place in posts]}, "id": topic.id}
    )


def _one_post(view: View, _: Request, match: re.Match[str]) -> Response | None:
    found = (place for place in visible(view) if place.id == int(match[1]))
    return next((json_response(post_body(view, place)) for place in found), None)


def _find_topic(view: View, topic_id: int) -> Topic | None:
    return next((topic for topic in topics(view) if topic.id == topic_id), None)


def _robots(_view: View, _request: Request, _: re.Match[str]) -> Response:
    return text_response(ROBOTS, content_type="text/plain")


def _not_found(request: Request) -> Response:
    if request.path.endswith(".json"):
        error = {"errors": ["您请求的 URL 或资源不存在。"], "error_type": "not_found"}
        return json_response(error, status=404)
    page = "<!DOCTYPE html><html><body><h1>糟糕！该页面不存在或者是非公开页面。</h1></body></html>"
    return text_response(page, content_type="text/html", status=404)


_Handler = Callable[[View, Request, re.Match[str]], Response | None]
_TABLE: tuple[tuple[str, _Handler], ...] = (
    (r"/robots\.txt", _robots),
    (r"/latest\.json", _latest_topics),
    (r"/posts\.json", _latest_posts),
    (r"/posts/(\d+)\.json", _one_post),
    (r"/t/(?:[^/]+/)?(\d+)\.json", _topic),
    (r"/t/(\d+)/posts\.json", _topic_posts),
)
_ROUTES: tuple[Route[View], ...] = tuple((re.compile(path), handler) for path, handler in _TABLE)
