"""Whole crawls against servers that mean harm: each ends, says why, stays small and asks nothing private."""

from __future__ import annotations

import logging
import re
import ssl
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from listening.collect.crawling.crawl import Crawl, CrawlReport
from listening.collect.reading.trouble import Trouble
from listening.collect.sources import Source
from listening.model import RunStatus
from tests.collect import hostile
from tests.collect.hostile import Hostile, Manner, feed, says, sends_on

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WATCHED, INSIDE = "tests.collect.strange.watched", "tests.collect.strange.inside"
S = RunStatus


@pytest.fixture(autouse=True)
def strange_spiders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[2]))
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def crawl(url: str, spider: str = WATCHED, **settings: Any) -> CrawlReport:
    given = {"url": url, "delay": 0, "timeout": 0.4, **settings}
    with Crawl(Source(name="晚报", spider=spider, settings=given), now=NOW) as running:
        for _ in running.batches():
            pass
    assert running.report is not None
    return running.report


def outcome(report: CrawlReport) -> tuple[RunStatus, str]:
    return report.status, report.reason or ""


def troubles(report: CrawlReport) -> list[Trouble]:
    ((look, _),) = report.looks
    return list(look.facts.troubles)


def peak(log: pytest.LogCaptureFixture) -> int:
    """How much memory the child ever had, in kilobytes."""
    (told,) = re.findall(r"peak (\d+)", log.text)
    return int(told)


CAPTCHA = "<html><head><meta charset=gb2312></head><body>请输入验证码</body></html>".encode("gb18030")
LOGIN = "<html><body>登录<input type=password></body></html>".encode("gb18030")
MOST_MEMORY = 200_000
"""Kilobytes. Scrapy alone takes 85,000; an answer may be 32,000, packed and unpacked."""

WORST: list[tuple[str, Manner, RunStatus, str]] = [
    ("silence", hostile.silent, S.FAILED, "the server took too long"),
    ("a byte now and then", hostile.drips, S.FAILED, "the server took too long"),
    ("the end at once", hostile.closes_at_once, S.FAILED, "the connection was closed without an answer"),
    ("another protocol", hostile.no_http, S.FAILED, "what came is no HTTP"),
    ("a body without end", hostile.never_ends, S.FAILED, "the answer was too large"),
    ("chunks without end", hostile.never_ends_in_chunks, S.FAILED, "the answer was too large"),
    ("a promise of 100 GB", hostile.promises_too_much, S.FAILED, "the answer was too large"),
    ("less than promised", hostile.ends_before_its_length, S.FAILED, "the answer was cut off"),
    ("more than promised", hostile.goes_on_after_its_length, S.LAYOUT, "is not JSON"),
    ("headers without end", hostile.headers_without_end, S.FAILED, "headers without end"),
    ("a header without end", hostile.one_endless_header, S.FAILED, "closed within the answer"),
    ("continue without end", hostile.continues_without_end, S.FAILED, "headers without end"),
    ("gigabytes", hostile.swells(10), S.FAILED, "the answer unpacks to more than 32 MB"),
    ("gzip thrice", hostile.swells(1, 3), S.FAILED, "the answer is packed over and over"),
    ("no gzip", says(b"x", Content_Encoding="gzip"), S.FAILED, "cannot be unpacked (BadGzipFile)"),
    ("no zstd", says(b"x" * 99, Content_Encoding="zstd"), S.FAILED, "cannot be unpacked (ZstdError)"),
    ("odd packing", says(b"\0\1", Content_Encoding="rot13"), S.LAYOUT, "is neither RSS, Atom nor JSON"),
    ("nothing", says(), S.LAYOUT, "is empty"),
    ("a captcha in gb18030", says(CAPTCHA, type="text/html"), S.BLOCKED, "a captcha or bot check"),
    ("a login in gb18030", says(LOGIN, type="text/html; charset=gbk"), S.LOGIN, "a login form instead"),
    ("risk control", says(status=432), S.BLOCKED, "the platform's risk control refuses (432)"),
    ("a teapot", says(status=418), S.BLOCKED, "access refused (418)"),
    ("a file", sends_on("file:///etc/passwd"), S.FAILED, "sent on to an address of 'file', not of http"),
    ("no address", sends_on("http://[::1"), S.FAILED, "sent on to what is no address"),
    ("no port", sends_on("http://news.example:99999/"), S.FAILED, "sent on to what is no address"),
]


