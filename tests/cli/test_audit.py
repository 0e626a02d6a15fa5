"""`listening audit`: from the archive to a sheet, from the sheet to a figure; and cases for a second look."""

from __future__ import annotations

import csv
import io
import re
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from listening.app import open_app
from listening.model import EventKind
from listening.review.people import People, Role
from listening.review.verdicts import verdict_data
from listening.store.pseudonyms import open_pseudonyms
from tests.cli.place import HIT, MENTION, RULES, UNMATCHED, Place, post
from tests.conftest import ROOT
from tests.review.logs import case, closed, opened, step

NOW = datetime.now(UTC).replace(microsecond=0)
MISSED = "星河的网又崩了，上不去"


@pytest.fixture
def desk(place: Place) -> Place:
    """Two hits, a mention, six posts that are no hits (two of them should be), and two people."""
    with open_app(place.config) as app:
        people = People(app.store)
        people.add("王芳", [Role.ADMIN])
        people.add("李雷", [Role.ANALYST])
        people.add("韩梅梅", [Role.REVIEWER])
    texts = [HIT, HIT, MENTION, UNMATCHED, UNMATCHED, UNMATCHED, UNMATCHED, MISSED, f"{MISSED}，急"]
    place.take(*(post(n, text) for n, text in enumerate(texts, 1)))
    return place


def rows(data: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.removeprefix("\ufeff"), newline="")))


def drawn(place: Place, *args: str) -> tuple[Path, str]:
    """A sheet, and the id of its audit."""
    answer = place.call("audit sample", *args)
    assert answer.code == 0, answer
    file = place.folder / "sheet.csv"
    file.write_text(answer.out, "utf-8")
    return file, rows(answer.out)[0]["audit"]


def fill(file: Path, only: Sequence[str] = ()) -> None:
    """Judge the posts as somebody would who knows what we listen for; `only` some of them."""
    found = rows(file.read_text("utf-8"))
    for row in found:
        if not only or row["id"] in only:
            missed = MISSED in row["text"]
            row["relevant"] = "是" if missed else "否"
            row["scenario"] = "宽带报障" if missed else ""
            row["why"] = "“上不去”不在词表" if missed else ""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(found[0]))
        writer.writeheader()
        writer.writerows(found)


def test_a_sample_is_a_sheet_of_posts_that_are_no_hits(desk: Place) -> None:
    answer = desk.call("audit sample", "--size", "50", "--seed", "7")
    assert answer.out.startswith("\ufeffaudit,id,published_at,platform,source,text,url,relevant,scenario,why")
    found = rows(answer.out)
    assert sorted(row["id"] for row in found) == [f"weibo:{n}" for n in range(4, 10)]
    assert {row["source"] for row in found} == {"posts.jsonl"}
    assert all(row["relevant"] == row["scenario"] == row["why"] == "" for row in found)
    (audit,) = {row["audit"] for row in found}
    assert answer.err == (f"audit {audit}: 6 of 6 posts (unmatched), --seed 7; 2 hits beside them\n")


def test_a_seed_draws_the_same_sheet_again(desk: Place) -> None:
    first, again, other = (
        desk.call("audit sample", "--size", "3", "--seed", seed).out for seed in ("7", "7", "8")
    )
    assert first == again
    assert [row["id"] for row in rows(first)] != [row["id"] for row in rows(other)]


def test_without_a_seed_a_new_one_is_drawn_and_told(desk: Place) -> None:
    answer = desk.call("audit sample", "--size", "3")
    (seed,) = re.findall(r"--seed (\d+)", answer.err)
    assert desk.call("audit sample", "--size", "3", "--seed", seed).out == answer.out


@pytest.mark.parametrize(
    ("args", "ids"),
    [
        pytest.param(("--mentions",), range(3, 10), id="mentions, too"),
        pytest.param(("--source", "posts.jsonl"), range(4, 10), id="of a source"),
        pytest.param(("--source", "贴吧"), (), id="of a source that brought nothing"),
        pytest.param(("--since", "6m"), (4, 5), id="of the last minutes"),
    ],
)
def test_what_is_drawn_from(desk: Place, args: tuple[str, ...], ids: Sequence[int]) -> None:
    found = rows(desk.call("audit sample", *args).out)
    assert sorted(row["id"] for row in found) == [f"weibo:{n}" for n in ids]


def test_where_nothing_can_be_drawn_no_audit_is_kept(desk: Place) -> None:
    answer = desk.call("audit sample", "--source", "贴吧", "--seed", "1")
    assert answer.code == 0
    assert "0 of 0 posts (unmatched)" in answer.err
    assert desk.call("audit report").err == (
        "audit: there is no audit yet - draw one: listening audit sample\n"
    )


