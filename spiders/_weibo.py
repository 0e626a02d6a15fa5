"""What the Weibo spiders share: the operator's cookie, how the site turns away, its posts, people and times.

Read are the answers that the site gives to its own pages (weibo.com/ajax) in the operator's own browser.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from html import unescape
from typing import Any, ClassVar, TypeVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from lxml import etree
from scrapy import Request
from scrapy.http import Response

from listening.collect.reading.counts import is_unknown, read_count
from listening.collect.reading.html import text_of
from listening.collect.reading.shape import LayoutChanged, maybe, need, read_page
from listening.collect.reading.times import FUTURE, Spoken, read_spoken, weibo_mid_time
from listening.collect.reading.trouble import Answer, Trouble, said_error
from listening.collect.spider.base import Callback, ListingSpider, Page
from listening.collect.spider.listing import NEWEST, Listing
from listening.collect.spider.options import AccountOptions, Options, option
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, RunStatus, ids

SITE = "https://weibo.com"
BEIJING = timezone(timedelta(hours=8))

_NOT_LOGGED_IN = (-100, 21301)
_TOO_MANY = (10022, 10023, 10024, 100005)
_NOT_TO_BE_SEEN = ("20101", "20112")
_IS_GONE = re.compile(
    r"不存在|已被[^，。]{0,8}删除|已删除|查看权限|does not exist|permission denied", re.IGNORECASE
)
_PASSPORTS = ("passport.weibo.com", "passport.weibo.cn", "login.sina.com.cn")
_LOGIN_PATH = re.compile(r"/(new)?login|/sso/|/signin|/visitor", re.IGNORECASE)
_CHECK_PATH = re.compile(r"/verify|captcha|/security", re.IGNORECASE)
_LOGIN_PAGE = re.compile(r"Sina Visitor System|/visitor/genvisitor|<title>[^<]{0,100}(通行证|登录)")
_ID = re.compile(r"[0-9]{1,18}")
_APPROVED_LATER = timedelta(days=1)
"""So much later than its own time a comment may be shown, where the post's author looks at it first."""
_NEAR = timedelta(minutes=5)
"""A page is read a little after it was written: 刚刚 is not the second at which it is read."""
_WHOLE = "whole"
"""Where the text from the door for long texts is put into an item; None: it could not be had."""
_LIKED = "赞过"
_PLACE = re.compile(r"^\s*(?:发布于|来自)\s*")
_TOPIC = re.compile(r"#([^#\n]{1,100})#")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANKS = re.compile(r"[ \t\f\r]+")


@dataclass(frozen=True, kw_only=True)
class WithCookie(Options):
    """`delay` is Weibo's own: it looks at the pace of a cookie, and shuts out who is faster."""

    cookie_env: str = option(says="environment variable with your own Cookie header", query=False)
    delay: float = option(10.0, says="seconds between two requests, at least", query=False)


@dataclass(frozen=True, kw_only=True)
class WeiboAccountOptions(WithCookie, AccountOptions):
    pass


@dataclass(frozen=True, kw_only=True)
class UnderPostsOptions(WeiboAccountOptions):
    """Each run asks for what is under each post of those days."""

    days_back: float = option(3.0, says="how many days old a post may be for that", query=False)


W_co = TypeVar("W_co", bound=WithCookie, covariant=True)


class WeiboListing(ListingSpider[W_co]):
    """A listing of posts. A post whose text is cut in it is asked for whole before it is told."""

    hosts = ("weibo.com",)

    def headers(self) -> dict[str, str]:
        cookie = os.environ.get(self.options.cookie_env, "")
        return {"Referer": f"{SITE}/", **({"Cookie": cookie} if cookie else {})}

    def ask(
        self,
        url: str,
        callback: Callback,
        of: Listing | Response,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        **meta: Any,
    ) -> Request:
        """No redirect is followed: there is none but to the login page, or to a check."""
        ajax = {"X-Requested-With": "XMLHttpRequest"} if "/ajax/" in url else {}
        return super().ask(url, callback, of, {**ajax, **(headers or {})}, body, dont_redirect=True, **meta)

    def refusal(self, answer: Answer) -> Trouble | None:
        target = answer.headers.get("location", "") if 300 <= answer.status < 400 else answer.url
        away = turned_away(target, answer.url) if target != answer.asked else None
        return away or super().refusal(answer) or _login_page(answer)

    def is_cut(self, item: Any) -> str | None:
        """The mid of a post of which the listing shows only the beginning."""
        raise NotImplementedError

    def take(self, item: Any, listing: Listing) -> Iterator[Post | Request]:
        mid = None if self.items_are_threads else self._cut(item)
        yield from self.take_cut(item, mid, listing) if mid else super().take(item, listing)

    def _cut(self, item: Any) -> str | None:
        with suppress(LayoutChanged):  # told where the item is read as a post
            return self.is_cut(item)
        return None

    def take_cut(self, item: Any, mid: str, listing: Listing) -> Iterator[Request]:
        """Asks for the whole text; not for that of a known post, which would be another version of it."""
        moment = self._standing(item)
        if moment is not None and moment <= listing.read_to:
            listing.saw(moment)
            listing.tally.skipped += 1
            return
        address = f"{SITE}/ajax/statuses/longtext?{urlencode({'id': mid})}"
        request = self.ask(address, self._read_whole, listing, item=item, thread=1)
        yield request.replace(errback=self._no_whole)

    def _read_whole(self, response: Response) -> Iterator[Post]:
        gone = response.status in (404, 410) or is_gone(response.body)
        whole = None if gone else self.understood(response, _long_text, hole=True)
        yield from self._told(response.request, whole)

    def _no_whole(self, failure: Any) -> Iterator[Post]:
        self.failed(failure)
        failure.request.meta["listing"].holes = True  # or the next run would take the post for known
        yield from self._told(failure.request, None)

    def _told(self, request: Any, whole: str | None) -> Iterator[Post]:
        item = {**request.meta["item"], _WHOLE: whole}
        yield from self._taken(request.meta["listing"], item, self.post, self._standing(item))