class TestAnswers:
    def test_one_crawl_meets_the_worst_answers_tells_each_and_stays_small(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "listening.collect")
        with Hostile({f"/{number}": manner for number, (_, manner, _, _) in enumerate(WORST)}) as server:
            links = {number: f"{server.url}/{number}" for number in range(len(WORST))}
            server.manners["/feed"] = says(feed(*links, links=links))
            report = crawl(f"{server.url}/feed", timeout=2)
            times_asked = Counter(server.paths)
        told, missed = troubles(report), []
        for what, _, status, reason in WORST:
            found = next((each for each in told if each.status is status and reason in each.reason), None)
            if found is None:
                missed.append((what, reason))
            else:
                told.remove(found)
        assert missed == []
        assert report.status is S.LOGIN, "what only the operator can cure comes first"
        asked = {what: times_asked[f"/{number}"] for number, (what, *_) in enumerate(WORST)}
        assert max(asked.values()) == 3
        assert asked["risk control"] == asked["a teapot"] == 1, "after a no nobody asks again"
        assert peak(caplog) < MOST_MEMORY

    ALONE: ClassVar[dict[str, tuple[Manner, RunStatus, str]]] = {
        "10 GB of gzip": (hostile.swells(10), S.FAILED, "the answer unpacks to more than 32 MB"),
        "a captcha": (
            says(CAPTCHA, type="text/html"),
            S.BLOCKED,
            "a captcha or bot check instead of the page",
        ),
        "redirects without end": (sends_on("/feed"), S.FAILED, "gave up: max redirections reached"),
    }

    @pytest.mark.parametrize(("manner", "status", "reason"), ALONE.values(), ids=ALONE)
    def test_a_source_that_is_nothing_else_is_never_a_quiet_day(
        self, manner: Manner, status: RunStatus, reason: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO, "listening.collect")
        with Hostile({"/feed": manner}) as server:
            report = crawl(f"{server.url}/feed")
        assert outcome(report) == (status, reason)
        assert peak(caplog) < MOST_MEMORY

    def test_a_page_that_swells_in_memory_takes_nobody_along(self) -> None:
        body = feed().replace(b"[]", b"[" + b"[]," * 4_000_000 + b"[]]")
        with Hostile({"/feed": says(body)}) as server:
            report = crawl(f"{server.url}/feed", "tests.collect.strange.narrow", timeout=30)
        assert outcome(report)[0] is S.FAILED
        assert "the spider raised MemoryError" in outcome(report)[1]


