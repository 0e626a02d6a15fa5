"""Threads of a forum of Tieba with their floors, as the site's own pages for phones ask for them: unsigned.

A thread is read from its last page upwards, down to what is known. What is known of a thread is when somebody
last wrote in it; one in which nobody has written since a run that saw everything is not asked for again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapy import Request
from scrapy.http import Response

from listening.collect.reading.counts import is_unknown, read_count
from listening.collect.reading.html import text_of
from listening.collect.reading.shape import LayoutChanged, maybe, need, read_page
from listening.collect.reading.times import read_spoken
from listening.collect.reading.trouble import Trouble, said_error
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.listing import NEWEST, Listing
from listening.collect.spider.options import Options, Problem, option
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, RunStatus, ids

SITE = "https://tieba.baidu.com"
SIZE = 30  # threads or floors on a page, the most there are
LAST = 1 << 30  # a page that no thread has: the last one is shown instead
_IS_GONE = re.compile(r"删除|不存在|隐藏|屏蔽")
_FACE, _PICTURE, _NAME = "2", "3", "4"  # sorts of content
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class TiebaOptions(Options):
    """`delay`: some ten answers a minute are borne."""

    forum: str = option(says="the forum's name, without 吧 at its end")
    delay: float = option(6.0, says="seconds between two requests, at least", query=False)

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if not self.forum.strip() or "/" in self.forum:
            cure = "write it as it stands in tieba.baidu.com/f?kw=…"
            yield Problem("forum", f"'{self.forum}' is no name of a forum", cure)


class TiebaThreads(ListingSpider[TiebaOptions]):
    """`sort` is the site's number for the order, `moment` the time by which it is."""

    items_are_threads = True
    threads_descend = True
    Options = TiebaOptions
    sort: ClassVar[int]
    moment: ClassVar[str]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._threads: dict[str, Any] = {}
        """Threads by their numbers, as the list tells of them."""

    def headers(self) -> dict[str, str]:
        return {"Referer": f"{SITE}/"}

    def first_page(self) -> str:
        asked = {"kw": self.options.forum, "rn": SIZE, "pn": 1, "sort_type": self.sort, "is_good": 0}
        return f"{SITE}/mg/f/getFrsData?{urlencode(asked)}"

    def page(self, response: Response) -> Page:
        data = _data_of(response.body)
        forum, found = maybe(data, "forum", dict), need(data, "thread_list", list)
        if not forum or not forum.get("name"):
            what = f"there is no forum '{self.options.forum}' - check its name"
            raise LayoutChanged("is of no forum", Trouble(RunStatus.FAILED, what))
        number, paging = int(_query(response.url)["pn"]), maybe(data, "page", dict) or {}
        if not found and number == 1 and _count(forum, "thread_num"):
            raise LayoutChanged(f"tells of {forum['thread_num']} threads and shows none")
        threads, told = _without_advertisements(found), paging.get("has_more")
        self.listing_of(response).tally.skipped += len(found) - len(threads)
        more = bool(found) if told is None else str(told) == "1"
        return Page(threads, _with(response.url, pn=number + 1) if more else None)

    def time_of(self, item: Any) -> datetime | None:
        return self._time(item, self.moment)

    def is_pinned(self, item: Any) -> bool:
        return str(item.get("is_top") or "0") != "0" if isinstance(item, dict) else False

    def is_unchanged(self, item: Any, last: datetime, listing: Listing) -> bool:
        """Whether a run before has seen everything in a thread in which somebody wrote `last`."""
        raise NotImplementedError

    def threads(self, item: Any, listing: Listing) -> Iterator[str]:
        number, last = _number(item, "tid", "id"), self._time(item, "last_time_int")
        if self.is_pinned(item) or (last is not None and self.is_unchanged(item, last, listing)):
            listing.tally.skipped += 1
            return
        self._threads[number] = item
        yield f"{SITE}/mg/p/getPbData?{urlencode({'kz': number, 'pn': LAST, 'rn': SIZE})}"

    def read_thread(self, response: Response) -> Iterator[Post | Request]:
        if _is_gone(response.body):
            self.listing_of(response).tally.gone += 1
            return
        yield from super().read_thread(response)

    def thread(self, response: Response) -> Page:
        data, asked = _data_of(response.body), _query(response.url)
        floors, paging = need(data, "post_list", list), need(data, "page", dict)
        current, last = _whole(paging, "current_page"), _whole(paging, "total_page")
        if asked["pn"] == str(LAST) and current != last:
            raise LayoutChanged(f"begins with page {current} of {last}, not with its last one")
        if not floors:
            raise LayoutChanged("is a thread without floors")
        shown = [each for floor in floors for each in ({"post": floor}, *_under(floor))]
        return Page(shown, _with(response.url, pn=current - 1) if current > 1 else None)

    def reply(self, item: Any, response: Response) -> Post | None:
        thread = _query(response.url)["kz"]
        told, written, floor = self._threads[thread], need(item, "post", dict), maybe(item, "under", dict)
        root = Reference(id=ids.tieba_thread(thread), author=_author(told))
        number, published = _number(written, "id"), self._time(written, "time")
        is_first = floor is None and str(written.get("floor")) == "1"
        return Post(
            id=root.id if is_first else ids.tieba_post(number),
            platform="tieba",
            kind=Kind.POST if is_first else Kind.COMMENT,
            url=f"{SITE}/p/{thread}" if is_first else f"{SITE}/p/{thread}?pid={number}",
            title=maybe(told, "title", str),
            text=_text(written),
            author=_author(written),
            published_at=published,
            parent=None if is_first else _answered(floor, root),
            root=None if is_first else root,
            mentions=_mentions(written),
            metrics=Metrics(
                likes=_count(maybe(written, "agree", dict) or {}, "agree_num"),
                comments=_count(told, "reply_num") if is_first else _count(written, "sub_post_number"),
            ),
            extra={} if published else {"published_text": str(written.get("time"))},
        )

    def reply_time(self, item: Any) -> datetime | None:
        return self._time(need(item, "post", dict), "time")

    def _time(self, item: Any, name: str) -> datetime | None:
        told = read_spoken(item.get(name), now=self.now, zone=UTC) if isinstance(item, dict) else None
        return told.moment if told else None


