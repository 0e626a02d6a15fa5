"""YouTube channels: what an entry of the feed becomes, and what a feed that is away means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy import Request

from listening.collect.spider.options import read_options
from listening.model import Author, Kind, Metrics, Post, RunStatus
from spiders.youtube_channel import YoutubeChannel, YoutubeOptions

XINGHE, CHANGHE = "UC" + "x" * 22, "UC" + "-_" * 11
OPTIONS = YoutubeOptions(accounts=(XINGHE,), delay=0)
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def entry(
    name: str, hours: float = 0, *, made: str | None = None, text: str = "三天了", more: str = ""
) -> str:
    """A video that came so many hours before the start."""
    moment = made or (START - timedelta(hours=hours)).isoformat()
    return f"""<entry>
  <id>yt:video:{name}</id><yt:videoId>{name}</yt:videoId><yt:channelId>{XINGHE}</yt:channelId>
  <title>断网 &amp; 掉线 {name}</title>
  <link rel="alternate" href="https://www.youtube.com/watch?v={name}"/>
  <author><name>星河公告</name><uri>https://www.youtube.com/channel/{XINGHE}</uri></author>
  <published>{moment}</published><updated>2026-11-23T10:00:00+00:00</updated>
  <media:group>
   <media:title>断网 &amp; 掉线 {name}</media:title>
   <media:content url="https://www.youtube.com/v/{name}?version=3" type="application/x-shockwave-flash"/>
   <media:description>{text}</media:description>
   <media:community>
    <media:starRating count="12" average="5.00" min="1" max="5"/><media:statistics views="360"/>
   </media:community>
  </media:group>{more}
 </entry>"""


def feed(*entries: str, encoding: str = "UTF-8") -> bytes:
    return f"""<?xml version="1.0" encoding="{encoding}"?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns="http://www.w3.org/2005/Atom">
 <link rel="self" href="http://www.youtube.com/feeds/videos.xml?channel_id={XINGHE}"/>
 <id>yt:channel:{XINGHE}</id><yt:channelId>{XINGHE}</yt:channelId><title>星河公告</title>
 <published>2016-07-28T18:46:21+00:00</published>
 {"".join(entries)}
