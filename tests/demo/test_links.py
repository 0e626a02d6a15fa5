"""The link site answers as Lemmy does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from listening.demo.links import COMMUNITIES, HOST
from listening.demo.sites import DemoSites
from listening.demo.world import DemoPost, load_posts

Ask = Callable[..., Any]
MINE = [post for post in load_posts() if post.site == "links"]


def posts(sites: DemoSites, ask: Ask, query: str = "") -> list[dict[str, Any]]:
    """Follow the cursor until a page is empty."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while page := ask(f"{sites.links_url}/api/v3/post/list?sort=New&limit=5{query}{cursor}").json:
        if not page["posts"]:
            assert page["next_page"] is None
            return found
        found += page["posts"]
        cursor = f"&page_cursor={page['next_page']}"
    raise AssertionError("a page is an object")


def comments(sites: DemoSites, ask: Ask, query: str = "") -> list[dict[str, Any]]:
    """Count the pages until one is empty."""
    found: list[dict[str, Any]] = []
    number = 1
    while page := ask(f"{sites.links_url}/api/v3/comment/list?sort=New&limit=7&page={number}{query}").json[
        "comments"
    ]:
        found += page
        number += 1
    return found


def written(edition: int, *, comment: bool) -> list[DemoPost]:
    return [post for post in MINE if post.edition <= edition and (post.topic is not None) is comment]


def test_the_cursor_leads_to_every_post_once_newest_first_below_the_pinned_one(
    sites: DemoSites, ask: Ask
) -> None:
    found = [view["post"] for view in posts(sites, ask)]
    assert len(found) == len(written(1, comment=False))
    assert found[0]["featured_local"] is True
    ids = [post["id"] for post in found[1:]]
    assert ids == sorted(set(ids), reverse=True)


def test_pages_with_numbers_give_every_comment_once_newest_first(sites: DemoSites, ask: Ask) -> None:
    times = [view["comment"]["published"] for view in comments(sites, ask)]
    assert len(times) == len(written(1, comment=True))
    assert times == sorted(set(times), reverse=True)


@pytest.mark.parametrize("community", COMMUNITIES)
def test_a_community_has_its_own_posts(sites: DemoSites, ask: Ask, community: str) -> None:
    of_it = posts(sites, ask, f"&community_name={community}@{HOST}")
    assert of_it == [view for view in posts(sites, ask) if view["community"]["name"] == community]
    assert of_it


def test_a_comment_says_below_which_ones_it_stands(sites: DemoSites, ask: Ask) -> None:
    paths = {view["comment"]["content"]: view["comment"]["path"] for view in comments(sites, ask)}
    above = paths["数据漂亮，能不能公开脚本？"]
    assert above.count(".") == 1
    assert paths["在链接最下面，用的是开源那套。"].startswith(f"{above}.")


def test_the_numbers_of_a_post_tell_its_comments(sites: DemoSites, ask: Ask) -> None:
    counted = {view["post"]["id"]: view["counts"]["comments"] for view in posts(sites, ask)}
    found = [view["comment"]["post_id"] for view in comments(sites, ask)]
    assert counted == {number: found.count(number) for number in counted}


def test_more_than_fifty_at_once_is_an_error(sites: DemoSites, ask: Ask) -> None:
    answer = ask(f"{sites.links_url}/api/v3/post/list?limit=51")
    assert (answer.status, answer.json) == (400, {"error": "couldnt_get_posts"})


def test_what_is_not_there_is_404_in_json(sites: DemoSites, ask: Ask) -> None:
    assert ask(f"{sites.links_url}/api/v3/nothing").status == 404


def test_the_next_edition_edits_deletes_and_adds(sites: DemoSites, ask: Ask) -> None:
    sites.advance()
    found, below = posts(sites, ask), comments(sites, ask)
    assert len(found) == len(written(2, comment=False))
    edited = [view["post"] for view in found if "updated" in view["post"]]
    assert [post["name"] for post in edited] == ["谁有多余的光功率计，借两天"]
    assert "已借到" in edited[0]["body"]
    gone = [view["comment"] for view in below if view["comment"]["deleted"]]
    assert [comment["content"] for comment in gone] == [""]
    assert len(below) == len(written(2, comment=True))