def test_posts_that_were_matched_with_other_rules_are_told(desk: Place) -> None:
    desk.lay_out(RULES.replace("[断网, 掉线]", "[断网]"))
    desk.take(post(20, UNMATCHED))
    err = desk.call("audit sample", "--seed", "1").err
    assert "6 of the 7 were matched with other rules than today's - run `listening replay`" in err
    desk.call("replay")
    assert "other rules" not in desk.call("audit sample", "--seed", "1").err


def test_a_filled_sheet_becomes_labels(desk: Place) -> None:
    file, audit = drawn(desk)
    fill(file)
    answer = desk.call("audit label", file, "--as", "李雷")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"audit {audit}: 6 labels new or changed, 6 of 6 posts are labelled\n"
    again = desk.call("audit label", file, "--as", "李雷", "--json")
    assert again.records == [{"audit": audit, "new": 0, "labelled": 6, "size": 6}]


def test_a_sheet_may_be_given_half_filled_and_completed_by_somebody_else(desk: Place) -> None:
    file, audit = drawn(desk)
    fill(file, only=["weibo:8"])
    half = desk.call("audit label", file, "--as", "李雷").out
    assert half == f"audit {audit}: 1 labels new or changed, 1 of 6 posts are labelled\n"
    fill(file)
    assert "5 labels new or changed, 6 of 6" in desk.call("audit label", file, "--as", "王芳").out
    assert "labelled   6 of 6 by 李雷, 王芳\n" in desk.call("audit report").out


@pytest.mark.parametrize(
    ("args", "told"),
    [
        pytest.param((), "no person is named - add --as NAME or set LISTENING_PERSON", id="nobody"),
        pytest.param(("--as", "李蕾"), "李蕾: there is nobody of this name - did you mean", id="a slip"),
        pytest.param(
            ("--as", "韩梅梅"),
            "韩梅梅: may not draw samples of what was not found, and label them - ask one of 王芳",
            id="not theirs to do",
        ),
    ],
)
def test_whoever_labels_has_to_be_known_and_allowed(
    desk: Place, args: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LISTENING_PERSON", raising=False)
    file, _ = drawn(desk)
    fill(file)
    answer = desk.call("audit label", file, *args)
    assert (answer.code, answer.out) == (1, "")
    assert told in answer.err
    assert "labelled   0 of 6\n" in desk.call("audit report").out


def test_mistakes_in_a_sheet_are_told_and_nothing_is_taken(desk: Place) -> None:
    file, audit = drawn(desk)
    fill(file)
    file.write_text(
        file.read_text("utf-8").replace(",否,", ",也许,", 1) + f"{audit},weibo:1,,,,,,是,,\n", "utf-8"
    )
    answer = desk.call("audit label", file, "--as", "李雷")
    assert answer.code == 1
    assert "unknown answer '也许' - write yes or no, 是 or 否, 1 or 0" in answer.err
    assert "labelled   0 of 6\n" in desk.call("audit report").out


def test_a_sheet_of_another_installation_is_told(desk: Place) -> None:
    file, audit = drawn(desk)
    file.write_text(file.read_text("utf-8").replace(audit, "20260101-abcdef"), "utf-8")
    fill(file)
    answer = desk.call("audit label", file, "--as", "李雷")
    assert answer.code == 1
    assert answer.err == f"20260101-abcdef: there is no such audit - there are: {audit}\n"


def labelled(desk: Place) -> str:
    """The id of an audit that was labelled whole."""
    file, audit = drawn(desk, "--seed", "7")
    fill(file)
    assert desk.call("audit label", file, "--as", "李雷").code == 0
    return audit


def test_the_report_tells_what_is_missed_and_what_to_do_next(desk: Place) -> None:
    audit = labelled(desk)
    answer = desk.call("audit report")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0].startswith(f"audit {audit}, drawn ")
    assert lines[0].endswith("(Asia/Shanghai) with --seed 7")
    assert lines[1:8] == [
        "posts      6, unmatched",
        "hits       2 beside them",
        "labelled   6 of 6 by 李雷",
        "missed     2 of these; in all about 2",
        "           95 %: 2 to 2",
        "recall     50.0 % (95 %: 50.0 % to 50.0 %)",
        "",
    ]
    assert answer.err == "nobody judged hits of this time, so all of them count as relevant\n"
    assert f"{MISSED} - 宽带报障; “上不去”不在词表" in answer.out
    commands = [line.strip() for line in lines if "listening explain" in line]
    assert sorted(commands) == [f"listening explain --id weibo:{n}" for n in (8, 9)]
    for words in commands:
        verb, *args = shlex.split(words)[1:]
        assert desk.call(verb, *args).code == 0


def test_verdicts_on_the_hits_count_in_the_recall(desk: Place) -> None:
    labelled(desk)
    with open_app(desk.config) as app:
        names = open_pseudonyms(app.store)
        for n, verdict in ((1, "relevant"), (2, "irrelevant")):
            hit = app.store.get(f"weibo:{n}")
            assert hit is not None
            said = step(EventKind.VERDICT, NOW, **verdict_data(hit, verdict, "", names))
            for event in case(f"c{n}", opened(source="posts.jsonl"), said):
                app.store.append(event)
    answer = desk.call("audit report")
    assert "precision  50.0 % (95 %: 9.5 % to 90.5 %)" in answer.out
    assert "recall     33.3 % (95 %: 8.6 % to 47.5 %)" in answer.out
    assert answer.err == ""


