"""Who may do what: the table, what a refusal says, and that it holds at once for the log of cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from listening.errors import DeskMistake
from listening.model import EventKind
from listening.review.log import Rights
from listening.review.people import People, Person, Role
from listening.review.permissions import RIGHTS, Action, Permissions, may
from listening.store import Store, open_store
from tests.conftest import ROOT

BY_THE_PROGRAM = {"post", "changed", "deleted", "withdrawn", "deadline", "warn", "breach"}
"""Kinds that no person writes."""


@pytest.fixture(params=["memory:", "sqlite:var/desk.sqlite"], ids=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(request.param, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def people(store: Store) -> People:
    """One of each role, called 管理, 客服, 分析 and 市场."""
    desk = People(store)
    for name, role in {
        "管理": Role.ADMIN,
        "客服": Role.REVIEWER,
        "分析": Role.ANALYST,
        "市场": Role.MARKETER,
    }.items():
        desk.add(name, [role])
    return desk


@pytest.fixture
def permissions(people: People) -> Permissions:
    return Permissions(people)


def allowed(role: Role) -> set[str]:
    person = Person(name="某人", roles=(role,))
    return {str(action) for action in RIGHTS if may(person, action)}


def test_the_table_has_every_step_a_person_may_take_and_no_other() -> None:
    assert set(RIGHTS) == {*map(str, EventKind), *map(str, Action)} - BY_THE_PROGRAM


def test_the_steps_that_persons_take_are_those_of_the_page_on_review() -> None:
    page = (ROOT / "docs" / "review.md").read_text("utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| `")]
    by_person = {kind for row in rows if "person" in row[-2] for kind in row[1].replace("`", " ").split()}
    assert by_person - {"/"} == {str(action) for action in RIGHTS if action in set(EventKind)}


def test_an_admin_may_do_everything() -> None:
    assert allowed(Role.ADMIN) == set(map(str, RIGHTS))


def test_a_reviewer_may_do_the_whole_work_on_a_case_and_with_contacts() -> None:
    steps = {str(kind) for kind in EventKind} - BY_THE_PROGRAM
    assert allowed(Role.REVIEWER) == (steps - {"erase", "score"}) | {"contacts"}


def test_an_analyst_judges_hits_and_looks_after_the_rules() -> None:
    assert allowed(Role.ANALYST) == {"verdict", "audit", "rules", "note"}


def test_a_marketer_wins_customers_over() -> None:
    assert allowed(Role.MARKETER) == {"convert", "contacts", "segments", "note"}


def test_several_roles_add_up() -> None:
    both = Person(name="某人", roles=(Role.ANALYST, Role.MARKETER))
    assert {action for action in RIGHTS if may(both, action)} == allowed(Role.ANALYST) | allowed(
        Role.MARKETER
    )


def test_nothing_is_for_those_who_have_left() -> None:
    gone = Person(name="某人", roles=tuple(Role), active=False)
    assert [action for action in RIGHTS if may(gone, action)] == []


@pytest.mark.parametrize(
    ("person", "action"),
    [
        pytest.param("客服", EventKind.CLAIM, id="a step"),
        pytest.param("客服", "close", id="a step by its word"),
        pytest.param("市場", EventKind.CONVERT, id="the name in another spelling"),
        pytest.param("管理", Action.PEOPLE, id="more than a step"),
        pytest.param("市场", "segments", id="more than a step, by its word"),
    ],
)
def test_what_is_theirs_passes(permissions: Permissions, person: str, action: str) -> None:
    permissions.check(person, action)


@pytest.mark.parametrize(
    ("person", "action"),
    [
        pytest.param("市场", EventKind.CLAIM, id="a step of another role"),
        pytest.param("客服", EventKind.ERASE, id="a step of admins"),
        pytest.param("客服", Action.LEAD, id="what leads do"),
        pytest.param("分析", Action.EXPORT_UNMASKED, id="what shows people"),
    ],
)
def test_what_is_not_theirs_is_refused_and_who_can_help_is_named(
    people: People, permissions: Permissions, person: str, action: str
) -> None:
    people.add("副管理", [Role.ADMIN, Role.REVIEWER])
    people.add("前管理", [Role.ADMIN])
    people.retire("前管理")
    with pytest.raises(DeskMistake) as refused:
        permissions.check(person, action)
    assert str(refused.value) == f"{person}: may not {RIGHTS[action].means} - ask one of 副管理, 管理"


@pytest.mark.parametrize("action", sorted(BY_THE_PROGRAM))
def test_what_the_program_does_no_person_may(permissions: Permissions, action: str) -> None:
    with pytest.raises(DeskMistake, match=f"管理: may not {action} - no person may"):
        permissions.check("管理", action)


def test_a_word_that_is_none_is_refused(permissions: Permissions) -> None:
    with pytest.raises(DeskMistake, match="may not clos - no person may"):
        permissions.check("管理", "clos")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("客户", "there is nobody of this name - did you mean '客服'?", id="unknown"),
        pytest.param("system", "there is nobody of this name", id="what is no person"),
        pytest.param("", "there is nobody of this name", id="nobody"),
    ],
)
def test_who_is_not_there_may_nothing(permissions: Permissions, name: str, told: str) -> None:
    with pytest.raises(DeskMistake) as refused:
        permissions.check(name, EventKind.NOTE)
    assert told in str(refused.value)
    assert not permissions.leads(name)


def test_a_change_of_roles_holds_at_once(people: People, permissions: Permissions) -> None:
    permissions.check("客服", EventKind.CLAIM)
    people.change("客服", roles=[Role.MARKETER])
    with pytest.raises(DeskMistake, match="客服: may not take a case"):
        permissions.check("客服", EventKind.CLAIM)
    people.retire("客服")
    with pytest.raises(DeskMistake, match="客服: has left"):
        permissions.check("客服", EventKind.CONVERT)


def test_admins_lead_and_nobody_else(people: People, permissions: Permissions) -> None:
    assert [each.name for each in people.everybody() if permissions.leads(each.name)] == ["管理"]
    people.add("副管理", [Role.ADMIN])
    people.retire("管理")
    assert not permissions.leads("管理")


def test_a_desk_is_staffed_once_it_has_an_admin(store: Store) -> None:
    people = People(store)
    permissions = Permissions(people)
    assert not permissions.is_staffed()
    people.add("管理", [Role.ADMIN])
    assert permissions.is_staffed()


def test_they_are_the_rights_that_the_log_of_cases_asks(permissions: Permissions) -> None:
    rights: Rights = permissions
    assert rights.leads("管理")
