"""What Hacker News and YouTube really answered is read without a loss. Skipped where it is not there."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from listening.model import Kind
from spiders.hackernews_items import HackernewsItems, HackernewsOptions
from spiders.youtube_channel import YoutubeChannel, YoutubeOptions

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def test_searches_of_hacker_news(recordings: Path, read: Any, told: Any) -> None:
    exchanges = json.loads((recordings / "hackernews" / "fixtures.json").read_bytes())
    searches = [each["reply"] for each in exchanges if "/search" in each["url"]]
    assert len(searches) > 10
    for answer in searches:
        hits = answer["hits"]
        body = json.dumps({**answer, "hitsPerPage": len(hits) + 1}).encode()
        result = read(
            HackernewsItems, HackernewsOptions(delay=0), lambda _, body=body: told(body), wanted=LONG_AGO
        )
        assert result.unreadable == []
        for post, hit in zip(result.posts, hits, strict=True):
            assert post.id == f"hackernews:{hit['objectID']}"
            assert post.published_at == datetime.fromtimestamp(hit["created_at_i"], UTC)
            assert (post.kind is Kind.COMMENT) == bool(hit["comment_text"])
            assert post.text or post.title
            assert "<p>" not in post.text


def test_the_feed_of_a_channel(recordings: Path, read: Any, told: Any) -> None:
    body = (recordings / "feeds" / "youtube.xml").read_bytes()
    channel = "UC" + "x" * 22
    result = read(YoutubeChannel, YoutubeOptions(delay=0), lambda _: told(body), queries=(channel,))
    assert result.unreadable == []
    assert len({post.id for post in result.posts}) == body.count(b"<entry>") == 15
    for post in result.posts:
        assert post.url == f"https://www.youtube.com/watch?v={post.id.removeprefix('youtube:video:')}"
        assert post.author
        assert post.author.url == f"https://www.youtube.com/channel/{post.author.id}"
        assert post.title
        assert post.published_at
        assert post.metrics
        assert post.metrics.views is not None
