"""What real servers answered is read without a loss. Skipped where the recordings are not there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from listening.model import Kind, RunStatus
from spiders.discourse_posts import DiscourseOptions, DiscoursePosts
from spiders.feed_entries import FeedEntries, FeedOptions
from spiders.mastodon_timeline import MastodonOptions, MastodonTimeline

FORUM = DiscourseOptions(url="https://forum.example", delay=0, max_pages=1)
FEED = FeedOptions(url="https://feed.example/all", delay=0)


def test_the_latest_posts_of_a_forum(recordings: Path, read: Any, told: Any) -> None:
    body = (recordings / "discourse" / "posts_latest.json").read_bytes()
    given = json.loads(body)["latest_posts"]
    result = read(DiscoursePosts, FORUM, lambda _: told(body))
    assert result.unreadable == []
    assert len(result.posts) == len(given) > 0
    for post, raw in zip(result.posts, given, strict=True):
        assert post.id == f"discourse/forum.example:post:{raw['id']}"
        assert post.title == raw["topic_title"]
        assert post.published_at is not None
        assert post.text
        assert not re.search(r"<\w+[ >]", post.text)


def test_the_posts_of_a_topic(recordings: Path, read: Any, told: Any) -> None:
    topic = json.loads((recordings / "discourse" / "topic.json").read_bytes())
    posts = topic["post_stream"]["posts"]
    result = read(DiscoursePosts, FORUM, lambda _: told(json.dumps({"latest_posts": posts}).encode()))
    assert result.unreadable == []
    assert len(result.posts) == len([post for post in posts if post["post_type"] in (1, 2)])


def timeline(file: Path, path: str) -> bytes:
    """The first recorded answer of that timeline."""
    for exchange in yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)["interactions"]:
        if f"/timelines/{path}" in exchange["request"]["uri"]:
            body: str = exchange["response"]["body"]["string"]
            return body.encode()
    raise LookupError(path)


def test_a_hashtag_timeline(recordings: Path, read: Any, told: Any) -> None:
    body = timeline(recordings / "mastodon" / "test_hashtag_tl.yaml", "tag/")
    options = MastodonOptions(url="http://localhost:3000", tag="hoot", delay=0)
    result = read(MastodonTimeline, options, lambda _: told(body))
    assert result.unreadable == []
    assert len(result.posts) == len(json.loads(body)) > 0
    assert all("hoot" in post.tags and "#hoot" in post.text for post in result.posts)


def test_a_public_timeline_without_those_who_opted_out(recordings: Path, read: Any, told: Any) -> None:
    body = timeline(recordings / "mastodon" / "test_public_tl_anonymous.yaml", "public")
    given = json.loads(body)
    options = MastodonOptions(url="http://localhost:3000", public="local", delay=0)
    result = read(MastodonTimeline, options, lambda _: told(body))
    indexable = [each for each in given if each["account"]["indexable"]]
    assert result.unreadable == []
    assert [post.url for post in result.posts] == [each["url"] for each in indexable]
    assert 0 < len(result.posts) < len(given)


def test_a_video_channel(recordings: Path, read: Any, told: Any) -> None:
    body = (recordings / "feeds" / "youtube.xml").read_bytes()
    result = read(FeedEntries, FEED, lambda _: told(body))
    assert len(result.posts) == body.count(b"<entry>") == 15
    assert all(post.kind is Kind.VIDEO and post.title and post.author for post in result.posts)
    assert all(post.published_at and post.metrics and post.metrics.views for post in result.posts)


def test_an_rss_feed(recordings: Path, read: Any, told: Any) -> None:
    body = (recordings / "feeds" / "onethingwell.rss").read_bytes()
    result = read(FeedEntries, FEED, lambda _: told(body))
    assert len(result.posts) == body.count(b"<item>") == 20
    assert all(post.published_at and not post.published_guessed and post.tags for post in result.posts)
    assert not any("some code" in post.text for post in result.posts), "a script is not text"


def test_an_atom_feed_that_tells_only_the_time_of_change(recordings: Path, read: Any, told: Any) -> None:
    body = (recordings / "feeds" / "github_rss.atom").read_bytes()
    result = read(FeedEntries, FEED, lambda _: told(body))
    assert len(result.posts) == body.count(b"<entry>") == 20
    assert all(post.published_at and post.published_guessed and post.author for post in result.posts)
    assert result.verdict.status is RunStatus.OK