class WeiboAccounts(WeiboListing[WeiboAccountOptions]):
    """The timelines of accounts: by number, or by the name that is shown, which is asked for its number."""

    takes = "accounts"
    platform = "weibo"
    Options = WeiboAccountOptions

    def begin(self, listing: Listing) -> Iterator[Request]:
        name = listing.query.removeprefix("@")
        if _ID.fullmatch(name):
            yield from super().begin(listing)
        else:
            asked = urlencode({"screen_name": name})
            yield self.ask(f"{SITE}/ajax/profile/info?{asked}", self._read_account, listing)

    def query_page(self, query: str) -> str:
        return f"{SITE}/ajax/statuses/mymblog?{urlencode({'uid': query, 'page': 1, 'feature': 0})}"

    def page(self, response: Response) -> Page:
        data = need(answer_of(response.body), "data", dict)
        found, asked = need(data, "list", list), query_of(response.url)
        number = int(asked.get("page", "1"))
        if not found:
            if number == 1 and (total := count(data, "total")):
                what = f"the account has {total} posts and none is shown"
                cure = "look at it with your own cookie: it may show the last half year only, or be closed"
                self.listing_of(response).trouble(Trouble(RunStatus.PARTIAL, f"{what} - {cure}"))
            return Page(())
        since = {"since_id": str(data["since_id"])} if data.get("since_id") else {}
        return Page(found, with_query(response.url, page=str(number + 1), **since))

    def time_of(self, item: Any) -> datetime | None:
        told = moment_of(mid_of(item), maybe(item, "created_at", str), self.now)
        return told.moment if told else None

    def is_pinned(self, item: Any) -> bool:
        return (
            "置顶" in _title(item) or bool(item.get("isTop")) or item.get("mblogtype") == 2 or is_liked(item)
        )

    def is_cut(self, item: Any) -> str | None:
        return mid_of(item) if maybe(item, "isLongText", bool) and _WHOLE not in item else None

    def read_thread(self, response: Response) -> Iterator[Post | Request]:
        """A page of what is under a post; some posts are gone by then, which is said in many ways."""
        listing = self.listing_of(response)
        if is_gone(response.body):
            listing.tally.gone += 1
            return
        yield from super().read_thread(response)
        yield from self.further(response, listing)

    def further(self, response: Response, listing: Listing) -> Iterator[Request]:  # noqa: ARG002 - mostly none
        """What a page of a thread leads to beside its next page."""
        return iter(())

    def _read_account(self, response: Response) -> Iterator[Request]:
        listing = self.listing_of(response)
        number = self.understood(response, _account_of)
        if number is not None:
            yield self.ask_listing(self.query_page(number), listing)


