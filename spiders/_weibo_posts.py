"""Weibo's posts, people and times, as its own pages are given them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from html import unescape
from typing import Any

from lxml import etree

from listening.collect.reading.counts import is_unknown, read_count
from listening.collect.reading.html import text_of
from listening.collect.reading.shape import LayoutChanged, maybe, need
from listening.collect.reading.times import FUTURE, Spoken, read_spoken, weibo_mid_time
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, ids
from spiders._weibo_answers import SITE

BEIJING = timezone(timedelta(hours=8))
ID = re.compile(r"[0-9]{1,18}")
_NEAR = timedelta(minutes=5)
"""A page is read a little after it was written: 刚刚 is not the second at which it is read."""
WHOLE = "whole"
"""Where the text from the door for long texts is put into an item; None: it could not be had."""
_LIKED = "赞过"
_PLACE = re.compile(r"^\s*(?:发布于|来自)\s*")
_TOPIC = re.compile(r"#([^#\n]{1,100})#")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANKS = re.compile(r"[ \t\f\r]+")


def post_of(status: Any, now: datetime) -> Post | None:
    """A post or repost as weibo.com/ajax tells it; None where it is not for everybody."""
    if is_hidden(status):
        return None
    mid, author = mid_of(status), person(need(status, "user", dict))
    written = maybe(status, "created_at", str)
    told, own = moment_of(mid, written, now), text_in(status)
    original = maybe(status, "retweeted_status", dict)
    reference = original_of(original) if original else None
    quoted = (reference.author.name, text_in(original)) if reference and reference.author else None
    return Post(
        id=ids.weibo_post(mid),
        platform="weibo",
        kind=Kind.REPOST if original else Kind.POST,
        url=address_of(author.id, mid),
        text=repeating(own, *quoted) if quoted else own,
        author=author,
        published_at=told.moment if told else None,
        published_guessed=True if told and told.guessed else None,
        parent=reference,
        root=reference,
        mentions=mentions_in(maybe(status, "text", str) or ""),
        tags=tags_in(own),
        region=place(maybe(status, "region_name", str)),
        metrics=Metrics(
            likes=count(status, "attitudes_count"),
            comments=count(status, "comments_count"),
            reposts=count(status, "reposts_count"),
        ),
        extra={**cut_off(status), **({} if told else {"published_text": written})},
    )


def original_of(status: Any) -> Reference | None:
    """What a repost repeats; of an original that is gone not even the author is told."""
    with suppress(LayoutChanged):
        user = maybe(status, "user", dict)
        return Reference(id=ids.weibo_post(mid_of(status)), author=person(user) if user else None)
    return None


def person(user: Any) -> Author:
    uid = number(user, "idstr", "id")
    return Author(
        id=uid,
        name=maybe(user, "screen_name", str),
        url=f"{SITE}/u/{uid}",
        followers=count(user, "followers_count"),
        verified=maybe(user, "verified", bool),
    )


def mid_of(status: Any) -> str:
    return number(status, "mid", "idstr", "id")


def number(item: Any, *names: str) -> str:
    """An id, told as a number or as a text, by the first of these names that has one."""
    for name in names:
        value = item.get(name) if isinstance(item, dict) else None
        if not isinstance(value, bool) and ID.fullmatch(str(value)):
            return str(value)
    raise LayoutChanged(f"has no '{names[0]}' that is a number")


def count(item: Any, name: str) -> int | None:
    """A number of likes and the like; 100万+ is at least that."""
    value = item.get(name)
    if is_unknown(value):
        return None
    found = read_count(value)
    if found is None:
        raise LayoutChanged(f"has '{name}' as {value!r}, not a number")
    return found.value


def moment_of(mid: str, written: str | None, now: datetime) -> Spoken | None:
    """When a post was written: the time in its mid, unless the page tells another one.

    The mid is as exact as a page that says 3小时前 is not; and read in whatever place, a post has one time.
    """
    told = weibo_mid_time(mid)
    said = read_spoken(written, now=now, zone=BEIJING)
    if told is None or told > now + FUTURE:
        return said
    if said is None or said.guessed or abs(told - said.moment) <= _NEAR:
        return Spoken(told, guessed=False)
    return said


def is_hidden(status: Any) -> bool:
    """Whether a post is for some people only: its author's followers, friends, nobody else."""
    visible = maybe(status, "visible", dict)
    return bool(visible and maybe(visible, "type", int))


