"""Posts on a Mastodon server that carry a word as their hashtag, newest first; without a token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scrapy import Request

from listening.collect.reading.trouble import Trouble
from listening.collect.spider.listing import Listing
from listening.collect.spider.options import WordOptions
from listening.model import RunStatus
from spiders._mastodon import MastodonListing, ServerOptions, tag_page

_TAG = re.compile(r"\w*[^\W\d_]\w*")


@dataclass(frozen=True, kw_only=True)
class TagsOptions(WordOptions, ServerOptions):
    pass


class MastodonTags(MastodonListing[TagsOptions]):
    takes = "words"
    Options = TagsOptions

    def begin(self, listing: Listing) -> Iterator[Request]:
        if _TAG.fullmatch(_joined(listing.query)):
            yield from super().begin(listing)
        else:
            what = f"'{listing.query}' can be no hashtag - name the words that can with `words`"
            listing.trouble(Trouble(RunStatus.FAILED, what))

    def query_page(self, query: str) -> str:
        return tag_page(self.options.base, _joined(query))


def _joined(words: str) -> str:
    """As people write several words in one hashtag."""
    return "".join(words.split())