class UnderPosts(WeiboAccounts):
    """What is under the posts that the accounts wrote in the last `days_back`: `things`, newest first.

    Old posts get new ones, so nothing is vouched for. But a run that saw everything has seen all that was
    there when it began, and the next one reads each thread only down to there.
    """

    listing_order = "activity"
    items_are_threads = True
    Options = UnderPostsOptions
    things: ClassVar[str]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.above: dict[str, Any] = {}
        """The posts by their mids, which is what the addresses of their threads tell."""

    def thread_page(self, mid: str, uid: str) -> str:
        """The address of what is under a post."""
        raise NotImplementedError

    def how_many(self, item: Any) -> int | None:
        """How much there is under a post, where it is told."""
        raise NotImplementedError

    def threads(self, item: Any, listing: Listing) -> Iterator[str]:
        moment = self.time_of(item)
        if moment is None or moment <= listing.read_to or is_hidden(item) or is_liked(item):
            return
        if self.how_many(item) != 0:
            mid = mid_of(item)
            self.above[mid] = item
            yield self.thread_page(mid, number(need(item, "user", dict), "idstr", "id"))

    def is_known_from(self, found: list[Any], listing: Listing) -> bool:
        """Whether everything from this page of a thread on is known, if the page is in order."""
        newest = listing.asked.marks.get(NEWEST)
        known = datetime.fromisoformat(newest) - _APPROVED_LATER if newest else listing.read_to
        times = [moment for each in found if (moment := self._standing(each))]
        in_order = times == sorted(times, reverse=True)
        return bool(times) and in_order and times[0] <= max(known, listing.read_to)

    def check_shown(self, found: list[Any], total: int | None, mid: str, listing: Listing) -> None:
        """Told is a post that has something under it and shows nothing: the site holds back what it likes."""
        if total and not found:
            what = f"{SITE}/detail/{mid} tells of {total} {self.things} and shows none"
            listing.trouble(Trouble(RunStatus.PARTIAL, what))


# Answers of the site.


def answer_of(body: bytes) -> dict[str, Any]:
    """A good answer. Raises `LayoutChanged`, with what the site itself says to be wrong."""
    answer = read_page(body)
    if maybe(answer, "ok", int) == 1:
        return dict(answer)
    code, message = _said(answer)
    if code is None:
        raise LayoutChanged("has no 'ok'")
    target = answer.get("url")
    away = turned_away(target) if isinstance(target, str) else None
    trouble = away or said_error(code, message, login=_NOT_LOGGED_IN, limited=_TOO_MANY)
    raise LayoutChanged("is an error", trouble)


def is_gone(body: bytes) -> bool:
    """Whether the site says, with whatever status, that a post is not there any more, or not for us."""
    with suppress(LayoutChanged):
        answer = read_page(body)
        if maybe(answer, "ok", int) != 1:
            code, message = _said(answer)
            return str(code) in _NOT_TO_BE_SEEN or bool(_IS_GONE.search(message or ""))
    return False


def turned_away(target: str, url: str = SITE) -> Trouble | None:
    """What it means to be sent on from `url` to that address, if it is one."""
    try:
        parts = urlsplit(urljoin(url, target))
    except ValueError:
        return None
    if _CHECK_PATH.search(parts.path):
        return Trouble(RunStatus.BLOCKED, f"sent on to a check ({parts.hostname}{parts.path})")
    if parts.hostname in _PASSPORTS or _LOGIN_PATH.search(parts.path):
        return Trouble(RunStatus.LOGIN, f"sent on to the login page ({parts.hostname}{parts.path})")
    return None


def _login_page(answer: Answer) -> Trouble | None:
    if answer.is_html and _LOGIN_PAGE.search(answer.text):
        return Trouble(RunStatus.LOGIN, "the login page instead of an answer")
    return None


def _said(answer: Any) -> tuple[int | str | None, str | None]:
    """The code and the words of an error, by all the names that they have."""
    codes = [answer.get(key) for key in ("error_code", "errno", "ok")]
    texts = [answer.get(key) for key in ("message", "msg", "error", "errmsg")]
    code = next((each for each in codes if isinstance(each, int | str)), None)
    return code, next((each for each in texts if isinstance(each, str)), None)


def _long_text(response: Response) -> str:
    """The whole text; empty where there is none but the one that is known, which happens."""
    data = answer_of(response.body).get("data")
    return (maybe(data, "longTextContent", str) or "") if data else ""


def _account_of(response: Response) -> str:
    return number(need(need(answer_of(response.body), "data", dict), "user", dict), "idstr", "id")


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def with_query(url: str, **asked: str) -> str:
    return f"{url.partition('?')[0]}?{urlencode(query_of(url) | asked)}"


# Posts, people, times.


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
        if not isinstance(value, bool) and _ID.fullmatch(str(value)):
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
    return _LIKED in _title(status)


def _title(status: Any) -> str:
    title = maybe(status, "title", dict)
    return (maybe(title, "text", str) or "") if title else ""


def cut_off(item: Any) -> dict[str, bool]:
    """What is told of a post whose whole text could not be had."""
    return {"cut_off": True} if item.get(_WHOLE, "") is None else {}


def address_of(uid: str | None, mid: str) -> str:
    return f"{SITE}/{uid}/{ids.weibo_bid(mid)}"


def place(told: str | None) -> str | None:
    """A place, without 发布于 or 来自 in front."""
    return (_PLACE.sub("", told).strip() or None) if told else None


# Words.


def text_in(item: Any) -> str:
    """The words of a post or comment; the plain text where it is told, else that of its HTML."""
    plain = item.get(_WHOLE) or maybe(item, "text_raw", str)
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
