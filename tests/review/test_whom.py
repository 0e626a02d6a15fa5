"""Whom a person means: by key, by a post of theirs, by a name that only they have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from listening.errors import DeskMistake
from listening.review.contacts import describe, join
from listening.review.whom import contact_named, is_known
from listening.store import Store, open_store
from tests.review.authors import CONTEXT, wrote
from tests.store.records import NOW

A, B, C, D = "weibo:1001", "bilibili:42", "tieba:77", "weibo:2002"
"""A and C are both called 张小满."""


@pytest.fixture(params=["memory:", "sqlite:var/desk.sqlite"], ids=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(request.param, tmp_path)
    opened.save([wrote(A, 1), wrote(B, 2), wrote(C, 3), wrote(D, 4, **CONTEXT), wrote(None, 5)])
    describe(opened, B, name="城东张女士")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param(A, A, id="a key"),
        pytest.param("weibo:1", A, id="the id of a post"),
        pytest.param("小满不满", B, id="a name that the platform shows"),
        pytest.param("小滿不滿", B, id="the same in traditional characters"),
        pytest.param("城东张女士", B, id="a name that people gave"),
        pytest.param("李四光", D, id="who was only ever seen beside a case"),
        pytest.param(D, D, id="the same by key"),
    ],
)
def test_a_contact_is_found_by(store: Store, text: str, key: str) -> None:
    assert contact_named(store, text).key == key


def test_a_key_of_which_only_people_have_spoken_is_known(store: Store) -> None:
    join(store, A, ["zhihu:z1"], person="李雷", at=NOW)
    assert contact_named(store, "zhihu:z1").key == A
    assert not is_known(store, "zhihu:z2")


def test_a_name_of_several_lists_their_keys(store: Store) -> None:
    with pytest.raises(DeskMistake) as error:
        contact_named(store, "张小满")
    assert str(error.value) == f"张小满: 2 contacts are called so - give the key of one: {C}, {A}"


def test_a_name_of_several_who_are_joined_is_the_name_of_one(store: Store) -> None:
    join(store, A, [C], person="李雷", at=NOW)
    assert contact_named(store, "张小满").members == (A, C)


def test_where_many_are_called_so_only_some_are_listed(store: Store) -> None:
    store.save(
        [wrote(f"weibo/{n}:王五", n + 10, author=wrote("weibo:王五", 1).post.author) for n in range(12)]
    )
    with pytest.raises(
        DeskMistake, match=r"12 contacts are called so - give the key of one: .*, and 2 more$"
    ):
        contact_named(store, "王五")


@pytest.mark.parametrize("text", ["weibo:9999", "张小", "", "weibo:5", "WEIBO:1001"])
def test_whoever_is_not_known_is_refused_with_what_may_be_given(store: Store, text: str) -> None:
    with pytest.raises(DeskMistake) as error:
        contact_named(store, text)
    assert str(error.value).removeprefix(f"{text}: ") == (
        "is no contact that we know"
        " - give a key as listening contact list shows it, the id of a post, or a whole name"
    )