class TestLimits:
    def test_pages_without_end_are_ended_by_bytes(self) -> None:
        with Hostile({"/feed": hostile.always_one_more}) as server:
            report = crawl(f"{server.url}/feed", max_pages=1_000_000, max_megabytes=0.002)
        assert report.status is S.PARTIAL
        assert "(max_megabytes: 0.002 MB were read) - raise it" in (report.reason or "")
        assert 1 < report.statistics["posts"] <= 20

    def test_pages_without_end_are_ended_by_time(self) -> None:
        with Hostile({"/feed": hostile.always_one_more}) as server:
            report = crawl(f"{server.url}/feed", max_pages=1_000_000, max_minutes=0.1)
        assert report.status is S.PARTIAL
        assert "max_minutes: it took 0.1 minutes" in (report.reason or "")

    def test_pages_that_repeat_themselves_are_ended_by_their_number(self) -> None:
        with Hostile({"/feed": hostile.the_same_again}) as server:
            report = crawl(f"{server.url}/feed", max_pages=5)
        assert report.status is S.PARTIAL
        assert "stopped after 5 pages" in (report.reason or "")
        assert (report.statistics["posts"], report.statistics["duplicates"]) == (2, 8)

    WAITS: ClassVar[dict[str, tuple[Manner, dict[str, Any], RunStatus, str]]] = {
        "a silent server": (hostile.silent, {}, S.FAILED, "max_minutes"),
        "a slow server": (hostile.drips, {}, S.FAILED, "max_minutes"),
        "a turn that is an hour away": (hostile.always_one_more, {"delay": 3600}, S.FAILED, "max_minutes"),
        "a wish for patience": (
            says(status=429, Retry_After="100"),
            {"max_minutes": 0.1},
            S.RATE_LIMITED,
            "wait 100 s",
        ),
    }

    @pytest.mark.parametrize(("manner", "settings", "status", "reason"), WAITS.values(), ids=WAITS)
    def test_nothing_outlasts_the_run(
        self, manner: Manner, settings: dict[str, Any], status: RunStatus, reason: str
    ) -> None:
        with Hostile({"/feed": manner}) as server:
            began = time.monotonic()
            report = crawl(f"{server.url}/feed", **{"timeout": 300, "max_minutes": 0.01, **settings})
        assert report.status is status
        assert reason in (report.reason or "")
        assert time.monotonic() - began < 30, "seconds; each of them would last for minutes"

    def test_a_spider_that_never_comes_back_is_ended_from_outside(self) -> None:
        with Hostile({"/feed": says(feed(1, 2, 3))}) as server:
            report = crawl(f"{server.url}/feed", "tests.collect.strange.busy", max_minutes=0.1)
        assert report.status is S.FAILED
        assert report.reason == (
            "the crawler ended with code 71: the time limit was over, and the crawl did not come to its end"
        )


def private_targets(port: int) -> list[str]:
    """Addresses that lead inside; those of this machine lead to a server that listens at `port`."""
    return [
        f"http://127.0.0.1:{port}/",
        f"http://localhost:{port}/",
        f"http://localhost.:{port}/",
        f"http://2130706433:{port}/",
        f"http://0x7f.1:{port}/",
        f"http://0177.0.0.1:{port}/",
        f"http://127.1:{port}/",
        f"http://0:{port}/",
        f"http://[::1]:{port}/",
        f"http://[::ffff:127.0.0.1]:{port}/",
        f"http://[::ffff:7f00:1]:{port}/",
        f"http://127。0。0。1:{port}/",
        f"http://１２７.0.0.1:{port}/",
        f"http://user@127.0.0.1:{port}/",
        f"http://news.example@127.0.0.1:{port}/",
        f"//127.0.0.1:{port}/",
        f"https://127.0.0.1:{port}/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://[64:ff9b::a00:1]/",
    ]


