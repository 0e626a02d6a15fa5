"""What people say of contacts: joined and parted, tags, notes. Kept where erasure finds it, nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.errors import Conflict, DeskMistake
from listening.review.contacts import (
    DECLARED,
    Contact,
    Contacts,
    contact,
    describe,
    join,
    joins,
    part,
    tag,
    untag,
)
from listening.store import Store, open_store
from listening.store.memory import MemoryStore
from listening.store.ports import Document, Documents
from tests.review.authors import kept
from tests.store.records import NOW

A, B, C, D = "weibo:1001", "bilibili:42", "tieba:77", "weibo:2002"
POINTER = {"same_as": A, "why": "by_hand", "person": "李雷", "at": "2026-11-24T04:30:00.000Z"}


@pytest.fixture(params=["memory:", "sqlite:var/desk.sqlite"], ids=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(request.param, tmp_path)
    yield opened
    opened.close()


def joined(documents: Documents, key: str, *others: str) -> Contact:
    return join(documents, key, others, person="李雷", at=NOW)


def test_of_a_contact_nobody_touched_nothing_is_kept(store: Store) -> None:
    assert contact(store, A) == Contact(key=A, members=(A,))
    assert not contact(store, A).is_touched
    assert Contacts(store).of(A) == Contact(key=A, members=(A,))
    assert kept(store) == {}


def test_joined_contacts_are_one_from_whichever_key(store: Store) -> None:
    whole = joined(store, A, B, C)
    assert whole == Contact(key=A, members=(A, B, C))
    assert {contact(store, key) for key in (A, B, C)} == {whole}
    known = Contacts(store)
    assert {known.of(key) for key in (A, B, C)} == {whole}
    assert contact(store, D).members == (D,)


def test_the_main_one_lists_all_keys_and_the_others_point_to_it(store: Store) -> None:
    joined(store, A, B, C)
    assert kept(store) == {A: {"members": [A, B, C]}, B: POINTER, C: POINTER}


def test_who_joined_a_key_and_when_can_be_asked(store: Store) -> None:
    joined(store, A, B)
    join(store, A, [C], person="韩梅梅", at=NOW, why=DECLARED)
    told = [(each.key, each.person, each.why, each.at) for each in joins(store, contact(store, A))]
    assert told == [(B, "李雷", "by_hand", NOW), (C, "韩梅梅", "declared", NOW)]


def test_joining_two_that_are_several_makes_one_of_all(store: Store) -> None:
    joined(store, A, B)
    joined(store, C, D)
    assert joined(store, B, D) == Contact(key=A, members=(A, B, C, D))
    assert {body.get("same_as") for key, body in kept(store).items() if key != A} == {A}


def test_who_said_so_first_stays_with_a_key_that_comes_along(store: Store) -> None:
    joined(store, C, D)
    join(store, A, [C], person="韩梅梅", at=NOW)
    assert [each.person for each in joins(store, contact(store, A))] == ["韩梅梅", "李雷"]


def test_joining_what_is_joined_changes_nothing(store: Store) -> None:
    joined(store, A, B)
    before = list(store.documents(""))
    join(store, B, [A, B], person="韩梅梅", at=NOW)
    assert list(store.documents("")) == before


def test_tags_notes_and_names_of_all_are_kept(store: Store) -> None:
    tag(store, A, ["VIP"])
    describe(store, A, note="只接电话")
    tag(store, B, ["ｖｉｐ", "老用户"])
    describe(store, B, note="住城东", name="城东张女士")
    assert joined(store, A, B) == Contact(
        key=A, members=(A, B), tags=("VIP", "老用户"), note="只接电话\n住城东", name="城东张女士"
    )


def test_a_parted_key_is_a_contact_of_its_own_and_what_was_said_stays(store: Store) -> None:
    joined(store, A, B, C)
    tag(store, A, ["VIP"])
    assert part(store, B) == Contact(key=A, members=(A, C), tags=("VIP",))
    assert contact(store, B) == Contact(key=B, members=(B,))
    assert kept(store) == {A: {"members": [A, C], "tags": ["VIP"]}, C: POINTER}


def test_where_the_main_one_is_parted_the_next_one_takes_its_place(store: Store) -> None:
    joined(store, A, B, C)
    tag(store, A, ["VIP"])
    assert part(store, A) == Contact(key=B, members=(B, C), tags=("VIP",))
    assert kept(store) == {B: {"members": [B, C], "tags": ["VIP"]}, C: POINTER | {"same_as": B}}
    assert contact(store, A) == Contact(key=A, members=(A,))


@pytest.mark.parametrize("key", [pytest.param(A, id="the main one"), pytest.param(B, id="the other one")])
def test_two_that_are_parted_leave_nothing_behind(store: Store, key: str) -> None:
    joined(store, A, B)
    part(store, key)
    assert kept(store) == {}


def test_a_contact_that_is_joined_with_nobody_cannot_be_parted(store: Store) -> None:
    tag(store, A, ["VIP"])
    with pytest.raises(DeskMistake, match=f"^{A}: is joined with nobody - see listening contact show$"):
        part(store, A)
    assert kept(store) == {A: {"members": [A], "tags": ["VIP"]}}


def test_a_tag_stands_on_the_whole_contact_and_once(store: Store) -> None:
    joined(store, A, B)
    tag(store, B, ["  VIP ", "老 用户"])
    assert tag(store, A, ["ＶＩＰ", "vip"]).tags == ("VIP", "老 用户")
    assert kept(store)[A] == {"members": [A, B], "tags": ["VIP", "老 用户"]}


def test_a_tag_is_taken_away_in_any_spelling_and_the_document_with_the_last_one(store: Store) -> None:
    tag(store, A, ["VIP", "老用户"])
    assert untag(store, A, ["vip"]).tags == ("老用户",)
    untag(store, A, ["老用戶"])
    assert kept(store) == {}


@pytest.mark.parametrize(
    ("act", "told"),
    [
        pytest.param(
            lambda s: untag(s, A, ["VIP", "vip2"]), "has no tag vip2 - its tags: VIP", id="not there"
        ),
        pytest.param(lambda s: untag(s, B, ["VIP"]), "has no tag VIP - its tags: none", id="none there"),
        pytest.param(lambda s: tag(s, A, [" "]), "an empty tag says nothing - write one of", id="empty"),
        pytest.param(lambda s: tag(s, A, ["老" * 51]), "is too long for a tag - write one of", id="long tag"),
        pytest.param(lambda s: describe(s, A, note="字" * 2_001), "too long to be kept - a name", id="note"),
        pytest.param(lambda s: describe(s, A, name="字" * 101), "too long to be kept - a name", id="name"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    store: Store, act: Callable[[Store], object], told: str
) -> None:
    tag(store, A, ["VIP"])
    with pytest.raises(DeskMistake) as error:
        act(store)
    assert told in str(error.value)
    assert kept(store) == {A: {"members": [A], "tags": ["VIP"]}}


def test_a_name_and_a_note_stay_until_they_are_taken_away(store: Store) -> None:
    describe(store, A, name=" 城东张女士 ", note="只接电话")
    describe(store, A, note="")
    assert contact(store, A) == Contact(key=A, members=(A,), name="城东张女士")
    assert [each.key for each in Contacts(store).called("城東張女士")] == [A]
    describe(store, A, name="")
    assert kept(store) == {}


@pytest.mark.parametrize(
    ("tags", "has"),
    [
        pytest.param([], True, id="none asked for"),
        pytest.param(["vip"], True, id="another case"),
        pytest.param(["VIP", "老用戶"], True, id="all of them"),
        pytest.param(["VIP", "新用户"], False, id="one is missing"),
    ],
)
def test_a_contact_has_tags_when_it_has_all_of_them(tags: list[str], has: bool) -> None:
    assert Contact(key=A, members=(A,), tags=("VIP", "老用户")).has_tags(tags) is has


def test_a_circle_that_somebody_wrote_by_hand_ends_and_is_mended_by_joining(store: Store) -> None:
    store.put_document(f"contact/{A}", {"same_as": B}, 0)
    store.put_document(f"contact/{B}", {"same_as": A}, 0)
    assert contact(store, A).members in ((A,), (B,))
    assert Contacts(store).of(A).members in ((A,), (B,))
    joined(store, A, C)
    assert contact(store, C) == contact(store, A)


class Dying(MemoryStore):
    """Dies at the write after `writes` of them."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self.writes: float = float("inf")
        self._left = writes

    def begin_to_count(self) -> None:
        self.writes = self._left

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        self._write()
        return super().put_document(key, body, version)

    def delete_document(self, key: str, version: int) -> None:
        self._write()
        super().delete_document(key, version)

    def _write(self) -> None:
        self.writes -= 1
        if self.writes < 0:
            self.writes = float("inf")
            raise InterruptedError


