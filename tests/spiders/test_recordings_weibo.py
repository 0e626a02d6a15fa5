"""What Weibo really answered is read without a loss. Skipped where it is not there.

The recordings are of m.weibo.cn in 2019, whose posts have the same names as those of weibo.com/ajax, but no
plain text: so they try the HTML, times without a year, and what a repost repeats.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from listening.model import Kind
from spiders._weibo import WeiboAccountOptions
from spiders.weibo_timeline import WeiboTimeline

OPTIONS = WeiboAccountOptions(accounts=("1669879400",), cookie_env="WEIBO_COOKIE", delay=0, max_pages=1)
RECORDED = datetime(2019, 6, 15, 12, 0, tzinfo=UTC)


def read_all(read: Any, told: Any, posts: list[Any]) -> Any:
    """The recorded posts, as a page of a timeline; long ones are as long as they are."""

    def site(request: Any) -> Any:
        data: dict[str, Any] = {} if "longtext" in request.url else {"list": posts, "total": len(posts)}
        return told(json.dumps({"ok": 1, "data": data}).encode())

    return read(WeiboTimeline, OPTIONS, site, queries=("1669879400",), now=RECORDED)


@pytest.mark.parametrize("name", ["m_weibo_cn_2019_a", "m_weibo_cn_2019_b"])
def test_a_page_of_a_timeline(recordings: Path, read: Any, told: Any, name: str) -> None:
    cards = json.loads((recordings / "weibo" / f"{name}.json").read_bytes())["cards1"]["data"]["cards"]
    given = [card["mblog"] for card in cards if card["card_type"] == 9]
    result = read_all(read, told, given)
    assert result.unreadable == []
    assert len(result.posts) == len(given) > 0
    for post, raw in zip(result.posts, given, strict=True):
        assert post.id == f"weibo:{raw['mid']}"
        assert post.url is not None
        assert post.url.endswith(f"/{raw['bid']}")
        assert post.published_at is not None
        assert f"{post.published_at.astimezone():%m}" == raw["created_at"][:2]
        assert (post.kind is Kind.REPOST) == ("retweeted_status" in raw)
        assert ("//@" in post.text) == ("retweeted_status" in raw)
        assert post.metrics is not None
        assert post.metrics.likes == raw["attitudes_count"]
        assert not re.search(r"<\w+[ >]|&\w+;", post.text)


def test_a_post_that_tells_its_time_to_the_second(recordings: Path, read: Any, told: Any) -> None:
    given = json.loads((recordings / "weibo" / "m_weibo_cn_2019_a.json").read_bytes())["retweet01"]["data"]
    (post,) = read_all(read, told, [given]).posts
    assert post.published_at is not None
    stated = datetime.strptime(given["created_at"], "%a %b %d %H:%M:%S %z %Y")
    assert abs((post.published_at - stated).total_seconds()) <= 2
    assert post.root is not None
    assert post.root.id == f"weibo:{given['retweeted_status']['mid']}"
