"""Which addresses are private, and which hosts the operator named himself.

A feed must not make us fetch the intranet: what the operator wrote into the source's settings he meant, what
a redirect or a page names he did not.
"""

from __future__ import annotations

import ipaddress
import socket
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from listening.collect.spider.options import Options

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Place = tuple[str, int]
"""A host as `plain_host` writes it, and a port."""

_PORTS = {"http": 80, "https": 443}
# Inside of these IPv6 addresses stands the IPv4 address that is reached in the end: 6to4 has it in front,
# the others at their end (NAT64, IPv4-mapped, IPv4-compatible).
_6TO4 = ipaddress.ip_network("2002::/16")
_HOLD_IPV4 = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "::ffff:0:0/96", "::/96")))
# What Python 3.11 takes for global and is not: protocol assignments, local NAT64, documentation, SRv6.
_NOT_GLOBAL = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "64:ff9b:1::/48", "3fff::/20", "5f00::/16", "fec0::/10"))
)


def is_private(address: IPAddress) -> bool:
    """Whether an address is not one of the open internet: loopback, private, link-local, multicast, …"""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _6TO4:
            return is_private(ipaddress.IPv4Address(int(address) >> 80 & 0xFFFFFFFF))
        if any(address in network for network in _HOLD_IPV4):
            return is_private(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if any(address in network for network in _NOT_GLOBAL):
        return True
    return not address.is_global or address.is_multicast or address.is_reserved


def literal(host: str) -> IPAddress | None:
    """The address that a host's name is already, in any spelling that resolvers take: 2130706433, 0x7f.1."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def plain_host(host: str) -> str:
    """One spelling for each host: folded, in ASCII, without the dot at its end."""
    folded = unicodedata.normalize("NFKC", host).replace("。", ".").strip("[]").rstrip(".").lower()
    try:
        return folded if folded.isascii() else folded.encode("idna").decode()
    except UnicodeError:
        return folded


def place(url: str) -> Place:
    """Host and port of an http address. Raises ValueError where there is no such."""
    parts = urlsplit(url)
    host = plain_host(parts.hostname or "")
    if not host or parts.scheme not in _PORTS:
        raise ValueError("not an http address")
    return host, parts.port or _PORTS[parts.scheme]


def named_places(options: Options) -> list[Place]:
    """The places in all addresses of a source's settings."""
    return sorted(set(_places(_texts(options))))


@dataclass(frozen=True, slots=True)
class Leave:
    """Which private places a source may go to: named ones alone.

    `intranet`: the operator gave a reason. Without it, a named place must show itself that it is private: a
    literal address or `localhost`. A name that only resolves to one may have been made to.
    """

    named: frozenset[Place] = frozenset()
    intranet: bool = False

    def allows(self, host: str, port: int) -> bool:
        """Whether the place may be private."""
        return self.names(host, port) and (self.intranet or is_openly_private(host))

    def names(self, host: str, port: int) -> bool:
        """Whether the operator named the place. http and https of a host send on to each other: both are."""
        host = plain_host(host)
        ports = _PORTS.values() if port in _PORTS.values() else (port,)
        return any((host, each) in self.named for each in ports)


def is_openly_private(host: str) -> bool:
    """Whether one can tell without asking anybody that a host is private."""
    host = plain_host(host)
    address = literal(host)
    return host == "localhost" or host.endswith(".localhost") or (address is not None and is_private(address))


def _places(texts: Iterable[str]) -> Iterator[Place]:
    for text in texts:
        try:
            yield place(text)
        except ValueError:
            continue


def _texts(options: Options) -> Iterator[str]:
    for one in fields(options):
        value = getattr(options, one.name)
        values = value if isinstance(value, tuple) else (value,)
        yield from (each for each in values if isinstance(each, str))
