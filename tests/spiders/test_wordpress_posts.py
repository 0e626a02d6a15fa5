"""Posts of WordPress sites: what one becomes, how far the paging goes, and how a site says no."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy import Request

from listening.collect.spider.options import read_options
from listening.model import Author, Kind, Post, RunStatus
from spiders.wordpress_posts import WordpressPostOptions, WordpressPosts
from tests.spiders.wordpress_site import REFUSALS, START, refusal, site, written

OPTIONS = WordpressPostOptions(url="https://Blog.example/zh/", delay=0)
SITE = "wordpress/blog.example/zh"
FIRST = "wp-json/wp/v2/posts?per_page=100&order=desc&orderby=date&_embed=author%2Cwp%3Aterm"


def post(number: Any, age: float = 0, **other: Any) -> dict[str, Any]:
    """A post in the site's shape, so many minutes old; the site's own clock is eight hours ahead."""
    return {
        "id": number,
        "date": written(age - 480),
        "date_gmt": written(age),
        "modified_gmt": written(age),
        "link": f"https://Blog.example/zh/{number}/",
        "title": {"rendered": "断网 &#038; 掉线"},
        "content": {"rendered": f"<p>星河宽带断网 {number}</p>\n<p>第二段</p>", "protected": False},
        "author": 7,
        "sticky": False,
        "categories": [1],
        "_embedded": {
            "author": [{"id": 7, "name": "阿青 &amp; 老周", "link": "https://Blog.example/zh/author/aqing/"}],
            "wp:term": [
                [{"id": 1, "taxonomy": "category", "name": "宽带"}],
                [{"id": 9, "taxonomy": "post_tag", "name": "故障 &gt; 报修"}, {"id": 8, "name": "宽带"}],
            ],
        },
        **other,
    }


def good_site(told: Any) -> Callable[[Request], Any]:
    return site([post(3), post(2, 60), post(1, 120)], told)


def numbers(result: Any) -> list[int]:
    return [int(found.id.rpartition(":")[2]) for found in result.posts]


def test_a_post_keeps_everything_the_site_tells(read: Any, told: Any) -> None:
    (found,) = read(WordpressPosts, OPTIONS, site([post(12)], told)).posts
    assert replace(found, collected_at=None) == Post(
        id=f"{SITE}:post:12",
        platform="wordpress",
        kind=Kind.ARTICLE,
        url="https://Blog.example/zh/12/",
        title="断网 & 掉线",
        text="星河宽带断网 12\n\n第二段",
        author=Author(id="7", name="阿青 & 老周", url="https://Blog.example/zh/author/aqing/"),
        published_at=START,
        source="来源",
        tags=("宽带", "故障 > 报修"),
    )


def test_what_is_not_told_stays_absent(read: Any, told: Any) -> None:
    bare = {key: post(1)[key] for key in ("id", "date_gmt", "title", "content")}
    (found,) = read(WordpressPosts, OPTIONS, site([{**bare, "title": {"rendered": ""}}], told)).posts
    assert (found.title, found.author, found.tags, found.url, found.metrics) == (None, None, (), None, None)


def test_an_author_whose_name_is_not_public_is_a_number(read: Any, told: Any) -> None:
    hidden = {"author": [{"code": "rest_user_invalid_id", "message": "Invalid user ID."}]}
    (found,) = read(WordpressPosts, OPTIONS, site([post(1, _embedded=hidden)], told)).posts
    assert found.author == Author(id="7")


def test_a_post_behind_a_password_has_no_words_and_is_no_fault(read: Any, told: Any) -> None:
    shut = {"rendered": "", "protected": True}
    result = read(WordpressPosts, OPTIONS, site([post(1, content=shut)], told))
    assert [(found.text, found.title) for found in result.posts] == [("", "断网 & 掉线")]
    assert result.verdict.status is RunStatus.OK


def test_a_number_may_be_a_text(read: Any, told: Any) -> None:
    posts = site([post(12), post("12", author="7")], told)
    result = read(WordpressPosts, OPTIONS, posts)
    assert [found.id for found in result.posts] == [f"{SITE}:post:12"]
    assert result.tally.duplicates == 1


def test_two_sites_on_one_host_stay_apart(read: Any, told: Any) -> None:
    ids = {
        read(WordpressPosts, replace(OPTIONS, url=url), good_site(told)).posts[0].id
        for url in ("https://blog.example/zh", "https://blog.example/en", "https://other.example/zh")
    }
    assert len(ids) == 3


@pytest.mark.parametrize("time", ["gestern", "2040-01-01T00:00:00", "0000-00-00T00:00:00"])
def test_a_broken_time_is_absent_and_kept_as_it_was_written(read: Any, told: Any, time: str) -> None:
    (found,) = read(WordpressPosts, OPTIONS, site([post(1, date_gmt=time)], told)).posts
    assert (found.published_at, found.extra) == (None, {"published_text": time})


def test_the_sites_own_clock_is_not_guessed_at(read: Any, told: Any) -> None:
    (found,) = read(
        WordpressPosts, OPTIONS, lambda _: told(json.dumps([post(1, date_gmt=None)]).encode())
    ).posts
    assert (found.published_at, found.extra) == (None, {"published_text": "2026-11-23T19:00:00"})


def test_paging_follows_the_links_to_the_first_post(read: Any, told: Any) -> None:
    posts = [post(number, 1000 - number) for number in range(1000, 750, -1)]
    result = read(WordpressPosts, OPTIONS, site(posts, told))
    assert numbers(result) == list(range(1000, 750, -1))
    assert result.paths[0] == f"zh/{FIRST}"
    assert [path.rpartition("&page=")[2] for path in result.paths[1:]] == ["2", "3"]
    assert (result.verdict.status, result.look.reached) == (RunStatus.OK, True)


def test_the_second_run_stops_where_the_first_began(read: Any, told: Any) -> None:
    posts = [post(number, 1000 - number) for number in range(1000, 500, -1)]
    first = read(WordpressPosts, OPTIONS, site(posts[50:], told))
    second = read(WordpressPosts, OPTIONS, site(posts, told), first.look.marks)
    assert (len(first.requests), len(second.requests)) == (5, 3)
    assert set(numbers(second)) >= set(range(1000, 950, -1))
    assert second.look.reached


def test_an_edit_among_the_newest_is_seen_by_the_next_run(read: Any, told: Any) -> None:
    first = read(WordpressPosts, OPTIONS, site([post(2), post(1, 60)], told))
    edited = post(1, 60, content={"rendered": "<p>已修复</p>"})
    second = read(WordpressPosts, OPTIONS, site([post(2), edited], told), first.look.marks)
    assert [found.text for found in second.posts][1] == "已修复"


def test_what_appears_after_its_time_is_vouched_for_later(read: Any, told: Any) -> None:
    look = read(WordpressPosts, OPTIONS, good_site(told)).look
    assert look.seen_until is not None
    assert look.seen_until < START + timedelta(minutes=1), "an hour before the run asked"


def test_a_last_page_that_has_gone_meanwhile_is_the_end(read: Any, told: Any) -> None:
    posts = [post(number, 1000 - number) for number in range(1000, 899, -1)]
    full = site(posts, told)
    result = read(
        WordpressPosts,
        OPTIONS,
        lambda request: (full if "page=2" not in request.url else site(posts[:100], told))(request),
    )
    assert len(result.posts) == 100
    assert (result.verdict.status, result.look.reached) == (RunStatus.OK, True)


def test_a_page_number_that_is_refused_at_once_is_no_end(read: Any, told: Any) -> None:
    error = {"code": "rest_invalid_param", "message": "per_page", "status": 400}
    assert read(WordpressPosts, OPTIONS, lambda _: refusal(error, told)).verdict.status is RunStatus.FAILED


def test_a_gap_is_read_from_its_upper_end(read: Any, told: Any) -> None:
    posts = [post(number, 60 * (1000 - number)) for number in range(1000, 750, -1)]
    start = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    result = read(WordpressPosts, OPTIONS, site(posts, told), wanted=start - timedelta(days=1), start=start)
    assert result.paths[0] == f"zh/{FIRST}&before=2026-11-21T12%3A00%3A00Z", "a day more: zones"
    assert result.look.seen_until == start


def test_the_sites_own_search_may_narrow_it(read: Any, told: Any) -> None:
    result = read(WordpressPosts, replace(OPTIONS, search="星河 宽带"), good_site(told))
    assert result.paths == [f"zh/{FIRST}&search=%E6%98%9F%E6%B2%B3+%E5%AE%BD%E5%B8%A6"]


def test_a_site_without_posts_is_empty(read: Any, told: Any) -> None:
    assert read(WordpressPosts, OPTIONS, site([], told)).verdict == (RunStatus.EMPTY, "")


@pytest.mark.parametrize(("error", "status"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_told_by_its_name(read: Any, told: Any, error: dict[str, Any], status: str) -> None:
    result = read(WordpressPosts, OPTIONS, lambda _: refusal(error, told))
    assert (result.posts, result.verdict.status) == ([], RunStatus(status))


BROKEN: dict[str, dict[str, Any]] = {
    "no number": {"id": None},
    "a name for a number": {"id": {}},
    "no text": {"content": {}},
    "a text of another kind": {"content": "<p>x</p>"},
    "no title": {"title": None},
    "a term without a name": {"_embedded": {"wp:term": [[{"id": 1}]]}},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_one_broken_post_is_told_and_the_others_are_read(read: Any, told: Any, change: Any) -> None:
    result = read(WordpressPosts, OPTIONS, site([post(3), {**post(2, 60), **change}, post(1, 120)], told))
    assert numbers(result) == [3, 1]
    assert len(result.unreadable) == 1


def test_an_address_that_is_none_is_said() -> None:
    _, problems = read_options(WordpressPostOptions, {"url": "blog.example"})
    assert [problem.key for problem in problems] == ["url"]
