"""A timeline of a Mastodon server: a tag, everything public, or one account. Newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from scrapy import Request

from listening.collect.spider.listing import Listing
from listening.collect.spider.options import Problem, option
from spiders._mastodon import LIMIT, MastodonListing, ServerOptions, tag_page


@dataclass(frozen=True, kw_only=True)
class MastodonOptions(ServerOptions):
    tag: str | None = option(None, says="read the posts with this hashtag (without #)")
    account: str | None = option(None, says="read the posts of this account (@name or @name@host)")
    public: Literal["local", "all"] | None = option(
        None, says="read the public timeline: local (posts of this server) or all it knows"
    )
    unindexed: str | None = option(
        None,
        says="why authors with indexable: false may be read on the public timeline (your own server, say)",
    )

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        given = [key for key in ("tag", "account", "public") if getattr(self, key)]
        if len(given) != 1:
            what = f"{' and '.join(given)} are given" if given else "no timeline is named"
            yield Problem("tag", what, "give exactly one of tag, account, public")
        if self.tag and self.tag.startswith("#"):
            yield Problem("tag", f"'{self.tag}' begins with #", f"write '{self.tag.lstrip('#')}'")


class MastodonTimeline(MastodonListing[MastodonOptions]):
    Options = MastodonOptions

    @property
    def is_search(self) -> bool:
        """The public timeline is what nobody joins on purpose."""
        return self.options.public is not None and self.options.unindexed is None

    def begin(self, listing: Listing) -> Iterator[Request]:
        if self.options.account:
            yield self.look_up(self.options.base, self.options.account.removeprefix("@"), listing)
        else:
            yield from super().begin(listing)

    def first_page(self) -> str:
        if self.options.tag:
            return tag_page(self.options.base, self.options.tag)
        local = "&local=true" if self.options.public == "local" else ""
        return f"{self.options.base}/api/v1/timelines/public?limit={LIMIT}{local}"