def newest_known(listing: Listing) -> datetime | None:
    """Until when everything was seen by a run that was good: not later than it began."""
    newest = listing.asked.marks.get(NEWEST)
    return datetime.fromisoformat(newest) if newest else None


def _data_of(body: bytes) -> dict[str, Any]:
    answer = read_page(body)
    code, message = _said(answer)
    if code is None:
        raise LayoutChanged("has no 'errno'")
    if code != "0":
        raise LayoutChanged("is an error", said_error(code, message))
    return need(answer, "data", dict)


def _said(answer: Any) -> tuple[str | None, str | None]:
    """The code, which may be a number or a text, and the words beside it."""
    if not isinstance(answer, dict):
        raise LayoutChanged("is no object")
    codes = (answer.get(key) for key in ("errno", "error_code", "no"))
    texts = (answer.get(key) for key in ("errmsg", "error_msg", "error"))
    code = next((each for each in codes if each is not None), None)
    message = next((each for each in texts if isinstance(each, str)), None)
    return None if code is None else str(code), message


def _is_gone(body: bytes) -> bool:
    with suppress(LayoutChanged):
        code, message = _said(read_page(body))
        return code not in (None, "0") and bool(_IS_GONE.search(message or ""))
    return False


def _without_advertisements(found: list[Any]) -> list[Any]:
    """What has no `tid` is an advertisement, where others have one."""
    threads = [each for each in found if not isinstance(each, dict) or each.get("tid")]
    return threads or found


def _under(floor: Any) -> list[Any]:
    """What is written within a floor, as far as it is shown with it."""
    if not isinstance(floor, dict):
        return []
    shown = floor.get("sub_post_list")
    return [{"post": each, "under": floor} for each in shown] if isinstance(shown, list) else []


def _answered(floor: Any, root: Reference) -> Reference:
    if floor is None or str(floor.get("floor")) == "1":
        return root
    return Reference(id=ids.tieba_post(_number(floor, "id")), author=_author(floor))


def _author(item: Any) -> Author | None:
    author = maybe(item, "author", dict)
    if not author:
        return None
    names = (maybe(author, key, str) for key in ("show_nickname", "name_show", "name"))
    number, name = str(author.get("id") or ""), next((each for each in names if each), None)
    found = Author(id=number if number.isdecimal() and number != "0" else None, name=name)
    return found if found != Author() else None


def _text(item: Any) -> str:
    content = item.get("content")
    if isinstance(content, str):
        return text_of(content)
    joined = "".join(_shown(each) for each in need(item, "content", list))
    lines = (line.strip() for line in _BREAK.sub("\n", joined).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _shown(piece: Any) -> str:
    """A piece of content as words: of a face its name, of a picture nothing."""
    text, sort = maybe(piece, "text", str) or "", str(piece.get("type"))
    if sort == _FACE:
        return f"[{piece['c']}]" if piece.get("c") else ""
    return "" if sort == _PICTURE else text


def _mentions(item: Any) -> tuple[Mention, ...]:
    content = item.get("content")
    named = [each for each in content if str(each.get("type")) == _NAME] if isinstance(content, list) else []
    found = ((str(each.get("uid") or "") or None, str(each.get("text") or "").strip(" @")) for each in named)
    return tuple(dict.fromkeys(Mention(id=uid, name=name) for uid, name in found if name))


def _number(item: Any, *names: str) -> str:
    for name in names:
        value = item.get(name) if isinstance(item, dict) else None
        if re.fullmatch(r"[1-9][0-9]{0,18}", str(value)):
            return str(value)
    raise LayoutChanged(f"has no '{names[0]}' that is a number")


def _whole(item: Any, name: str) -> int:
    return int(_number(item, name))


def _count(item: Any, name: str) -> int | None:
    value = item.get(name)
    if is_unknown(value):
        return None
    found = read_count(value)
    if found is None:
        raise LayoutChanged(f"has '{name}' as {value!r}, not a number")
    return found.value


def _query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def _with(url: str, **asked: int) -> str:
    return f"{url.partition('?')[0]}?{urlencode(_query(url) | asked)}"
