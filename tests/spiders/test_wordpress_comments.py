"""Comments of WordPress sites: what one becomes, under what it stands, and how far the paging goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from scrapy import Request

from listening.model import Author, Kind, Post, Reference, RunStatus
from spiders._wordpress import WordpressOptions
from spiders.wordpress_comments import WordpressComments
from spiders.wordpress_posts import WordpressPostOptions, WordpressPosts
from tests.spiders import test_wordpress_posts
from tests.spiders.wordpress_site import REFUSALS, START, refusal, site, written

OPTIONS = WordpressOptions(url="https://Blog.example/", delay=0)
SITE = "wordpress/blog.example"


def comment(number: Any, age: float = 0, **other: Any) -> dict[str, Any]:
    """A comment in the site's shape, so many minutes old."""
    return {
        "id": number,
        "post": 4,
        "parent": 0,
        "author": 0,
        "author_name": "老周 &amp; 小李",
        "author_url": "http://laozhou.example",
        "date": written(age - 480),
        "date_gmt": written(age),
        "content": {"rendered": f"<p>我家也断网<br />{number}</p>"},
        "link": f"https://Blog.example/duanwang/#comment-{number}",
        "status": "approved",
        "type": "comment",
        "_embedded": {
            "up": [{"id": 4, "title": {"rendered": "断网 &#038; 掉线"}, "author": 7, "type": "post"}]
        },
        **other,
    }


def good_site(told: Any) -> Callable[[Request], Any]:
    return site([comment(3), comment(2, 60, parent=1), comment(1, 120)], told)


def test_an_answer_keeps_everything_the_site_tells(read: Any, told: Any) -> None:
    (found,) = read(WordpressComments, OPTIONS, site([comment(12, parent=11)], told)).posts
    assert replace(found, collected_at=None) == Post(
        id=f"{SITE}:comment:12",
        platform="wordpress",
        kind=Kind.COMMENT,
        url="https://Blog.example/duanwang/#comment-12",
        title="断网 & 掉线",
        text="我家也断网\n12",
        author=Author(name="老周 & 小李", url="http://laozhou.example"),
        published_at=START,
        source="来源",
        parent=Reference(id=f"{SITE}:comment:11"),
        root=Reference(id=f"{SITE}:post:4", author=Author(id="7")),
    )


def test_a_comment_and_a_post_with_one_number_stay_apart_and_meet_as_thread(read: Any, told: Any) -> None:
    (said,) = read(WordpressComments, OPTIONS, site([comment(4)], told)).posts
    options = WordpressPostOptions(url=OPTIONS.url, delay=0)
    (under,) = read(WordpressPosts, options, site([test_wordpress_posts.post(4)], told)).posts
    assert said.id != under.id == said.root.id


def test_a_member_is_known_by_number_and_a_visitor_without_a_name_not_at_all(read: Any, told: Any) -> None:
    nobody = comment(1, 60, author_name="", author_url="")
    found = read(WordpressComments, OPTIONS, site([comment(2, author=7), nobody], told)).posts
    assert found[0].author == Author(id="7", name="老周 & 小李", url="http://laozhou.example")
    assert found[1].author is None


@pytest.mark.parametrize(
    "embedded",
    [None, {}, {"up": [{"code": "rest_forbidden", "message": "no"}]}],
    ids=["old", "none", "an error"],
)
def test_what_it_stands_under_need_not_be_told(read: Any, told: Any, embedded: Any) -> None:
    (found,) = read(WordpressComments, OPTIONS, site([comment(1, _embedded=embedded)], told)).posts
    assert (found.title, found.root) == (None, Reference(id=f"{SITE}:post:4"))


def test_numbers_may_be_texts(read: Any, told: Any) -> None:
    told_twice = [comment(12, parent=11), comment("12", parent="11", post="4", author="0")]
    result = read(WordpressComments, OPTIONS, site(told_twice, told))
    assert (len(result.posts), result.tally.duplicates) == (1, 1)


def test_paging_reads_every_comment_once_down_to_the_first(read: Any, told: Any) -> None:
    comments = [comment(number, 1000 - number) for number in range(1000, 750, -1)]
    result = read(WordpressComments, OPTIONS, site(comments, told))
    assert len({found.id for found in result.posts}) == len(result.posts) == 250
    assert result.paths[0] == "wp-json/wp/v2/comments?per_page=100&order=desc&orderby=date_gmt&_embed=up"
    assert len(result.requests) == 3


def test_the_second_run_goes_a_day_further_back_for_what_waited(read: Any, told: Any) -> None:
    comments = [comment(number, 10 * (1000 - number)) for number in range(1000, 400, -1)]
    first = read(WordpressComments, OPTIONS, site(comments, told))
    second = read(WordpressComments, OPTIONS, site(comments, told), first.look.marks)
    assert (len(first.requests), len(second.requests)) == (6, 3)
    assert second.look.seen_until is not None
    assert second.look.seen_until < START - timedelta(hours=22)


def test_a_site_without_comments_is_empty(read: Any, told: Any) -> None:
    assert read(WordpressComments, OPTIONS, site([], told)).verdict == (RunStatus.EMPTY, "")


@pytest.mark.parametrize(("error", "status"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_told_by_its_name(read: Any, told: Any, error: dict[str, Any], status: str) -> None:
    result = read(WordpressComments, OPTIONS, lambda _: refusal(error, told))
    assert (result.posts, result.verdict.status) == ([], RunStatus(status))


@pytest.mark.parametrize(
    "change",
    [{"post": None}, {"post": 0}, {"content": None}, {"author_name": 5}, {"parent": []}],
    ids=["under nothing", "under 0", "no text", "a number for a name", "a list for a parent"],
)
def test_one_broken_comment_is_told_and_the_others_are_read(read: Any, told: Any, change: Any) -> None:
    comments = [comment(3), {**comment(2, 60), **change}, comment(1, 120)]
    result = read(WordpressComments, OPTIONS, site(comments, told))
    assert [found.id[-2:] for found in result.posts] == [":3", ":1"]
    assert len(result.unreadable) == 1