def is_liked(status: Any) -> bool:
    """Whether a timeline shows somebody else's post, because the account liked it."""
    return _LIKED in title_of(status)


def title_of(status: Any) -> str:
    title = maybe(status, "title", dict)
    return (maybe(title, "text", str) or "") if title else ""


def cut_off(item: Any) -> dict[str, bool]:
    """What is told of a post whose whole text could not be had."""
    return {"cut_off": True} if item.get(WHOLE, "") is None else {}


def address_of(uid: str | None, mid: str) -> str:
    return f"{SITE}/{uid}/{ids.weibo_bid(mid)}"


def place(told: str | None) -> str | None:
    """A place, without 发布于 or 来自 in front."""
    return (_PLACE.sub("", told).strip() or None) if told else None


# Words.


def text_in(item: Any) -> str:
    """The words of a post or comment; the plain text where it is told, else that of its HTML."""
    plain = item.get(WHOLE) or maybe(item, "text_raw", str)
    return words(unescape(plain)) if plain is not None else readable(need(item, "text", str))


def words(text: str) -> str:
    """The text without what nobody sees, so that it is the same wherever the post was found."""
    lines = (_BLANKS.sub(" ", line).strip(" ") for line in text.replace("\u200b", "").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def readable(html: str) -> str:
    """HTML of a post as the plain text that its writer wrote: faces as [doge], links as their addresses."""
    root = _tree(html)
    for image in list(root.iter("img")):
        if (face := image.get("alt") or "").startswith("["):
            _put(image, face)
    for node in [*root.iter("a"), *root.iter("span")]:
        if node.get("action-type") in ("fl_unfold", "fl_fold") or node.get("class") == "expand":
            _put(node, "")
        elif node.tag == "a" and (icon := node.find(".//i")) is not None:
            _put(node, _linked(node, icon))
    return words(text_of(etree.tostring(root, encoding="unicode", method="html")))


def _linked(link: Any, icon: Any) -> str:
    """A link with a picture in front stands for an address, or for a super topic (\ue627)."""
    shown = "".join(link.itertext()).removeprefix(icon.text or "").strip()
    target = link.get("href") or ""
    if "//t.cn/" in target:
        return target
    return f"#{shown}[超话]#" if (icon.text or "").strip() == "\ue627" else shown


def _put(node: Any, text: str) -> None:
    """The text in the place of an element."""
    node.clear(keep_tail=True)
    node.tag, node.text = "span", _NO_XML.sub("\ufffd", text)


def _tree(html: str) -> Any:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    return etree.fromstring(b"<html><body>" + _NO_XML.sub("\ufffd", html).encode(), parser)


def mentions_in(html: str) -> tuple[Mention, ...]:
    """Those whom the platform links as named, people in a chain of reposts among them."""
    if "@" not in html:
        return ()
    links = (link for link in _tree(html).iter("a") if "/n/" in (link.get("href") or ""))
    named = ("".join(link.itertext()).strip() for link in links)
    names = dict.fromkeys(name[1:] for name in named if name.startswith("@") and len(name) > 1)
    return tuple(Mention(name=name) for name in names)


def tags_in(text: str) -> tuple[str, ...]:
    """The topics in the writer's own words."""
    found = (topic.strip().removesuffix("[超话]") for topic in _TOPIC.findall(text.partition("//@")[0]))
    return tuple(dict.fromkeys(topic for topic in found if topic))


def repeating(own: str, name: str | None, text: str) -> str:
    """A repost's own words, and those it repeats as the platform quotes: behind //@."""
    return f"{own} //@{name or ''}: {text}".strip()
