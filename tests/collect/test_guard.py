"""What keeps a crawl from doing harm, piece by piece; whole crawls are in `test_hostile`."""

from __future__ import annotations

import ipaddress
import logging
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Request, Response
from scrapy.settings import Settings
from twisted.internet.address import IPv4Address, IPv6Address

from listening.collect.guard.addresses import (
    Leave,
    is_openly_private,
    is_private,
    literal,
    named_places,
    place,
    plain_host,
)
from listening.collect.guard.quiet import Redacting
from listening.collect.guard.redirects import Redirects
from listening.collect.guard.refusal import Refused
from listening.collect.guard.resolver import GuardedResolver, proxy_hosts
from listening.collect.spider.options import Options, option
from listening.model import RunStatus

PRIVATE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "8.8.8.8",
    "100.128.0.1",
    "172.32.0.1",
    "2606:4700::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_leads_inside_is_private(address: str) -> None:
    assert is_private(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_open_internet_is_not(address: str) -> None:
    assert not is_private(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_address_is_as_private_in_ipv6_as_it_is_in_ipv4(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for inside in (number | 0xFFFF << 32, number | 0x64FF9B << 96, number << 80 | 0x2002 << 112):
        assert is_private(ipaddress.IPv6Address(inside)) == is_private(address)


@given(st.ip_addresses(v=4))
def test_every_spelling_of_an_address_is_that_address(address: ipaddress.IPv4Address) -> None:
    a, b, c, d = address.packed
    spelled = [f"{int(address)}", f"{int(address):#x}", f"0{a:o}.{b}.{c}.{d}", f"{a}.{b}.{c << 8 | d}"]
    assert [literal(each) for each in spelled] == [address] * 4


HOSTS = {
    "News.Example.": "news.example",
    "localhost.": "localhost",
    "１２７.0.0.1": "127.0.0.1",
    "127。0。0。1": "127.0.0.1",
    "[::1]": "::1",
    "中国移动.example": "xn--fiq02ib9d179b.example",
    "": "",
}


@pytest.mark.parametrize(("written", "plain"), HOSTS.items())
def test_a_host_has_one_spelling(written: str, plain: str) -> None:
    assert plain_host(written) == plain


PLACES = {
    "http://news.example/feed": ("news.example", 80),
    "https://news.example": ("news.example", 443),
    "http://user:pass@10.0.0.1:8080/": ("10.0.0.1", 8080),
    "http://[::ffff:127.0.0.1]/": ("::ffff:127.0.0.1", 80),
    "http://news.example\\@10.0.0.1/": ("10.0.0.1", 80),
}


@pytest.mark.parametrize(("url", "expected"), PLACES.items())
def test_the_place_of_an_address(url: str, expected: tuple[str, int]) -> None:
    assert place(url) == expected


@pytest.mark.parametrize(
    "url", ["", "news.example", "ftp://news.example", "http://", "http://a:99999", "http://[::1"]
)
def test_what_is_no_http_address_has_none(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        place(url)


@dataclass(frozen=True, kw_only=True)
class TwoAddresses(Options):
    url: str = option(says="")
    others: tuple[str, ...] = option((), says="")
    name: str = option("not http://at.all", says="")


def test_the_places_that_are_named_are_all_addresses_of_the_settings() -> None:
    options = TwoAddresses(url="https://a.example/", others=("http://b.example:81/x", "c.example"))
    assert named_places(options) == [("a.example", 443), ("b.example", 81)]


HERE, WIKI, NEWS = ("127.0.0.1", 8080), ("wiki.corp", 80), ("10.0.0.7", 443)
LEAVES: dict[str, tuple[str, int, bool, bool]] = {
    "a literal address that is named": ("127.0.0.1", 8080, True, True),
    "another port of it": ("127.0.0.1", 9200, False, False),
    "another name of it": ("localhost", 8080, False, False),
    "a name that is named": ("wiki.corp", 80, False, True),
    "it with TLS": ("wiki.corp", 443, False, True),
    "it written otherwise": ("Wiki.Corp.", 80, False, True),
    "a name that is not": ("intern.corp", 80, False, False),
    "a literal address without TLS": ("10.0.0.7", 80, True, True),
    "a literal address that is not named": ("10.0.0.8", 443, False, False),
}


@pytest.mark.parametrize(("host", "port", "plainly", "with_reason"), LEAVES.values(), ids=LEAVES)
def test_only_what_is_named_may_be_private_and_a_name_only_with_a_reason(
    host: str, port: int, plainly: bool, with_reason: bool
) -> None:
    named = frozenset((HERE, WIKI, NEWS))
    assert Leave(named).allows(host, port) is plainly
    assert Leave(named, intranet=True).allows(host, port) is with_reason


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("x.localhost", True),
        ("10.1", True),
        ("8.8.8.8", False),
        ("localhost.example", False),
    ],
)
def test_what_can_be_told_without_asking_a_name_server(host: str, expected: bool) -> None:
    assert is_openly_private(host) is expected


class Names:
    """A name server that answers as it is told, one list of addresses after the other."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)

    def resolveHostName(self, receiver: Any, name: str, port: int, *_: Any) -> None:  # noqa: ARG002
        receiver.resolutionBegan(None)
        for each in self._answers.pop(0):
            kind = IPv6Address if ":" in each else IPv4Address
            receiver.addressResolved(kind("TCP", each, port))
        receiver.resolutionComplete()


class Receiver:
    def __init__(self) -> None:
        self.got: list[str] = []
        self.is_complete = False

    def resolutionBegan(self, resolution: Any) -> None:
        pass

    def addressResolved(self, address: Any) -> None:
        self.got.append(address.host)

    def resolutionComplete(self) -> None:
        self.is_complete = True


def resolver(*answers: list[str], leave: Leave | None = None) -> GuardedResolver:
    made = GuardedResolver(SimpleNamespace(getThreadPool=None), leave or Leave())
    made._inner = Names(*answers)  # type: ignore[assignment]
    return made


def look_up(by: GuardedResolver, host: str, port: int = 80) -> list[str]:
    receiver = Receiver()
    by.resolveHostName(receiver, host, port)
    assert receiver.is_complete
    return receiver.got


class TestResolver:
    def test_a_name_that_leads_inside_at_its_second_look_up_is_stopped_there(self) -> None:
        rebinding = resolver(["93.184.216.34"], ["127.0.0.1"])
        assert look_up(rebinding, "evil.example") == ["93.184.216.34"]
        assert look_up(rebinding, "evil.example") == []
        assert rebinding.turned_away == {"evil.example": "127.0.0.1"}

    def test_of_a_mixed_answer_the_open_half_is_taken(self) -> None:
        mixed = resolver(["10.0.0.1", "93.184.216.34", "::1", "2606:4700::1", "::ffff:127.0.0.1"])
        assert look_up(mixed, "mixed.example") == ["93.184.216.34", "2606:4700::1"]

    def test_a_named_place_is_let_through_and_no_other_port_of_it(self) -> None:
        leave = Leave(frozenset((WIKI,)), intranet=True)
        assert look_up(resolver(["10.0.0.9"], leave=leave), "WIKI.corp", 80) == ["10.0.0.9"]
        assert look_up(resolver(["10.0.0.9"], leave=leave), "wiki.corp", 9200) == []

    def test_a_proxy_may_be_private(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("https_proxy", "http://user:secret@proxy.corp:3128")
        assert "proxy.corp" in proxy_hosts()
        assert look_up(resolver(["10.0.0.3"]), "proxy.corp", 3128) == ["10.0.0.3"]


SENT = {"Api-Key": "secret", "Authorization": "Bearer secret", "Cookie": "SUB=secret", "X-Own": "secret"}
PLAIN = {"User-Agent": "listening/1", "If-None-Match": '"v1"', "Accept-Language": "zh"}


def redirect(url: str, to: str, *, status: int = 302, method: str = "GET", body: bytes = b"") -> Any:
    middleware = Redirects(Settings({"REDIRECT_MAX_TIMES": 5}))
    middleware.crawler = SimpleNamespace(spider=None)  # type: ignore[assignment]
    request = Request(url, method=method, headers={**SENT, **PLAIN}, body=body, meta={"thread": 1})
    response = Response(url, status, {"Location": to}, request=request)
    return middleware.process_response(request, response)


class TestRedirects:
    LEAVING: ClassVar[dict[str, tuple[str, str]]] = {
        "another host": ("https://a.example/", "https://b.example/"),
        "a host above": ("https://a.b.example/", "https://b.example/"),
        "another port": ("https://a.example/", "https://a.example:8443/"),
        "away from TLS": ("https://a.example/", "http://a.example/"),
        "away from TLS on the same port": ("https://a.example:80/", "http://a.example:80/"),
        "an address that only looks like the host": ("https://a.example/", "https://a.example@b.example/"),
    }

    @pytest.mark.parametrize(("url", "to"), LEAVING.values(), ids=LEAVING)
    def test_what_leaves_the_host_carries_none_of_our_own_headers(self, url: str, to: str) -> None:
        following = redirect(url, to)
        left = {name.decode() for name in following.headers}
        assert left == set(PLAIN)

    STAYING: ClassVar[dict[str, tuple[str, str]]] = {
        "another page": ("https://a.example/", "/b"),
        "the same in capitals": ("https://a.example/", "https://A.EXAMPLE/b"),
        "the port said": ("https://a.example/", "https://a.example:443/"),
    }

    @pytest.mark.parametrize(("url", "to"), STAYING.values(), ids=STAYING)
    def test_what_stays_carries_all_of_them(self, url: str, to: str) -> None:
        assert {name.decode() for name in redirect(url, to).headers} == {*SENT, *PLAIN}

    def test_what_goes_over_to_tls_keeps_its_key(self) -> None:
        assert redirect("http://a.example/", "https://a.example/").headers["Api-Key"] == b"secret"

    def test_what_was_posted_to_one_host_is_not_posted_to_another(self) -> None:
        with pytest.raises(Refused) as raised:
            redirect("https://a.example/", "https://b.example/", status=307, method="POST", body=b"password")
        assert raised.value.trouble.reason == "sent on to another host with what was posted"

    @pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://a.example/", "javascript:alert(1)"])
    def test_only_http_is_followed(self, to: str) -> None:
        with pytest.raises(Refused) as raised:
            redirect("https://a.example/", to)
        assert raised.value.trouble.status is RunStatus.FAILED
        assert raised.value.trouble.reason.startswith("sent on to ")

    def test_a_not_modified_with_a_location_is_no_redirect(self) -> None:
        assert redirect("https://a.example/", "https://b.example/", status=304).status == 304


def test_a_log_line_and_its_traceback_hold_no_secret() -> None:
    form = Redacting(logging.Formatter("%(message)s"))
    try:
        raise ValueError("http://a.example/?access_token=s3cret")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "GET %s", ("http://a.example/?key=s3cret",), info)
    line = form.format(record)
    assert "Traceback" in line
    assert "key=…" in line
    assert "s3cret" not in line
