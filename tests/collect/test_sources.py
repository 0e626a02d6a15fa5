"""Spiders are found by their file names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import spiders
from listening.collect.sources import Source, check_settings, load_spider, spider_module, spider_names
from listening.collect.spider.base import ListingSpider

HERE = Path(spiders.__file__).parent


def test_every_file_in_spiders_is_one_spider_of_that_name() -> None:
    files = {path.stem for path in HERE.glob("[!_]*.py")} - {"settings"}
    assert set(spider_names()) == files
    for name in files:
        spider = load_spider(spider_module(name))
        assert issubclass(spider, ListingSpider)
        assert spider.name == name
        assert spider.listing_order in ("created", "activity", "rank")


def test_an_unknown_spider_lists_the_ones_there_are() -> None:
    (problem,) = check_settings(Source(name="s", spider="kafka_topics"))
    assert problem.problem == "unknown spider 'kafka_topics'"
    assert problem.cure == "there are: " + ", ".join(spider_names())


def test_a_spider_of_the_operators_own_is_a_dotted_name() -> None:
    source = Source(
        name="s", spider="tests.collect.strange.raises", settings={"url": "https://news.example/feed"}
    )
    assert check_settings(source) == []


@pytest.mark.parametrize("module", ["no.such.module", "tests.collect.strange"])
def test_a_module_without_a_spider_is_said(module: str) -> None:
    (problem,) = check_settings(Source(name="s", spider=module))
    assert problem.key == "spider"
    assert problem.problem.startswith(f"'{module}' cannot be loaded: ")


def test_naming_spiders_and_sources_does_not_load_scrapy() -> None:
    code = (
        "import sys; from listening.collect.sources import Source, spider_names, check_settings;"
        "import listening.collect.crawling.crawl; assert len(spider_names()) >= 3;"
        "check_settings(Source(name='s', spider='nobody')); assert 'scrapy' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
