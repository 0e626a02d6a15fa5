"""Whose servers a source asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from listening.collect.schedule.hosts import hosts_of
from listening.collect.sources import Source


@pytest.mark.parametrize(
    ("spider", "settings", "hosts"),
    [
        pytest.param(
            "feed_entries", {"url": "https://News.example/feed"}, {"news.example:443"}, id="an address"
        ),
        pytest.param("feed_entries", {"url": "http://a.example:8080/x"}, {"a.example:8080"}, id="a port"),
        pytest.param(
            "feed_entries",
            {"url": ["http://a.example", "https://b.example"]},
            {"a.example:80", "b.example:443"},
            id="several",
        ),
        pytest.param(
            "weibo_search", {"cookie_env": "WEIBO", "max_pages": 3}, {"weibo"}, id="the platform's own"
        ),
        pytest.param("our.spider", {}, {"our.spider"}, id="one of our own"),
        pytest.param("feed_entries", {"url": "https://[broken"}, {"feed"}, id="a broken address"),
    ],
)
def test_the_hosts_of_a_source(spider: str, settings: dict[str, Any], hosts: set[str]) -> None:
    assert hosts_of(Source(name="s", spider=spider, settings=settings)) == hosts


def test_a_folder_asks_nobody() -> None:
    assert hosts_of(Source(name="s", spider="", folder=Path("inbox"))) == frozenset()
