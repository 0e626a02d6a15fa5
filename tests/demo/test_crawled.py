"""The made-up sites, six kinds of them at once, through the real spiders: what was written is what comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from listening.collect.crawling.crawl import Crawl, CrawlReport
from listening.collect.sources import Source
from listening.collect.spider.listing import Asked
from listening.demo.sites import DemoSites
from listening.demo.world import DemoPost, View, load_posts
from listening.model import Post, RunStatus

OLD = ("discourse_posts", "feed_entries", "mastodon_timeline")
NEW: dict[str, tuple[str, bool | None]] = {
    "lemmy_posts": ("links", False),
    "lemmy_comments": ("links", True),
    "wordpress_posts": ("blog", False),
    "wordpress_comments": ("blog", True),
    "nodebb_posts": ("club", None),
}
"""Spider -> the made-up posts that it reads: of which site, and whether they stand below another one."""
NOW = datetime.now(UTC)


class Crawled(NamedTuple):
    posts: list[Post]
    report: CrawlReport


class Editions(NamedTuple):
    first: Mapping[str, Crawled]
    second: Mapping[str, Crawled]


@pytest.fixture(scope="module")
def editions() -> Iterator[Editions]:
    with DemoSites(NOW) as sites:
        first = _crawl_all(sites, [*OLD, *NEW])
        sites.advance()
        yield Editions(first, _crawl_all(sites, NEW))


def _crawl_all(sites: DemoSites, spiders: Iterable[str]) -> dict[str, Crawled]:
    settings = {
        "discourse_posts": {"url": sites.forum_url},
        "feed_entries": {"url": f"{sites.feed_url}/atom.xml"},
        "mastodon_timeline": {"url": sites.social_url, "public": "local", "unindexed": "made-up people"},
        "lemmy_posts": {"url": sites.links_url},
        "lemmy_comments": {"url": sites.links_url},
        "wordpress_posts": {"url": sites.blog_url},
        "wordpress_comments": {"url": sites.blog_url},
        "nodebb_posts": {"url": sites.club_url},
    }
    sources = [Source(name=each, spider=each, settings={**settings[each], "delay": 0}) for each in spiders]
    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(zip(spiders, pool.map(_crawl, sources), strict=True))


def _crawl(source: Source) -> Crawled:
    with Crawl(source, [Asked(wanted=NOW - timedelta(days=30))], now=NOW) as crawl:
        found = [each for batch in crawl.batches() for each in batch]
    assert crawl.report is not None
    return Crawled([each for each in found if isinstance(each, Post)], crawl.report)


def _written(spider: str, edition: int = 1) -> list[DemoPost]:
    site, comments = NEW[spider]
    mine = (post for post in load_posts() if post.site == site and post.edition <= edition)
    return [post for post in mine if comments is None or (post.topic is not None) is comments]


def _named(crawled: Crawled, words: str) -> Post:
    (found,) = [post for post in crawled.posts if words in f"{post.title}{post.text}" and words in post.text]
    return found


@pytest.mark.parametrize("spider", [*OLD, *NEW])
def test_each_is_read_to_its_beginning(editions: Editions, spider: str) -> None:
    posts, report = editions.first[spider]
    assert (report.status, report.reason) == (RunStatus.OK, None)
    assert report.statistics["reached_past"] == 1
    assert report.statistics["unreadable"] == 0
    assert len({post.id for post in posts}) == len(posts) > 5


@pytest.mark.parametrize("spider", NEW)
def test_every_post_comes_with_its_writer_and_its_time(editions: Editions, spider: str) -> None:
    view = View(NOW, 1)
    given = sorted(view.published(post) for post in _written(spider))
    found = sorted(post.published_at for post in editions.first[spider].posts if post.published_at)
    assert len(found) == len(given)
    assert all(abs(one - other) < timedelta(seconds=1) for one, other in zip(found, given, strict=True))
    assert all(post.author and post.author.name for post in editions.first[spider].posts)


@pytest.mark.parametrize("spider", ["lemmy_posts", "lemmy_comments", "wordpress_comments", "nodebb_posts"])
def test_every_text_comes_as_it_was_written(editions: Editions, spider: str) -> None:
    given = {post.text for post in _written(spider) if not post.text.startswith(">")}
    assert given <= {post.text for post in editions.first[spider].posts}


def test_articles_come_as_a_reader_sees_them(editions: Editions) -> None:
    article = _named(editions.first["wordpress_posts"], "断网次数最少")
    assert article.text.startswith("五年搬了五次家，星河宽带、长河宽带、云帆网络轮着用。")
    assert "\n\n稳定\n\n" in article.text
    assert article.tags == ("数码", "宽带", "评测")


@pytest.mark.parametrize(
    ("spider", "answer", "answered"),
    [
        ("lemmy_comments", "在链接最下面", "数据漂亮"),
        ("wordpress_comments", "已经加到文末", "违约金我问过"),
        ("nodebb_posts", "感谢法学院", "不合法"),
    ],
)
def test_an_answer_knows_its_thread(editions: Editions, spider: str, answer: str, answered: str) -> None:
    found, above = (_named(editions.first[spider], words) for words in (answer, answered))
    assert found.root == above.root is not None
    assert found.parent is not None and found.parent != found.root


def test_comments_hang_below_what_they_are_about(editions: Editions) -> None:
    for below, above in (("lemmy_comments", "lemmy_posts"), ("wordpress_comments", "wordpress_posts")):
        known = {post.id for post in editions.first[above].posts}
        assert {post.root.id for post in editions.first[below].posts if post.root} <= known


EDITED = {
    "lemmy_posts": ["-19，很健康。"],
    "lemmy_comments": [],
    "wordpress_posts": ["长河宽带的住户说还红灯。"],
    "wordpress_comments": [],
    "nodebb_posts": ["下学期换星河。"],
}


@pytest.mark.parametrize(("spider", "endings"), EDITED.items(), ids=EDITED)
def test_a_few_minutes_later_edits_and_new_posts_are_there_under_the_same_ids(
    editions: Editions, spider: str, endings: list[str]
) -> None:
    before = {post.id: post for post in editions.first[spider].posts}
    after = {post.id: post for post in editions.second[spider].posts}
    assert len(after.keys() - before.keys()) == len(_written(spider, 2)) - len(_written(spider)) > 0
    kept = [(before[key], after[key]) for key in before.keys() & after.keys() if not after[key].deleted]
    edited = [new.text for old, new in kept if new.text != old.text]
    assert [text.endswith(ending) for text, ending in zip(edited, endings, strict=True)] == [True] * len(
        edited
    )


def test_what_was_taken_away_is_marked_or_is_there_no_more(editions: Editions) -> None:
    marked = {
        spider: [post.text for post in editions.second[spider].posts if post.deleted]
        for spider in ("lemmy_comments", "nodebb_posts")
    }
    assert marked == {"lemmy_comments": [""], "nodebb_posts": [""]}
    assert not [p for p in editions.second["wordpress_comments"].posts if "后悔发了" in p.text]
