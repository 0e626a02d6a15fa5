"""What people write in a wiki: edits and new pages, newest first, each with its comment and its added lines.

The list of changes tells who, when and why. The texts before and after are asked for many changes at once,
and the difference is taken here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapy.http import Response

from listening.collect.reading.shape import LayoutChanged, maybe, need, read_page
from listening.collect.reading.trouble import Trouble, said_error
from listening.collect.spider.base import ListingSpider, Page, as_answer
from listening.collect.spider.listing import Listing
from listening.collect.spider.options import Options, Problem, check_address, option
from listening.model import Author, Kind, Post, Reference, RunStatus, ids

KEPT = timedelta(days=90)  # a wiki forgets its recent changes after that, unless it was told otherwise
CHANGES, TEXTS = 500, 50  # the most it gives at once to somebody without rights
LARGE = 4_000_000  # bytes of text in one answer; beyond twice that a wiki cuts it in parts
_LIST: Mapping[str, str] = {
    "action": "query",
    "format": "json",
    "formatversion": "2",
    "list": "recentchanges",
    "rctype": "edit|new",
    "rcshow": "!bot",
    "rcprop": "title|ids|sizes|flags|user|userid|comment|timestamp",
    "rclimit": str(CHANGES),
}
_TEXTS: Mapping[str, str] = {
    "action": "query",
    "format": "json",
    "formatversion": "2",
    "prop": "revisions",
    "rvprop": "ids|content",
    "rvslots": "main",
}
_LOGIN = ("readapidenied", "mustbeloggedin", "notloggedin", "assertuserfailed")
_BLOCKED = ("blocked", "autoblocked", "permissiondenied", "globalblocking-ipblocked-range")
_LIMITED = ("ratelimited", "maxlag", "actionthrottledtext")
_NOT_SHOWN = ("texthidden", "textmissing", "missing")
# Marks of wikitext that stand within words; a link shows its second part, or its only one.
_LINK = re.compile(r"\[\[:?(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]|\[(?:https?:)?//\S+ ([^\]]*)\]")
_MARKS = re.compile(r"'{2,}|^[:*#;]+\s*|^=+\s*|\s*=+$", re.MULTILINE)
_SECTION = re.compile(r"/\*.*?\*/\s*")


@dataclass(frozen=True, kw_only=True)
class MediawikiOptions(Options):
    url: str = option(says="the address of the wiki's api.php, https://wiki.example/w/api.php")
    talk_only: bool = option(False, says="read only what is said on talk pages")

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from check_address("url", self.url)
        if not urlsplit(self.url).path.endswith("/api.php"):
            yield Problem(
                "url", f"'{self.url}' is no api.php", "its address is on the wiki's Special:Version"
            )


class MediawikiChanges(ListingSpider[MediawikiOptions]):
    listing_order = "created"
    items_are_threads = True
    late = timedelta(minutes=1)  # a copy of the database that we are told from may be behind
    Options = MediawikiOptions

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._asked_for: dict[str, list[dict[str, Any]]] = {}
        """Address of texts -> the changes that they are asked for."""

    def first_page(self) -> str:
        return f"{self.options.url}?{urlencode(_LIST)}"

    def page_before(self, query: str, moment: datetime) -> str:  # noqa: ARG002 - there is one listing
        start = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return f"{self.first_page()}&{urlencode({'rcstart': start})}"

    def page(self, response: Response) -> Page:
        answer, listing = _answer(response), self.listing_of(response)
        changes = need(need(answer, "query", dict), "recentchanges", list)
        further = maybe(answer, "continue", dict)
        told = [{"change": change} for change in changes]
        for batch in _batches([item for item in told if self._is_asked_for(item["change"], listing)]):
            batch[0]["texts"] = self._ask_texts([item["change"] for item in batch])
        if further is None:
            self._check_memory(told, listing)
        return Page(told, _with(response.url, further) if further else None)

    def time_of(self, item: Any) -> datetime | None:
        return self._time(need(item, "change", dict))

    def threads(self, item: Any, listing: Listing) -> Iterator[str]:
        self._is_wanted(need(item, "change", dict), listing)  # what `page` has passed over is told here
        if "texts" in item:
            yield item["texts"]

    def thread(self, response: Response) -> Page:
        answer = _answer(response)
        if "continue" in answer:
            raise LayoutChanged("gives only a part of the texts that were asked for")
        texts = dict(_texts(need(answer, "query", dict)))
        changes = self._asked_for.pop(as_answer(response).asked)
        there = [change for change in changes if change["revid"] in texts]
        self.listing_of(response).tally.gone += len(changes) - len(there)
        return Page([_difference(change, texts) for change in there])

    def reply(self, item: Any, response: Response) -> Post:  # noqa: ARG002 - the item says all
        change, lines = need(item, "change", dict), need(item, "added", list)
        comment = _SECTION.sub("", maybe(change, "comment", str) or "").strip()
        published, number = self._time(change), need(change, "revid", int)
        return Post(
            id=ids.mediawiki_revision(self._site, number),
            platform="mediawiki",
            kind=Kind.COMMENT if _is_talk(change) else Kind.ARTICLE,
            url=f"{self.options.url.removesuffix('api.php')}index.php?{urlencode({'diff': number})}",
            title=need(change, "title", str),
            text="\n\n".join(filter(None, [_plain("\n".join(lines)), comment])),
            author=self._author(change),
            published_at=published,
            root=Reference(id=ids.mediawiki_page(self._site, need(change, "pageid", int))),
            deleted=item["hidden"] or None,
            extra={} if published else {"published_text": need(change, "timestamp", str)},
        )

    @property
    def _site(self) -> str:
        parts = urlsplit(self.options.url)
        return f"{parts.netloc}{parts.path.removesuffix('/api.php')}"

    def _time(self, change: dict[str, Any]) -> datetime | None:
        return self.read_time(need(change, "timestamp", str))

    def _is_asked_for(self, change: Any, listing: Listing) -> bool:
        """Whether the text is to be asked for. What is left out on purpose is counted, the broken is not."""
        try:
            is_wanted = self._is_wanted(change, listing)
        except LayoutChanged:
            return False
        listing.tally.skipped += is_wanted is None
        return is_wanted is True

    def _is_wanted(self, change: Any, listing: Listing) -> bool | None:
        """False: it is known; None: it is left out on purpose. Raises `LayoutChanged`."""
        moment = self._time(change)
        need(change, "revid", int), need(change, "old_revid", int), _size(change)
        is_talk = _is_talk(change)
        if moment is not None and moment <= listing.read_to:
            return False
        if maybe(change, "bot", bool) or (self.options.talk_only and not is_talk):
            return None
        return True

    def _check_memory(self, told: list[dict[str, Any]], listing: Listing) -> None:
        """The end of the list is the beginning of the wiki's memory, not of the wiki."""
        times = [moment for item in told if (moment := self._standing(item))]
        if listing.read_to < self.now - KEPT and not (times and min(times) <= listing.read_to):
            what = f"a wiki forgets its recent changes after {KEPT.days} days, and older ones were asked for"
            listing.trouble(Trouble(RunStatus.PARTIAL, what))

    def _ask_texts(self, changes: list[dict[str, Any]]) -> str:
        numbers = [change[key] for change in changes for key in ("revid", "old_revid") if change[key]]
        unique = "|".join(dict.fromkeys(map(str, numbers)))
        address = f"{self.options.url}?{urlencode({**_TEXTS, 'revids': unique})}"
        self._asked_for[address] = changes
        return address

    def _author(self, change: dict[str, Any]) -> Author | None:
        """Who made it. Somebody without an account goes by an address of the network, and has no number."""
        name, number = maybe(change, "user", str), maybe(change, "userid", int)
        return Author(id=str(number) if number else None, name=name) if name else None


