"""Telegram channels: whose words a message holds, and how a channel is read to its beginning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request

from listening.collect.spider.options import read_options
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, RunStatus
from spiders.telegram_channel import TelegramChannel, TelegramOptions

OPTIONS = TelegramOptions(accounts=("XingHe",), delay=0)
START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
PER_PAGE = 5
MORE = '<a href="/s/XingHe?before={0}" class="tme_messages_more js-messages_more" data-before="{0}"></a>'


def text(words: str) -> str:
    return f'<div class="tgme_widget_message_text js-message_text" dir="auto">{words}</div>'


def message(
    number: int,
    body: str | None = None,
    *,
    channel: str = "XingHe",
    made: str | None = None,
    mark: str = "",
    kind: str = "",
    views: str = "1.2K",
) -> str:
    """A message in Telegram's dress, a minute older for each number less than 1000."""
    moment = made or (START - timedelta(minutes=1000 - number)).isoformat()
    return f"""
    <div class="tgme_widget_message_wrap js-widget_message_wrap">
     <div class="tgme_widget_message text_not_supported_wrap {kind} js-widget_message"
          data-post="{channel}/{number}" data-view="eyJ">
      <div class="tgme_widget_message_user"><a href="https://t.me/{channel}"><i></i></a></div>
      <div class="tgme_widget_message_bubble">
       <div class="tgme_widget_message_author accent_color">
        <a class="tgme_widget_message_owner_name" href="https://t.me/{channel}">
         <span dir="auto">星河公告</span></a>
       </div>
       {text(f"断网 {number}") if body is None else body}
       <div class="tgme_widget_message_footer compact js-message_footer">
        <div class="tgme_widget_message_info short js-message_info">
         <span class="tgme_widget_message_views">{views}</span>
         <span class="tgme_widget_message_meta">{mark}<a class="tgme_widget_message_date"
          href="https://t.me/{channel}/{number}"><time datetime="{moment}">11:00</time></a></span>
    </div></div></div></div></div>"""


def page(messages: list[str], further: int | None = None) -> bytes:
    nothing = '<div class="tme_no_messages_found">No posts found</div>'
    return f"""<!DOCTYPE html><html><head><title>星河公告</title></head><body>
    <div class="tgme_channel_info"><div class="tgme_channel_info_counter">
     <span class="counter_value">12.3K</span> <span class="counter_type">subscribers</span></div></div>
    <main><section class="tgme_channel_history js-message_history">
    {MORE.format(further) if further else ""}
    {"".join(messages) or nothing}
    </section></main></body></html>""".encode()


def channel(messages: dict[int, str], told: Any) -> Callable[[Request], Any]:
    """A channel with these messages, five on a page, the oldest on top of each."""

    def answer(request: Request) -> Any:
        before = int(parse_qs(urlsplit(request.url).query).get("before", ["100000"])[0])
        below = sorted(number for number in messages if number < before)
        shown = below[-PER_PAGE:]
        further = shown[0] if len(below) > len(shown) else None
        return told(page([messages[number] for number in shown], further))

    return answer


def good_site(told: Any) -> Callable[[Request], Any]:
    return channel({1000: message(1000), 999: message(999)}, told)


def run(read: Any, site: Any, options: TelegramOptions = OPTIONS, query: str = "XingHe", **how: Any) -> Any:
    return read(TelegramChannel, options, site, queries=(query,), **how)


def one(read: Any, told: Any, *given: Any, **how: Any) -> Post:
    (found,) = run(read, channel({1000: message(1000, *given, **how)}, told)).posts
    post: Post = found
    return post


def numbers(result: Any) -> list[int]:
    return [int(found.id.rpartition(":")[2]) for found in result.posts]


def test_a_message_keeps_everything_telegram_tells(read: Any, told: Any) -> None:
    words = (
        '断网了<br/>找 <a href="https://t.me/helper">@helper</a> '
        '<a href="?q=%23%E5%AE%BD%E5%B8%A6">#宽带</a> <a href="https://a.example">公告</a>'
        '<i class="emoji" style="background-image:url(\'//x\')"><b>😀</b></i>'
    )
    assert replace(one(read, told, text(words)), collected_at=None) == Post(
        id="telegram/xinghe:1000",
        platform="telegram",
        kind=Kind.POST,
        url="https://t.me/XingHe/1000",
        text="断网了\n找 @helper #宽带 公告😀",
        author=Author(id="XingHe", name="星河公告", url="https://t.me/XingHe"),
        published_at=START,
        source="来源",
        mentions=(Mention(name="helper"),),
        tags=("宽带",),
        metrics=Metrics(views=1200),
    )


def test_what_is_forwarded_is_quoted_as_somebody_elses_words(read: Any, told: Any) -> None:
    source = (
        '<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from '
        '<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/Longhe/77">'
        '<span dir="auto">长河 通信</span></a></div>'
    )
    found = one(read, told, source + text("断网"))
    assert (found.kind, found.text) == (Kind.REPOST, "//@长河 通信: 断网")
    assert found.parent == Reference(id="telegram/longhe:77", author=Author(id="Longhe", name="长河 通信"))


