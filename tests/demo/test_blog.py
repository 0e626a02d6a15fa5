"""The blog answers as the REST interface of WordPress does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from listening.demo.sites import DemoSites
from listening.demo.world import load_posts

Ask = Callable[..., Any]
MINE = [post for post in load_posts() if post.site == "blog"]


def walk(sites: DemoSites, ask: Ask, listed: str, query: str = "per_page=4") -> list[dict[str, Any]]:
    """Follow rel=next until there is none."""
    found: list[dict[str, Any]] = []
    following: str | None = f"{sites.blog_url}/wp-json/wp/v2/{listed}?{query}"
    while following:
        answer = ask(following)
        found += answer.json
        link = re.search(r'<([^>]+)>; rel="next"', answer.headers["Link"] or "")
        following = link[1] if link else None
    return found


@pytest.mark.parametrize("listed", ["posts", "comments"])
def test_links_lead_to_everything_once_newest_first(sites: DemoSites, ask: Ask, listed: str) -> None:
    found = walk(sites, ask, listed)
    ids = [each["id"] for each in found]
    assert len(ids) == sum(
        post.edition == 1 and (post.topic is not None) is (listed == "comments") for post in MINE
    )
    assert ids == sorted(set(ids), reverse=True)
    dates = [each["date_gmt"] for each in found]
    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize("listed", ["posts", "comments"])
def test_headers_say_how_many_there_are(sites: DemoSites, ask: Ask, listed: str) -> None:
    answer = ask(f"{sites.blog_url}/wp-json/wp/v2/{listed}?per_page=4")
    total = int(answer.headers["X-WP-Total"])
    assert total == len(walk(sites, ask, listed))
    assert int(answer.headers["X-WP-TotalPages"]) == -(-total // 4)


def test_a_page_past_the_end_is_an_error(sites: DemoSites, ask: Ask) -> None:
    answer = ask(f"{sites.blog_url}/wp-json/wp/v2/posts?page=99")
    assert (answer.status, answer.json["code"]) == (400, "rest_post_invalid_page_number")


@pytest.mark.parametrize("query", ["per_page=101"])
def test_too_many_at_once_is_an_error(sites: DemoSites, ask: Ask, query: str) -> None:
    assert ask(f"{sites.blog_url}/wp-json/wp/v2/posts?{query}").json["code"] == "rest_invalid_param"


def test_dates_are_local_and_in_utc_and_name_no_zone(sites: DemoSites, ask: Ask, now: datetime) -> None:
    for article in walk(sites, ask, "posts"):
        local, utc = (datetime.fromisoformat(article[key]) for key in ("date", "date_gmt"))
        assert local - utc == timedelta(hours=8)
        assert utc.replace(tzinfo=UTC) < now
        assert article["modified_gmt"] == article["date_gmt"]


def test_before_and_after_cut_the_listing(sites: DemoSites, ask: Ask) -> None:
    everything = walk(sites, ask, "posts")
    middle = f"{everything[4]['date_gmt']}Z"
    older = walk(sites, ask, "posts", f"before={quote(middle)}")
    newer = walk(sites, ask, "posts", f"after={quote(middle)}")
    # the site's times are finer than what it tells of them
    assert [*newer, *older] in (everything, everything[:4] + everything[5:])


def test_what_is_embedded_comes_only_where_it_is_asked_for(sites: DemoSites, ask: Ask) -> None:
    assert all("_embedded" not in article for article in walk(sites, ask, "posts"))
    article = walk(sites, ask, "posts", "per_page=100&_embed=author,wp:term")[-1]
    assert article["_embedded"]["author"][0]["name"] == "yezhou"
    assert [[term["name"] for term in group] for group in article["_embedded"]["wp:term"]] == [
        ["城事"],
        ["老城", "菜市场"],
    ]


def test_a_comment_says_what_it_is_about_and_whom_it_answers(sites: DemoSites, ask: Ask) -> None:
    found = {comment["id"]: comment for comment in walk(sites, ask, "comments", "per_page=100&_embed=up")}
    answer = next(each for each in found.values() if "已经加到文末" in each["content"]["rendered"])
    assert "违约金我问过" in found[answer["parent"]]["content"]["rendered"]
    assert answer["_embedded"]["up"][0]["title"]["rendered"].startswith("三家宽带我都装过")
    assert answer["author"] > 0, "who writes articles has an account"
    assert found[answer["parent"]]["author"] == 0
    assert walk(sites, ask, "comments", f"post={answer['post']}&per_page=100") == [
        {key: value for key, value in each.items() if key != "_embedded"}
        for each in found.values()
        if each["post"] == answer["post"]
    ]


def test_the_search_finds_words(sites: DemoSites, ask: Ask) -> None:
    found = walk(sites, ask, "posts", f"search={quote('羊肉')}")
    assert [article["title"]["rendered"] for article in found] == ["跟着记者的地图，把三家羊肉馆吃了一遍"]


def test_what_is_not_there_is_404_in_json(sites: DemoSites, ask: Ask) -> None:
    answer = ask(f"{sites.blog_url}/wp-json/wp/v2/nothing")
    assert (answer.status, answer.json["code"]) == (404, "rest_no_route")


def test_the_next_edition_edits_deletes_and_adds(sites: DemoSites, ask: Ask) -> None:
    before = {each["id"]: each for listed in ("posts", "comments") for each in walk(sites, ask, listed)}
    sites.advance()
    after = {each["id"]: each for listed in ("posts", "comments") for each in walk(sites, ask, listed)}
    edited = [
        each["title"]["rendered"]
        for number, each in after.items()
        if number in before and each["content"] != before[number]["content"]
    ]
    assert edited == ["挖断的不只是一根光缆"]
    assert [before[number]["author_name"] for number in before.keys() - after.keys()] == ["说错话的人"]
    assert len(after.keys() - before.keys()) == 2
