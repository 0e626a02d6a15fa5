"""Accounts on Mastodon servers: where each is asked for, and its timeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scrapy import Request

from listening.collect.reading.trouble import Trouble
from listening.collect.spider.listing import Listing
from listening.collect.spider.options import AccountOptions, Problem, check_address, option
from listening.model import RunStatus
from spiders._mastodon import MastodonListing, TokenOptions

_CURE = "write name@host, or give url"


@dataclass(frozen=True, kw_only=True)
class AccountsOptions(AccountOptions, TokenOptions):
    url: str | None = option(
        None, says="ask this server about all of them (https://social.example); else each account's own"
    )

    def problems(self) -> Iterator[Problem]:
        yield from super().problems()
        if self.url is not None:
            yield from check_address("url", self.url)
            return
        if self.token_env is not None:
            yield Problem("token_env", "is for one server, and none is named", "give url as well")
        for account in self.accounts:
            if not _parted(account)[1]:
                yield Problem("accounts", f"'{account}' does not say where it lives", _CURE)


class AccountListing(MastodonListing[AccountsOptions]):
    """The timelines of accounts, one listing each."""

    takes = "accounts"
    platform = "mastodon"
    Options = AccountsOptions

    def begin(self, listing: Listing) -> Iterator[Request]:
        name, host = _parted(listing.query)
        if self.options.url is not None:
            account = f"{name}@{host}" if host else name
            yield self.look_up(self.options.url.rstrip("/"), account, listing)
        elif host:
            yield self.look_up(f"https://{host}", name, listing)
        else:
            what = f"'{listing.query}' does not say where it lives - {_CURE}"
            listing.trouble(Trouble(RunStatus.FAILED, what))


def _parted(account: str) -> tuple[str, str]:
    """name and host of `@name@host`; the host may be absent."""
    name, _, host = account.removeprefix("@").partition("@")
    return name, host
