"""Messages of public Telegram channels, newest first, from the preview that is shown without a login."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Selector
from scrapy.http import Response

from listening.collect.reading.counts import read_count
from listening.collect.reading.html import text_of
from listening.collect.reading.shape import LayoutChanged
from listening.collect.reading.trouble import Trouble
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.listing import Listing
from listening.collect.spider.options import AccountOptions, Problem
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, RunStatus, ids

SITE = "https://t.me"
_NAME = re.compile(r"(?:https?://(?:www\.)?t(?:elegram)?\.me/(?:s/)?|@)?([A-Za-z]\w{2,31})/?", re.ASCII)
_POST = re.compile(r"(?:https?://t\.me/)?([A-Za-z]\w{2,31})/([0-9]+)(?:\?.*)?", re.ASCII)
_CURE = "write the channel's name, as in t.me/name"
_ANSWERED = "tgme_widget_message_reply"


@dataclass(frozen=True, kw_only=True)
class TelegramOptions(AccountOptions):
    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        for account in self.accounts:
            if not _NAME.fullmatch(account):
                yield Problem("accounts", f"'{account}' is no public channel", _CURE)


class TelegramChannel(ListingSpider[TelegramOptions]):
    listing_order = "created"
    takes = "accounts"
    platform = "telegram"
    Options = TelegramOptions

    def begin(self, listing: Listing) -> Iterator[Request]:
        if _NAME.fullmatch(listing.query):
            yield from super().begin(listing)
        else:
            what = f"'{listing.query}' is no public channel - {_CURE}"
            listing.trouble(Trouble(RunStatus.FAILED, what))

    def query_page(self, query: str) -> str:
        found = _NAME.fullmatch(query)
        return f"{SITE}/s/{found[1] if found else query}"

    def page(self, response: Response) -> Page:
        path = urlsplit(response.url).path
        if not path.startswith("/s/"):
            raise LayoutChanged("shows no messages", _no_preview(path.strip("/")))
        page = _read(response.body)
        if not page.css(".tgme_channel_history"):
            raise LayoutChanged("has no list of messages")
        messages = page.css(".tgme_widget_message[data-post]")
        if not messages:
            if not page.css(".tme_no_messages_found"):
                raise LayoutChanged("has neither messages nor a word that there are none")
            return Page(())
        oldest = min(_numbers(messages), default=0)
        if not oldest:
            raise LayoutChanged("has not one message with a number")
        further = f"{path}?before={oldest}" if oldest > 1 else None
        return Page([message.get() for message in reversed(messages)], further)

    def post(self, item: Any) -> Post | None:
        message = Selector(text=item)
        if message.css(".service_message"):
            return None
        channel, number = _named(message.css("[data-post]"))
        body, published = _own_text(message), self.time_of(item)
        forwarded = message.css(".tgme_widget_message_forwarded_from_name")
        answered = message.css(f".{_ANSWERED}")
        return Post(
            id=ids.telegram_message(channel, number),
            platform="telegram",
            kind=Kind.REPOST if forwarded else Kind.COMMENT if answered else Kind.POST,
            url=f"{SITE}/{channel}/{number}",
            text=_with_source(forwarded, _text(message, body)),
            author=Author(
                id=channel,
                name=_words(message.css(".tgme_widget_message_owner_name")) or channel,
                url=f"{SITE}/{channel}",
            ),
            published_at=published,
            parent=_reference(forwarded, forwarded)
            or _reference(answered, answered.css(".tgme_widget_message_author_name")),
            mentions=tuple(Mention(name=name) for name in _linked(body, "//t.me/", "@")),
            tags=tuple(_linked(body, "?q=%23", "#")),
            metrics=Metrics(views=_views(message)),
            extra={
                **({"edited": True} if _is_edited(message) else {}),
                **({} if published else {"published_text": _written(message)}),
            },
        )

    def time_of(self, item: Any) -> datetime | None:
        return self.read_time(_written(Selector(text=item)))


def _read(body: bytes) -> Selector:
    """A page of Telegram. They are all UTF-8; others would be read as words that nobody wrote."""
    try:
        return Selector(text=body.decode("utf-8"), type="html")
    except UnicodeDecodeError:
        raise LayoutChanged("is not UTF-8") from None


def _no_preview(name: str) -> Trouble:
    what = f"Telegram shows no messages of '{name}' to the public: the channel forbids it, or there is none"
    return Trouble(RunStatus.BLOCKED, f"{what} - check the name; else import an export of the channel")


def _named(message: Any) -> tuple[str, str]:
    told = message.xpath("@data-post").get() or ""
    found = _POST.fullmatch(told)
    if not found:
        raise LayoutChanged(f"has a message that calls itself '{told}'")
    return found[1], found[2]


def _numbers(messages: Any) -> Iterator[int]:
    for message in messages:
        with suppress(LayoutChanged):  # told where it is read as a post
            yield int(_named(message)[1])


def _written(message: Selector) -> str:
    told = message.css(".tgme_widget_message_date time::attr(datetime)").get()
    if told is None:
        raise LayoutChanged("has no time")
    return told


def _own_text(message: Selector) -> Any:
    """The message's text; the one it answers stands above it, in the same dress."""
    return message.xpath(
        '(//*[contains(concat(" ", @class, " "), " tgme_widget_message_text ")]'
        f'[not(ancestor::*[contains(concat(" ", @class, " "), " {_ANSWERED} ")])])[1]'
    )


def _text(message: Selector, body: Any) -> str:
    """What a reader sees of it; of a poll the question and what can be chosen."""
    if body:
        return text_of(body.get())
    lines = message.css(".tgme_widget_message_poll_question, .tgme_widget_message_poll_option_text")
    return "\n".join(map(_words, lines))


def _with_source(forwarded: Any, text: str) -> str:
    """What is forwarded stands behind //@, as somebody else's words."""
    return f"//@{_words(forwarded)}: {text}".rstrip() if forwarded else text


def _reference(link: Any, name: Any) -> Reference | None:
    """The message that is forwarded or answered, where its address is told."""
    found = _POST.fullmatch(link.xpath("@href").get() or "")
    if not found:
        return None
    author = Author(id=found[1], name=_words(name) or None)
    return Reference(id=ids.telegram_message(found[1], found[2]), author=author)


def _linked(body: Any, target: str, sign: str) -> list[str]:
    """Words of the text that are links to that target and begin with that sign."""
    words = (_words(link) for link in body.css(f'a[href*="{target}"]'))
    return list(dict.fromkeys(word[1:] for word in words if word.startswith(sign) and len(word) > 1))


def _views(message: Selector) -> int | None:
    count = read_count(message.css(".tgme_widget_message_views::text").get())
    return count.value if count else None


def _is_edited(message: Selector) -> bool:
    return any("edited" in part for part in message.css(".tgme_widget_message_meta::text").getall())


def _words(found: Any) -> str:
    return " ".join("".join(found.css("*::text").getall()).split())