def test_what_a_person_wrote_who_hides_is_quoted_without_a_reference(read: Any, told: Any) -> None:
    source = (
        '<div class="tgme_widget_message_forwarded_from">Forwarded from '
        '<span class="tgme_widget_message_forwarded_from_name">阿青</span></div>'
    )
    found = one(read, told, source)
    assert (found.kind, found.text, found.parent) == (Kind.REPOST, "//@阿青:", None)


def test_an_answer_names_what_it_answers_and_does_not_repeat_it(read: Any, told: Any) -> None:
    above = (
        '<a class="tgme_widget_message_reply user-color-default" href="https://t.me/XingHe/990">'
        '<div class="tgme_widget_message_author accent_color">'
        '<span class="tgme_widget_message_author_name" dir="auto">星河公告</span></div>'
        '<div class="tgme_widget_message_text js-message_reply_text" dir="auto">今晚断网</div></a>'
    )
    found = one(read, told, above + text("已恢复"))
    assert (found.kind, found.text) == (Kind.COMMENT, "已恢复")
    assert found.parent == Reference(id="telegram/xinghe:990", author=Author(id="XingHe", name="星河公告"))


def test_a_preview_of_a_linked_page_is_no_text(read: Any, told: Any) -> None:
    preview = (
        '<a class="tgme_widget_message_link_preview" href="https://a.example">'
        '<div class="link_preview_title">断网</div><div class="link_preview_description">三天</div></a>'
    )
    assert one(read, told, text("见链接") + preview).text == "见链接"


BODIES = {
    "a picture": ('<a class="tgme_widget_message_photo_wrap" href="x" style="y"></a>', ""),
    "a poll": (
        '<div class="tgme_widget_message_poll">'
        '<div class="tgme_widget_message_poll_question">断网了吗？</div><div class="some_option">'
        '<div class="tgme_widget_message_poll_option_text">断了</div></div>'
        '<div class="tgme_widget_message_poll_option_text">没有</div></div>',
        "断网了吗？\n断了\n没有",
    ),
    "text in text": (text('断网<div class="spoiler">三天</div>'), "断网\n三天"),
    "less than": (text("a &lt;b&gt; c"), "a <b> c"),
}


@pytest.mark.parametrize(("body", "words"), BODIES.values(), ids=BODIES)
def test_what_a_reader_sees_is_the_text(read: Any, told: Any, body: str, words: str) -> None:
    assert one(read, told, body).text == words


VIEWS = {"some": ("987", 987), "thousands": ("1.2K", 1200), "millions": ("3M", 3_000_000), "none": ("", None)}


@pytest.mark.parametrize(("shown", "count"), VIEWS.values(), ids=VIEWS)
def test_views_are_counted_as_shown(read: Any, told: Any, shown: str, count: int | None) -> None:
    assert one(read, told, views=shown).metrics == Metrics(views=count)


def test_an_edited_message_says_so(read: Any, told: Any) -> None:
    assert one(read, told, mark="edited &nbsp;").extra == {"edited": True}


def test_messages_of_telegram_itself_are_left_out(read: Any, told: Any) -> None:
    created = message(1, text("Channel created"), kind="service_message")
    result = run(read, channel({1: created, 1000: message(1000)}, told))
    assert (numbers(result), result.tally.skipped) == ([1000], 1)


def test_two_channels_with_the_same_number_stay_apart_and_capitals_do_not_count(read: Any, told: Any) -> None:
    def ids(name: str) -> list[str]:
        site = channel({7: message(7, channel=name, made=START.isoformat())}, told)
        return [found.id for found in run(read, site).posts]

    assert ids("XingHe") == ids("xinghe")
    assert ids("XingHe") != ids("longhe")


