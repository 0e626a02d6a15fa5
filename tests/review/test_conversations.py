"""Conversations: all that stands in a thread, in order, and who says it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from listening.errors import DeskMistake
from listening.model import Author, Hit, Kind, Reference, Status
from listening.review.conversations import Conversation, Speaker, conversation, threads_named
from listening.store import Store, open_store
from tests.review.authors import CONTEXT, MENTION, hour, wrote
from tests.store.records import case

A, B, C, D, DESK = "weibo:1001", "weibo:42", "weibo:77", "weibo:2002", "weibo:9"
THREAD = "weibo:1"
OURS = {**CONTEXT, "ours": True}


@pytest.fixture(params=["memory:", "sqlite:var/desk.sqlite"], ids=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(request.param, tmp_path)
    yield opened
    opened.close()


def said(key: str | None, n: int, text: str = "星河宽带又双叒断网啦", **more: Any) -> Hit:
    """A post of the thread."""
    return wrote(key, n, text, **{"thread": THREAD} | more)


def heard(whole: Conversation) -> list[tuple[str, str, int]]:
    return [(line.hit.id, str(line.speaker), line.voice) for line in whole.lines]


def test_all_posts_of_a_thread_are_its_lines_from_the_first_to_the_last(store: Store) -> None:
    store.save(
        [
            said(B, 4, "星河宽带还不错", **MENTION),
            said(DESK, 2, "您好，请私信", **OURS),
            said(A, 1, case="c1"),
            said(D, 5, "我家也是", **CONTEXT),
            said(C, 3, "星河宽带掉线"),
            wrote(A, 6),
        ]
    )
    store.withdraw(["weibo:3"])
    whole = conversation(store, THREAD)
    assert [line.hit.id for line in whole.lines] == [f"weibo:{n}" for n in range(1, 6)]
    assert [str(line.hit.status) for line in whole.lines] == [
        "open",
        "context",
        "withdrawn",
        "kept",
        "context",
    ]


def test_posts_of_one_moment_stand_in_the_order_of_their_ids(store: Store) -> None:
    store.save([said(A, n, published_at=hour(1)) for n in (3, 1, 2)])
    assert [line.hit.id for line in conversation(store, THREAD).lines] == ["weibo:1", "weibo:2", "weibo:3"]


def test_a_thread_of_which_nothing_is_kept_has_no_lines(store: Store) -> None:
    assert conversation(store, THREAD) == Conversation(THREAD, (), ())


def test_ours_is_what_our_accounts_wrote_and_the_customer_whose_matter_it_is(store: Store) -> None:
    store.save(
        [
            said(A, 1, case="c1"),
            said(DESK, 2, **OURS),
            said(D, 3, **CONTEXT),
            said(A, 4, "还是不行", **CONTEXT),
            said(B, 5, **MENTION),
            said(C, 6, **MENTION, case="c2"),
        ]
    )
    assert [speaker for _, speaker, _ in heard(conversation(store, THREAD))] == [
        *("customer", "ours", "other", "customer", "other", "customer"),
    ]


def test_those_on_one_side_are_numbered_as_they_come_in(store: Store) -> None:
    store.save(
        [
            said(A, 1),
            said(C, 2, **CONTEXT),
            said(B, 3),
            said(DESK, 4, **OURS),
            said(A, 5),
            said("weibo:8", 6, **OURS),
            said(D, 7, **CONTEXT),
            said(C, 8, **CONTEXT),
        ]
    )
    whole = conversation(store, THREAD)
    assert [(speaker, voice) for _, speaker, voice in heard(whole)] == [
        *(("customer", 1), ("other", 1), ("customer", 2), ("ours", 1)),
        *(("customer", 1), ("ours", 2), ("other", 2), ("other", 1)),
    ]
    assert [whole.voices(speaker) for speaker in Speaker] == [2, 2, 2]
    assert conversation(store, "weibo:0").voices(Speaker.OURS) == 0


def test_posts_of_nobody_known_are_by_different_people(store: Store) -> None:
    store.save([said(None, 1), said(None, 2, **CONTEXT), said(None, 3)])
    whole = conversation(store, THREAD)
    assert heard(whole) == [
        ("weibo:1", "customer", 1),
        ("weibo:2", "other", 1),
        ("weibo:3", "customer", 2),
    ]


def test_who_only_repeats_a_post_is_no_customer_though_in_its_case(store: Store) -> None:
    root = Reference(id="weibo:1", author=Author(id="1001", name="张小满"))
    repost = {"kind": Kind.REPOST, "root": root, "case": "c1"}
    store.save([said(A, 1, case="c1"), said(B, 2, "转发微博", **repost), said(C, 3, "我也断网了", **repost)])
    assert [speaker for _, speaker, _ in heard(conversation(store, THREAD))] == [
        "customer",
        "other",
        "customer",
    ]


def test_its_cases_stand_in_the_order_they_come_up(store: Store) -> None:
    store.put_cases([case("c1"), case("c2"), case("elsewhere")])
    store.save([said(A, 1, case="c2"), said(B, 2, case="c1"), said(A, 3, case="c2"), said(C, 4, case="none")])
    assert [each.id for each in conversation(store, THREAD).cases] == ["c2", "c1"]


def test_for_a_case_that_was_joined_to_another_stands_the_other(store: Store) -> None:
    store.put_cases([case("c1", status=Status.MERGED, merged_into="c2"), case("c2")])
    store.save([said(A, 1, case="c1"), said(B, 2, case="c2")])
    assert [each.id for each in conversation(store, THREAD).cases] == ["c2"]


@pytest.fixture
def full(store: Store) -> Store:
    """A case with posts in two threads, and one that was joined to it."""
    store.save([said(A, 1, case="c1"), said(D, 2, **CONTEXT), wrote(A, 6, thread="weibo:5", case="c1")])
    store.save([wrote(B, 7, thread=None)])
    store.put_cases(
        [
            case("c1", thread=THREAD, posts=("weibo:1", "weibo:6")),
            case("c2", status=Status.MERGED, merged_into="c1"),
        ]
    )
    return store


@pytest.mark.parametrize(
    ("name", "threads"),
    [
        pytest.param("weibo:1", [THREAD], id="its first post"),
        pytest.param("weibo:2", [THREAD], id="one that matched nothing"),
        pytest.param("weibo:6", ["weibo:5"], id="a post of another thread"),
        pytest.param("weibo:7", ["weibo:7"], id="a record that names no thread"),
        pytest.param("weibo:5", ["weibo:5"], id="a thread whose first post is not kept"),
        pytest.param("c1", [THREAD, "weibo:5"], id="a case, the thread it began in first"),
        pytest.param("c2", [THREAD, "weibo:5"], id="a case that was joined to it"),
    ],
)
def test_a_conversation_is_found_by(full: Store, name: str, threads: list[str]) -> None:
    assert threads_named(full, name) == threads


@pytest.mark.parametrize("name", ["weibo:9", "", "c9"])
def test_what_is_none_of_them_is_refused(full: Store, name: str) -> None:
    with pytest.raises(DeskMistake) as error:
        threads_named(full, name)
    assert str(error.value).removeprefix(f"{name}: ") == (
        "is no post, thread or case that we know - see listening search"
    )


def test_a_case_whose_posts_are_gone_says_so(store: Store) -> None:
    store.put_cases([case("c1", thread=None, posts=(), erased=True)])
    with pytest.raises(DeskMistake, match=r"^c1: none of its posts are kept - see its steps: listening case"):
        threads_named(store, "c1")
