"""The promises of politeness, as Scrapy will read them."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

from listening.collect.child import crawler_settings
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


def test_only_the_web_is_asked() -> None:
    handlers = crawler_settings(PLAIN).getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


def test_a_source_changes_only_its_own_manners() -> None:
    own = crawler_settings(FeedOptions(url=PLAIN.url, delay=7, ignore_robots="this is our own newspaper"))
    assert (own.getfloat("DOWNLOAD_DELAY"), own.getfloat("AUTOTHROTTLE_START_DELAY")) == (7, 7)
    assert not own.getbool("ROBOTSTXT_OBEY")


PARTS = ("DOWNLOADER_MIDDLEWARES", "EXTENSIONS", "DOWNLOAD_HANDLERS")


def test_every_part_that_is_named_is_there_and_has_the_place_scrapy_gives_it() -> None:
    settings, usual = crawler_settings(PLAIN), Settings()
    for name in PARTS:
        theirs = dict(usual[f"{name}_BASE"])
        for part, order in settings.getwithbase(name).items():
            if part in theirs:
                assert order == theirs[part], part
            else:
                assert load_object(part)


@pytest.mark.parametrize(
    "wished", ["RobotsTxt", "HttpCompression", "Redirect", "PatientRetry", "AutoThrottle"]
)
def test_the_chain_has_what_politeness_needs(wished: str) -> None:
    settings = crawler_settings(PLAIN)
    parts = [str(part) for name in PARTS for part in settings.getwithbase(name)]
    assert any(wished in part for part in parts)


def test_a_crawl_does_not_load_what_it_does_not_use() -> None:
    code = (
        "import sys; from scrapy.crawler import CrawlerProcess;"
        "from listening.collect.child import crawler_settings; from spiders.feed_entries import *;"
        "options = FeedOptions(url='http://127.0.0.1/feed');"
        "process = CrawlerProcess(crawler_settings(options));"
        "process.create_crawler(FeedEntries)._apply_settings();"
        "loaded = {'aiohttp', 'twisted.conch', 'tldextract', 'requests'} & set(sys.modules);"
        "assert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
