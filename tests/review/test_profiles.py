"""What records say of contacts: of one all there is, of many as much as a list shows."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from listening.model import Author, Hit, Status
from listening.query import Query
from listening.review.contacts import Contact, contact, join, tag
from listening.review.profiles import (
    Found,
    Profile,
    cases_of,
    history,
    last_satisfied,
    left_out,
    of_competitor,
    open_cases,
    profile,
    profiles,
    without_competitors,
)
from listening.store import Store, open_store
from listening.store.memory import MemoryStore
from listening.store.pseudonyms import open_pseudonyms
from tests.review.authors import COMPETITOR, CONTEXT, MENTION, hour, wrote
from tests.store.records import NOW, ask, case

A, B, C, D = "weibo:1001", "bilibili:42", "tieba:77", "weibo:2002"


@pytest.fixture(params=["memory:", "sqlite:var/desk.sqlite"], ids=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(request.param, tmp_path)
    yield opened
    opened.close()


def listed(found: Found) -> list[tuple[str, int]]:
    return [(each.contact.key, each.records) for each in found.profiles]


def test_a_profile_tells_what_was_found_of_all_keys_of_a_contact(store: Store) -> None:
    outage, bill = ("星河宽带/宽带报障",), ("星河移动/资费争议",)
    store.save(
        [
            wrote(A, 1, scenarios=outage, region="云州"),
            wrote(A, 2, scenarios=outage),
            wrote(B, 3, brands=("星河移动",), scenarios=bill, region="海州"),
            wrote(A, 4, **MENTION),
            wrote(D, 5),
        ]
    )
    whole = join(store, A, [B], person="李雷", at=NOW)
    assert profile(store, whole) == Profile(
        contact=whole,
        records=4,
        author="张小满",
        opaque=frozenset({A, B}),
        region="海州",
        platforms=(("weibo", 3), ("bilibili", 1)),
        brands=(("星河宽带", 3), ("星河移动", 1)),
        scenarios=(("星河宽带/宽带报障", 2), ("星河移动/资费争议", 1)),
        first_at=hour(1),
        last_at=hour(4),
        last="weibo:4",
    )


def test_of_a_contact_without_records_nothing_is_known(store: Store) -> None:
    assert profile(store, contact(store, A)) == Profile(contact=Contact(key=A, members=(A,)))


def test_the_history_is_that_of_all_keys_newest_first_without_what_is_hidden(store: Store) -> None:
    store.save([wrote(A, 1), wrote(B, 2), wrote(D, 3), wrote(A, 4, **CONTEXT), wrote(B, 5)])
    store.withdraw(["bilibili:5"])
    whole = join(store, A, [B], person="李雷", at=NOW)
    assert [hit.id for hit in history(store, whole)] == ["bilibili:2", "weibo:1"]


def author(followers: int | None, name: str = "张小满") -> Author:
    return Author(id="1001", name=name, followers=followers)


@pytest.mark.parametrize(
    ("of_weibo", "of_bilibili", "known"),
    [
        pytest.param([900, 1_200], [], 1_200, id="the latest"),
        pytest.param([1_200, 900], [], 900, id="also where they have become fewer"),
        pytest.param([900, None], [], 900, id="not known the last time"),
        pytest.param([900], [30, 50], 900, id="of the key that has most"),
        pytest.param([None], [None], None, id="never known"),
        pytest.param([0], [], 0, id="none is known to be none"),
    ],
)
def test_followers_are_the_latest_known(
    store: Store, of_weibo: list[int | None], of_bilibili: list[int | None], known: int | None
) -> None:
    store.save([wrote(A, n, author=author(followers)) for n, followers in enumerate(of_weibo, 1)])
    store.save([wrote(B, n, author=author(followers)) for n, followers in enumerate(of_bilibili, 10)])
    assert profile(store, join(store, A, [B], person="李雷", at=NOW)).followers == known


def test_the_name_is_the_one_people_gave_or_else_the_latest_shown(store: Store) -> None:
    store.save([wrote(A, 1, author=author(1, "张小满")), wrote(A, 2, author=author(1, "张大满"))])
    found = profile(store, contact(store, A))
    assert found.name == "张大满"
    assert replace(found, contact=replace(found.contact, name="城东张女士")).name == "城东张女士"
    assert Profile(contact=found.contact).name is None


@pytest.mark.parametrize(
    ("key", "writer", "is_opaque"),
    [
        pytest.param(A, Author(id="1001", name="张小满"), True, id="an id beside the name"),
        pytest.param("weibo:张小满", Author(name="张小满"), False, id="a name without an id"),
        pytest.param("hackernews:xiaoman", Author(id="xiaoman", name="xiaoman"), False, id="the id is it"),
        pytest.param("weibo:1001", Author(id="1001"), True, id="no name at all"),
    ],
)
def test_a_key_that_holds_the_shown_name_is_told_from_others(
    store: Store, key: str, writer: Author, is_opaque: bool
) -> None:
    store.save([wrote(key, 1, author=writer)])
    assert (key in profile(store, contact(store, key)).opaque) is is_opaque


def test_contacts_of_a_search_are_listed_by_the_number_of_its_records(store: Store) -> None:
    bill: dict[str, Any] = {"scenarios": ("星河宽带/资费争议",)}
    store.save([wrote(A, 1), wrote(A, 2, **bill), wrote(D, 3), wrote(D, 4), wrote(C, 5)])
    assert listed(profiles(store, ask(""))) == [(A, 2), (D, 2), (C, 1)]
    assert listed(profiles(store, ask("scenario:宽带报障"))) == [(D, 2), (C, 1), (A, 1)]
    assert listed(profiles(store, ask("scenario:没有"))) == []


def test_joined_contacts_are_one_in_a_list(store: Store) -> None:
    store.save([wrote(A, 1), wrote(B, 2), wrote(D, 3), wrote(D, 4), wrote(C, 5)])
    join(store, A, [B, C], person="李雷", at=NOW)
    found = profiles(store, ask(""))
    assert listed(found) == [(A, 3), (D, 2)]
    assert (found.profiles[0].contact.members, found.profiles[0].last) == ((A, B, C), "tieba:5")


def test_a_list_can_be_of_some_contacts_only(store: Store) -> None:
    store.save([wrote(A, 1), wrote(D, 2)])
    tag(store, D, ["VIP"])
    assert listed(profiles(store, ask(""), keep=lambda each: each.has_tags(["vip"]))) == [(D, 1)]


def test_our_own_accounts_are_no_contacts_and_records_of_nobody_are_counted(store: Store) -> None:
    store.save([wrote(A, 1), wrote("weibo:9", 2, ours=True), wrote(None, 3), wrote(None, 4)])
    found = profiles(store, ask(""))
    assert (listed(found), found.nameless) == ([(A, 1)], 2)


class Endless(MemoryStore):
    """Thousands of records of a hundred thousand characters each, of which it holds none."""

    def scan(self, query: Query | None = None) -> Iterator[Hit]:  # noqa: ARG002 - the port's signature
        for n in range(2_000):
            yield wrote([A, B, C, D][n % 4], n, "网" * 100_000)


def test_no_record_of_a_long_list_is_held_in_memory() -> None:
    tracemalloc.start()
    try:
        found = profiles(Endless(), ask(""))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [each.records for each in found.profiles] == [500] * 4
    assert peak < 5_000_000


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        pytest.param("", [A], id="without being asked for"),
        pytest.param("宽带 -class:own", [A], id="a class that is not wanted asks for no other"),
        pytest.param("-competitor:长河通信", [A], id="nor does a competitor"),
        pytest.param("class:keyword", [A], id="another class"),
        pytest.param("class:competitor", [D], id="their class"),
        pytest.param("class:keyword,competitor", [A, D], id="their class among others"),
        pytest.param("competitor:长河通信", [D], id="one of them by name"),
    ],
)
def test_what_is_said_of_competitors_alone_is_apart_until_it_is_asked_for(
    store: Store, words: str, keys: list[str]
) -> None:
    store.save([wrote(A, 1), wrote(D, 2, "长河通信的宽带又涨价", **COMPETITOR)])
    found = profiles(store, without_competitors(ask(words)))
    assert sorted(key for key, _ in listed(found)) == sorted(keys)


def test_how_many_records_are_left_out_is_known(store: Store) -> None:
    store.save([wrote(A, 1), wrote(D, 2, **COMPETITOR), wrote(D, 3, **COMPETITOR, region="云州")])
    assert [left_out(store, ask(words)) for words in ("", "region:云州", "class:competitor")] == [2, 1, 0]


def test_a_competitors_list_holds_complaints_about_it_alone(store: Store) -> None:
    both = COMPETITOR | {"brands": ("星河宽带",), "listening_class": "keyword"}
    other = COMPETITOR | {"competitors": ("大江宽带",), "scenarios": ("大江宽带/挖角机会",)}
    store.save(
        [
            wrote(A, 1, **COMPETITOR),
            wrote(B, 2, **COMPETITOR | MENTION),
            wrote(C, 3, **other),
            wrote(D, 4, **both),
        ]
    )
    assert listed(profiles(store, of_competitor(ask(""), "长河通信"))) == [(A, 1)]
    assert listed(profiles(store, of_competitor(ask("until:2020-01-01"), "长河通信"))) == []


def test_cases_of_a_contact_are_those_of_all_its_keys_the_latest_first(store: Store) -> None:
    pseudonyms = open_pseudonyms(store)
    one, two, other = (pseudonyms.contact(key) for key in (A, B, D))
    store.put_cases(
        [
            case("early", contact=one, opened_at=hour(1), status=Status.CLOSED),
            case("late", contact=two, opened_at=hour(2)),
            case("gone", contact=one, opened_at=hour(3), status=Status.MERGED, merged_into="late"),
            case("other", contact=other, opened_at=hour(4)),
        ]
    )
    whole = join(store, A, [B], person="李雷", at=NOW)
    assert [each.id for each in cases_of(store, whole, pseudonyms)] == ["late", "early"]
    assert [each.id for each in cases_of(store, contact(store, C), pseudonyms)] == []


def test_open_cases_are_counted_for_each_of_a_list(store: Store) -> None:
    pseudonyms = open_pseudonyms(store)
    store.save([wrote(A, 1), wrote(B, 2), wrote(C, 3), wrote(D, 4)])
    join(store, A, [B], person="李雷", at=NOW)
    of = [(A, "open"), (B, "claimed"), (A, "closed"), (C, "closed"), (D, "responded")]
    cases = [
        case(f"c{n}", contact=pseudonyms.contact(key), status=Status(status))
        for n, (key, status) in enumerate(of)
    ]
    store.put_cases(cases)
    found = profiles(store, ask("")).profiles
    assert open_cases(store, found, pseudonyms) == {A: 2, D: 1}
    assert open_cases(store, [], pseudonyms) == {}


@pytest.mark.parametrize(
    ("answers", "last"),
    [
        pytest.param([], None, id="no case"),
        pytest.param([None], None, id="never asked"),
        pytest.param([False, True], True, id="the later one"),
        pytest.param([True, False, None], False, id="not asked since"),
    ],
)
def test_the_last_satisfaction_is_that_of_the_case_touched_last(
    answers: list[bool | None], last: bool | None
) -> None:
    cases = [case(f"c{n}", last_at=hour(n), satisfied=each) for n, each in enumerate(answers)]
    assert last_satisfied(cases) is last
    assert last_satisfied(cases[::-1]) is last
