"""Sites that name their articles in sitemaps: which are read, what one becomes, and what is no article."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy import Request

from listening.collect.spider.options import read_options
from listening.model import Author, Kind, Post, RunStatus
from spiders import _sitemaps
from spiders.sitemap_articles import SitemapArticles, SitemapOptions
from tests.spiders.sitemaps import HTML, LIST_PAGE, WORDS, article, at, entry, index, urlset, web

OPTIONS = SitemapOptions(url="https://www.news.example", sitemap="https://news.example/map.xml", delay=0)
NO_SITEMAP = replace(OPTIONS, sitemap=None)
OLD = "2026-10-01T00:00:00Z"


def changed(age: float) -> str:
    return at(age).isoformat()


def good_pages() -> dict[str, Any]:
    entries = [entry(f"/n/{number}", changed(number * 60)) for number in range(1, 4)]
    articles = {f"/n/{number}": article(f"断网 {number}", changed(number * 60)) for number in range(1, 4)}
    return {"/map.xml": urlset(*entries, entry("/n/old", OLD)), **articles}


def good_site(told: Any) -> Callable[[Request], Any]:
    return web(good_pages(), told)


def titles(result: Any) -> list[str]:
    return sorted(post.title for post in result.posts)


def one(read: Any, told: Any, page: Any, lastmod: str | None = None, **options: Any) -> Any:
    """A run over a site of one address."""
    pages = {"/map.xml": urlset(entry("/n/1", lastmod or changed(5))), "/n/1": page}
    return read(SitemapArticles, replace(OPTIONS, **options), web(pages, told))


def test_an_article_keeps_everything_its_page_tells(read: Any, told: Any) -> None:
    by = {"name": "李明", "url": "https://news.example/liming"}
    page = article("断网三小时", "2026-11-23T18:20:00+08:00", author=by, keywords="断网, 宽带")
    (found,) = one(read, told, page).posts
    assert replace(found, collected_at=None) == Post(
        id="web:https://news.example/n/1",
        platform="web",
        kind=Kind.ARTICLE,
        url="https://news.example/n/1",
        title="断网三小时",
        text=WORDS,
        author=Author(name="李明", url="https://news.example/liming"),
        published_at=datetime(2026, 11, 23, 10, 20, tzinfo=UTC),
        source="来源",
        tags=("断网", "宽带"),
        lang="zh",
    )


TIMES: dict[str, tuple[str | None, str, str | None, tuple[datetime | None, bool | None]]] = {
    "with its zone": ("2026-11-23T18:20:00+08:00", OLD, None, (at(40), None)),
    "in the zone of the site": ("2026-11-23 18:20:00", OLD, "Asia/Shanghai", (at(40), None)),
    "without a zone, when it changed is a guess": ("2026-11-23 18:20:00", changed(5), None, (at(5), True)),
    "not told, when it changed is a guess": (None, changed(5), None, (at(5), True)),
    "a mere date is a guess": (
        "2026-11-23",
        OLD,
        "Asia/Shanghai",
        (datetime(2026, 11, 22, 16, tzinfo=UTC), True),
    ),
    "a mere date of change is a guess": (
        None,
        "2026-11-23",
        None,
        (datetime(2026, 11, 23, tzinfo=UTC), True),
    ),
}


@pytest.mark.parametrize(("published", "lastmod", "zone", "expected"), TIMES.values(), ids=TIMES)
def test_when_an_article_was_published(
    read: Any, told: Any, published: str, lastmod: str, zone: str | None, expected: Any
) -> None:
    found = one(read, told, article("断网", published), lastmod, zone=zone, days_back=365.0).posts
    assert [(post.published_at, post.published_guessed) for post in found] == [expected]


def test_a_time_that_nobody_can_read_is_kept_as_it_was_written(
    read: Any, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SitemapArticles, "_published", lambda *_: (None, None))
    (found,) = one(read, told, article("断网", "gestern")).posts
    assert (found.published_at, found.extra) == (None, {"published_text": "gestern"})


def test_what_the_sitemap_itself_says_of_the_time_holds(read: Any, told: Any) -> None:
    pages = {
        "/map.xml": urlset(entry("/n/1", changed(5), news=changed(70))),
        "/n/1": article("断网", changed(60)),
    }
    (found,) = read(SitemapArticles, OPTIONS, web(pages, told)).posts
    assert found.published_at == at(70)


def test_only_what_changed_since_then_is_read(read: Any, told: Any) -> None:
    result = read(SitemapArticles, OPTIONS, good_site(told))
    assert titles(result) == ["断网 1", "断网 2", "断网 3"]
    assert result.paths[0] == "map.xml"
    assert "n/old" not in result.paths
    assert result.verdict.status is RunStatus.OK


def test_the_next_run_reads_what_is_new_or_mended_and_a_little_below(read: Any, told: Any) -> None:
    first = read(SitemapArticles, OPTIONS, good_site(told))
    pages = good_pages()
    entries = [entry("/n/new", changed(2)), entry("/n/2", changed(10)), entry("/n/1", changed(60))]
    pages["/map.xml"] = urlset(*entries, entry("/n/3", changed(180)))
    pages["/n/new"], pages["/n/2"] = article("新的", changed(2)), article("断网 2，已修复", changed(120))
    second = read(SitemapArticles, OPTIONS, web(pages, told), first.look.marks)
    assert titles(second) == ["断网 1", "断网 2，已修复", "新的"]
    third = read(SitemapArticles, OPTIONS, web(pages, told), second.look.marks)
    assert titles(third) == ["断网 1", "断网 2，已修复", "新的"], "within an hour of the newest"


def test_it_vouches_for_nothing(read: Any, told: Any) -> None:
    look = read(SitemapArticles, OPTIONS, good_site(told)).look
    assert (look.reached, look.seen_from) == (True, None)


def test_a_day_is_read_until_it_ends(read: Any, told: Any) -> None:
    pages = {"/map.xml": urlset(entry("/n/1", "2026-11-23")), "/n/1": article("断网")}
    first = read(SitemapArticles, OPTIONS, web(pages, told))
    second = read(SitemapArticles, OPTIONS, web(pages, told), first.look.marks)
    assert (len(first.posts), len(second.posts)) == (1, 1)


def test_robots_txt_names_the_sitemaps(read: Any, told: Any) -> None:
    robots = b"User-agent: *\nSITEMAP: https://news.example/a.xml\r\nSitemap:/b.xml\n# Sitemap: /no.xml"
    pages = {
        "/robots.txt": robots,
        "/a.xml": urlset(entry("/n/1", changed(5))),
        "/b.xml": urlset(entry("/n/2", changed(6))),
        "/n/1": article("一"),
        "/n/2": article("二"),
    }
    result = read(SitemapArticles, NO_SITEMAP, web(pages, told))
    assert titles(result) == ["一", "二"]
    assert "no.xml" not in result.paths


@pytest.mark.parametrize("robots", [None, b"User-agent: *\nAllow: /\n"], ids=["no robots.txt", "none named"])
def test_where_it_names_none_the_usual_place_is_tried(read: Any, told: Any, robots: bytes | None) -> None:
    pages = {"/robots.txt": robots, "/sitemap.xml": urlset(entry("/n/1", changed(5))), "/n/1": article("一")}
    assert titles(read(SitemapArticles, NO_SITEMAP, web(pages, told))) == ["一"]


def test_without_any_sitemap_it_is_said(read: Any, told: Any) -> None:
    result = read(SitemapArticles, NO_SITEMAP, web({}, told))
    assert result.verdict.status is RunStatus.FAILED
    assert "https://www.news.example/sitemap.xml" in result.verdict.reason


def test_an_index_leads_to_its_sitemaps_packed_ones_too_but_not_to_those_that_are_old(
    read: Any, told: Any
) -> None:
    pages = {
        "/map.xml": index(entry("/new.xml.gz", changed(5)), entry("/any.xml"), entry("/old.xml", OLD)),
        "/new.xml.gz": gzip.compress(urlset(entry("/n/1", changed(5)))),
        "/any.xml": index(entry("/deep.xml"), entry("/map.xml")),
        "/deep.xml": urlset(entry("/n/2", changed(6))),
        "/n/1": article("一"),
        "/n/2": article("二"),
    }
    result = read(SitemapArticles, OPTIONS, web(pages, told))
    assert titles(result) == ["一", "二"]
    assert result.paths.count("map.xml") == 1, "not in a circle"
    assert "old.xml" not in result.paths
    assert result.verdict.status is RunStatus.OK


def test_more_sitemaps_than_pages_is_partial_and_says_what_to_do(read: Any, told: Any) -> None:
    pages: dict[str, Any] = {"/map.xml": index(*(entry(f"/{n}.xml") for n in range(9)))}
    pages |= {f"/{n}.xml": urlset(entry(f"/n/{n}", changed(n))) for n in range(9)}
    pages |= {f"/n/{n}": article(str(n)) for n in range(9)}
    result = read(SitemapArticles, replace(OPTIONS, max_pages=4), web(pages, told))
    assert len(result.posts) == 3
    assert result.verdict == (
        RunStatus.PARTIAL,
        "stopped after 4 sitemaps, and there are more - raise max_pages, or name one under `sitemap`",
    )


def test_of_what_is_asked_for_together_the_newest_comes_last_and_so_is_read_first(
    read: Any, told: Any
) -> None:
    result = read(SitemapArticles, OPTIONS, good_site(told))
    assert result.paths[1:] == ["n/3", "n/2", "n/1"]


LEFT_OUT = {
    "of another site": "https://else.example/n/1",
    "of a site whose name ends alike": "https://badnews.example/n/1",
    "the front page": "/",
    "of another path": "/sport/1",
    "not on the web": "ftp://news.example/n/1",
}


@pytest.mark.parametrize("path", LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_is_not_asked_for_is_left_out(read: Any, told: Any, path: str) -> None:
    pages = {"/map.xml": urlset(entry(path, changed(5)))}
    result = read(SitemapArticles, replace(OPTIONS, include=("/n/*", "/")), web(pages, told))
    assert (result.paths, result.tally.skipped) == (["map.xml"], 1)
    assert result.verdict.status is RunStatus.EMPTY


def test_what_is_asked_for_is_read_on_all_hosts_of_the_site(read: Any, told: Any) -> None:
    pages = {
        "/map.xml": urlset(entry("https://it.news.example/n/1?a=1&b=2", changed(5))),
        "/n/1?a=1&b=2": article("一"),
    }
    result = read(SitemapArticles, replace(OPTIONS, include=("/x/*", "/n/*")), web(pages, told))
    assert [post.id for post in result.posts] == ["web:https://it.news.example/n/1?a=1&b=2"]


def test_an_address_that_does_not_say_when_it_changed_is_left_out_where_others_do(
    read: Any, told: Any
) -> None:
    pages = good_pages()
    pages["/map.xml"] = urlset(entry("/n/1", changed(5)), entry("/about"), entry("/team", "neulich"))
    result = read(SitemapArticles, OPTIONS, web(pages, told))
    assert (titles(result), result.tally.skipped, result.verdict.status) == (["断网 1"], 2, RunStatus.OK)


def test_where_none_says_so_it_is_no_quiet_day(read: Any, told: Any) -> None:
    pages = {"/map.xml": index(entry("/a.xml"), entry("/b.xml"))}
    pages |= {"/a.xml": urlset(entry("/n/1"), entry("/n/2")), "/b.xml": urlset(entry("/n/3"))}
    assert read(SitemapArticles, OPTIONS, web(pages, told)).verdict == (
        RunStatus.PARTIAL,
        "none of 3 addresses says when it changed, so nothing says what is new - read the site by its feed",
    )


def test_a_page_that_only_leads_to_others_is_left_out(read: Any, told: Any) -> None:
    result = one(read, told, LIST_PAGE)
    assert (result.posts, result.unreadable, result.verdict.status) == ([], [], RunStatus.EMPTY)
    assert result.tally.skipped == 1


def test_a_file_that_is_no_page_is_left_out(read: Any, told: Any) -> None:
    result = one(read, told, told(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}))
    assert (result.posts, result.tally.skipped, result.verdict.status) == ([], 1, RunStatus.EMPTY)


def test_a_design_without_text_is_a_changed_layout(read: Any, told: Any) -> None:
    result = one(read, told, "<html><body><div id='app'></div><script src='/app.js'></script></body></html>")
    assert result.verdict.status is RunStatus.LAYOUT
    assert "shows no article" in result.unreadable[0].what


def test_one_page_without_text_does_not_spoil_the_others(read: Any, told: Any) -> None:
    pages = {**good_pages(), "/n/2": article("断网", words="")}
    result = read(SitemapArticles, OPTIONS, web(pages, told))
    assert (titles(result), len(result.unreadable)) == (["断网 1", "断网 3"], 1)
    assert result.verdict == (RunStatus.OK, "1 items could not be read")


WALLS: dict[str, tuple[str, RunStatus]] = {
    "a login form": ("<html><body><form><input type='password'></form></body></html>", RunStatus.LOGIN),
    "a bot check": ("<html><body>请完成安全验证后继续</body></html>", RunStatus.BLOCKED),
}


@pytest.mark.parametrize(("page", "status"), WALLS.values(), ids=WALLS)
def test_a_wall_in_place_of_an_article_is_never_an_article(
    read: Any, told: Any, page: str, status: RunStatus
) -> None:
    result = one(read, told, page)
    assert (result.posts, result.verdict.status) == ([], status)
    assert not result.look.reached


def test_an_article_on_a_page_with_a_login_form_is_one(read: Any, told: Any) -> None:
    form = "<form><input type='password'></form>"
    assert one(read, told, article("断网") + form).verdict.status is RunStatus.OK
    long = f"<html><body>{form}<article><p>{WORDS * 20}</p></article></body></html>"
    assert one(read, told, long).verdict.status is RunStatus.OK


def test_a_page_in_gb18030_that_does_not_say_so_is_read(read: Any, told: Any) -> None:
    page = told(
        f"<html><title>断网</title><article><p>{WORDS * 3}</p></article></html>".encode("gb18030"),
        headers=HTML,
    )
    (found,) = one(read, told, page).posts
    assert (found.title, found.text) == ("断网", WORDS * 3)


def test_an_article_that_is_gone_is_no_trouble_but_three_and_nothing_else_are(read: Any, told: Any) -> None:
    pages = good_pages()
    del pages["/n/1"]
    assert read(SitemapArticles, OPTIONS, web(pages, told)).verdict.status is RunStatus.OK
    assert (
        read(SitemapArticles, OPTIONS, web({"/map.xml": pages["/map.xml"]}, told)).verdict.status
        is RunStatus.LAYOUT
    )


def test_an_article_that_fails_keeps_the_run_from_moving_on(read: Any, told: Any) -> None:
    pages = {**good_pages(), "/n/2": told(b"", 503)}
    result = read(SitemapArticles, OPTIONS, web(pages, told))
    assert result.verdict.status is RunStatus.PARTIAL
    assert not result.look.reached


BAD_MAPS: dict[str, bytes] = {
    "HTML": b"<!doctype html><html><body>Welcome</body></html>",
    "a feed": b"<rss version='2.0'><channel></channel></rss>",
    "nothing": b"",
    "blanks": b"  \n",
    "JSON": b'{"urlset": []}',
    "a list of addresses": b"https://news.example/n/1\n",
    "broken gzip": gzip.compress(urlset())[:20] + b"\xff" * 40,
    "not XML": b"\x1f\x8b",
}


@pytest.mark.parametrize("body", BAD_MAPS.values(), ids=BAD_MAPS)
def test_what_is_no_sitemap_is_a_changed_layout(read: Any, told: Any, body: bytes) -> None:
    result = read(SitemapArticles, OPTIONS, web({"/map.xml": body}, told))
    assert (result.posts, result.verdict.status) == ([], RunStatus.LAYOUT)


def test_a_sitemap_that_is_cut_off_is_read_as_far_as_it_goes_and_said(read: Any, told: Any) -> None:
    pages = good_pages()
    pages["/map.xml"] = pages["/map.xml"].partition(b"/n/3")[0]
    result = read(SitemapArticles, OPTIONS, web(pages, told))
    assert titles(result) == ["断网 1", "断网 2"]
    assert result.verdict.status is RunStatus.PARTIAL
    assert "cut off" in result.verdict.reason


def test_a_sitemap_that_swells_is_given_up(read: Any, told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sitemaps, "_LARGEST", 1_000_000)
    bomb = gzip.compress(urlset() + b" " * 2_000_000)
    result = read(SitemapArticles, OPTIONS, web({"/map.xml": bomb}, told))
    assert result.verdict == (
        RunStatus.LAYOUT,
        "https://news.example/map.xml unpacks to more than 1 MB",
    )


def test_entities_of_a_sitemap_are_not_looked_up(read: Any, told: Any) -> None:
    evil = (
        b'<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        b"<urlset><url><loc>https://news.example/n/&x;</loc><lastmod>2026-11-23T10:00:00Z</lastmod></url></urlset>"
    )
    result = read(SitemapArticles, OPTIONS, web({"/map.xml": evil}, told))
    assert [path for path in result.paths if path != "map.xml"] in ([], ["n/"])


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"url": "news.example"}, "url"),
        ({"sitemap": "map.xml"}, "sitemap"),
        ({"include": ["news/*"]}, "include"),
        ({"zone": "Shanghai"}, "zone"),
    ],
)
def test_settings_that_cannot_be_are_said(settings: dict[str, Any], key: str) -> None:
    _, problems = read_options(SitemapOptions, {"url": "https://news.example", **settings})
    assert [problem.key for problem in problems] == [key]


def test_two_sites_with_equal_paths_stay_apart(read: Any, told: Any) -> None:
    others = replace(OPTIONS, url="https://else.example")
    pages = {"/map.xml": urlset(entry("https://else.example/n/1", changed(5))), "/n/1": article("一")}
    (other,) = read(SitemapArticles, others, web(pages, told)).posts
    (own,) = one(read, told, article("一")).posts
    assert own.id != other.id


def test_the_days_of_the_first_run_bound_it(read: Any, told: Any, now: datetime) -> None:
    result = read(SitemapArticles, OPTIONS, good_site(told), wanted=now - timedelta(hours=2.5))
    assert titles(result) == ["断网 1", "断网 2"], "an hour below, since sitemaps are not written together"