def test_the_report_for_a_machine(desk: Place) -> None:
    audit = labelled(desk)
    (told,) = desk.call("audit report", audit, "--json").records
    about = told["audit"]
    assert {name: about[name] for name in ("id", "seed", "size", "population", "hits", "outcomes")} == {
        "id": audit,
        "seed": 7,
        "size": 6,
        "population": 6,
        "hits": 2,
        "outcomes": ["unmatched"],
    }
    assert (told["labelled"], told["in_all"]) == (6, {"value": 2, "low": 2, "high": 2})
    assert told["recall"] == {"value": 0.5, "low": 0.5, "high": 0.5}
    assert "precision" not in told
    first = min(told["missed"], key=lambda each: str(each["id"]))
    assert (first["id"], first["scenario"], first["person"]) == ("weibo:8", "宽带报障", "李雷")
    assert first["next"] == "listening explain --id weibo:8"


def test_before_any_label_the_report_says_what_to_do(desk: Place) -> None:
    drawn(desk)
    answer = desk.call("audit report")
    assert answer.code == 0
    assert answer.out.splitlines()[-1] == (
        "nothing can be told yet - fill in the sheet, then: listening audit label SHEET --as NAME"
    )


def test_a_missed_post_that_is_gone_is_still_counted(desk: Place) -> None:
    labelled(desk)
    for name in ("index.sqlite", "index.sqlite-wal", "index.sqlite-shm"):
        (desk.archive / name).unlink(missing_ok=True)
    for segment in desk.archive.rglob("*.zst"):
        segment.unlink()
    out = desk.call("audit report").out
    assert "missed     2 of these" in out
    assert out.count("(no longer in the archive) - 宽带报障") == 2


def close_cases(place: Place, number: int, person: str) -> None:
    with open_app(place.config) as app:
        for n in range(number):
            ended = closed("resolved", 3, at=NOW - timedelta(days=1), person=person)
            for event in case(f"{person}-{n}", opened(), ended):
                app.store.append(event)


def test_second_looks_are_drawn_from_what_others_closed(desk: Place) -> None:
    close_cases(desk, 4, "王芳")
    close_cases(desk, 4, "韩梅梅")
    answer = desk.call("audit second", "--as", "韩梅梅", "--since", "30d")
    assert sorted(answer.out.split()) == [f"王芳-{n}" for n in range(4)]
    assert answer.err == "4 cases\n"
    few = desk.call("audit second", "--size", "3").out
    assert len(few.split()) == 3
    assert desk.call("audit second", "--size", "3").out == few
    assert desk.call("audit second", "--size", "3", "--seed", "5").out != few


def test_how_far_second_looks_agree_is_told_beside_them(desk: Place) -> None:
    with open_app(desk.config) as app:
        for n, (first, second) in enumerate([("resolved", "resolved")] * 2 + [("unresolved", "resolved")]):
            look = {"result": second, "agrees": first == second}
            for event in case(
                f"c{n}", opened(), closed(first), step(EventKind.CHECK, None, "韩梅梅", **look)
            ):
                app.store.append(event)
    answer = desk.call("audit second")
    assert answer.out == ""
    told = "3 second looks until now: 66.7 % agree; result 2 of 3, kappa 0.00"
    assert answer.err.splitlines() == ["0 cases", told]


def test_nobody_is_given_a_second_look_without_being_known(desk: Place) -> None:
    answer = desk.call("audit second", "--as", "谁")
    assert (answer.code, answer.out) == (1, "")


PAGE = (ROOT / "docs" / "audit.md").read_text("utf-8")


def commands_of_the_page() -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    return [
        line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$")
    ]


def test_the_commands_of_the_page_can_be_given_one_after_another(
    desk: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk.folder)
    close_cases(desk, 2, "王芳")
    for line in commands_of_the_page():
        words, _, target = line.partition(" > ")
        answer = desk.run(*shlex.split(words)[1:])
        assert answer.code == 0, (line, answer)
        if target:
            (desk.folder / target).write_text(answer.out, "utf-8")
        if target == "sheet.csv":
            fill(desk.folder / target)


def test_the_page_shows_every_verb_of_it() -> None:
    verbs = {" ".join(line.split()[1:3]) for line in commands_of_the_page()}
    assert {"audit sample", "audit label", "audit report", "audit second", "precision --by"} <= verbs


@pytest.mark.parametrize("name", re.findall(r"\]\(([a-z-]+\.md)", PAGE))
def test_its_links_lead_somewhere(name: str) -> None:
    assert (ROOT / "docs" / name).is_file()
