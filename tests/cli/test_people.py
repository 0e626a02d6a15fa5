"""`listening people`, and who gives a command."""

from __future__ import annotations

import re
import shlex
from datetime import timedelta

import click
import pytest

from listening.app import open_app
from listening.cli.people import command
from listening.cli.persons import acting, as_option
from listening.errors import DeskMistake
from listening.model import Case, Status
from listening.review.people import Role
from listening.review.permissions import RIGHTS
from listening.text.masking import masked, masked_name
from tests.cli.place import Place
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "people.md").read_text("utf-8")
COMMANDS = [
    line.removeprefix("$ listening ")
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]


@pytest.fixture(autouse=True)
def nobody_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LISTENING_PERSON", raising=False)


@pytest.fixture
def staffed(place: Place) -> Place:
    """With an admin, 李娜, and a reviewer, 王磊."""
    assert place.call("people add", "李娜", "--role", "admin").code == 0
    assert place.call("people add", "王磊", "--role", "reviewer", "--as", "李娜").code == 0
    return place


def test_the_first_one_is_added_by_anybody_and_is_an_admin(place: Place) -> None:
    refused = place.call("people add", "王磊", "--role", "reviewer")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == (
        "王磊: there is no admin yet, and somebody has to be"
        " - add an admin: listening people add NAME --role admin\n"
    )
    added = place.call("people add", "李娜", "--role", "admin", "--role", "analyst")
    assert (added.code, added.out, added.err) == (0, "李娜 was added: analyst, admin; all queues\n", "")


CHANGES = {
    "adding": ("people add", "陈静", "--role", "analyst"),
    "changing": ("people change", "王磊", "--role", "analyst"),
    "retiring": ("people retire", "王磊"),
}


@pytest.mark.parametrize("words", CHANGES.values(), ids=CHANGES)
def test_from_then_on_a_change_needs_a_name(staffed: Place, words: tuple[str, ...]) -> None:
    answer = staffed.call(*words)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == (
        "no person is named - add --as NAME or set LISTENING_PERSON; listening people list\n"
    )


@pytest.mark.parametrize("words", CHANGES.values(), ids=CHANGES)
def test_from_then_on_a_change_needs_an_admin(staffed: Place, words: tuple[str, ...]) -> None:
    before = staffed.call("people list", "--json").out
    answer = staffed.call(*words, "--as", "王磊")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "王磊: may not add people, change them, let them go - ask one of 李娜\n"
    assert staffed.call("people list", "--json").out == before
    assert staffed.call(*words, "--as", "李娜").code == 0


def test_the_environment_names_the_person_where_the_command_does_not(
    staffed: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LISTENING_PERSON", "李娜")
    assert staffed.call("people add", "陈静", "--role", "analyst").code == 0
    assert staffed.call("people add", "周强", "--role", "analyst", "--as", "王磊").code == 1


@pytest.mark.parametrize("named", ["", "  "], ids=["empty", "blank"])
def test_an_empty_environment_names_nobody(
    staffed: Place, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("LISTENING_PERSON", named)
    answer = staffed.call("people add", "陈静", "--role", "analyst")
    assert answer.err.startswith("no person is named - add --as NAME")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("李那", "李那: there is nobody of this name - did you mean '李娜'?", id="a slip"),
        pytest.param("system", "system: there is nobody of this name", id="no person"),
        pytest.param("王磊", "王磊: has left", id="somebody who has left"),
    ],
)
def test_a_name_that_cannot_act_is_refused(staffed: Place, name: str, told: str) -> None:
    assert staffed.call("people retire", "王磊", "--as", "李娜").code == 0
    answer = staffed.call("people add", "陈静", "--role", "analyst", "--as", name)
    assert answer.code == 1
    assert answer.err.startswith(told)


def test_a_command_gets_the_person_as_the_desk_knows_them(place: Place) -> None:
    place.call("people add", "张伟", "--role", "admin")

    @click.command()
    @as_option
    def somebody(person: str | None) -> None:
        with open_app(place.config) as app:
            click.echo(acting(app, person).name)

    somebody.main(["--as", "張偉"], standalone_mode=False)
    assert place.capture.readouterr().out.splitlines()[-1] == "张伟"
    with pytest.raises(DeskMistake, match="no person is named"):
        somebody.main([], standalone_mode=False)


