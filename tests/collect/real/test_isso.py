"""A real Isso: each comment is read once, edits are seen, what was deleted is marked, or gone."""

from __future__ import annotations

import json
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from listening.model import Author, Outcome, Reference, RunStatus
from tests.collect.real.reading import Desk, crawl, source
from tests.collect.real.servers import Isso

PAGES = ["/断网/", "/about/", "/empty/"]


def test_the_comments_of_pages_are_kept_once_and_what_was_deleted_is_marked(
    isso: Isso, tmp_path: Path
) -> None:
    first = isso.comment("/断网/", "星河宽带**断网**了", author="阿<b>青")
    answer = isso.comment("/断网/", "我家星河宽带也掉线", parent=first)
    second = isso.comment("/断网/", "星河宽带断网，客服不理人", author="老周")
    isso.comment("/elsewhere/", "星河宽带断网（别的页面）")
    what = source("isso_comments", isso.url, pages=PAGES, website="https://blog.example/")
    with ExitStack() as stack:
        desk = Desk(what, tmp_path, stack)
        run = desk.crawl()
        assert (run.status, run.outcomes[Outcome.HIT]) == (RunStatus.OK, 3)
        found = desk.records()
        assert set(found) == {str(first), str(answer), str(second)}
        site = isso.url.removeprefix("http://")
        post = found[str(answer)].post
        assert (post.text, post.author) == ("我家星河宽带也掉线", None)
        assert post.parent == Reference(id=f"isso/{site}:comment:{first}")
        assert post.root == Reference(id=f"isso/{site}:page:/断网/")
        assert post.url == f"https://blog.example/%E6%96%AD%E7%BD%91/#isso-{answer}"
        assert found[str(first)].post.author == Author(name="阿<b>青")
        assert found[str(first)].post.text == "星河宽带断网了"

        isso.edit(answer, "我家星河宽带不掉线了")
        isso.delete(first)
        isso.delete(second)
        assert desk.crawl().status is RunStatus.OK
        found = desk.records()
        assert {number: (hit.post.text, hit.post.deleted) for number, hit in found.items()} == {
            str(first): ("星河宽带断网了", True),
            str(answer): ("我家星河宽带不掉线了", None),
            str(second): ("星河宽带断网，客服不理人", None),
        }
        assert desk.crawl().outcomes == {Outcome.REPEAT: 2}


def test_the_latest_comments_of_all_pages_are_read_without_naming_any(isso: Isso) -> None:
    numbers = [isso.comment(f"/{n % 3}/", f"第 {n} 条") for n in range(10)]
    answer = isso.comment("/0/", "这是回答", parent=numbers[0])
    posts, report = crawl(source("isso_comments", isso.url))
    assert report.status is RunStatus.OK
    assert sorted(int(post.id.rpartition(":")[2]) for post in posts) == sorted([*numbers, answer])
    ((look, _),) = report.looks
    assert look.reached


def test_its_list_of_the_latest_is_not_of_the_latest(isso: Isso) -> None:
    """Why the spider reads on until nothing was cut off; where this fails, it may ask for less."""
    first = isso.comment("/a/", "第一条")
    answer = isso.comment("/a/", "这是回答", parent=first)
    isso.comment("/a/", "最新的一条")
    with urllib.request.urlopen(f"{isso.url}/latest?limit=1") as told:
        assert [each["id"] for each in json.loads(told.read())] == [answer]


def test_a_server_that_lists_nothing_is_no_quiet_day_and_what_waits_is_never_seen(silent_isso: Isso) -> None:
    silent_isso.comment("/a/", "等待审核")
    posts, report = crawl(source("isso_comments", silent_isso.url))
    assert (posts, report.status) == ([], RunStatus.BLOCKED)
    assert report.reason == (
        "the server does not list its latest comments (latest-enabled) - name the pages to read under `pages`"
    )
    posts, report = crawl(source("isso_comments", silent_isso.url, pages=["/a/"]))
    assert (posts, report.status) == ([], RunStatus.EMPTY)
