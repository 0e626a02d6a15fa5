"""A spider written from the page on adding one, crawled as any other."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.place import HIT, UNMATCHED, Place
from tests.collect.site import Asked, Reply, Site
from tests.conftest import ROOT

AT = datetime.now(UTC) - timedelta(hours=1)
PAGE = (ROOT / "docs" / "adding-a-spider.md").read_text("utf-8")


def town_hall(asked: Asked) -> Reply:
    """Two pages of notices."""
    notices: list[dict[str, Any]] = [{"number": 2, "html": f"<p>{HIT}</p>", "posted": AT.isoformat()}]
    page = {"notices": notices, "next": "?page=2"}
    if asked.path.endswith("?page=2"):
        older = (AT - timedelta(hours=1)).isoformat()
        page = {"notices": [{"number": 1, "html": f"<p>{UNMATCHED}</p>", "posted": older}]}
    return Reply(json.dumps(page, ensure_ascii=False).encode(), type="application/json")


@pytest.fixture
def town(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    spiders = tmp_path / "spiders of the town"
    spiders.mkdir()
    (spiders / "mytown").mkdir()
    (spiders / "mytown" / "notices.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(spiders)
    with Site(town_hall) as site:
        source = {"spider": "mytown.notices", "url": f"{site.url}/notices", "delay": 0}
        yield place.lay_out(sources={"公告": source})
    for name in [name for name in sys.modules if name.split(".")[0] == "mytown"]:
        del sys.modules[name]


def test_it_is_fetched_crawled_and_vouched_for(town: Place) -> None:
    fetched = town.call("fetch", "公告")
    assert [post["id"] for post in fetched.records] == ["town:2"]
    crawled = town.call("crawl")
    assert (crawled.code, crawled.out) == (0, "公告: 2 posts: 1 hit, 1 unmatched [ok]\n")
    (told,) = [each for each in town.call("coverage", "--json").records if "share" in each]
    assert told["share"] > 0.99
    again = town.call("crawl")
    assert (again.code, again.out) == (0, "公告: 2 posts: 2 repeat [ok]\n")


def test_a_mistake_in_its_settings_is_told_with_the_cure(town: Place) -> None:
    town.config.write_text(town.config.read_text("utf-8").replace('"url"', '"ulr"'), "utf-8")
    answer = town.call("crawl")
    assert answer.code == 1
    assert "unknown setting 'ulr' - did you mean 'url'?" in answer.err