ACTS: dict[str, Callable[[Documents], object]] = {
    "joining two that are several": lambda s: joined(s, A, C),
    "parting the main one": lambda s: part(s, A),
    "parting another one": lambda s: part(s, B),
}


@pytest.mark.parametrize("act", [pytest.param(act, id=name) for name, act in ACTS.items()])
@pytest.mark.parametrize("writes", range(6))
def test_who_dies_in_between_does_it_again_and_that_completes_it(
    act: Callable[[Documents], object], writes: int
) -> None:
    ends = []
    for store in (Dying(writes), Dying(1_000)):
        joined(store, A, B, "x:1")
        joined(store, C, D, "x:2")
        tag(store, C, ["VIP"])
        store.begin_to_count()
        try:
            act(store)
        except InterruptedError:
            act(store)
        ends.append(kept(store))
    assert ends[0] == ends[1]


class Restless(MemoryStore):
    """Somebody else tags whatever is about to be written, the first `times` times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        if self.times > 0:
            self.times -= 1
            there = self.get_document(key)
            said = {
                "members": [key.removeprefix("contact/")],
                **(there.body if there else {}),
                "tags": ["急"],
            }
            super().put_document(key, said, there.version if there else 0)
        return super().put_document(key, body, version)


def test_what_somebody_else_said_meanwhile_is_not_lost() -> None:
    store = Restless(3)
    describe(store, A, note="只接电话")
    assert contact(store, A) == Contact(key=A, members=(A,), tags=("急",), note="只接电话")


def test_where_others_are_always_quicker_that_is_told() -> None:
    with pytest.raises(Conflict, match="others are always quicker - try again"):
        tag(Restless(10_000), A, ["VIP"])


def test_two_who_join_the_same_two_the_other_way_round_make_one_contact(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        pairs = [(A, B), (B, A), (B, C), (C, B), (C, A), (A, C)] * 3
        list(pool.map(lambda pair: joined(store, *pair), pairs))
    whole = contact(store, A)
    assert set(whole.members) == {A, B, C}
    assert {contact(store, key) for key in (A, B, C)} == {whole}
    assert sum("members" in body for body in kept(store).values()) == 1


KEYS = [A, B, C, D, "x:1", "x:2"]
STEPS = st.lists(st.tuples(st.sampled_from(["join", "part"]), st.sampled_from(KEYS), st.sampled_from(KEYS)))


@given(STEPS)
def test_after_any_joining_and_parting_contacts_are_the_sets_of_keys_one_would_draw(
    steps: list[tuple[str, str, str]],
) -> None:
    store = MemoryStore()
    drawn = {key: frozenset({key}) for key in KEYS}
    for verb, one, other in steps:
        if verb == "join":
            joined(store, one, other)
            both = drawn[one] | drawn[other]
            drawn |= dict.fromkeys(both, both)
        elif len(drawn[one]) > 1:
            part(store, one)
            rest = drawn[one] - {one}
            drawn |= dict.fromkeys(rest, rest) | {one: frozenset({one})}
    known = Contacts(store)
    for key in KEYS:
        assert frozenset(contact(store, key).members) == drawn[key]
        assert known.of(key) == contact(store, key)
    documents = kept(store)
    assert documents.keys() == {key for key in KEYS if len(drawn[key]) > 1}
    mains = {key for key, body in documents.items() if "members" in body}
    assert {body["same_as"] for body in documents.values() if "same_as" in body} <= mains
