"""Posts on Bluesky that hold a word, newest first, from its search, which is only for signed-in accounts.

The session is opened with an app password, once a run, on the server where the account lives (its PDS). The
token of the session is kept in memory and sent in headers, nowhere else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import Response

from listening.codec import time_text
from listening.collect.reading.shape import need, read_page
from listening.collect.reading.trouble import Trouble
from listening.collect.spider.base import Page
from listening.collect.spider.options import Problem, WordOptions, check_address, option
from listening.model import RunStatus
from spiders._bluesky import LIMIT, BlueskyListing

_MOST = 10_000
"""The search shows no more of what it finds."""


@dataclass(frozen=True, kw_only=True)
class SearchOptions(WordOptions):
    url: str = option("https://bsky.social", says="the server where your account lives (its PDS)")
    identifier_env: str = option(
        says="environment variable with your account's name, xinghe.example.com", query=False
    )
    app_password_env: str = option(
        says="environment variable with an app password of it, never the account's own", query=False
    )

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        yield from check_address("url", self.url)


class BlueskySearch(BlueskyListing[SearchOptions]):
    takes = "words"
    signed_in = True
    key = "posts"
    Options = SearchOptions
    _token: str | None = None

    def first_requests(self) -> Iterator[Request]:
        """One session for all words, asked for by the first of them."""
        names = (self.options.identifier_env, self.options.app_password_env)
        if unset := [name for name in names if not os.environ.get(name)]:
            what = f"the environment has no {' and no '.join(unset)}"
            self._tell_all(
                Trouble(RunStatus.LOGIN, f"{what} - put your account's name and app password there")
            )
            return
        identifier, password = (os.environ[name] for name in names)
        yield self.ask(
            f"{self.options.url.rstrip('/')}/xrpc/com.atproto.server.createSession",
            self._opened,
            self.listings[0],
            headers={"Content-Type": "application/json"},
            body=json.dumps({"identifier": identifier, "password": password}).encode(),
            secret=True,  # the answer holds the token of the session
        )

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def query_page(self, query: str) -> str:
        return self._search(query)

    def page_before(self, query: str, moment: datetime) -> str:
        return self._search(query, until=time_text(moment))

    def page(self, response: Response) -> Page:
        page = super().page(response)
        listing = self.listing_of(response)
        if page.next is None and (listing.tally.pages + 1) * LIMIT >= _MOST:
            listing.tally.capped = f"the search shows its newest {_MOST} posts - crawl more often"
        return Page([{"post": view} for view in page.items], page.next if page.items else None)

    def _opened(self, response: Response) -> Iterator[Request]:
        self._token = self.understood(response, lambda answer: need(read_page(answer.body), "accessJwt", str))
        if self._token is None:
            trouble, *_ = self.listings[0].tally.troubles
            self._tell_all(trouble, but=1)
            return
        for listing in self.listings:
            yield from self.begin(listing)

    def _tell_all(self, trouble: Trouble, but: int = 0) -> None:
        for listing in self.listings[but:]:
            listing.trouble(trouble)

    def _search(self, words: str, **asked: Any) -> str:
        """In quotes a word is neither cut apart nor taken for one of the search's own."""
        phrase = f'"{" ".join(words.replace(chr(34), " ").split())}"'
        return (
            f"{self.options.url.rstrip('/')}/xrpc/app.bsky.feed.searchPosts"
            f"?{urlencode({'q': phrase, 'sort': 'latest', 'limit': LIMIT, **asked})}"
        )
