"""Settings are read strictly, and every mistake comes with its cure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import pytest

from listening.collect.spider.options import Options, query_digest, read_options
from spiders.discourse_posts import DiscourseOptions
from spiders.feed_entries import FeedOptions
from spiders.mastodon_timeline import MastodonOptions

SOCIAL = {"url": "https://social.example", "tag": "星河宽带"}
FEED = {"url": "https://news.example/feed"}


def test_good_settings_become_the_spiders_own_type() -> None:
    options, problems = read_options(MastodonOptions, {**SOCIAL, "delay": 2, "max_pages": 3})
    assert problems == []
    assert options == MastodonOptions(url="https://social.example", tag="星河宽带", delay=2, max_pages=3)


WRONG: dict[str, tuple[type[Options], Mapping[str, Any], list[tuple[str, str, str]]]] = {
    "unknown key": (
        FeedOptions,
        {**FEED, "max_page": 3},
        [("max_page", "unknown setting 'max_page'", "did you mean 'max_pages'?")],
    ),
    "unknown key, nothing near": (
        FeedOptions,
        {**FEED, "词": 3},
        [
            (
                "词",
                "unknown setting '词'",
                "there are: canary, canary_text, cookie_env, days_back, delay, ignore_robots, intranet, "
                "max_megabytes, max_minutes, max_pages, timeout, url, zone",
            )
        ],
    ),
    "missing key": (FeedOptions, {}, [("url", "is missing", "'url': the feed's address")]),
    "all mistakes at once": (
        FeedOptions,
        {"delay": "fast", "max_pages": True},
        [
            ("url", "is missing", "'url': the feed's address"),
            ("delay", "'fast' is not a number", "'delay': seconds between two requests, at least"),
            ("max_pages", "True is not a whole number", "'max_pages': read at most so many pages in one run"),
        ],
    ),
    "not an address": (
        FeedOptions,
        {"url": "news.example/feed"},
        [("url", "'news.example/feed' is not an http address", "write https://…")],
    ),
    "a file": (
        FeedOptions,
        {"url": "file:///etc/passwd"},
        [("url", "'file:///etc/passwd' is not an http address", "write https://…")],
    ),
    "a broken address": (
        FeedOptions,
        {"url": "http://[::1/feed"},
        [("url", "'http://[::1/feed' is not an address", "write https://…")],
    ),
    "a secret in the address": (
        FeedOptions,
        {"url": "https://ann:hunter2@news.example/feed"},
        [("url", "holds a user name or password", "keep secrets in the environment (…_env)")],
    ),
    "a secret in what is no http address": (
        FeedOptions,
        {"url": "ftp://ann:hunter2@news.example/feed"},
        [("url", "holds a user name or password", "keep secrets in the environment (…_env)")],
    ),
    "an unknown zone": (
        FeedOptions,
        {**FEED, "zone": "Asia/Beijing"},
        [("zone", "unknown zone 'Asia/Beijing'", "write one like Asia/Shanghai")],
    ),
    "no pages": (
        FeedOptions,
        {**FEED, "max_pages": 0},
        [("max_pages", "0 is less than 1", "write 1 or more")],
    ),
    "a delay into the past": (
        FeedOptions,
        {**FEED, "delay": -1},
        [("delay", "-1 is not a number of seconds", "write 0 to 3600")],
    ),
    "no days": (
        FeedOptions,
        {**FEED, "days_back": 0},
        [("days_back", "0 is not a number of days", "write 1 or more")],
    ),
    "robots.txt ignored without a reason": (
        FeedOptions,
        {**FEED, "ignore_robots": "yes"},
        [("ignore_robots", "is not a reason", "write why it is right to ignore robots.txt")],
    ),
    "no timeline": (
        MastodonOptions,
        {"url": "https://social.example"},
        [("tag", "no timeline is named", "give exactly one of tag, account, public")],
    ),
    "two timelines": (
        MastodonOptions,
        {**SOCIAL, "public": "all"},
        [("tag", "tag and public are given", "give exactly one of tag, account, public")],
    ),
    "an unknown public timeline": (
        MastodonOptions,
        {"url": "https://social.example", "public": "remote"},
        [
            (
                "public",
                "'remote' is not one of 'local', 'all'",
                "'public': read the public timeline: local (posts of this server) or all it knows",
            )
        ],
    ),
    "a tag with its sign": (
        MastodonOptions,
        {"url": "https://social.example", "tag": "#断网"},
        [("tag", "'#断网' begins with #", "write '断网'")],
    ),
    "half of a login": (
        DiscourseOptions,
        {"url": "https://forum.example", "api_key_env": "KEY"},
        [("api_username", "goes together with api_key_env", "give both or none")],
    ),
}


@pytest.mark.parametrize(("kind", "given", "problems"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_with_its_cure(
    kind: type[Options], given: Mapping[str, Any], problems: list[tuple[str, str, str]]
) -> None:
    assert read_options(kind, given) == (None, problems)


@pytest.mark.parametrize("kind", [FeedOptions, DiscourseOptions, MastodonOptions])
def test_every_setting_has_a_sentence(kind: type[Options]) -> None:
    assert all(one.metadata["says"] for one in fields(kind))


def test_only_what_asks_for_other_posts_makes_another_query() -> None:
    here = MastodonOptions(url="https://social.example", tag="断网")
    assert query_digest(here) == query_digest(replace(here, delay=9, max_pages=1, token_env="T"))
    assert query_digest(here) != query_digest(replace(here, tag="掉线"))
    assert query_digest(here) != query_digest(replace(here, url="https://other.example"))


def test_secrets_are_named_never_held() -> None:
    options = MastodonOptions(url="https://social.example", tag="断网", token_env="MASTODON_TOKEN")
    assert options.environment() == {"token_env": "MASTODON_TOKEN"}
    assert replace(options, token_env=None).environment() == {}
