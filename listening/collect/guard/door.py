"""No request leaves for a private place that the operator did not name.

Literal addresses are stopped here, before anybody is asked, also where a proxy would connect for us. Names
are looked up by `resolver`; here it is told what it did.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request

from listening.collect.guard.addresses import is_openly_private, place
from listening.collect.guard.refusal import Refused
from listening.collect.guard.resolver import GuardedResolver, leave_of, proxy_hosts
from listening.collect.reading.trouble import Trouble
from listening.model import RunStatus

_CURE = "nothing was asked; if it is yours, name it in the source's settings"
_CURE_FOR_NAMES = f"{_CURE} and say why under 'intranet'"


class Door:
    """Downloader middleware, next to the network."""

    def __init__(self, crawler: Crawler) -> None:
        self._leave, self._proxies = leave_of(crawler.settings), proxy_hosts()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Door:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        try:
            host, port = place(request.url)
        except ValueError:
            raise _refused("an address is not one of http") from None
        if "@" in urlsplit(request.url).netloc:
            raise _refused(f"an address at {host} holds a user name")
        if host in self._proxies and not self._leave.names(host, port):
            raise _refused(f"{host} is our own proxy - {_CURE}")
        if is_openly_private(host) and not self._leave.allows(host, port):
            raise _refused(f"{host}:{port} is a private address - {_CURE}")
        if _resolver() is None:
            what = "names are not looked up by the guarded resolver"
            raise Refused(Trouble(RunStatus.FAILED, f"{what} - install Scrapy 2.19 or later"))

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, CannotResolveHostError):
            host, resolver = place(request.url)[0], _resolver()
            if resolver is not None and (inside := resolver.turned_away.get(host)):
                what = f"{host} leads to a private address ({inside})"
                raise _refused(f"{what} - {_CURE_FOR_NAMES}")


def _refused(reason: str) -> Refused:
    return Refused(Trouble(RunStatus.BLOCKED, reason))


def _resolver() -> GuardedResolver | None:
    """The one that the crawl uses; None where it is not ours (an older Scrapy does not know its setting)."""
    from twisted.internet import reactor  # not above: it would be installed before Scrapy has chosen one

    resolver = reactor.nameResolver
    return resolver if isinstance(resolver, GuardedResolver) else None
