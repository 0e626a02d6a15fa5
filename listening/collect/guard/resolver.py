"""Names to addresses, private ones left out: what this hands over is what is connected to.

There is no moment between check and use. Every connection asks here, literal addresses and a proxy's too, and
gets addresses, not names. A name that points inside at its second lookup is stopped at its second lookup.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from typing import Any
from urllib.request import getproxies

from scrapy.crawler import CrawlerProcess
from twisted.internet._resolver import GAIResolver
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from listening.collect.guard.addresses import Leave, is_private, place, plain_host


@implementer(IHostnameResolver)
class GuardedResolver:
    """The reactor's resolver for one crawl. `turned_away`: for a host, an address that was left out."""

    def __init__(self, reactor: Any, leave: Leave) -> None:
        self.turned_away: dict[str, str] = {}
        self._reactor, self._leave = reactor, leave
        self._proxies = proxy_hosts()
        # Looked up late, so that a test can be the name server.
        self._inner = GAIResolver(reactor, getaddrinfo=lambda *asked: socket.getaddrinfo(*asked))

    @classmethod
    def from_crawler(cls, crawler: CrawlerProcess, reactor: Any) -> GuardedResolver:
        return cls(reactor, leave_of(crawler.settings))

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self)

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[Any]] | None = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        host = plain_host(hostName)
        if not (host in self._proxies or self._leave.allows(host, portNumber)):
            resolutionReceiver = _Sieve(resolutionReceiver, host, self.turned_away)
        return self._inner.resolveHostName(
            resolutionReceiver, hostName, portNumber, addressTypes, transportSemantics
        )


@implementer(IResolutionReceiver)
class _Sieve:
    """Lets only addresses of the open internet through."""

    def __init__(self, receiver: Any, host: str, turned_away: dict[str, str]) -> None:
        self._receiver, self._host, self._turned_away = receiver, host, turned_away

    def resolutionBegan(self, resolution: Any) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        if is_private(ipaddress.ip_address(address.host)):
            self._turned_away[self._host] = address.host
        else:
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()


def leave_of(settings: Any) -> Leave:
    """The operator's leave, as `crawler_settings` writes it."""
    named = frozenset((host, port) for host, port in settings.getlist("NAMED_PLACES"))
    return Leave(named, settings.getbool("INTRANET"))


def proxy_hosts() -> frozenset[str]:
    """The hosts of the proxies in the environment: the operator named them, and they mostly are private."""
    hosts = set()
    for url in getproxies().values():
        try:
            hosts.add(place(url if "://" in url else f"http://{url}")[0])
        except ValueError:
            continue
    return frozenset(hosts)
