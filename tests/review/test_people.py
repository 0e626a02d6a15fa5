"""People of the desk: one for each name in whatever spelling, kept for good, never without an admin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.errors import Conflict, DeskMistake
from listening.review.people import LONGEST_NAME, LONGEST_NOTE, RESERVED, People, Person, Role
from listening.store import Store, open_store
from listening.store.memory import MemoryStore
from listening.store.ports import Document

ADMIN, ANALYST, MARKETER, REVIEWER = Role.ADMIN, Role.ANALYST, Role.MARKETER, Role.REVIEWER


@pytest.fixture(params=["memory:", "sqlite:var/desk.sqlite"], ids=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(request.param, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def people(store: Store) -> People:
    """With one admin, so that anybody can be added."""
    desk = People(store)
    desk.add("李娜", [ADMIN])
    return desk


def names(people: People) -> list[str]:
    return [each.name for each in people.everybody()]


def test_somebody_added_is_kept_as_given(people: People, store: Store) -> None:
    added = people.add("王磊", [REVIEWER, ANALYST], queues=["技术支持", "账务"], note="只上夜班")
    assert added == Person(
        name="王磊", roles=(ANALYST, REVIEWER), queues=("技术支持", "账务"), note="只上夜班", active=True
    )
    assert People(store).get("王磊") == added, "another process finds the same"


def test_what_is_not_said_is_not_written(people: People, store: Store) -> None:
    people.add("王磊", [REVIEWER], queues=["", " "], note=" ")
    document = store.get_document("person/王磊")
    assert document is not None
    assert document.body == {"name": "王磊", "roles": ["reviewer"]}
    assert people.known("王磊") == Person(name="王磊", roles=(REVIEWER,))


def test_what_is_given_twice_is_kept_once(people: People) -> None:
    added = people.add("王磊", [REVIEWER, REVIEWER], queues=["账务", " 账务 ", "技术支持"])
    assert (added.roles, added.queues) == ((REVIEWER,), ("账务", "技术支持"))


@pytest.mark.parametrize("roles", [[], [ANALYST], [ANALYST, REVIEWER, MARKETER]], ids=len)
def test_the_first_one_must_be_an_admin(store: Store, roles: list[Role]) -> None:
    with pytest.raises(DeskMistake, match="李娜: "):
        People(store).add("李娜", roles)
    assert names(People(store)) == []


def test_the_refusal_of_a_first_one_who_is_no_admin_tells_the_cure(store: Store) -> None:
    with pytest.raises(DeskMistake) as refused:
        People(store).add("李娜", [REVIEWER])
    assert str(refused.value) == (
        "李娜: there is no admin yet, and somebody has to be"
        " - add an admin: listening people add NAME --role admin"
    )


SAME = {
    "as it is": ("李娜", "李娜"),
    "blanks around it": ("李娜", "  李娜　"),
    "traditional characters": ("张伟", "張偉"),
    "full width": ("Anna Li", "Ａｎｎａ　Ｌｉ"),
    "capitals": ("Anna Li", "ANNA LI"),
    "two blanks": ("Anna Li", "Anna  Li"),
    "an accent of its own": ("Zoë", "Zoe\u0308"),
}


@pytest.mark.parametrize(("name", "spelt"), SAME.values(), ids=SAME)
def test_one_name_in_two_spellings_is_one_person(store: Store, name: str, spelt: str) -> None:
    people = People(store)
    people.add(name, [ADMIN])
    found = people.acting(spelt)
    assert found.name == name, "as it was written first"
    with pytest.raises(DeskMistake, match=f"{name} is there already"):
        people.add(spelt, [REVIEWER])
    assert names(people) == [name]


def test_names_that_look_alike_in_part_are_two(people: People) -> None:
    people.add("李娜娜", [REVIEWER])
    people.add("李", [REVIEWER])
    assert names(people) == ["李", "李娜", "李娜娜"]


def test_the_name_stays_as_it_was_written_but_for_blanks_that_nobody_sees(people: People) -> None:
    assert people.add(" Zoe\u0308  Ｍüller ", [REVIEWER]).name == "Zoë Ｍüller"


BAD = {
    "nothing": ("", "a name has 1 to 40 characters, not 0"),
    "blanks": (" \u3000 ", "a name has 1 to 40 characters, not 0"),
    "too long": ("娜" * (LONGEST_NAME + 1), "a name has 1 to 40 characters, not 41"),
    "a newline": ("李\n娜", "holds characters that cannot be seen"),
    "a tab": ("李\t娜", "holds characters that cannot be seen"),
    "a bell": ("李\x07娜", "holds characters that cannot be seen"),
    "a line separator": ("李\u2028娜", "holds characters that cannot be seen"),
    "no width": ("李\u200b娜", "holds characters that cannot be seen"),
    "right to left": ("李\u202e娜", "holds characters that cannot be seen"),
    "half a character": ("李\ud800", "holds characters that cannot be seen"),
    "what stands for no person": ("system", "the desk uses this word itself"),
    "that in other letters": ("ＳＹＳＴＥＭ", "the desk uses this word itself"),
    "a role": ("Admin", "the desk uses this word itself"),
}


@pytest.mark.parametrize(("name", "told"), BAD.values(), ids=BAD)
def test_a_name_that_cannot_be_is_refused(people: People, name: str, told: str) -> None:
    with pytest.raises(DeskMistake) as refused:
        people.add(name, [REVIEWER])
    assert told in str(refused.value)
    assert refused.value.cure
    assert str(refused.value).isprintable(), "it goes to a terminal"
    assert names(people) == ["李娜"]


def test_every_role_is_reserved() -> None:
    assert {"system", "analyst", "reviewer", "marketer", "admin"} == RESERVED


def test_the_longest_name_is_taken(people: People) -> None:
    assert people.add("娜" * LONGEST_NAME, [REVIEWER]).name == "娜" * 40


def test_all_that_is_wrong_is_told_at_once(people: People) -> None:
    with pytest.raises(DeskMistake) as refused:
        people.add("系统\x00" * 20, [], note="长" * (LONGEST_NOTE + 1))
    assert refused.value.what == (
        "a name has 1 to 40 characters, not 60; holds characters that cannot be seen; has no role; "
        "the note has more than 500 characters"
    )
    assert "there are: analyst, reviewer, marketer, admin" in refused.value.cure


@given(st.text())
def test_a_name_is_refused_with_a_reason_or_found_again(name: str) -> None:
    people = People(MemoryStore())
    people.add("李娜", [ADMIN])
    try:
        added = people.add(name, [REVIEWER])
    except DeskMistake as refused:
        assert refused.cure
    else:
        assert people.acting(name) == people.acting(added.name) == added


def test_a_change_takes_what_is_given_and_leaves_the_rest(people: People) -> None:
    people.add("王磊", [REVIEWER], queues=["账务"], note="夜班")
    assert people.change("王磊", roles=[ANALYST, REVIEWER]).queues == ("账务",)
    assert people.change("王磊", queues=["技术支持"]).note == "夜班"
    assert people.change("王磊", note="早班") == Person(
        name="王磊", roles=(ANALYST, REVIEWER), queues=("技术支持",), note="早班"
    )
    assert people.known("王磊").note == "早班"


def test_queues_and_note_can_be_taken_away(people: People) -> None:
    people.add("王磊", [REVIEWER], queues=["账务"], note="夜班")
    assert people.change("王磊", queues=[], note="") == Person(name="王磊", roles=(REVIEWER,))


def test_what_changes_nothing_writes_nothing(people: People, store: Store) -> None:
    people.change("李娜", roles=[ADMIN], queues=[], note="", active=True)
    document = store.get_document("person/李娜")
    assert document is not None
    assert document.version == 1


def test_a_change_keeps_the_same_rules_as_adding(people: People) -> None:
    people.add("王磊", [REVIEWER])
    with pytest.raises(DeskMistake, match="王磊: has no role - there are: analyst"):
        people.change("王磊", roles=[])
    with pytest.raises(DeskMistake, match="the note has more than 500"):
        people.change("王磊", note="长" * 501)
    assert people.known("王磊") == Person(name="王磊", roles=(REVIEWER,))


def test_somebody_who_left_stays_known_and_may_not_act(people: People) -> None:
    people.add("王磊", [REVIEWER], note="夜班")
    gone = people.retire("王磊")
    assert gone == people.known("王磊") == Person(name="王磊", roles=(REVIEWER,), note="夜班", active=False)
    assert names(people) == ["李娜", "王磊"]
    with pytest.raises(DeskMistake, match="王磊: has left - see listening people list"):
        people.acting("王磊")


def test_somebody_who_left_can_come_back(people: People) -> None:
    people.add("王磊", [REVIEWER])
    people.retire("王磊")
    with pytest.raises(DeskMistake) as refused:
        people.add("王磊", [ANALYST])
    assert str(refused.value) == (
        "王磊: 王磊 was there and has left - take them back: listening people change 王磊 --active"
    )
    assert people.change("王磊", active=True) == people.acting("王磊")


LOSES_THE_ADMIN: dict[str, dict[str, Any]] = {
    "leaving": {"active": False},
    "another role": {"roles": [REVIEWER]},
}


@pytest.mark.parametrize("changed", LOSES_THE_ADMIN.values(), ids=LOSES_THE_ADMIN)
def test_the_last_admin_stays_one(people: People, changed: dict[str, Any]) -> None:
    people.add("王磊", [REVIEWER])
    with pytest.raises(DeskMistake, match="李娜: is the only admin - make somebody else one first"):
        people.change("李娜", **changed)
    people.change("王磊", roles=[REVIEWER, ADMIN])
    people.change("李娜", **changed)
    assert people.admins() == ("王磊",)


def test_an_admin_who_left_is_none(people: People) -> None:
    people.add("王磊", [ADMIN])
    people.retire("王磊")
    assert people.admins() == ("李娜",)
    with pytest.raises(DeskMistake, match="only admin"):
        people.retire("李娜")


UNKNOWN = {
    "a slip": ("李那", "did you mean '李娜'?"),
    "nothing like it": ("赵四海", "see listening people list"),
    "only like somebody who left": ("欧阳明日", "see listening people list"),
}


@pytest.mark.parametrize(("name", "cure"), UNKNOWN.values(), ids=UNKNOWN)
@pytest.mark.parametrize("asked", [People.acting, People.known, People.change, People.retire])
def test_an_unknown_name_is_refused_with_the_one_that_was_meant(
    people: People, name: str, cure: str, asked: Any
) -> None:
    people.add("欧阳明月", [REVIEWER])
    people.retire("欧阳明月")
    with pytest.raises(DeskMistake) as refused:
        asked(people, name)
    assert str(refused.value) == f"{name}: there is nobody of this name - {cure}"
    assert people.get(name) is None


def test_of_somebody_who_left_the_one_like_them_is_told(people: People) -> None:
    people.add("李娜娜", [REVIEWER])
    people.retire("李娜娜")
    with pytest.raises(DeskMistake, match="李娜娜: has left - did you mean '李娜'"):
        people.acting("李娜娜")


def test_where_there_is_nobody_the_cure_is_to_add_an_admin(store: Store) -> None:
    with pytest.raises(DeskMistake, match="nobody of this name - add an admin: listening people add NAME"):
        People(store).acting("李娜")


class SomebodyElse(MemoryStore):
    """Somebody else changes the document in between, so many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        if version and self.times:
            self.times -= 1
            kept = self.get_document(key)
            assert kept is not None
            super().put_document(key, {**kept.body, "note": f"还有 {self.times} 次"}, version)
        return super().put_document(key, body, version)


def test_two_who_change_the_same_person_at_once_both_have_their_way() -> None:
    people = People(SomebodyElse(times=3))
    people.add("李娜", [ADMIN])
    changed = people.change("李娜", roles=iter([ADMIN, REVIEWER]), queues=iter(["账务"]))
    assert changed == Person(name="李娜", roles=(REVIEWER, ADMIN), queues=("账务",), note="还有 0 次"), (
        "the other's note, and our roles"
    )


def test_a_change_that_never_gets_through_says_so() -> None:
    people = People(SomebodyElse(times=1_000))
    people.add("李娜", [ADMIN])
    with pytest.raises(Conflict, match="others are always quicker - try again"):
        people.change("李娜", roles=[ADMIN, REVIEWER])


def test_of_many_who_add_one_name_at_once_one_is_first(store: Store) -> None:
    people = People(store)
    people.add("李娜", [ADMIN])

    def add(name: str) -> str | None:
        try:
            return people.add(name, [REVIEWER]).name
        except DeskMistake:
            return None

    spellings = ["张伟", "張偉", "张偉", "張伟", " 张伟"] * 4
    with ThreadPoolExecutor(8) as pool:
        added = [name for name in pool.map(add, spellings) if name]
    assert added == names(people)[:1]
