"""The made-up posts: enough of them, varied, and every trap in them more than once."""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from listening.demo.world import SITES, DemoPost, View, history, load_posts, person

POSTS = load_posts()
TRAPS = [
    "traditional",
    "fullwidth",
    "spaced",
    "zero_width",
    "negation",
    "collision",
    "nested",
    "repost",
    "attached_at",
    "url",
    "html",
    "edited",
    "deleted",
    "time",
    "empty",
    "own_answer",
    "federated",
    "churn",
    "english",
]
BRANDS = ("星河", "长河", "云帆", "星 河", "Xinghe", "Changhe", "Yunfan")


def trapped(trap: str) -> list[DemoPost]:
    return [post for post in POSTS if trap in post.trap]


def test_there_are_at_least_320_posts_at_the_start_and_each_has_its_own_key() -> None:
    assert sum(post.edition == 1 for post in POSTS) >= 320
    assert len({post.key for post in POSTS}) == len(POSTS)
    assert {post.site for post in POSTS} == set(SITES)


def test_posts_lie_within_the_14_days_before_the_start_and_many_in_the_last_three() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    ages = [now - View(now, 1).published(post) for post in POSTS if post.edition == 1]
    assert timedelta(0) < min(ages) and max(ages) < timedelta(days=14)
    assert max(ages) > timedelta(days=13)
    assert sum(age < timedelta(days=3) for age in ages) > len(ages) / 4


def test_new_posts_are_written_between_the_start_and_a_few_minutes_later() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    new = [View(now, 2).published(post) for post in POSTS if post.edition == 2]
    assert len(new) >= 5
    assert all(now < moment <= now + timedelta(minutes=5) for moment in new)


def test_no_two_posts_say_the_same_and_lengths_vary() -> None:
    texts = [post.text for post in POSTS if post.text]
    assert [text for text, n in Counter(texts).items() if n > 1 and len(text) > 2] == []
    assert min(map(len, texts)) <= 5
    assert max(map(len, texts)) > 20_000
    assert len({text[:6] for text in texts}) > 0.9 * len(texts)


def test_most_of_the_stream_is_about_something_else() -> None:
    about = [post for post in POSTS if any(b in f"{post.title} {post.text}" for b in BRANDS)]
    assert len(POSTS) * 0.25 < len(about) < len(POSTS) * 0.5


@pytest.mark.parametrize(
    "trap",
    TRAPS,
)
def test_every_trap_is_set_more_than_once(trap: str) -> None:
    assert len(trapped(trap)) >= 2


@pytest.mark.parametrize(
    ("trap", "sign"),
    [
        pytest.param("repost", "//@", id="reposts quote with //@"),
        pytest.param("attached_at", "@", id="an @name with text attached"),
        pytest.param("url", "http", id="addresses with brand words"),
        pytest.param("html", "&", id="entities in markup"),
        pytest.param("nested", "星河宽带杯", id="a longer word that holds the brand"),
        pytest.param("collision", "判断网络", id="words that meet by chance"),
        pytest.param("negation", "不投诉", id="what did not happen"),
        pytest.param("churn", "想换网", id="a competitor's customer wants to leave"),
    ],
)
def test_the_trap_holds_what_it_says(trap: str, sign: str) -> None:
    assert any(sign in f"{post.title}{post.text}" for post in trapped(trap))


def test_zero_width_characters_stand_inside_words() -> None:
    for post in trapped("zero_width"):
        inside = [n for n, char in enumerate(post.text) if unicodedata.category(char) == "Cf"]
        assert any(0 < n < len(post.text) - 1 and post.text[n - 1].isalpha() for n in inside), post.key


def test_full_width_posts_hold_full_width_letters_or_digits() -> None:
    for post in trapped("fullwidth"):
        assert any("\uff10" <= char <= "\uff5a" for char in post.text), post.key


def test_feeds_get_their_times_wrong_in_each_of_four_ways_twice() -> None:
    ways = Counter(post.time for post in trapped("time"))
    assert set(ways) == {"missing", "unparsable", "zoneless", "future"}
    assert min(ways.values()) >= 2


def test_our_own_accounts_answer_in_threads() -> None:
    assert {post.author for post in trapped("own_answer")} == {"xinghe", "xinghe_care"}
    assert person("xinghe_care").name == "星河宽带客服"


def test_replies_follow_what_they_answer() -> None:
    by_key = {post.key: post for post in POSTS}
    for post in POSTS:
        above = by_key.get(post.reply_to or post.reblog or post.topic or "")
        assert above is None or (above.before > post.before and above.site == post.site), post.key
        assert (post.reply_to or post.reblog or post.topic or post.key) in by_key


def test_history_is_ordered_by_time() -> None:
    view = View(datetime(2026, 11, 20, tzinfo=UTC), 2)
    for site in SITES:
        times = [view.published(post) for post in history(site)]
        assert times == sorted(times)
