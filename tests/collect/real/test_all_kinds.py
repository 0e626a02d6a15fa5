"""Nine kinds of sites at once, made up and real, by one command; and coverage is right to the minute.

What each site shows and when it stops doing so is known here, so it is known what can be vouched for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from listening.demo.sites import DemoSites
from tests.cli.place import HIT, Place
from tests.collect.real.servers import Isso, Wordpress
from tests.collect.site import Asked, Reply, Site

MINUTE = timedelta(minutes=1)
PAGE, POSTS = 5, 300
BACK = 2.0
"""Days that a first run looks back."""
LATE = {"mastodon_timeline": 60, "lemmy_posts": 60, "lemmy_comments": 60}
"""Minutes for which posts of other servers may be late."""
KINDS = {
    "discourse_posts", "feed_entries", "mastodon_timeline", "lemmy_posts", "nodebb_posts", "wordpress_posts",
    "wordpress_comments", "isso_comments", "sitemap_articles",
}  # fmt: skip


class Board:
    """Posts of fifty hours, ten minutes apart; no page from `broken_from` on is answered (from 1)."""

    def __init__(self, broken_from: int = 10**6) -> None:
        self.broken_from = broken_from
        self.newest = datetime.now(UTC).replace(second=0, microsecond=0)

    def at(self, number: int) -> datetime:
        return self.newest - number * 10 * MINUTE

    def __call__(self, asked: Asked) -> Reply:
        page = int(parse_qs(urlsplit(asked.path).query).get("page", ["1"])[0])
        if page >= self.broken_from:
            return Reply(status=404, type="text/plain")
        numbers = range((page - 1) * PAGE, min(page * PAGE, POSTS))
        items = [{"id": str(n), "text": HIT, "at": self.at(n).isoformat()} for n in numbers]
        more = {"next": f"/search?q=x&page={page + 1}"} if page * PAGE < POSTS else {}
        return Reply(json.dumps({"items": items, **more}).encode())


@dataclass(frozen=True, slots=True)
class Told:
    """What `coverage` tells of a source, in times."""

    plain: dict[str, Any]

    def stretches(self, key: str) -> list[tuple[datetime, datetime]]:
        found = self.plain.get(key, [])
        parts = [each.get("stretch", each) for each in found]
        return [(datetime.fromisoformat(p["begin"]), datetime.fromisoformat(p["end"])) for p in parts]


@pytest.fixture
def place(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Place:
    return Place(tmp_path, capfd)


@pytest.fixture
def broken() -> Board:
    """Its third page is not answered."""
    return Board(broken_from=3)


@pytest.fixture
def town(place: Place, wordpress: Wordpress, isso: Isso, broken: Board) -> Iterator[Place]:
    """Everything there is, and three boards of ours."""
    number = wordpress.post("断网", f"<p>{HIT}</p>")
    wordpress.comment(number, HIT, author="阿青")
    isso.comment("/a/", HIT, author="老周")
    with ExitStack() as stack:
        demo = stack.enter_context(DemoSites(datetime.now(UTC)))
        well, ill = stack.enter_context(Site(Board())), stack.enter_context(Site(broken))
        sources: dict[str, dict[str, Any]] = {
            "论坛": {"spider": "discourse_posts", "url": demo.forum_url},
            "晚报": {"spider": "feed_entries", "url": f"{demo.feed_url}/feed.xml"},
            "社交": {
                "spider": "mastodon_timeline",
                "url": demo.social_url,
                "public": "local",
                "unindexed": "made-up people",
            },
            "链接": {"spider": "lemmy_posts", "url": demo.links_url},
            "校园": {"spider": "nodebb_posts", "url": demo.club_url},
            "生活志": {"spider": "wordpress_posts", "url": demo.blog_url},
            "真博客": {"spider": "wordpress_posts", "url": wordpress.url},
            "真博客评论": {"spider": "wordpress_comments", "url": wordpress.url},
            "真博客地图": {"spider": "sitemap_articles", "url": wordpress.url},
            "真留言": {"spider": "isso_comments", "url": isso.url},
            "好板": board(well.url, max_pages=100),
            "多板": board(well.url, max_pages=4),
            "坏板": board(ill.url, max_pages=100),
        }
        for settings in sources.values():
            settings |= {"delay": 0, "days_back": BACK}
        yield place.lay_out(sources=sources)


def board(url: str, **more: Any) -> dict[str, Any]:
    return {"spider": "tests.collect.strange.searches", "url": url, "words": ["x"], **more}


def coverage(town: Place) -> dict[str, Told]:
    lines = town.call("coverage", "--since", "3d", "--json").records
    return {line["source"]: Told(line) for line in lines if "source" in line}


def near(one: datetime, other: datetime) -> bool:
    return abs(one - other) <= MINUTE


def test_one_command_crawls_them_all_and_coverage_is_right_to_the_minute(town: Place, broken: Board) -> None:
    begun = datetime.now(UTC)
    answer = town.call("crawl")
    ended = datetime.now(UTC)
    assert answer.code == 3, "two of the boards are not seen whole"
    told = coverage(town)
    config = json.loads(town.config.read_text("utf-8").partition("sources: ")[2].splitlines()[0])
    assert {each["spider"] for each in config.values()} >= KINDS
    for name, settings in config.items():
        spider, found = settings["spider"], told[name]
        vouched, gaps = found.stretches("vouched"), found.stretches("gaps")
        if spider in ("nodebb_posts", "sitemap_articles"):
            assert (found.plain.get("share"), vouched, gaps) == (None, [], []), (
                f"{name} can vouch for nothing"
            )
            assert found.plain["status"] == "ok"
            continue
        ((begin, end),) = vouched
        late = LATE.get(spider, found_late(spider)) * MINUTE
        assert begun - late - MINUTE <= end <= ended - late + MINUTE, name
        if name in ("多板", "坏板"):
            pages = {"多板": 4, "坏板": 2}[name]
            bottom = broken.at(pages * PAGE - 2)  # the second oldest of the last page that was read
            assert near(begin, bottom), name
            ((first, last),) = gaps
            assert near(first, end + late - timedelta(days=BACK)), name
            assert last == begin, name
        elif spider == "feed_entries":
            assert begin > begun - timedelta(days=BACK) - MINUTE, "a feed vouches only for what it holds"
        else:
            assert near(begin, end + late - timedelta(days=BACK)), name
            assert gaps == [], name
    assert [told[n].plain["gaps"][0]["capped"] for n in ("多板", "坏板")] == [True, False]


def found_late(spider: str) -> int:
    """Minutes, as the spider itself says."""
    from listening.collect.sources import load_spider, spider_module

    return int(load_spider(spider_module(spider)).late / MINUTE)


def test_what_was_missed_is_closed_by_the_next_run_or_when_it_is_asked_for(
    town: Place, broken: Board
) -> None:
    assert town.call("crawl", "坏板", "多板").code == 3
    assert [len(coverage(town)[name].stretches("gaps")) for name in ("坏板", "多板")] == [1, 1]
    broken.broken_from = 10**6
    assert town.call("crawl", "坏板", "--now").code == 0
    assert town.call("crawl", "多板", "--fill-gaps").code == 0
    told = coverage(town)
    assert [len(told[name].stretches("vouched")) for name in ("坏板", "多板")] == [1, 1]
    assert [told[name].stretches("gaps") for name in ("坏板", "多板")] == [[], []]
    assert BACK * 144 <= int(town.call("count", "source:坏板,多板").out) <= POSTS, "both show the same posts"
