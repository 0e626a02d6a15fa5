"""Public posts that hold a word, newest first, from the full-text search of a Mastodon server (4.2 or later).

The search answers in silence where it cannot: a server without full-text search, or one whose search is down,
finds nothing. So where nothing is found for a word it is asked for anything at all, once a run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from scrapy import Request
from scrapy.http import Response

from listening.collect.reading.shape import LayoutChanged, need, read_page
from listening.collect.reading.trouble import Trouble
from listening.collect.spider.base import Page
from listening.collect.spider.options import WordOptions, option
from listening.model import Post, RunStatus
from spiders._mastodon import LIMIT, MemberListing, ServerOptions, base_of

_ANYTHING = "in:public"


@dataclass(frozen=True, kw_only=True)
class SearchOptions(WordOptions, ServerOptions):
    token_env: str = option(
        says="environment variable with an access token of an account there (scope read:search)",
        query=False,
    )


class MastodonSearch(MemberListing[SearchOptions]):
    takes = "words"
    Options = SearchOptions
    is_search = True
    _finds: bool | None = None
    """Whether the search has found anything in this run; None: nobody knows."""
    _is_doubted = False

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._before: dict[str, bytes] = {}

    def query_page(self, query: str) -> str:
        return self._page(_phrase(query))

    def page_before(self, query: str, moment: datetime) -> str:
        return self._page(f"{_phrase(query)} before:{math.ceil(moment.timestamp() * 1000)}")

    def page(self, response: Response) -> Page:
        statuses = need(read_page(response.body), "statuses", list)
        if not statuses:
            self._finds = self._finds or False
            return Page(())
        self._finds = True
        self._check_progress(response)
        asked = {key: values[0] for key, values in parse_qs(urlsplit(response.url).query).items()}
        further = self._page(asked["q"], int(asked.get("offset", "0")) + LIMIT)
        return Page([{"at": base_of(response), "status": status} for status in statuses], further)

    def _check_progress(self, response: Response) -> None:
        """A server that knows no offset gives its first page for ever."""
        if response.body == self._before.get(self.listing_of(response).query):
            raise LayoutChanged("is the page before it once more")
        self._before[self.listing_of(response).query] = response.body

    def read(self, response: Response) -> Iterator[Post | Request]:
        yield from super().read(response)
        if self._finds is False and not self._is_doubted:
            self._is_doubted = True
            yield self.ask(self._page(_ANYTHING), self._read_anything, self.listing_of(response))

    def _read_anything(self, response: Response) -> Iterator[Any]:
        found = self.understood(response, lambda answer: need(read_page(answer.body), "statuses", list))
        if found is not None and not found:
            what = "the search of the server finds nothing whatever is asked: it has no full-text search, or"
            for listing in self.listings:
                listing.trouble(
                    Trouble(RunStatus.FAILED, f"{what} it is down - read hashtags (mastodon_tags)")
                )
        return iter(())

    def _page(self, words: str, offset: int = 0) -> str:
        asked = {"q": words, "type": "statuses", "limit": LIMIT, **({"offset": offset} if offset else {})}
        return f"{self.options.base}/api/v2/search?{urlencode(asked)}"


def _phrase(words: str) -> str:
    """The words in that order and nothing but public posts."""
    return f'"{" ".join(words.replace(chr(34), " ").split())}" {_ANYTHING}'