class TestPrivatePlaces:
    def test_no_redirect_leads_inside(self) -> None:
        """The redirects are of articles, so that one crawl meets them all."""
        with Hostile() as target:
            ways = private_targets(target.port)
            manners = {f"/{number}": sends_on(way) for number, way in enumerate(ways)}
            with Hostile(manners) as server:
                links = {number: f"{server.url}/{number}" for number in range(len(ways))}
                server.manners["/feed"] = says(feed(*links, links=links))
                report = crawl(f"{server.url}/feed", timeout=5)
            assert len(server.paths) == len(ways) + 1, "each of them was tried, and once"
            assert target.calls == []
        assert report.status is S.BLOCKED
        refused = [each for each in troubles(report) if each.status is S.BLOCKED]
        assert len(refused) == len(ways)
        assert f"127.0.0.1:{target.port} is a private address" in str(refused)

    def test_no_link_leads_inside(self) -> None:
        with Hostile() as target:
            ways = [each for each in private_targets(target.port) if not each.startswith("//")]
            with Hostile({"/feed": says(feed(*range(len(ways)), links=dict(enumerate(ways))))}) as server:
                report = crawl(f"{server.url}/feed", timeout=5)
            assert target.calls == [], "not even for its robots.txt"
        assert (report.status, report.statistics["posts"]) == (S.BLOCKED, len(ways))

    def test_no_next_page_leads_inside(self) -> None:
        with Hostile() as target:
            page = feed(1, next=f"http://localhost:{target.port}/feed")
            with Hostile({"/feed": says(page)}) as server:
                report = crawl(f"{server.url}/feed")
            assert target.calls == []
        assert report.status is S.LAYOUT

    def test_a_feed_that_is_only_a_redirect_inside_names_the_host(self) -> None:
        with Hostile({"/feed": sends_on("http://169.254.169.254/latest/meta-data/")}) as server:
            report = crawl(f"{server.url}/feed")
        assert outcome(report) == (
            S.BLOCKED,
            "169.254.169.254:80 is a private address - nothing was asked; if it is yours, name it in the"
            " source's settings",
        )

    def test_a_name_that_leads_inside_is_refused_by_the_address_that_would_be_connected_to(self) -> None:
        with Hostile({"/feed": says(feed(1))}) as target:
            report = crawl(f"http://feed.inside.example:{target.port}/feed", INSIDE)
            assert target.calls == []
        assert report.status is S.BLOCKED
        assert report.reason == (
            "feed.inside.example leads to a private address (127.0.0.1) - nothing was asked; if it is yours,"
            " name it in the source's settings and say why under 'intranet'"
        )

    def test_an_intranet_is_read_with_a_reason_and_only_where_it_is_named(self) -> None:
        with Hostile() as other, Hostile() as target:
            links = {
                1: f"http://wiki.inside.example:{other.port}/",
                2: f"http://other.inside.example:{target.port}/",
                3: f"http://wiki.inside.example:{target.port}/article",
            }
            target.manners.update({"/feed": says(feed(1, 2, 3, links=links)), "/article": says(feed())})
            url = f"http://wiki.inside.example:{target.port}/feed"
            report = crawl(url, INSIDE, intranet="the wiki of our own house")
            assert target.paths == ["/feed", "/article"]
            assert other.calls == [], "neither another port nor another name is meant"
        assert (report.status, report.statistics["posts"]) == (S.BLOCKED, 3)

    def test_behind_a_proxy_literal_addresses_are_still_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with Hostile() as proxy:
            links = {1: "http://10.0.0.1/", 2: f"http://127.0.0.1:{proxy.port}/", 3: "http://localhost/"}
            proxy.manners.update({"http://news.example/feed": says(feed(1, 2, 3, links=links))})
            monkeypatch.setenv("http_proxy", proxy.url)
            report = crawl("http://news.example/feed")
            assert proxy.paths == ["http://news.example/robots.txt", "http://news.example/feed"]
        assert (report.status, report.statistics["posts"]) == (S.BLOCKED, 3)


