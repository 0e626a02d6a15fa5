"""News sitemaps: listings by creation of two days, which vouch for the time that they hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from scrapy import Request

from listening.collect.spider.options import read_options
from listening.model import RunStatus
from spiders.sitemap_news import NewsOptions, SitemapNews
from tests.spiders.sitemaps import article, at, entry, index, urlset, web

OPTIONS = NewsOptions(url="https://news.example/news.xml", delay=0)


def news(*ages: int, title: str = "断网") -> dict[str, Any]:
    """A site with an article of each age in minutes, in no order."""
    shuffled = sorted(ages, key=lambda age: (age * 7) % 11)
    entries = [entry(f"/n/{age}", news=at(age).isoformat(), title=f"{title} {age}") for age in shuffled]
    return {"/news.xml": urlset(*entries)} | {f"/n/{age}": article(f"{title} {age}") for age in ages}


def good_site(told: Any) -> Callable[[Request], Any]:
    return web(news(10, 60, 120), told)


def ages(result: Any) -> list[int]:
    return sorted(int(post.id.rpartition("/")[2]) for post in result.posts)


def test_articles_are_read_with_the_time_that_the_sitemap_tells(read: Any, told: Any) -> None:
    result = read(SitemapNews, OPTIONS, good_site(told))
    assert ages(result) == [10, 60, 120]
    times = {post.title: (post.published_at, post.published_guessed) for post in result.posts}
    assert times == {f"断网 {age}": (at(age), None) for age in (10, 60, 120)}
    assert result.verdict.status is RunStatus.OK


def test_the_title_of_the_sitemap_stands_in_where_the_page_has_none(read: Any, told: Any) -> None:
    pages = {
        **news(10),
        "/n/10": "<article><p>今晚十点起全区断网检修，请用户周知，预计两小时。</p></article>",
    }
    (found,) = read(SitemapNews, OPTIONS, web(pages, told)).posts
    assert found.title == "断网 10"


def test_the_first_run_vouches_down_to_the_second_oldest(read: Any, told: Any, now: datetime) -> None:
    look = read(SitemapNews, OPTIONS, good_site(told)).look
    assert (look.reached, look.seen_from) == (True, at(60))
    assert look.seen_until is not None
    assert abs(look.seen_until - (now - timedelta(hours=1))) < timedelta(minutes=1)


def test_the_second_run_reads_only_what_is_new_and_a_little_below(read: Any, told: Any) -> None:
    first = read(SitemapNews, OPTIONS, web(news(60, 300, 600), told))
    second = read(
        SitemapNews, OPTIONS, web(news(5, 60, 300), told), first.look.marks, wanted=first.look.seen_until
    )
    assert ages(second) == [5, 60]
    assert (second.verdict.status, second.look.reached) == (RunStatus.OK, True)


def test_articles_that_came_and_went_between_two_runs_are_a_gap(read: Any, told: Any) -> None:
    first = read(SitemapNews, OPTIONS, web(news(3000, 3060, 3120), told))
    second = read(SitemapNews, OPTIONS, web(news(5, 60, 120), told), first.look.marks, wanted=at(3060))
    assert ages(second) == [5, 60, 120]
    assert second.verdict.status is RunStatus.PARTIAL
    assert "crawl more often" in second.verdict.reason
    assert (second.look.reached, second.look.seen_from) == (False, at(60))


def test_an_article_that_fails_leaves_nothing_to_vouch_for(read: Any, told: Any) -> None:
    result = read(SitemapNews, OPTIONS, web({**news(10, 60), "/n/60": told(b"", 500)}, told))
    assert result.verdict.status is RunStatus.PARTIAL
    assert (result.look.reached, result.look.seen_from) == (False, None)


def test_an_entry_without_a_time_is_told_and_the_others_are_read(read: Any, told: Any) -> None:
    pages = news(10, 60)
    times = [
        entry("/n/10", news=at(10).isoformat()),
        entry("/n/60", at(60).isoformat()),
        entry("/n/x", news="gestern"),
    ]
    result = read(SitemapNews, OPTIONS, web({**pages, "/news.xml": urlset(*times)}, told))
    assert (ages(result), len(result.unreadable)) == ([10], 2)


def test_an_index_is_refused_with_its_cure(read: Any, told: Any) -> None:
    result = read(SitemapNews, OPTIONS, web({"/news.xml": index(entry("/a.xml"))}, told))
    assert result.verdict == (
        RunStatus.LAYOUT,
        "https://news.example/news.xml is an index of sitemaps - name the news sitemap itself under `url`",
    )


def test_a_sitemap_without_news_is_empty(read: Any, told: Any) -> None:
    assert read(SitemapNews, OPTIONS, web(news(), told)).verdict == (RunStatus.EMPTY, "")


def test_only_paths_that_were_asked_for_are_read(read: Any, told: Any) -> None:
    result = read(SitemapNews, replace(OPTIONS, include=("/n/6*",)), good_site(told))
    assert (ages(result), result.tally.skipped) == ([60], 2)


def test_an_address_that_is_none_is_said() -> None:
    _, problems = read_options(NewsOptions, {"url": "news.xml"})
    assert [problem.key for problem in problems] == ["url"]


@pytest.mark.parametrize("zone", ["+08:00", "Z", "-05:00"])
def test_times_of_all_zones_are_one_time(read: Any, told: Any, zone: str) -> None:
    moment = datetime.fromisoformat(f"2026-11-23T06:00:00{zone}")
    pages = {"/news.xml": urlset(entry("/n/1", news=f"2026-11-23T06:00:00{zone}")), "/n/1": article("断网")}
    (found,) = read(SitemapNews, OPTIONS, web(pages, told)).posts
    assert found.published_at == moment
