"""The made-up world starts, remembers what it was asked, leaks nothing and goes away without a trace."""

from __future__ import annotations

import http.client
import re
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from listening.demo.sites import DemoSites

Ask = Callable[..., Any]
LISTINGS = {
    "forum": ["/posts.json", "/latest.json", "/t/100.json", "/t/115.json"],
    "feed": ["/feed.xml", "/atom.xml", "/feed.json"],
    "social": ["/api/v1/timelines/public?limit=40", "/api/v1/accounts/lookup?acct=xinghe"],
    "mirror": ["/api/v1/timelines/public?limit=40"],
    "links": ["/api/v3/post/list?limit=50", "/api/v3/comment/list?limit=50"],
    "blog": ["/wp-json/wp/v2/posts?_embed=author", "/wp-json/wp/v2/comments?_embed=up"],
    "club": ["/api/recent", "/api/topic/20"],
}


def base(sites: DemoSites, name: str) -> str:
    url: str = getattr(sites, f"{name}_url")
    return url


def test_every_site_stands_on_its_own_loopback_port(sites: DemoSites) -> None:
    urls = [base(sites, name) for name in LISTINGS]
    assert len(set(urls)) == 7
    assert all(re.fullmatch(r"http://127\.0\.0\.1:\d+", url) for url in urls)


@pytest.mark.parametrize("edition", [1, 2])
def test_the_traps_are_never_served(sites: DemoSites, ask: Ask, edition: int) -> None:
    if edition == 2:
        sites.advance()
    for name, paths in LISTINGS.items():
        for path in paths:
            answer = ask(base(sites, name) + path)
            assert answer.status == 200
            assert not re.search(
                r"trap|own_answer|zero_width|attached_at\"\]|\"edition\"|\"before\"", answer.text
            )


@pytest.mark.parametrize("name", LISTINGS)
def test_robots_may_come_in_but_not_everywhere(sites: DemoSites, ask: Ask, name: str) -> None:
    robots = ask(base(sites, name) + "/robots.txt")
    assert robots.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert robots.text.count("Disallow: /") == 1
    assert "Allow: /\n" in robots.text


def test_editions_count_from_one_and_end_with_two(sites: DemoSites) -> None:
    assert sites.edition == 1
    sites.advance()
    sites.advance()
    assert sites.edition == 2


def test_requests_are_remembered_with_site_method_and_target(sites: DemoSites, ask: Ask) -> None:
    ask(f"{sites.forum_url}/posts.json?before=2100")
    ask(f"{sites.feed_url}/feed.xml", method="HEAD")
    assert sites.requests == [("forum", "GET", "/posts.json?before=2100"), ("feed", "HEAD", "/feed.xml")]


def test_head_answers_like_get_without_the_body(sites: DemoSites, ask: Ask) -> None:
    head, get = (ask(f"{sites.feed_url}/feed.xml", method=method) for method in ("HEAD", "GET"))
    assert head.text == ""
    assert head.headers["Content-Length"] == get.headers["Content-Length"] == str(len(get.text.encode()))


def test_a_connection_can_be_used_again(sites: DemoSites) -> None:
    parts = urlsplit(sites.feed_url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    try:
        for path in ("/feed.xml", "/nothing", "/atom.xml"):
            connection.request("GET", path)
            first = connection.sock
            connection.getresponse().read()
            assert connection.sock is first
    finally:
        connection.close()


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        DemoSites(datetime(2026, 11, 20))  # noqa: DTZ001 - that is the mistake


def test_leaving_ends_every_thread_and_frees_every_port() -> None:
    before = set(threading.enumerate())
    with DemoSites(datetime.now(UTC)) as sites:
        assert len(set(threading.enumerate()) - before) == 7
        ports = [urlsplit(base(sites, name)).port for name in LISTINGS]
    assert set(threading.enumerate()) == before
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(port or 0))) != 0


def test_leaving_hangs_up_on_clients_that_stay_connected_or_never_speak() -> None:
    with DemoSites(datetime.now(UTC)) as sites:
        parts = urlsplit(sites.forum_url)
        silent = socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=10)
        kept = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
        kept.request("GET", "/posts.json")
        assert kept.getresponse().read()
    with silent:
        assert silent.recv(1) == b""
    kept.close()


def test_a_block_that_fails_is_left_as_cleanly() -> None:
    before = set(threading.enumerate())
    with pytest.raises(RuntimeError, match="mine"), DemoSites(datetime.now(UTC)):
        raise RuntimeError("mine")
    assert set(threading.enumerate()) == before
