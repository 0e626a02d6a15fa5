"""`listening fetch`: looked at and not kept; answers as files, without anything secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.place import HIT, Place
from tests.collect.site import Asked, Reply, Site, item, rss

SECRET = "sid=7c1f-very-secret; theme=dark"


def paper(asked: Asked) -> Reply:
    """A feed that repeats the cookie it was sent, and sets one of its own."""
    cookie = asked.headers.get("cookie", "none")
    shown = cookie.partition("=")[2].partition(";")[0]
    body = rss(item("a", f"{HIT} {shown}"), item("b", cookie))
    return Reply(body, headers={"Set-Cookie": "session=theirs", "X-Echo": cookie})


@pytest.fixture
def town(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("PAPER_COOKIE", SECRET)
    return place


def test_the_posts_of_a_source_are_shown_and_nothing_is_kept(town: Place) -> None:
    with Site(paper) as site:
        town.lay_out(sources=town.feed(f"{site.url}/feed"))
        answer = town.call("fetch", "晚报")
    assert answer.code == 0
    assert [post["title"] for post in answer.records] == ["t a", "t b"]
    assert answer.err == "晚报: 2 posts [ok]\n"
    assert not town.archive.exists()
    assert town.call("count").out == "0\n"


def test_answers_are_kept_as_files_without_secrets(town: Place, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    with Site(paper) as site:
        town.lay_out(sources=town.feed(f"{site.url}/feed", cookie_env="PAPER_COOKIE"))
        answer = town.call("fetch", "晚报", "--save", pages)
    assert answer.code == 0
    index = [json.loads(line) for line in (pages / "index.jsonl").read_text("utf-8").splitlines()]
    (entry,) = [each for each in index if each["asked"].endswith("/feed")]
    assert (entry["status"], entry["headers"]["x-echo"]) == (200, "<PAPER_COOKIE>")
    assert "set-cookie" not in entry["headers"]
    body = (pages / entry["file"]).read_text("utf-8")
    assert entry["file"].endswith(".xml")
    assert body.count("<PAPER_COOKIE>") == 2
    everything = b"".join(file.read_bytes() for file in pages.iterdir())
    assert b"very-secret" not in everything


def test_so_many_pages_are_read_as_were_asked_for(town: Place) -> None:
    def endless(asked: Asked) -> Reply:
        number = int(asked.path.rpartition("/")[2])
        items = [{"id": str(number), "content_text": "x", "date_published": "2026-11-20T00:00:00Z"}]
        page = {"version": "https://jsonfeed.org/version/1.1", "items": items, "next_url": f"/{number + 1}"}
        return Reply(json.dumps(page).encode(), type="application/json")

    with Site(endless) as site:
        town.lay_out(sources=town.feed(f"{site.url}/1", days_back=3650))
        answer = town.call("fetch", "晚报", "--pages", "3")
    assert (answer.code, len(answer.records)) == (0, 3)
    assert "stopped after 3 pages" in answer.err


def test_a_wall_is_told_and_ends_with_3(town: Place) -> None:
    with Site(lambda _: Reply(status=403)) as site:
        town.lay_out(sources=town.feed(f"{site.url}/feed"))
        answer = town.call("fetch", "晚报")
    assert (answer.code, answer.out) == (3, "")
    assert answer.err == "晚报: 0 posts [blocked: access refused (403)]\n"


def test_an_unknown_source_is_a_usage_error_that_names_what_is_near(town: Place) -> None:
    town.lay_out(sources=town.feed("http://127.0.0.1:9/feed"))
    answer = town.call("fetch", "晩报")
    assert answer.code == 2
    assert "unknown source '晩报'" in answer.err