def test_a_role_is_one_of_those_there_are(place: Place) -> None:
    answer = place.call("people add", "李娜", "--role", "boss")
    assert answer.code == 2
    assert all(role in answer.err for role in Role)
    assert place.call("people add", "李娜").code == 2


def test_a_name_is_added_once(staffed: Place) -> None:
    answer = staffed.call("people add", "王磊", "--role", "analyst", "--as", "李娜")
    assert (answer.code, answer.err) == (
        1,
        "王磊: 王磊 is there already - change them: listening people change 王磊, or take another name\n",
    )


def test_the_list_shows_who_is_there_and_counts_who_is_not(staffed: Place) -> None:
    staffed.call(
        *("people add", "陈静", "--role", "analyst", "--role", "marketer"),
        *("--queue", "账务", "--queue", "技术支持", "--note", "周末不在", "--as", "李娜"),
    )
    staffed.call("people retire", "王磊", "--as", "李娜")
    answer = staffed.call("people list")
    assert [line.split() for line in answer.out.splitlines()] == [
        ["name", "roles", "queues", "note"],
        ["李娜", "admin", "all", "queues"],
        ["陈静", "analyst,", "marketer", "账务、技术支持", "周末不在"],
    ]
    assert answer.err == "2 at the desk, 1 gone\n"
    assert "王磊  reviewer" in staffed.call("people list", "--all").out


def test_a_machine_reads_what_is_known_of_people(staffed: Place) -> None:
    staffed.call("people change", "王磊", "--queue", "账务", "--note", "夜班", "--as", "李娜")
    staffed.call("people retire", "王磊", "--as", "李娜")
    left = {"name": "王磊", "roles": ["reviewer"], "queues": ["账务"], "note": "夜班", "active": False}
    assert staffed.call("people show", "王磊", "--json").records == [left]
    admin = {"name": "李娜", "roles": ["admin"], "active": True}
    assert staffed.call("people list", "--json").records == [admin]
    assert staffed.call("people list", "--json", "--all").records == [admin, left]


def test_nobody_at_all_is_no_failure(place: Place) -> None:
    answer = place.call("people list", "--json")
    assert (answer.code, answer.out, answer.err) == (0, "", "0 at the desk, 0 gone\n")


def test_show_tells_what_somebody_may_do(staffed: Place) -> None:
    staffed.call("people add", "陈静", "--role", "marketer", "--note", "周末不在", "--as", "李娜")
    assert staffed.call("people show", "陈静").out.splitlines() == [
        "name:   陈静",
        "roles:  marketer",
        "queues: all queues",
        "note:   周末不在",
        "may:    note convert contacts segments",
    ]
    staffed.call("people retire", "陈静", "--as", "李娜")
    shown = staffed.call("people show", "陈静").out
    assert shown.startswith("name:   陈静 (has left)\n")
    assert "may:" not in shown


def test_show_of_an_unknown_name_suggests_one(staffed: Place) -> None:
    answer = staffed.call("people show", "王垒")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "王垒: there is nobody of this name - did you mean '王磊'?\n"


def test_a_change_is_told_as_it_stands_afterwards(staffed: Place) -> None:
    first = staffed.call("people change", "王磊", "--queue", "账务", "--as", "李娜")
    assert (first.code, first.out) == (0, "王磊 was changed: reviewer; 账务\n")
    second = staffed.call("people change", "王磊", "--role", "analyst", "--all-queues", "--as", "李娜")
    assert second.out == "王磊 was changed: analyst; all queues\n"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param([], "nothing is to be changed - give --role, --queue, --note or --active", id="nothing"),
        pytest.param(["--queue", "账务", "--all-queues"], "cannot be both - give one of them", id="both"),
    ],
)
def test_a_change_that_says_nothing_or_too_much_is_refused(
    staffed: Place, options: list[str], told: str
) -> None:
    answer = staffed.call("people change", "王磊", *options, "--as", "李娜")
    assert answer.code == 2
    assert told in answer.err


