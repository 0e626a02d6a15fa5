"""Threads of the forum: which number each post has, and how Discourse tells topics, posts and users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from html import escape
from typing import Any

from listening.demo import markup
from listening.demo.world import DemoPost, Person, View, history, numbers, person, spread

DELETED = "（帖子已被作者删除）"
CATEGORIES = ("公告", "宽带与通信", "邻里闲聊", "二手", "数码", "美食", "亲子")


@dataclass(frozen=True, slots=True)
class Placed:
    """A post with the numbers the forum gave it. They never change, whatever the edition."""

    post: DemoPost
    id: int
    topic_id: int
    number: int
    first: DemoPost


@dataclass(frozen=True, slots=True)
class Topic:
    """The visible posts of one thread, oldest first; never empty."""

    id: int
    posts: tuple[Placed, ...]

    @property
    def first(self) -> DemoPost:
        return self.posts[0].post


@lru_cache(maxsize=1)
def _placed() -> tuple[Placed, ...]:
    """All posts with their numbers, as a forum gives them."""
    topics: dict[str, list[DemoPost]] = {}
    placed = []
    ids = numbers("forum", 2000)
    for post in history("forum"):
        thread = topics.setdefault(post.topic or post.key, [])
        thread.append(post)
        topic_id = 100 + list(topics).index(post.topic or post.key)
        placed.append(Placed(post, ids[post.key], topic_id, len(thread), thread[0]))
    return tuple(placed)


def visible(view: View) -> list[Placed]:
    return [place for place in _placed() if place.post.edition <= view.edition]


def topics(view: View) -> list[Topic]:
    threads: dict[int, list[Placed]] = {}
    for place in visible(view):
        threads.setdefault(place.topic_id, []).append(place)
    return [Topic(topic_id, tuple(posts)) for topic_id, posts in threads.items()]


def topic_row(view: View, topic: Topic) -> dict[str, Any]:
    first, last = topic.first, topic.posts[-1].post
    return {
        "id": topic.id,
        "title": first.title,
        "fancy_title": escape(first.title or "", quote=False),
        "slug": "topic",  # what the forum makes of a Chinese title
        "posts_count": len(topic.posts),
        "reply_count": sum(place.post.reply_to_number is not None for place in topic.posts),
        "highest_post_number": topic.posts[-1].number,
        "image_url": None,
        "created_at": _time(view.published(first)),
        "last_posted_at": _time(view.published(last)),
        "bumped": True,
        "bumped_at": _time(view.published(last)),
        "archetype": "regular",
        "unseen": False,
        "pinned": first.pinned,
        "excerpt": _raw(view, first)[:200] if first.pinned else None,
        "visible": True,
        "closed": False,
        "archived": False,
        "tags": list(first.tags),
        "views": len(topic.posts) * 17 + spread(first.key, 400),
        "like_count": sum(place.post.likes for place in topic.posts),
        "last_poster_username": last.author,
        "category_id": _category(first),
        "posters": [{"extras": None, "description": "原始发帖人", "user_id": user(first.author)["id"]}],
    }


def post_body(view: View, place: Placed, *, listed: bool = False) -> dict[str, Any]:
    """One post; `listed` adds what only /posts.json tells about its topic."""
    post, author = place.post, person(place.post.author)
    likes = [{"id": 2, "count": post.likes}] if post.likes else []
    body: dict[str, Any] = {
        "id": place.id,
        **_writer(author),
        "created_at": _time(view.published(post)),
        "cooked": _cooked(view, post),
        "post_number": place.number,
        "post_type": 1,
        "posts_count": sum(other.topic_id == place.topic_id for other in visible(view)),
        "updated_at": _time(view.edited_at(post) or view.published(post)),
        "reply_count": 0,
        "reply_to_post_number": post.reply_to_number,
        "quote_count": 0,
        "incoming_link_count": 0,
        "reads": 5 + spread(post.key, 90),
        "score": round(post.likes * 15 + spread(post.key, 90) / 5, 1),
        "yours": False,
        "topic_id": place.topic_id,
        "topic_slug": "topic",
        "version": 2 if view.edited_at(post) else 1,
        "actions_summary": likes,
        "hidden": False,
        "trust_level": 2,
        "deleted_at": None,
        "user_deleted": view.deleted(post),
        "edit_reason": None,
        "wiki": False,
    }
    if listed:
        title = place.first.title
        body |= {"topic_title": title, "topic_html_title": escape(title or "", quote=False)}
        body |= {"category_id": _category(place.first), "raw": _raw(view, post)}
    return body


def _writer(author: Person) -> dict[str, Any]:
    account = user(author.username)
    user_id = account.pop("id")
    return {
        **account,
        "display_username": author.name,
        "user_id": user_id,
        "user_title": author.title,
        "moderator": author.staff,
        "admin": False,
        "staff": author.staff,
    }


def user(username: str) -> dict[str, Any]:
    return {
        "id": 10 + spread(username, 90_000),
        "username": username,
        "name": person(username).name,
        "avatar_template": "/letter_avatar_proxy/v4/letter/x/df705f/{size}.png",
    }


def _raw(view: View, post: DemoPost) -> str:
    return DELETED if view.deleted(post) else view.text(post)


def _cooked(view: View, post: DemoPost) -> str:
    if post.html and not view.deleted(post):
        return view.text(post)
    return markup.paragraphs(_raw(view, post), _link, _mention, markup.nothing)


def _link(url: str) -> str:
    return f'<a href="{markup.address(url)}" rel="noopener nofollow ugc">{escape(url, quote=False)}</a>'


def _mention(username: str) -> str | None:
    if all(post.author != username for post in history("forum")):
        return None
    return f'<a class="mention" href="/u/{username}">@{username}</a>'


def _category(first: DemoPost) -> int:
    return 1 + CATEGORIES.index(first.category or CATEGORIES[0])


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