NAMES = {
    "a name": "XingHe",
    "with an @": "@XingHe",
    "an address": "https://t.me/XingHe",
    "the preview's address": "https://t.me/s/XingHe/",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_channel_may_be_named_in_several_ways(read: Any, told: Any, name: str) -> None:
    (request,) = run(read, channel({}, told), query=name).requests
    assert request.url == "https://t.me/s/XingHe"


NO_NAMES = {
    "a number": "123456",
    "an invitation": "https://t.me/+AbCdEf",
    "empty": "",
    "a path": "xinghe/../x",
    "Chinese": "星河",
}


@pytest.mark.parametrize("name", NO_NAMES.values(), ids=NO_NAMES)
def test_what_is_no_channel_is_told_and_nothing_is_asked(read: Any, told: Any, name: str) -> None:
    result = run(read, good_site(told), query=name)
    assert result.requests == []
    assert result.verdict.status is RunStatus.FAILED
    _, problems = read_options(TelegramOptions, {"accounts": [name]})
    assert [problem.key for problem in problems] == ["accounts"]


def test_paging_reads_every_message_once_down_to_the_first(read: Any, told: Any) -> None:
    kept = [number for number in range(981, 1001) if number % 3]
    result = run(read, channel({number: message(number) for number in kept}, told))
    assert numbers(result) == [
        number for start in range(len(kept), 0, -5) for number in kept[max(0, start - 5) : start][::-1]
    ]
    assert result.verdict.status is RunStatus.OK
    assert result.look.reached


def test_a_page_that_no_longer_shows_the_way_on_is_not_taken_for_the_last(read: Any, told: Any) -> None:
    messages = {number: message(number) for number in range(981, 1001)}
    site = channel(messages, told)

    def answer(request: Request) -> Any:
        given = site(request)
        return told(given.body.replace(b"tme_messages_more", b"show_more"))

    assert sorted(numbers(run(read, answer))) == sorted(messages)


def test_the_second_run_stops_where_the_first_began(read: Any, told: Any) -> None:
    messages = {number: message(number) for number in range(900, 1001)}
    old = {number: text for number, text in messages.items() if number <= 990}
    first = run(read, channel(old, told))
    second = run(read, channel(messages, told), marks=first.look.marks)
    assert len(first.requests) > 15
    assert [request.url.partition("?")[2] for request in second.requests] == ["", "before=996", "before=991"]
    assert second.look.reached


def test_a_page_cap_is_partial(read: Any, told: Any) -> None:
    messages = {number: message(number) for number in range(900, 1001)}
    result = run(read, channel(messages, told), replace(OPTIONS, max_pages=2))
    assert result.verdict.status is RunStatus.PARTIAL


def test_an_empty_channel_is_empty(read: Any, told: Any) -> None:
    assert run(read, channel({}, told)).verdict == (RunStatus.EMPTY, "")


TIMES = {
    "utc": ("2026-11-23T11:00:00+00:00", START),
    "another zone": ("2026-11-23T19:00:00+08:00", START),
    "no zone": ("2026-11-23T11:00:00", None),
    "a word": ("gestern", None),
}


@pytest.mark.parametrize(("written", "moment"), TIMES.values(), ids=TIMES)
def test_a_broken_time_is_absent_and_kept_as_it_was_written(
    read: Any, told: Any, written: str, moment: datetime | None
) -> None:
    found = one(read, told, made=written)
    assert (found.published_at, found.extra) == (moment, {} if moment else {"published_text": written})


BROKEN = {
    "no time": ("datetime=", "when="),
    "no number": ('data-post="XingHe/999"', 'data-post="XingHe"'),
}


@pytest.mark.parametrize(("old", "new"), BROKEN.values(), ids=BROKEN)
def test_one_broken_message_is_told_and_the_others_are_read(read: Any, told: Any, old: str, new: str) -> None:
    messages = {number: message(number) for number in (1000, 999, 998)}
    messages[999] = messages[999].replace(old, new)
    result = run(read, channel(messages, told))
    assert numbers(result) == [1000, 998]
    assert len(result.unreadable) == 1
    assert result.verdict == (RunStatus.OK, "1 items could not be read")


def test_a_channel_without_a_preview_is_told_with_a_cure(read: Any, told: Any) -> None:
    result = run(
        read,
        lambda _: told(b"<html><body>Telegram: Contact @XingHe</body></html>", url="https://t.me/XingHe"),
    )
    assert result.posts == []
    assert result.verdict.status is RunStatus.BLOCKED
    assert "'XingHe'" in result.verdict.reason
    assert "import" in result.verdict.reason


HTML = {"Content-Type": "text/html; charset=utf-8"}
WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "too many requests": ({"body": b"", "status": 429}, RunStatus.RATE_LIMITED),
    "a bot check": ({"body": b"<html>Just a moment...</html>", "status": 403}, RunStatus.BLOCKED),
    "a captcha": ({"body": b"<html>please solve the captcha</html>", "headers": HTML}, RunStatus.BLOCKED),
    "a login form": ({"body": b"<html><input type='password'></html>", "headers": HTML}, RunStatus.LOGIN),
    "a server in trouble": ({"body": b"", "status": 502}, RunStatus.FAILED),
    "another page": ({"body": b"<html><body>Welcome</body></html>"}, RunStatus.LAYOUT),
    "nothing": ({"body": b""}, RunStatus.LAYOUT),
    "JSON": ({"body": b'{"ok":false,"error_code":400}'}, RunStatus.LAYOUT),
    "another dress": (
        {"body": page([message(1000)]).replace(b"tgme_widget_message", b"tgx_message")},
        RunStatus.LAYOUT,
    ),
    "another list": (
        {"body": page([message(1000)]).replace(b"tgme_channel_history", b"history")},
        RunStatus.LAYOUT,
    ),
    "messages with other names": (
        {"body": page([message(1000)]).replace(b'data-post="XingHe/1000"', b'data-post="x"')},
        RunStatus.LAYOUT,
    ),
    "gb18030": ({"body": page([message(1000)]).decode().encode("gb18030")}, RunStatus.LAYOUT),
    "messages without times": ({"body": page([message(1).replace("datetime=", "when=")])}, RunStatus.LAYOUT),
}


@pytest.mark.parametrize(("answer", "status"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], status: RunStatus
) -> None:
    result = run(read, lambda _: told(**answer))
    assert result.posts == []
    assert result.verdict.status is status