def test_somebody_who_left_is_taken_back(staffed: Place) -> None:
    staffed.call("people retire", "王磊", "--as", "李娜")
    answer = staffed.call("people change", "王磊", "--active", "--as", "李娜", "--json")
    assert answer.records == [{"name": "王磊", "roles": ["reviewer"], "active": True}]


def test_the_last_admin_cannot_leave(staffed: Place) -> None:
    answer = staffed.call("people retire", "李娜", "--as", "李娜")
    assert (answer.code, answer.err) == (1, "李娜: is the only admin - make somebody else one first\n")


def test_what_is_left_in_the_hands_of_somebody_who_goes_is_told(staffed: Place) -> None:
    with open_app(staffed.config) as app:
        now = app.now()
        held = Case(id="a", n=3, status=Status.RESPONDED, opened_at=now, assignee="王磊")
        hour = timedelta(hours=1)
        app.store.put_cases(
            [
                held,
                Case(
                    id="b", n=2, status=Status.CLAIMED, opened_at=now, assignee="王磊", held_until=now + hour
                ),
                Case(
                    id="c", n=2, status=Status.CLAIMED, opened_at=now, assignee="王磊", held_until=now - hour
                ),
                Case(id="d", n=9, status=Status.CLOSED, opened_at=now, assignee="王磊"),
                Case(id="e", n=2, status=Status.CLAIMED, opened_at=now, assignee="李娜"),
            ]
        )
    answer = staffed.call("people retire", "王磊", "--as", "李娜")
    assert answer.out == "王磊 has left: reviewer; all queues\n"
    assert answer.err == "王磊 still holds 2 cases - assign them to somebody else\n"


def test_roles_tells_the_table_of_rights(place: Place) -> None:
    lines = place.run("people", "roles").out.splitlines()
    assert lines[0].split() == ["may", *Role]
    assert len(lines) == len(RIGHTS) + 1
    (claim,) = [line for line in lines if line.startswith("claim")]
    assert re.fullmatch(r"claim +✓ +✓ +take a case", claim)
    records = place.run("people", "roles", "--json").records
    assert [record["action"] for record in records] == list(RIGHTS)
    (verdict,) = [record for record in records if record["action"] == "verdict"]
    assert verdict == {
        "action": "verdict",
        "roles": ["analyst", "reviewer", "admin"],
        "means": "judge a hit: relevant, irrelevant, duplicate",
    }


def test_every_command_of_the_page_can_be_given_one_after_another(place: Place) -> None:
    for words in COMMANDS:
        answer = place.run(
            *shlex.split(words), *([] if "roles" in words else ["--config", str(place.config)])
        )
        assert answer.code == 0, (words, answer)
    assert place.call("people list").err == "3 at the desk, 0 gone\n"


def test_every_verb_is_on_the_page() -> None:
    assert isinstance(command, click.Group)
    assert {words.split()[1] for words in COMMANDS} == set(command.commands)


def test_the_table_of_the_page_is_the_one_of_the_program() -> None:
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines()]
    (head,) = [n for n, row in enumerate(rows) if row[:1] == ["may"]]
    assert rows[head][2:] == list(Role)
    told = {row[0].strip("`"): row[1:] for row in rows[head + 2 : head + 2 + len(RIGHTS)]}
    assert told == {
        str(action): [right.means, *("✓" if role in right.roles else "" for role in Role)]
        for action, right in RIGHTS.items()
    }
    assert rows[head + 2 + len(RIGHTS)] == [], "no row more"


def test_what_the_page_says_is_masked_is_masked_so() -> None:
    rows = re.findall(r"^\| [^|]*\| `([^`|]+)` \| `([^`|]+)` \|$", PAGE, re.MULTILINE)
    assert len(rows) == 7
    assert [masked(written) for written, _ in rows] == [shown for _, shown in rows]
    names = re.findall(r"(\w+) is `(\w\*+\w?)`", PAGE)
    assert [masked_name(name) for name, _ in names] == [shown for _, shown in names] != []


@pytest.mark.parametrize("name", re.findall(r"\]\(([a-z-]+\.md)\)", PAGE))
def test_the_links_of_the_page_lead_somewhere(name: str) -> None:
    assert (ROOT / "docs" / name).is_file()
