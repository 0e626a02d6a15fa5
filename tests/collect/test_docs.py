"""The pages on sources and spiders say what the code does."""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from scrapy.http import Response

from listening.collect.sources import load_spider, spider_module, spider_names
from listening.collect.spider.base import ListingSpider
from listening.collect.spider.options import Options
from listening.model import Post, RunStatus

DOCS = Path(__file__).resolve().parents[2] / "docs"
SOURCES = (DOCS / "sources.md").read_text("utf-8")
SPIDERS = "\n".join(page.read_text("utf-8") for page in sorted((DOCS / "spiders").glob("*.md")))


def section(name: str, text: str = SOURCES) -> str:
    return text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def told(text: str) -> dict[str, str]:
    """Setting -> sentence of a section's table."""
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\| (.*) \|$", text, re.MULTILINE)
    return {key: sentence.replace("`", "") for key, sentence in rows}


def said(kind: type[Options]) -> dict[str, str]:
    return {one.name: one.metadata["says"] for one in fields(kind)}


def test_the_settings_of_all_spiders_are_in_the_docs() -> None:
    assert told(section("Settings that every spider has")) == said(Options)


@pytest.mark.parametrize("name", spider_names())
def test_the_settings_of_a_spider_are_in_the_docs(name: str) -> None:
    own = said(load_spider(spider_module(name)).Options)
    assert told(section(name, SPIDERS)) == {key: own[key] for key in own if key not in said(Options)}


def rows() -> dict[str, list[str]]:
    """Spider -> the further columns of its row in the table of sources."""
    found: dict[str, list[str]] = {}
    for line in re.findall(r"^\|.*", section("The sources there are"), re.MULTILINE):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        names = re.findall(r"`(\w+)`", cells[0])
        first = names[0] if names else ""
        for name in names:
            full = name if not name.startswith("_") else first.partition("_")[0] + name
            found[full] = cells[1:]
    return found


@pytest.mark.parametrize("name", spider_names())
def test_every_spider_has_a_row_that_tells_how_its_listing_is_sorted_and_for_what(name: str) -> None:
    kind = load_spider(spider_module(name))
    _, _, takes, order, tested = rows()[name]
    assert takes == (kind.takes or "")
    assert order == kind.listing_order + (", newest" if not kind.whole else "")
    assert tested


def test_every_status_is_in_the_docs() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", section("How a run ends"), re.MULTILINE)) == set(RunStatus)


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    code = re.findall(r"```python\n(.*?)```", (DOCS / "adding-a-spider.md").read_text("utf-8"), re.DOTALL)[0]
    (tmp_path / "town_notices.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("town_notices")
    del sys.modules["town_notices"]


def test_the_example_spider_works(example: ModuleType) -> None:
    kind: type[ListingSpider[Options]] = example.TownNotices
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    spider = kind(example.TownOptions(url="https://town.example/n.json"), source="镇", now=now)
    (listing,) = spider.listings
    (request,) = spider.begin(listing)
    notices = [{"number": 1, "html": "<p>停水</p>", "posted": "2026-11-23T08:00:00Z"}, {"number": 2}]
    body = json.dumps({"notices": notices, "next": "?page=2"}).encode()
    post, following = spider.read(Response(request.url, body=body, request=request))
    assert isinstance(post, Post)
    assert (post.id, post.text, post.source) == ("town:1", "停水", "镇")
    assert not isinstance(following, Post)
    assert following.url == "https://town.example/n.json?page=2"
    assert listing.tally.unreadable == 1