class TestSecrets:
    def test_a_redirect_to_another_host_takes_no_key_along(self) -> None:
        with Hostile({"/feed": says(feed(1))}) as other:
            there = f"http://localhost:{other.port}/feed"
            with Hostile({"/feed": sends_on(there)}) as server:
                # The canary names the other place, so that a private one may be gone to at all.
                report = crawl(f"{server.url}/feed", canary=there)
            sent = server.calls[-1].headers
            (got,) = [call.headers for call in other.calls if call.path == "/feed"]
        assert report.status is S.OK
        assert sent["api-key"] == "k-very-secret"
        assert "k-very-secret" not in str(got)
        assert got["user-agent"] == sent["user-agent"]
        assert "referer" not in got

    def test_a_redirect_on_the_same_host_takes_it_along(self) -> None:
        with Hostile({"/feed": sends_on("/moved"), "/moved": says(feed(1))}) as server:
            report = crawl(f"{server.url}/feed")
            assert server.calls[-1].headers["api-key"] == "k-very-secret"
        assert report.status is S.OK

    LOUD: ClassVar[list[Manner]] = [
        says(b"{}"),
        says(status=500),
        says(b"x", Content_Encoding="rot13"),
        sends_on("/4?token=t0p-s3cret"),
        hostile.silent,
        hostile.ends_before_its_length,
        hostile.promises_too_much,
        hostile.swells(1),
    ]

    def test_a_token_in_an_address_is_in_no_log_and_no_reason(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        with Hostile({f"/{number}": manner for number, manner in enumerate(self.LOUD)}) as server:
            links = {n: f"{server.url}/{n}?access_token=t0p-s3cret" for n in range(len(self.LOUD))}
            server.manners["/feed"] = says(feed(*links, links=links))
            report = crawl(f"{server.url}/feed?api_key=t0p-s3cret&page=1", timeout=0.2)
            assert all("t0p-s3cret" in path for path in server.paths), "the server is told"
        assert len(troubles(report)) >= len(self.LOUD)
        for said in (caplog.text, repr(troubles(report)), report.reason or ""):
            assert "access_token=…" in said
            assert "t0p-s3cret" not in said
            assert "k-very-secret" not in said


class TestRobots:
    UNREADABLE: ClassVar[dict[str, tuple[Manner, str]]] = {
        "an error of the server": (says(status=500), "the server answered 500"),
        "silence": (hostile.silent, "the server took too long"),
        "redirects without end": (sends_on("/robots.txt"), "it is redirected without end"),
    }

    @pytest.mark.parametrize(("manner", "why"), UNREADABLE.values(), ids=UNREADABLE)
    def test_nothing_is_asked_where_it_cannot_be_read(self, manner: Manner, why: str) -> None:
        with Hostile({"/robots.txt": manner, "/feed": says(feed(1))}) as server:
            report = crawl(f"{server.url}/feed", timeout=0.4)
            assert server.paths == []
        assert outcome(report) == (S.FAILED, f"robots.txt could not be read ({why})")

    def test_everything_is_allowed_where_it_may_not_be_read(self) -> None:
        with Hostile({"/robots.txt": says(status=403), "/feed": says(feed(1))}) as server:
            assert crawl(f"{server.url}/feed").status is S.OK

    def test_a_huge_one_is_read_as_far_as_is_asked_for(self) -> None:
        body = b"User-agent: *\nDisallow: /feed\n" + b"# and so on\n" * 500_000
        manners = {"/robots.txt": says(body, type="text/plain"), "/feed": says(feed(1))}
        with Hostile(manners) as server:
            report = crawl(f"{server.url}/feed", timeout=30)
        assert outcome(report) == (S.BLOCKED, "robots.txt forbids the address")

    def test_its_delay_is_kept(self) -> None:
        robots = says(b"User-agent: *\nCrawl-delay: 0.5\n", type="text/plain")
        with Hostile({"/robots.txt": robots, "/feed": hostile.always_one_more}) as server:
            crawl(f"{server.url}/feed", max_pages=4)
            times = [call.at for call in server.calls if call.path != "/robots.txt"]
        assert len(times) == 4
        assert min(later - earlier for earlier, later in pairwise(times)) > 0.45

    def test_a_delay_that_is_longer_than_a_run_is_told_and_not_waited_for(self) -> None:
        robots = says(b"User-agent: *\nCrawl-delay: 86400\n", type="text/plain")
        with Hostile({"/robots.txt": robots, "/feed": hostile.always_one_more}) as server:
            report = crawl(f"{server.url}/feed")
            assert len(server.paths) == 1
        assert report.status is S.RATE_LIMITED
        assert "robots.txt asks for 86400 s between two pages" in (report.reason or "")


class TestTls:
    @pytest.fixture
    def self_signed(self, tmp_path: Path) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
        here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        today = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(today - timedelta(days=1))
            .not_valid_after(today + timedelta(days=1))
            .add_extension(here, critical=False)
            .sign(key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        (tmp_path / "both.pem").write_bytes(
            key.private_bytes(pem, form, plain) + certificate.public_bytes(pem)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "both.pem")
        return context

    WORDS = "no secure connection (TLS): the certificate or the protocol is not good"

    def test_who_vouches_for_himself_is_not_believed(self, self_signed: ssl.SSLContext) -> None:
        with Hostile({"/feed": says(feed(1))}, tls=self_signed) as server:
            report = crawl(f"https://127.0.0.1:{server.port}/feed", timeout=10)
            assert server.calls == []
        assert outcome(report) == (S.FAILED, f"robots.txt could not be read ({self.WORDS})")

    def test_a_server_without_tls_is_told(self) -> None:
        with Hostile({"/feed": says(feed(1))}) as server:
            report = crawl(f"https://127.0.0.1:{server.port}/feed", timeout=10, ignore_robots="there is none")
        assert outcome(report) == (S.FAILED, self.WORDS)
