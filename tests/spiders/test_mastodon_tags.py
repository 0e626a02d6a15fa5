"""Words as hashtags of a Mastodon server: which can be one, and what is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from scrapy import Request

from listening.model import RunStatus
from spiders.mastodon_tags import MastodonTags, TagsOptions
from tests.spiders.statuses import account, server, status

OPTIONS = TagsOptions(url="https://social.example/", words=("星河宽带", "Xinghe Broadband"), delay=0)
START = "api/v1/timelines/tag/"


def good_site(told: Any) -> Callable[[Request], Any]:
    """For the contract of all spiders."""
    return server([status(number) for number in range(900, 830, -1)], told)


HASHTAGS: dict[str, tuple[str, str | None]] = {
    "Chinese": ("断网", "%E6%96%AD%E7%BD%91"),
    "two words": ("Xinghe Broadband", "XingheBroadband"),
    "digits and letters": ("5G", "5G"),
    "an underline": ("xinghe_care", "xinghe_care"),
    "digits alone": ("10086", None),
    "other signs": ("C++", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("word", "tag"), HASHTAGS.values(), ids=HASHTAGS)
def test_a_word_is_looked_for_as_people_write_it_in_a_hashtag(
    read: Any, told: Any, word: str, tag: str | None
) -> None:
    result = read(MastodonTags, OPTIONS, server([], told), queries=(word,))
    assert result.paths == ([f"{START}{tag}?limit=40"] if tag else [])
    assert result.verdict.status is (RunStatus.EMPTY if tag else RunStatus.FAILED)
    assert ("can be no hashtag" in result.verdict.reason) is (tag is None)


def test_each_word_has_its_own_account_and_a_post_with_both_is_given_once(read: Any, told: Any) -> None:
    result = read(MastodonTags, OPTIONS, good_site(told), queries=OPTIONS.words)
    assert [(look.query, look.reached) for look in result.looks] == [
        ("星河宽带", True),
        ("Xinghe Broadband", True),
    ]
    assert len(result.posts) == len({post.id for post in result.posts}) == 70


def test_who_put_up_a_hashtag_is_read_though_not_indexable(read: Any, told: Any) -> None:
    statuses = [
        status(1000, account=account("a", indexable=False)),
        status(999, account=account("b", noindex=True)),
    ]
    result = read(MastodonTags, replace(OPTIONS, words=()), server(statuses, told), queries=("断网",))
    assert [post.author.name for post in result.posts] == ["a"]


def test_the_second_run_ends_at_what_is_known(read: Any, told: Any) -> None:
    site = server([status(number) for number in range(1000, 600, -1)], told)
    first = read(MastodonTags, OPTIONS, site, queries=("断网",))
    second = read(MastodonTags, OPTIONS, site, first.looks[0].marks, queries=("断网",))
    assert (len(first.requests), len(second.requests)) == (11, 3)