def _answer(response: Response) -> dict[str, Any]:
    answer = read_page(response.body)
    if error := maybe(answer, "error", dict):
        code, info = need(error, "code", str), maybe(error, "info", str)
        trouble = said_error(code, info, login=_LOGIN, blocked=_BLOCKED, limited=_LIMITED)
        raise LayoutChanged(trouble.reason, trouble)
    return answer if isinstance(answer, dict) else need(answer, "query", dict)


def _batches(told: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Items whose texts, each before and after, fit into one answer."""
    batch: list[dict[str, Any]] = []
    for item in told:
        together = [each["change"] for each in (*batch, item)]
        if batch and (2 * len(together) > TEXTS or sum(map(_size, together)) > LARGE):
            yield batch
            batch = []
        batch.append(item)
    if batch:
        yield batch


def _texts(query: dict[str, Any]) -> Iterator[tuple[int, str | None]]:
    """Revision -> wikitext; None where it is hidden or lost. Older wikis give it without slots."""
    for page in maybe(query, "pages", list) or []:
        for revision in maybe(page, "revisions", list) or []:
            slots = maybe(revision, "slots", dict)
            slot = need(slots, "main", dict) if slots is not None else revision
            is_hidden = any(mark in part for part in (slot, revision) for mark in _NOT_SHOWN)
            yield need(revision, "revid", int), None if is_hidden else need(slot, "content", str)


def _difference(change: dict[str, Any], texts: Mapping[int, str | None]) -> dict[str, Any]:
    """The change with the lines it added, as far as both texts are shown."""
    number, old = change["revid"], change["old_revid"]
    after, before = texts[number], texts.get(old) if old else ""
    lines = [] if after is None or before is None else _added(before, after)
    return {"change": change, "added": lines, "hidden": after is None}


def _added(before: str, after: str) -> list[str]:
    """Lines that were not there, in their order; those that only moved are not among them."""
    known, added = Counter(before.split("\n")), []
    for line in after.split("\n"):
        if known[line]:
            known[line] -= 1
        elif line.strip():
            added.append(line)
    return added


def _with(url: str, further: dict[str, Any]) -> str:
    query = dict(parse_qsl(urlsplit(url).query)) | {key: str(value) for key, value in further.items()}
    return f"{url.partition('?')[0]}?{urlencode(query)}"


def _is_talk(change: Any) -> bool:
    """Every kind of page has its talk pages, with the next number, which is odd."""
    return need(change, "ns", int) % 2 == 1


def _size(change: dict[str, Any]) -> int:
    return sum(maybe(change, key, int) or 0 for key in ("oldlen", "newlen"))


def _plain(wikitext: str) -> str:
    return _MARKS.sub("", _LINK.sub(lambda link: link[1] or link[2] or "", wikitext)).strip()
