"""The promises of politeness, as Scrapy will read them."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import pytest
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from listening.collect.crawling.child import crawler_settings
from listening.collect.guard.addresses import Leave
from listening.collect.guard.resolver import GuardedResolver, leave_of
from spiders.feed_entries import FeedOptions

PLAIN = FeedOptions(url="https://news.example/feed")


def test_a_source_is_crawled_as_a_polite_guest() -> None:
    settings = crawler_settings(PLAIN)
    assert settings.getbool("ROBOTSTXT_OBEY")
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert settings.getbool("AUTOTHROTTLE_ENABLED")
    assert settings.getfloat("DOWNLOAD_DELAY") == 1.0
    assert settings["USER_AGENT"].startswith(f"listening/{version('listening')} ")
    assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")


@pytest.mark.parametrize(
    "name", ["TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "COOKIES_ENABLED", "HTTPCACHE_ENABLED"]
)
def test_no_console_no_cookies_no_cache(name: str) -> None:
    assert not crawler_settings(PLAIN).getbool(name)


def test_no_other_site_is_told_where_we_come_from() -> None:
    assert crawler_settings(PLAIN)["REFERRER_POLICY"] == "same-origin"


def test_names_are_looked_up_by_the_guarded_resolver() -> None:
    assert load_object(crawler_settings(PLAIN)["TWISTED_DNS_RESOLVER"]) is GuardedResolver


def test_a_no_is_no_reason_to_ask_again() -> None:
    assert not {401, 403, 418, 432} & set(crawler_settings(PLAIN).getlist("RETRY_HTTP_CODES"))


def test_only_the_web_is_asked() -> None:
    handlers = crawler_settings(PLAIN).getwithbase("DOWNLOAD_HANDLERS")
    bounded = "listening.collect.guard.handler.BoundedHandler"
    assert {scheme: handler for scheme, handler in handlers.items() if handler} == {
        "http": bounded,
        "https": bounded,
    }
    assert load_object(bounded)


def test_a_source_changes_only_its_own_manners() -> None:
    own = crawler_settings(FeedOptions(url=PLAIN.url, delay=7, ignore_robots="this is our own newspaper"))
    assert (own.getfloat("DOWNLOAD_DELAY"), own.getfloat("AUTOTHROTTLE_START_DELAY")) == (7, 7)
    assert not own.getbool("ROBOTSTXT_OBEY")


def test_a_delay_is_kept_also_where_it_is_longer_than_the_throttle_would_go() -> None:
    own = crawler_settings(FeedOptions(url=PLAIN.url, delay=600))
    assert own.getfloat("AUTOTHROTTLE_MAX_DELAY") == 600
    assert own.getfloat("DOWNLOAD_DELAY_JITTER") == 0, "at least means at least"


def test_a_run_has_the_limits_of_its_source() -> None:
    own = crawler_settings(FeedOptions(url=PLAIN.url, timeout=3, max_megabytes=1.5, max_minutes=2))
    limits = ("DOWNLOAD_TIMEOUT", "RUN_MAX_MEGABYTES", "RUN_MAX_MINUTES")
    assert [own.getfloat(name) for name in limits] == [3, 1.5, 2]
    usual = crawler_settings(PLAIN)
    assert [usual.getfloat(name) for name in limits] == [30, 200, 60]


def test_a_source_may_go_inside_only_where_it_is_named_and_by_name_only_with_a_reason() -> None:
    named = FeedOptions(url="http://wiki.corp:8080/feed", canary="http://10.0.0.1/1")
    assert leave_of(crawler_settings(named)) == Leave(frozenset((("wiki.corp", 8080), ("10.0.0.1", 80))))
    with_reason = replace(named, intranet="our own wiki")
    assert leave_of(crawler_settings(with_reason)).intranet


WRONG: dict[str, dict[str, Any]] = {
    "no time at all": {"timeout": 0},
    "an hour for an answer": {"timeout": 3600},
    "nothing": {"max_megabytes": 0},
    "no minute": {"max_minutes": -1},
    "not a number": {"max_minutes": math.nan},
    "a word that is no reason": {"intranet": "yes"},
    "no word for a reason": {"ignore_robots": ""},
}


@pytest.mark.parametrize("settings", WRONG.values(), ids=WRONG)
def test_a_limit_that_is_none_is_a_problem_with_its_cure(settings: dict[str, Any]) -> None:
    (problem,) = FeedOptions(url=PLAIN.url, **settings).problems()
    assert problem.key in settings
    assert problem.cure.startswith("write ")


PARTS = ("DOWNLOADER_MIDDLEWARES", "EXTENSIONS")
IN_THE_PLACE_OF = {
    "listening.collect.guard.robots.Robots": "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware",
    "listening.collect.spider.patience.PatientRetry": "scrapy.downloadermiddlewares.retry.RetryMiddleware",
    "listening.collect.guard.unpacking.Unpacking": (
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware"
    ),
    "listening.collect.guard.redirects.Redirects": "scrapy.downloadermiddlewares.redirect.RedirectMiddleware",
}


def test_every_part_that_is_named_is_there_and_has_the_place_scrapy_gives_it() -> None:
    settings, usual = crawler_settings(PLAIN), Settings()
    for name in PARTS:
        theirs = dict(usual[f"{name}_BASE"])
        for part, order in settings.getwithbase(name).items():
            their_part = IN_THE_PLACE_OF.get(part, part)
            if their_part in theirs:
                assert order == theirs[their_part], part
            assert load_object(part)


def test_the_door_is_the_last_before_the_network_and_the_reasons_are_the_first() -> None:
    chain = sorted(crawler_settings(PLAIN)["DOWNLOADER_MIDDLEWARES_BASE"].items(), key=lambda each: each[1])
    names = [part.rpartition(".")[2] for part, _ in chain]
    assert names[0] == "Why"
    assert names.index("Door") > max(names.index("HttpProxyMiddleware"), names.index("Redirects"))
    assert names.index("Door") == len(names) - 2, "only the statistics come after"


@pytest.mark.parametrize(
    "wished",
    [
        "Robots",
        "Unpacking",
        "Redirects",
        "PatientRetry",
        "Door",
        "AutoThrottle",
        "Budget",
        "Quiet",
    ],
)
def test_the_chain_has_what_politeness_needs(wished: str) -> None:
    settings = crawler_settings(PLAIN)
    parts = [str(part) for name in PARTS for part in settings.getwithbase(name)]
    assert any(wished in part for part in parts)


def test_a_crawl_does_not_load_what_it_does_not_use() -> None:
    code = (
        "import sys; from scrapy.crawler import CrawlerProcess;"
        "from listening.collect.crawling.child import crawler_settings; from spiders.feed_entries import *;"
        "options = FeedOptions(url='http://127.0.0.1/feed');"
        "process = CrawlerProcess(crawler_settings(options));"
        "process.create_crawler(FeedEntries)._apply_settings();"
        "loaded = {'aiohttp', 'twisted.conch', 'tldextract', 'requests'} & set(sys.modules);"
        "assert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
