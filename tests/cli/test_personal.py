"""`listening personal`: one person's data, handed out and erased, as an operator does it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from listening.app import open_app
from listening.archive import Archive
from listening.model import Case, Outcome
from listening.store.pseudonyms import open_pseudonyms
from listening.store.tombstones import Tombstones
from tests.cli.place import HIT, UNMATCHED, Place, post

KEY = "weibo:u7"
MING, HONG = {"id": "u7", "name": "小明"}, {"id": "u8", "name": "小红"}
ADMIN = ("--as", "李娜")


@pytest.fixture
def here(place: Place) -> Place:
    """小明 has a hit, another post and a line that cannot be read; 小红 answers; two people work."""
    assert place.call("people add", "李娜", "--role", "admin").code == 0
    assert place.call("people add", "王强", "--role", "reviewer", *ADMIN).code == 0
    answer = {"root": {"id": "weibo:1", "author": MING}, "mentions": [MING]}
    taken = place.take(
        post(1, author=MING),
        post(2, UNMATCHED, author=MING),
        post(3, f"回复@小明：{HIT}", author=HONG, **answer),
        post(4, author=MING, published_at="昨天"),
    )
    assert taken.code == 3, "one line is in quarantine"
    return place


def cases(place: Place, key: str = KEY) -> list[Case]:
    with open_app(place.config) as app:
        return app.store.cases_by("contact", [open_pseudonyms(app.store).contact(key)])


def archived(place: Place) -> str:
    """All that stands in the segments."""
    with Archive.open(place.archive) as archive:
        return "\n".join(repr(version.post) for version in archive.versions(lambda _: True))


def test_a_dry_run_tells_what_would_go_and_how_to_do_it(here: Place) -> None:
    answer = here.call("personal erase", KEY, *ADMIN)
    assert answer.code == 0
    assert answer.out.splitlines() == [
        "weibo:u7: 2 posts, 1 records, 1 cases, 1 unreadable lines, 1 posts of others that name them",
        "nothing was erased - do it with: listening personal erase contact:weibo:u7 --really",
    ]
    assert here.record("weibo:1")["author"] == MING
    assert here.call("personal erased").out.count("\n") == 1, "only the heading"


def test_erasing_takes_everything_and_says_so(here: Place) -> None:
    (case,) = cases(here)
    answer = here.call("personal erase", KEY, *ADMIN, "--really")
    assert answer.code == 0
    assert answer.out.splitlines() == [
        "weibo:u7: 2 versions of posts left the archive, 1 entries the quarantine, 1 records the store; "
        "1 cases name nobody any more",
        "1 records and 1 archived versions of others name them no more",
        f"still open, with nobody to be answered: {case.id} - close them as no_need",
    ]
    assert here.call("search", "--json", "id:weibo:1").out == ""
    assert here.record("weibo:3")["text"] == f"回复@**：{HIT}"
    assert "小明" not in archived(here)
    assert "u7" not in archived(here)
    assert here.call("quarantine list", "--json").out == ""
    assert cases(here) == []
    with open_app(here.config) as app:
        (kept,) = app.store.get_cases([case.id])
    assert (kept.erased, kept.posts) == (True, ())


def test_what_is_erased_is_listed_without_a_name(here: Place) -> None:
    here.call("personal erase", KEY, *ADMIN, "--really")
    answer = here.call("personal erased", "--json")
    (stone,) = answer.records
    assert stone["person"] == "李娜"
    assert len(stone["contact"]) == 16
    assert "小明" not in answer.out
    assert "1 erased" in answer.err
    assert "李娜" in here.call("personal erased").out


def test_what_was_erased_does_not_come_back_with_an_import_a_retry_or_a_replay(here: Place) -> None:
    before = here.call("count").out
    here.call("personal erase", KEY, *ADMIN, "--really")
    again = here.take(
        post(1, author=MING),
        post(5, author=MING),
        post(4, author=MING, published_at="昨天"),
        name="again.jsonl",
    )
    assert "2 excluded" in again.out
    assert here.call("replay").code == 0
    assert here.call("quarantine list", "--json").out == ""
    assert here.call("search", "--json", "author:小明").out == ""
    assert "小明" not in archived(here)
    assert before != here.call("count").out
    with open_app(here.config) as app:
        assert set(app.archive.counts().outcomes) == {Outcome.HIT}
        assert app.archive.counts().pending == 0


def test_an_answer_of_somebody_else_that_comes_in_later_does_not_bring_the_name_back(here: Place) -> None:
    here.call("personal erase", KEY, *ADMIN, "--really")
    here.take(post(6, f"@小明 {HIT}", author=HONG, mentions=[MING]), name="later.jsonl")
    assert here.record("weibo:6")["text"] == f"@** {HIT}"
    assert "小明" not in archived(here)


def test_the_figures_of_the_desk_do_not_change(here: Place) -> None:
    with open_app(here.config) as app:
        before = list(app.store.events())
    here.call("personal erase", KEY, *ADMIN, "--really")
    with open_app(here.config) as app:
        after = list(app.store.events())
    assert [event for event in after if event.kind != "erase"] == before
    assert len(after) == len(before) + 1


def test_an_erasure_is_told_to_machines(here: Place) -> None:
    (dry,) = here.call("personal erase", KEY, *ADMIN, "--json").records
    (done,) = here.call("personal erase", KEY, *ADMIN, "--json", "--really").records
    assert (dry["contact"], dry["records"], dry["erased"]) == (KEY, 1, False)
    assert sorted(dry["posts"]) == ["weibo:1", "weibo:2"]
    assert done["done"]["cleared"]["posts"] == 2
    assert done["erased"] is True


def test_what_is_held_is_handed_out_as_json(here: Place) -> None:
    answer = here.call("personal export", "post:weibo:1", *ADMIN)
    assert answer.code == 0
    value: dict[str, Any] = json.loads(answer.out)
    assert value["contact"]["key"] == KEY
    held = sorted((each["held_in"], each["id"]) for each in value["posts"])
    assert held == [("archive", "weibo:1"), ("archive", "weibo:2"), ("store", "weibo:1")]
    assert value["cases"][0]["events"][0]["data"]["post"] == "weibo:1"
    assert value["named_in"] == ["weibo:3"]
    assert len(value["unreadable"]) == 1
    assert "2 posts, 1 records" in answer.err


def test_what_is_held_is_handed_out_as_text_into_a_file_that_nobody_else_reads(here: Place) -> None:
    file = here.folder / "u7.txt"
    answer = here.call("personal export", cases(here)[0].id, *ADMIN, "--text", "--out", file)
    assert (answer.code, answer.out) == (0, "")
    assert file.read_text("utf-8").startswith("All that is held of weibo:u7 (as of ")
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "what"),
    [("there.json", "is there already"), ("nowhere/u7.json", "cannot be written (there is no such folder)")],
)
def test_a_file_that_cannot_be_written_is_told_before_anything_is_read(
    here: Place, name: str, what: str
) -> None:
    (here.folder / "there.json").write_text("mine")
    answer = here.call("personal export", KEY, *ADMIN, "--out", here.folder / name)
    assert answer.code == 1
    assert answer.err == f"{here.folder / name}: {what} - name another file\n"
    assert (here.folder / "there.json").read_text() == "mine"


@pytest.mark.parametrize("verb", ["export", "erase"])
def test_only_whoever_may_is_given_or_erases_anything(here: Place, verb: str) -> None:
    for who, said in (
        (("--as", "王强"), "王强: may not "),
        ((), "no person is named"),
        (("--as", "谁"), "谁: "),
    ):
        answer = here.call(f"personal {verb}", KEY, *who)
        assert (answer.code, answer.out) == (1, "")
        assert said in answer.err
    assert here.record("weibo:1")["author"] == MING


def test_a_word_that_means_nobody_is_refused(here: Place) -> None:
    answer = here.call("personal erase", "没有这个人", *ADMIN, "--really")
    assert answer.code == 1
    assert "没有这个人: is no contact that we know" in answer.err


def test_who_is_not_known_yet_can_be_kept_out_from_the_beginning(here: Place) -> None:
    dry = here.call("personal erase", "weibo:u9", *ADMIN)
    assert dry.out.startswith("weibo:u9: nothing is held\n")
    assert here.call("personal erase", "weibo:u9", *ADMIN, "--really").code == 0
    here.take(post(9, author={"id": "u9"}), name="new.jsonl")
    assert here.call("search", "--json", "id:weibo:9").out == ""


def test_namesakes_are_told_and_go_only_where_it_is_said(here: Place) -> None:
    here.take(post(7, author={"name": "小明"}), name="nameless.jsonl")
    dry = here.call("personal erase", KEY, *ADMIN)
    assert "1 posts show the same name and no id: they stay without --by-name" in dry.out
    here.call("personal erase", KEY, *ADMIN, "--by-name", "--really")
    assert here.call("search", "--json", "id:weibo:7").out == ""


def test_segments_in_use_are_left_told_and_done_by_the_next_command_that_collects(here: Place) -> None:
    with Archive.open(here.archive) as archive, archive.writer("微博", "living") as writer:
        with open_app(here.config) as app:
            writer.append([hit.post for hit in app.store.scan() if hit.id == "weibo:1"])
        answer = here.call("personal erase", KEY, *ADMIN, "--really")
        assert answer.code == 3
        assert f"left, as somebody writes to them: {writer.path} - run it again" in answer.out
        assert "小明" in archived(here)
    here.take(post(8, author=HONG), name="next.jsonl")
    assert "小明" not in archived(here)


def test_what_the_desk_has_said_of_them_is_among_what_goes(here: Place) -> None:
    here.call("contact tag", KEY, "大客户", *ADMIN)
    assert "what the desk has noted of them: name, tags, note" in here.call("personal erase", KEY, *ADMIN).out
    here.call("personal erase", KEY, *ADMIN, "--really")
    with open_app(here.config) as app:
        assert list(app.store.documents("contact/")) == []


def test_damage_that_nobody_can_look_through_is_told(here: Place) -> None:
    (segment,) = (each for each in Path(here.archive).rglob("*.zst"))
    with segment.open("ab"):
        data = bytearray(segment.read_bytes())
    data[-3] ^= 1
    segment.write_bytes(data)
    answer = here.call("personal erase", KEY, *ADMIN, "--really")
    assert "damaged bytes of the archive could not be looked through" in answer.out


def test_tombstones_hold_for_every_reader_of_the_store(here: Place) -> None:
    here.call("personal erase", KEY, *ADMIN, "--really")
    with open_app(here.config) as app:
        assert Tombstones(lambda: app.store).stands(KEY)
