"""RSS, Atom and JSON Feed become the same entries."""

from __future__ import annotations

import json
from typing import Any

import pytest

from listening.collect.reading.feeds import Entry, Feed, read_entry, read_feed
from listening.collect.reading.shape import LayoutChanged
from tests.collect.site import item, rss

URL = "https://news.example/feeds/all.xml"
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">
<title>T</title><link rel="next" href="?page=2"/>
<entry><id>tag:x,1</id><title type="html">5G &amp;lt;快&amp;gt;</title><link href="../1.html"/>
<published>2026-11-23T08:00:00Z</published><updated>2026-11-23T09:00:00Z</updated>
<author><name>阿青</name><uri>https://a.example</uri></author><category term="网络"/>
<category term="网络"/><summary>短</summary><content type="html">&lt;p&gt;断网&lt;br&gt;了&lt;/p&gt;</content>
<thr:total>4</thr:total></entry>
<entry><id>tag:x,2</id><title>二</title><updated>2026-11-23T09:00:00Z</updated></entry>
</feed>"""


def entries(body: bytes, **told: str) -> list[Entry]:
    return [read_entry(each, URL) for each in read_feed(body, url=URL, **told).items]


def test_an_atom_feed() -> None:
    feed = read_feed(ATOM.encode(), url=URL)
    first, second = (read_entry(each, URL) for each in feed.items)
    assert first == Entry(
        id="tag:x,1",
        url="https://news.example/1.html",
        title="5G <快>",
        text="断网\n了",
        author="阿青",
        author_url="https://a.example",
        published="2026-11-23T08:00:00Z",
        updated="2026-11-23T09:00:00Z",
        tags=("网络",),
        comments=4,
    )
    assert (second.published, second.updated, second.text) == (None, "2026-11-23T09:00:00Z", "")
    assert (feed.next, feed.cut_off) == ("https://news.example/feeds/all.xml?page=2", False)


def test_an_rss_feed() -> None:
    body = rss(item("a", "&lt;b&gt;断网&lt;/b&gt;了", "Mon, 23 Nov 2026 16:00:00 +0800"))
    (entry,) = entries(body)
    assert (entry.id, entry.title, entry.text) == ("a", "t a", "断网了")
    assert (entry.published, entry.updated) == ("Mon, 23 Nov 2026 16:00:00 +0800", None)


def test_an_entry_without_an_id_goes_by_its_link_or_by_nothing() -> None:
    body = rss("<item><link>/1.html</link><title>a</title></item><item><title>b</title></item>")
    assert [entry.id for entry in entries(body)] == ["https://news.example/1.html", None]


JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "T",
    "next_url": "https://news.example/2.json",
    "items": [
        {
            "id": 7,
            "url": "/7.html",
            "title": "断网",
            "content_html": "<p>a<br>b</p>",
            "content_text": "ignored",
            "date_published": "2026-11-23T08:00:00Z",
            "authors": [{"url": "https://a.example", "name": "阿青"}],
            "tags": ["网络", 3],
            "language": "zh",
        },
        {"id": "8", "content_text": "plain <not markup>", "author": {"name": "old style"}},
    ],
}


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a byte order mark"])
def test_a_json_feed(bom: bytes) -> None:
    feed = read_feed(bom + json.dumps(JSON_FEED).encode(), url=URL)
    first, second = (read_entry(each, URL) for each in feed.items)
    assert feed.next == "https://news.example/2.json"
    assert first == Entry(
        id="7",
        url="https://news.example/7.html",
        title="断网",
        text="a\nb",
        author="阿青",
        author_url="https://a.example",
        published="2026-11-23T08:00:00Z",
        tags=("网络",),
        lang="zh",
    )
    assert (second.text, second.author, second.published) == ("plain <not markup>", "old style", None)


@pytest.mark.parametrize(
    "broken", [7, "text", {"id": "1", "title": 5}, {"id": "1", "authors": {}}, {"url": []}]
)
def test_a_broken_json_item_spoils_only_itself(broken: Any) -> None:
    good, bad = read_feed(json.dumps({**JSON_FEED, "items": [{"id": "1"}, broken]}).encode(), url=URL).items
    assert read_entry(good, URL).id == "1"
    with pytest.raises(LayoutChanged):
        read_entry(bad, URL)


ENCODED = {
    "gb18030, told inside": ('<?xml version="1.0" encoding="gb18030"?>', "gb18030", ""),
    "gb2312 told, gb18030 meant": ('<?xml version="1.0" encoding="gb2312"?>', "gb18030", ""),
    "gb18030, told by the server": ("", "gb18030", "application/xml; charset=gb18030"),
    "utf-8 with a byte order mark": ('<?xml version="1.0"?>', "utf-8-sig", ""),
    "utf-16": ('<?xml version="1.0" encoding="utf-16"?>', "utf-16", ""),
    "big5": ('<?xml version="1.0" encoding="big5"?>', "big5", ""),
}


@pytest.mark.parametrize(("head", "encoding", "content_type"), ENCODED.values(), ids=ENCODED)
def test_encodings(head: str, encoding: str, content_type: str) -> None:
    text = f'{head}<rss version="2.0"><channel><item><title>手機上網</title></item></channel></rss>'
    feed = read_feed(text.encode(encoding), url=URL, content_type=content_type)
    assert [read_entry(each, URL).title for each in feed.items] == ["手機上網"]
    assert feed.cut_off is False


def test_a_feed_that_was_cut_off_is_read_as_far_as_it_goes_and_says_so() -> None:
    whole = rss(item("a"), item("b"), item("c"))
    feed = read_feed(whole[: whole.index(b"t c")], url=URL)
    assert feed.cut_off
    assert [read_entry(each, URL).id for each in feed.items][:2] == ["a", "b"]


def test_a_sloppy_feed_that_is_all_there_is_not_cut_off() -> None:
    feed = read_feed(rss("<item><guid>a</guid><title>AT&T <b></title></item>"), url=URL)
    assert (len(feed.items), feed.cut_off) == (1, False)


def test_an_empty_feed_is_a_feed() -> None:
    assert read_feed(rss(), url=URL) == Feed(())


NO_FEEDS = {
    "nothing": (b"", "is empty"),
    "HTML": (b"<html><body><p>hello</p></body></html>", "is neither RSS, Atom nor JSON Feed"),
    "broken JSON": (b'{"version": "https://jsonfeed.org/version/1', "is not JSON"),
    "other JSON": (b'{"items": []}', "is JSON, but not a JSON Feed"),
    "a JSON feed without items": (b'{"version": "https://jsonfeed.org/version/1"}', "has no 'items'"),
    "items of the wrong type": (
        b'{"version": "https://jsonfeed.org/version/1", "items": {}}',
        "has 'items' as an object, not a list",
    ),
    "random bytes": (bytes(range(128, 256)) * 4, "is neither RSS, Atom nor JSON Feed"),
}


@pytest.mark.parametrize(("body", "problem"), NO_FEEDS.values(), ids=NO_FEEDS)
def test_what_is_no_feed_is_said(body: bytes, problem: str) -> None:
    with pytest.raises(LayoutChanged) as raised:
        read_feed(body, url=URL)
    assert str(raised.value).startswith(problem)