</feed>""".encode(encoding)


def channel(videos: int, told: Any, newest: int = 0) -> Callable[[Request], Any]:
    """A channel with a video an hour; its feed shows the newest 15."""
    shown = [entry(f"v{number}", number) for number in range(newest, newest + videos)][:15]
    return lambda _: told(feed(*shown))


def good_site(told: Any) -> Callable[[Request], Any]:
    return channel(2, told)


def run(read: Any, site: Any, options: YoutubeOptions = OPTIONS, query: str = XINGHE, **how: Any) -> Any:
    return read(YoutubeChannel, options, site, queries=(query,), **how)


def test_a_video_keeps_everything_the_feed_tells(read: Any, told: Any) -> None:
    (found,) = run(read, lambda _: told(feed(entry("a-B_1", text="第一行\n  a &lt;b&gt; c\n")))).posts
    assert replace(found, collected_at=None) == Post(
        id="youtube:video:a-B_1",
        platform="youtube",
        kind=Kind.VIDEO,
        url="https://www.youtube.com/watch?v=a-B_1",
        title="断网 & 掉线 a-B_1",
        text="第一行\n  a <b> c",
        author=Author(id=XINGHE, name="星河公告", url=f"https://www.youtube.com/channel/{XINGHE}"),
        published_at=START,
        source="来源",
        metrics=Metrics(likes=12, views=360),
    )


def test_what_is_not_told_stays_absent(read: Any, told: Any) -> None:
    body = feed(entry("a", text=""))
    for word in (b'<media:statistics views="360"/>', b'count="12" '):
        body = body.replace(word, b"")
    (found,) = run(read, lambda _: told(body)).posts
    assert (found.text, found.metrics) == ("", Metrics())


def test_two_videos_whose_ids_differ_in_a_capital_stay_apart(read: Any, told: Any) -> None:
    assert len({found.id for found in run(read, lambda _: told(feed(entry("a"), entry("A")))).posts}) == 2


CHANNELS = {
    "an id": XINGHE,
    "an id with signs": CHANGHE,
    "an address": f"https://www.youtube.com/channel/{XINGHE}/",
    "a mobile address": f"https://m.youtube.com/channel/{XINGHE}",
}


@pytest.mark.parametrize("account", CHANNELS.values(), ids=CHANNELS)
def test_a_channel_may_be_named_in_several_ways(read: Any, told: Any, account: str) -> None:
    (request,) = run(read, good_site(told), query=account).requests
    expected = CHANGHE if account == CHANGHE else XINGHE
    assert request.url == f"https://www.youtube.com/feeds/videos.xml?channel_id={expected}"


@pytest.mark.parametrize("account", ["@xinghe", "xinghe", "UCshort", "", f"{XINGHE}&x=1"])
def test_what_is_no_id_is_told_and_nothing_is_asked(read: Any, told: Any, account: str) -> None:
    result = run(read, good_site(told), query=account)
    assert result.requests == []
    assert result.verdict.status is RunStatus.FAILED
    assert "begins with UC" in result.verdict.reason
    _, problems = read_options(YoutubeOptions, {"accounts": [account]})
    assert [problem.key for problem in problems] == ["accounts"]


def test_a_first_run_reads_what_the_feed_holds(read: Any, told: Any) -> None:
    result = run(read, channel(40, told))
    assert (len(result.posts), result.verdict.status) == (15, RunStatus.OK)
    assert result.look.seen_from > START - timedelta(hours=15), "no older than what was shown"


def test_a_second_run_that_meets_what_is_known_has_seen_all(read: Any, told: Any) -> None:
    first = run(read, channel(40, told, newest=5))
    second = run(read, channel(40, told), marks=first.look.marks)
    assert second.verdict.status is RunStatus.OK
    assert second.look.reached


def test_videos_that_left_the_feed_unseen_are_a_gap(read: Any, told: Any) -> None:
    first = run(read, channel(60, told, newest=40))
    second = run(read, channel(60, told), marks=first.look.marks)
    assert second.verdict.status is RunStatus.PARTIAL
    assert "crawl more often" in second.verdict.reason


def test_a_channel_without_videos_is_empty(read: Any, told: Any) -> None:
    assert run(read, lambda _: told(feed())).verdict == (RunStatus.EMPTY, "")


@pytest.mark.parametrize("status", [404, 500, 503])
def test_a_feed_that_is_away_is_a_failure_that_passes_and_the_marks_are_kept(
    read: Any, told: Any, status: int
) -> None:
    first = run(read, channel(3, told))
    second = run(read, lambda _: told(b"<html>Not found</html>", status=status), marks=first.look.marks)
    assert second.verdict.status is RunStatus.FAILED
    assert f"YouTube answers {status}" in second.verdict.reason
    assert "the next run tries again" in second.verdict.reason
    assert second.look.marks == first.look.marks
    assert not second.look.reached


def test_one_channel_that_is_away_takes_no_other_along(read: Any, told: Any) -> None:
    def answer(request: Request) -> Any:
        return told(b"", status=404) if CHANGHE in request.url else channel(2, told)(request)

    result = read(YoutubeChannel, OPTIONS, answer, queries=(CHANGHE, XINGHE))
    assert len(result.posts) == 2
    assert result.verdict.status is RunStatus.PARTIAL


def test_a_feed_that_is_cut_off_is_partial(read: Any, told: Any) -> None:
    body = feed(entry("a"), entry("b", 1)).removesuffix(b"</feed>")
    result = run(read, lambda _: told(body))
    assert (len(result.posts), result.verdict.status) == (2, RunStatus.PARTIAL)


TIMES = {
    "utc": ("2026-11-23T09:00:00+00:00", START),
    "another zone": ("2026-11-23T17:00:00+08:00", START),
    "no zone": ("2026-11-23T09:00:00", None),
    "in ten years": ("2036-11-23T09:00:00Z", None),
}


@pytest.mark.parametrize(("written", "moment"), TIMES.values(), ids=TIMES)
def test_a_broken_time_is_absent_and_kept_as_it_was_written(
    read: Any, told: Any, written: str, moment: datetime | None
) -> None:
    (found,) = run(read, lambda _: told(feed(entry("a", made=written)))).posts
    assert (found.published_at, found.extra) == (moment, {} if moment else {"published_text": written})


def test_another_charset_is_read_where_the_feed_names_it(read: Any, told: Any) -> None:
    (found,) = run(read, lambda _: told(feed(entry("a"), encoding="gb18030"))).posts
    assert (found.title, found.text) == ("断网 & 掉线 a", "三天了")


BROKEN = {
    "no video id": ("<yt:videoId>b</yt:videoId>", ""),
    "no time": ("<published>", "<created>"),
    "no channel": (f"<yt:channelId>{XINGHE}</yt:channelId>", ""),
}


@pytest.mark.parametrize(("old", "new"), BROKEN.values(), ids=BROKEN)
def test_one_broken_entry_is_told_and_the_others_are_read(read: Any, told: Any, old: str, new: str) -> None:
    broken = entry("b", 1).replace(old, new)
    if new == "<created>":
        broken = broken.replace("</published>", "</created>")
    result = run(read, lambda _: told(feed(entry("a"), broken, entry("c", 2))))
    assert [found.id[-2:] for found in result.posts] == [":a", ":c"]
    assert result.verdict == (RunStatus.OK, "1 items could not be read")


HTML = {"Content-Type": "text/html; charset=utf-8"}
WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "too many requests": ({"body": b"", "status": 429}, RunStatus.RATE_LIMITED),
    "unusual traffic": ({"body": b"<html>unusual traffic</html>", "status": 403}, RunStatus.BLOCKED),
    "a captcha": ({"body": b"<html>a captcha</html>", "headers": HTML}, RunStatus.BLOCKED),
    "a login form": ({"body": b"<html><input type='password'></html>", "headers": HTML}, RunStatus.LOGIN),
    "a web page": ({"body": b"<!doctype html><title>YouTube</title>", "headers": HTML}, RunStatus.LAYOUT),
    "nothing": ({"body": b""}, RunStatus.LAYOUT),
    "JSON": ({"body": b'{"error": {"code": 403}}'}, RunStatus.LAYOUT),
    "entries of another shape": (
        {"body": feed(entry("a")).replace(b"yt:", b"media:")},
        RunStatus.LAYOUT,
    ),
}


@pytest.mark.parametrize(("answer", "status"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], status: RunStatus
) -> None:
    result = run(read, lambda _: told(**answer))
    assert result.posts == []
    assert result.verdict.status is status
