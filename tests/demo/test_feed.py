"""The feed site answers as newspapers and blogs do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

import pytest

from listening.demo.sites import DemoSites
from listening.demo.world import load_posts

Ask = Callable[..., Any]
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
FEEDS = ["/feed.xml", "/atom.xml", "/feed.json"]


def expected(section: str, *editions: int) -> set[str]:
    posts = [post for post in load_posts() if post.section == section and post.edition in editions]
    return {f"tag:yunzhou.example,2026:{section}/{post.key}" for post in posts}


def rss(sites: DemoSites, ask: Ask) -> dict[str, ElementTree.Element]:
    items = ElementTree.fromstring(ask(f"{sites.feed_url}/feed.xml").text).findall("channel/item")
    return {item.findtext("guid", ""): item for item in items}


def test_rss_lists_every_story_once_with_rfc822_dates(sites: DemoSites, ask: Ask, now: datetime) -> None:
    items = rss(sites, ask)
    assert set(items) == expected("rss", 1)
    story = items["tag:yunzhou.example,2026:rss/n05"]
    assert story.findtext(CREATOR) == "云州晚报 赵一鸣"
    assert story.findtext("category") == "科技"
    assert (story.findtext(CONTENT) or "").startswith("<p>长河通信近日上调")
    published = parsedate_to_datetime(story.findtext("pubDate") or "")
    assert published.utcoffset() == timedelta(hours=8)
    assert timedelta(days=10) < now - published < timedelta(days=11)


@pytest.mark.parametrize(
    ("key", "date"),
    [
        pytest.param("n09", None, id="no date at all"),
        pytest.param("n10", "前天傍晚", id="words instead of a date"),
        pytest.param("n11", "Mon, 16 Nov 2026 14:20:", id="no zone"),
        pytest.param("n12", "2036", id="ten years from now"),
    ],
)
def test_some_stories_have_broken_times(sites: DemoSites, ask: Ask, key: str, date: str | None) -> None:
    told = rss(sites, ask)[f"tag:yunzhou.example,2026:rss/{key}"].findtext("pubDate")
    assert told is None if date is None else date in (told or "")
    if key == "n11":
        assert "+" not in (told or "")


def test_atom_lists_every_entry_once_with_html_content(sites: DemoSites, ask: Ask) -> None:
    feed = ElementTree.fromstring(ask(f"{sites.feed_url}/atom.xml").text)
    entries = feed.findall(f"{ATOM}entry")
    assert {entry.findtext(f"{ATOM}id") for entry in entries} == expected("atom", 1)
    assert all(entry.find(f"{ATOM}content").get("type") == "html" for entry in entries)  # type: ignore[union-attr]  # the next line would say it worse
    assert all(entry.findtext(f"{ATOM}author/{ATOM}name") for entry in entries)


def test_json_feed_lists_every_notice_once_and_leaves_out_what_it_does_not_know(
    sites: DemoSites, ask: Ask
) -> None:
    feed = ask(f"{sites.feed_url}/feed.json").json
    items = {item["id"]: item for item in feed["items"]}
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert set(items) == expected("json", 1)
    assert "date_published" not in items["tag:yunzhou.example,2026:json/j05"]
    empty = items["tag:yunzhou.example,2026:json/j10"]
    assert empty["content_html"] == "" and "title" not in empty


@pytest.mark.parametrize("path", FEEDS)
def test_who_has_the_feed_already_is_told_304_without_a_body(sites: DemoSites, ask: Ask, path: str) -> None:
    first = ask(sites.feed_url + path)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in (
        {"If_None_Match": etag},
        {"If_None_Match": f'"other", {etag.removeprefix("W/")}'},
        {"If_Modified_Since": modified},
        {"If_None_Match": etag, "If_Modified_Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
    ):
        again = ask(sites.feed_url + path, **headers)
        assert (again.status, again.text, again.headers["ETag"]) == (304, "", etag)


@pytest.mark.parametrize("path", FEEDS)
def test_who_has_an_old_feed_gets_the_new_one(sites: DemoSites, ask: Ask, path: str) -> None:
    modified = ask(sites.feed_url + path).headers["Last-Modified"]
    for headers in (
        {"If_None_Match": 'W/"other"', "If_Modified_Since": modified},
        {"If_Modified_Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
        {"If_Modified_Since": "yesterday"},
    ):
        assert ask(sites.feed_url + path, **headers).status == 200


def test_the_next_edition_has_another_tag_and_a_later_time(sites: DemoSites, ask: Ask) -> None:
    first = ask(f"{sites.feed_url}/feed.xml").headers
    sites.advance()
    headers = {"If_None_Match": first["ETag"], "If_Modified_Since": first["Last-Modified"]}
    second = ask(f"{sites.feed_url}/feed.xml", **headers)
    assert second.status == 200
    assert parsedate_to_datetime(second.headers["Last-Modified"]) > parsedate_to_datetime(
        first["Last-Modified"]
    )


def test_the_next_edition_edits_one_story_drops_one_and_adds_one(sites: DemoSites, ask: Ask) -> None:
    before = {key: item.findtext(CONTENT) for key, item in rss(sites, ask).items()}
    sites.advance()
    after = {key: item.findtext(CONTENT) for key, item in rss(sites, ask).items()}
    assert [key[-3:] for key in before.keys() - after.keys()] == ["n18"]
    assert [key[-3:] for key in after.keys() - before.keys()] == ["n20"]
    assert [key[-3:] for key in before.keys() & after.keys() if before[key] != after[key]] == ["n17"]


def test_what_is_not_there_is_404_in_html(sites: DemoSites, ask: Ask) -> None:
    answer = ask(f"{sites.feed_url}/rss.json")
    assert (answer.status, "没有找到" in answer.text) == (404, True)
