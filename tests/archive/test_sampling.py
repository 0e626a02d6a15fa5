"""A random sample of the archive: uniform, repeatable, and with the numbers that an estimate needs."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.archive import Archive, Sample, drawn
from listening.model import Author, Outcome, Post
from tests.archive.gone import Gone
from tests.archive.posts import NOON, a_post

UNMATCHED = (Outcome.UNMATCHED,)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive", host="h", now=lambda: NOON) as opened:
        yield opened


def keep(
    archive: Archive, *posts: Post, outcome: Outcome | None, source: str = "论坛", rules: str = "r1"
) -> None:
    """One batch of one run, settled where an outcome is given."""
    with archive.writer(source, "run") as writer:
        writer.append(posts)
        if outcome is not None:
            assert archive.settle([(post, outcome) for post in posts], rules) == []


def ids(sample: Sample) -> list[str]:
    return [post.id for post in sample.posts]


def test_only_the_outcomes_asked_for_are_drawn_and_all_are_counted(archive: Archive) -> None:
    for n, outcome in enumerate(Outcome):
        if outcome not in (Outcome.REPEAT, Outcome.INVALID):
            keep(archive, a_post(10 * n), a_post(10 * n + 1), outcome=outcome)
    keep(archive, a_post(99), outcome=None)
    drawn_posts = archive.sample(10, 1, UNMATCHED)
    assert sorted(ids(drawn_posts)) == ["demo:20", "demo:21"]
    both = archive.sample(10, 1, (Outcome.UNMATCHED, Outcome.MENTION))
    assert sorted(ids(both)) == ["demo:10", "demo:11", "demo:20", "demo:21"]
    assert both.outcomes == {
        Outcome.HIT: 2,
        Outcome.MENTION: 2,
        Outcome.UNMATCHED: 2,
        Outcome.EXCLUDED: 2,
    }
    assert both.pending == 1


def test_a_post_comes_whole(archive: Archive) -> None:
    post = a_post(1, title="标题", tags=("断网",))
    keep(archive, post, outcome=Outcome.UNMATCHED)
    assert archive.sample(5, 1, UNMATCHED).posts == (post,)


def test_of_an_empty_archive_nothing_is_drawn(archive: Archive) -> None:
    assert archive.sample(5, 1, UNMATCHED) == Sample()


def test_the_window_and_the_source_narrow_what_is_drawn_and_what_is_counted(archive: Archive) -> None:
    early = NOON - timedelta(days=9)
    keep(archive, a_post(1), a_post(2, published_at=early), outcome=Outcome.UNMATCHED)
    keep(archive, a_post(3, published_at=None), outcome=Outcome.UNMATCHED, source="贴吧")
    keep(archive, a_post(4), outcome=Outcome.HIT, source="贴吧")
    late = archive.sample(9, 1, UNMATCHED, since=NOON)
    assert sorted(ids(late)) == ["demo:1", "demo:3"], "without a time of its own it goes by the archive's"
    assert late.outcomes == {Outcome.HIT: 1, Outcome.UNMATCHED: 2}
    there = archive.sample(9, 1, UNMATCHED, source="贴吧")
    assert (ids(there), there.outcomes) == (["demo:3"], {Outcome.HIT: 1, Outcome.UNMATCHED: 1})


def test_the_rules_of_what_may_be_drawn_are_counted(archive: Archive) -> None:
    keep(archive, a_post(1), a_post(2), outcome=Outcome.UNMATCHED, rules="old")
    keep(archive, a_post(3), outcome=Outcome.UNMATCHED, rules="new")
    keep(archive, a_post(4), outcome=Outcome.HIT, rules="new")
    assert archive.sample(1, 1, UNMATCHED).rules == {"old": 2, "new": 1}


def test_the_current_version_is_drawn_once(archive: Archive) -> None:
    keep(archive, a_post(1), outcome=Outcome.UNMATCHED)
    keep(archive, a_post(1, text="改过"), outcome=Outcome.UNMATCHED)
    assert [post.text for post in archive.sample(9, 1, UNMATCHED).posts] == ["改过"]


def test_posts_of_people_who_are_erased_are_not_drawn(tmp_path: Path) -> None:
    with Archive.open(tmp_path, now=lambda: NOON) as archive:
        keep(archive, a_post(1), a_post(2, author=Author(id="8")), outcome=Outcome.UNMATCHED)
    with Archive.open(tmp_path, now=lambda: NOON, erased=Gone("7")) as archive:
        assert ids(archive.sample(9, 1, UNMATCHED)) == ["demo:2"]


def test_one_seed_draws_the_same_however_the_posts_came_in(tmp_path: Path) -> None:
    posts = [a_post(n) for n in range(60)]
    found = []
    for name, size in (("whole", 60), ("pieces", 7)):
        random.Random(name).shuffle(posts)
        with Archive.open(tmp_path / name, now=lambda: NOON) as archive:
            for n in range(0, 60, size):
                keep(archive, *posts[n : n + size], outcome=Outcome.UNMATCHED)
            found.append(ids(archive.sample(12, 4711, UNMATCHED)))
            assert ids(archive.sample(12, 4712, UNMATCHED)) != found[-1]
    assert found[0] == found[1]
    assert len(set(found[0])) == 12


def test_a_smaller_sample_is_the_beginning_of_a_larger_one(archive: Archive) -> None:
    keep(archive, *(a_post(n) for n in range(50)), outcome=Outcome.UNMATCHED)
    assert ids(archive.sample(9, 3, UNMATCHED)) == ids(archive.sample(40, 3, UNMATCHED))[:9]


def test_the_ids_are_those_of_a_scan(archive: Archive) -> None:
    keep(archive, a_post(1), a_post(2, published_at=NOON - timedelta(days=9)), outcome=Outcome.HIT)
    keep(archive, a_post(3), outcome=None, source="贴吧")
    for since, source in ((None, None), (NOON, None), (None, "贴吧"), (NOON, "论坛")):
        scanned = {post.id for batch in archive.scan(since, source) for post in batch}
        assert set(archive.ids(since, source)) == scanned


names = st.lists(st.text(max_size=8), unique=True, max_size=40)


@given(names, st.integers(0, 50), st.integers(0, 2**64), st.randoms())
def test_a_draw_does_not_depend_on_the_order(
    names: list[str], size: int, seed: int, chance: random.Random
) -> None:
    found = drawn(names, size, seed)
    assert len(found) == min(size, len(names))
    assert set(found) <= set(names)
    chance.shuffle(names)
    assert drawn(iter(names), size, seed) == found


def test_every_name_has_the_same_chance() -> None:
    """A thousand draws of 10 of 40: each is drawn about 250 times; five deviations of 13.7 are allowed."""
    names = [f"weibo:{n}" for n in range(40)]
    counts = Counter(name for seed in range(1_000) for name in drawn(names, 10, seed))
    assert sum(counts.values()) == 10_000
    assert all(abs(counts[name] - 250) < 5 * 13.7 for name in names), counts


def test_a_place_in_the_sample_says_nothing_of_the_name() -> None:
    """The first of a sheet are a sample as well: of 200 first ones about half are of the first half."""
    names = [f"weibo:{n}" for n in range(40)]
    early = sum(drawn(names, 10, seed)[0] in names[:20] for seed in range(200))
    assert 60 < early < 140
