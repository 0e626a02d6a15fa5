"""An audit: posts drawn from the archive, judged by people on a sheet, and the recall that follows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from listening.archive import Archive
from listening.errors import DeskMistake, InputMistake
from listening.model import Outcome, Post
from listening.review.audit import Asked, Audit, Label, add_labels, draw, find, keep
from listening.review.audit_sheet import COLUMNS, labels_of, read_filled, sheet
from listening.review.intervals import Estimate, in_population, share_of
from listening.review.recall import posts_of, report
from listening.store.memory import MemoryStore
from listening.store.ports import Document
from listening.store.pseudonyms import Pseudonyms
from tests.archive.posts import NOON, a_post

NAMES = Pseudonyms(b"k" * 32)
ZONE = "Asia/Shanghai"
ASKED = Asked(size=10, seed=7)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Twenty posts that are no hits, two mentions, three hits and one without an outcome."""
    with Archive.open(tmp_path / "archive", host="h", now=lambda: NOON) as opened:
        keep_all(opened, [a_post(n, f"网不太好{n}") for n in range(20)], Outcome.UNMATCHED)
        keep_all(opened, [a_post(n) for n in (30, 31)], Outcome.MENTION)
        keep_all(opened, [a_post(n) for n in (40, 41, 42)], Outcome.HIT)
        keep_all(opened, [a_post(50)], None)
        yield opened


def keep_all(archive: Archive, posts: list[Post], outcome: Outcome | None, rules: str = "r1") -> None:
    with archive.writer("论坛", "run") as writer:
        writer.append(posts)
        if outcome is not None:
            archive.settle([(post, outcome) for post in posts], rules)


def drawn(archive: Archive, asked: Asked = ASKED, **given: Any) -> tuple[Audit, tuple[Post, ...]]:
    defaults: dict[str, Any] = {"at": NOON, "rules": "r1"}
    audit, posts = draw(archive, asked, NAMES, **defaults | given)
    return audit, tuple(posts)


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def filled(folder: Path, audit: Audit, posts: tuple[Post, ...], *answers: str, more: str = "") -> Path:
    """The sheet with these answers in its first rows."""
    lines = sheet(audit, posts, ZONE).decode("utf-8-sig").splitlines()
    said = [f"{line.removesuffix(',,,')},{word},," for line, word in zip(lines[1:], answers, strict=False)]
    file = folder / "sheet.csv"
    file.write_text("\n".join([lines[0], *said, *lines[1 + len(said) :]]) + "\n" + more, "utf-8")
    return file


def label(post: str, relevant: bool = True, **given: Any) -> Label:
    defaults: dict[str, Any] = {"person": "李雷", "at": NOON}
    return Label(post=post, relevant=relevant, **defaults | given)


def test_an_audit_knows_what_its_sample_stands_for(archive: Archive) -> None:
    audit, posts = drawn(archive)
    assert (audit.size, audit.population, audit.hits, audit.pending) == (10, 20, 3, 1)
    assert audit.outcomes == (Outcome.UNMATCHED,)
    assert audit.posts == tuple(NAMES.post(post.id) for post in posts)
    both, _ = drawn(archive, replace(ASKED, mentions=True, size=99))
    assert (both.size, both.population) == (22, 22)


@pytest.mark.parametrize(("rules", "stale"), [("r1", 0), ("r2", 20), (None, 20)])
def test_posts_that_other_rules_left_out_are_counted(archive: Archive, rules: str | None, stale: int) -> None:
    assert drawn(archive, rules=rules)[0].stale == stale


def test_the_same_draw_is_the_same_audit(archive: Archive) -> None:
    first, _ = drawn(archive)
    later, _ = drawn(archive, at=NOON + timedelta(minutes=5))
    other, _ = drawn(archive, replace(ASKED, seed=8))
    assert first.id == later.id != other.id
    assert first.id.startswith("20260301-")


def test_an_audit_names_no_post(archive: Archive) -> None:
    store = MemoryStore()
    audit, posts = drawn(archive)
    keep(audit, store)
    (document,) = store.documents("audit/")
    assert not [post.id for post in posts if post.id in str(document.body)]


def test_a_kept_audit_comes_back_as_it_was(archive: Archive) -> None:
    store = MemoryStore()
    since = NOON - timedelta(days=30)
    audit, _ = drawn(archive, Asked(size=5, seed=1, since=since, source="论坛", mentions=True))
    labelled = replace(audit, labels=(label(audit.posts[0], scenario="宽带报障", why="换了说法"),))
    keep(labelled, store)
    assert find(audit.id, store) == labelled
    plain, _ = drawn(archive)
    keep(plain, store)
    assert find(plain.id, store) == plain


def test_keeping_it_again_leaves_the_labels_alone(archive: Archive) -> None:
    store = MemoryStore()
    audit, _ = drawn(archive)
    keep(audit, store)
    add_labels(audit.id, [label(audit.posts[0])], store)
    keep(drawn(archive)[0], store)
    assert len(find(audit.id, store).labels) == 1


def test_without_a_name_it_is_the_last_one_drawn(archive: Archive) -> None:
    store = MemoryStore()
    first, _ = drawn(archive, at=NOON)
    last, _ = drawn(archive, replace(ASKED, seed=1), at=NOON + timedelta(days=40))
    for audit in (last, first):
        keep(audit, store)
    assert find(None, store) == last


def test_an_audit_that_is_not_there_is_told(archive: Archive) -> None:
    store = MemoryStore()
    with pytest.raises(DeskMistake, match="audit: there is no audit yet - draw one: listening audit sample"):
        find(None, store)
    audit, _ = drawn(archive)
    keep(audit, store)
    with pytest.raises(DeskMistake, match=f"x: there is no such audit - there are: {audit.id}"):
        find("x", store)


def test_the_sheet_shows_the_posts_in_the_order_of_the_draw(archive: Archive) -> None:
    audit, posts = drawn(archive)
    found = rows(sheet(audit, posts, ZONE))
    assert tuple(found[0]) == COLUMNS
    assert [each["id"] for each in found] == [post.id for post in posts]
    assert found[0] == {
        "audit": audit.id,
        "id": posts[0].id,
        "published_at": "2026-03-01T20:00:00+08:00",
        "platform": "demo",
        "source": "",
        "text": posts[0].text,
        "url": "",
        "relevant": "",
        "scenario": "",
        "why": "",
    }


def test_the_sheet_hides_numbers_of_people_and_formulas(archive: Archive) -> None:
    post = a_post(60, "=打这个电话13812345678", title="求助", tags=("断网",))
    audit, _ = drawn(archive)
    (row,) = rows(sheet(audit, [post], ZONE))
    assert "13812345678" not in row["text"]
    assert row["text"].startswith("求助\n=打这个电话")
    (row,) = rows(sheet(audit, [replace(post, title=None)], ZONE))
    assert row["text"].startswith("'=打这个电话")


def test_a_long_text_is_cut_to_what_a_cell_holds(archive: Archive) -> None:
    audit, _ = drawn(archive)
    (row,) = rows(sheet(audit, [a_post(60, "长" * 200_000)], ZONE))
    assert len(row["text"]) == 30_000


@pytest.mark.parametrize(
    ("word", "relevant"),
    [
        *[("yes", True), ("no", False), ("是", True), ("否", False), ("1", True), ("0", False)],
        *[(" Yes ", True), ("NO", False)],
    ],
)
def test_the_words_of_an_answer(tmp_path: Path, archive: Archive, word: str, relevant: bool) -> None:
    audit, posts = drawn(archive)
    found = read_filled(filled(tmp_path, audit, posts, word))
    assert found.audit == audit.id
    assert [(each.post_id, each.relevant) for each in found.answers] == [(posts[0].id, relevant)]


def test_answers_become_labels_with_person_and_time(tmp_path: Path, archive: Archive) -> None:
    audit, posts = drawn(archive)
    file = filled(
        tmp_path, audit, posts, "否", more=f"{audit.id},{posts[5].id},,,,,,是,宽带报障,“网不太好”\n"
    )
    labels = labels_of(read_filled(file), audit, NAMES, person="韩梅梅", at=NOON)
    assert labels == [
        label(audit.posts[0], False, person="韩梅梅"),
        label(audit.posts[5], scenario="宽带报障", why="“网不太好”", person="韩梅梅"),
    ]


ROW = "{audit},{id},,,,,,{relevant},{scenario},"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        pytest.param(
            ROW.format(audit="A", id="demo:1", relevant="maybe", scenario=""),
            "2: unknown answer 'maybe' - write yes or no, 是 or 否, 1 or 0",
            id="a word nobody knows",
        ),
        pytest.param(
            ROW.format(audit="A", id="demo:1", relevant="", scenario="宽带报障"),
            "2: says something, but not whether the post is relevant"
            " - fill in the column relevant, or empty the others",
            id="a scenario without an answer",
        ),
        pytest.param(
            "\n".join(
                ROW.format(audit="A", id="demo:1", relevant=each, scenario="") for each in ("是", "否")
            ),
            "3: 'demo:1' has another answer in line 2 - keep one of the two",
            id="two minds",
        ),
        pytest.param(
            "\n".join(ROW.format(audit=each, id="demo:1", relevant="", scenario="") for each in "AB"),
            "3: is of another audit ('B') than the rows before it ('A') - give each audit a sheet of its own",
            id="two audits",
        ),
        pytest.param("", ": holds no posts - give a sheet that `listening audit sample` wrote", id="no rows"),
    ],
)
def test_mistakes_of_a_sheet_are_told_with_their_line(tmp_path: Path, more: str, told: str) -> None:
    file = tmp_path / "sheet.csv"
    file.write_text(",".join(COLUMNS) + "\n" + more, "utf-8")
    with pytest.raises(InputMistake) as error:
        read_filled(file)
    assert str(error.value) == f"{file}{'' if told.startswith(':') else ':'}{told}"


def test_all_mistakes_of_a_sheet_are_told_together(tmp_path: Path, archive: Archive) -> None:
    audit, posts = drawn(archive)
    with pytest.raises(InputMistake) as error:
        read_filled(filled(tmp_path, audit, posts, "x", "是", "y"))
    assert [mistake.place.line for mistake in error.value.mistakes] == [2, 4]


def test_another_sheet_is_told(tmp_path: Path) -> None:
    file = tmp_path / "sheet.csv"
    file.write_text("rule,change,id,label\nx,y,z,1\n", "utf-8")
    with pytest.raises(InputMistake, match="has no column audit and no relevant - give a sheet that"):
        read_filled(file)


def test_posts_that_were_not_drawn_are_told(tmp_path: Path, archive: Archive) -> None:
    audit, posts = drawn(archive)
    file = filled(tmp_path, audit, posts, more=f"{audit.id},demo:999,,,,,,是,,\n")
    with pytest.raises(InputMistake) as error:
        labels_of(read_filled(file), audit, NAMES, person="李雷", at=NOON)
    assert str(error.value) == (
        f"{file}:12: 'demo:999' is no post of the audit {audit.id}"
        " - leave the columns audit and id as they were written"
    )


def test_a_sheet_may_be_given_as_it_grows(archive: Archive) -> None:
    store = MemoryStore()
    audit, _ = drawn(archive)
    keep(audit, store)
    first, second, third = audit.posts[:3]
    labelled, new = add_labels(audit.id, [label(first), label(second, False)], store)
    assert (new, len(labelled.said())) == (2, 2)
    later = NOON + timedelta(hours=1)
    again = [label(first, person="韩梅梅", at=later), label(second, at=later), label(third, at=later)]
    labelled, new = add_labels(audit.id, again, store)
    assert new == 2, "the second is changed, the third is new"
    said = find(audit.id, store).said()
    assert [(said[post].relevant, said[post].person, said[post].at) for post in (first, second, third)] == [
        (True, "李雷", NOON),
        (True, "李雷", later),
        (True, "李雷", later),
    ]
    assert len(labelled.labels) == 4, "what was said first is kept"
    assert add_labels(audit.id, again, store) == (labelled, 0)


def test_labels_of_two_people_at_once_are_both_kept(archive: Archive) -> None:
    audit, _ = drawn(archive)

    class Crowded(MemoryStore):
        """Where somebody else is quicker, once."""

        def put_document(self, key: str, body: Any, version: int) -> Document:
            if version == 1 and body["labels"][0]["person"] == "李雷":
                add_labels(audit.id, [label(audit.posts[1], person="韩梅梅")], self)
            return super().put_document(key, body, version)

    store = Crowded()
    keep(audit, store)
    labelled, new = add_labels(audit.id, [label(audit.posts[0])], store)
    assert new == 1
    assert [each.person for each in labelled.labels] == ["韩梅梅", "李雷"]


def test_labels_of_no_audit_are_told() -> None:
    with pytest.raises(DeskMistake, match="x: there is no audit yet"):
        add_labels("x", [], MemoryStore())


def an_audit(missed: int, labelled: int, *, population: int = 10_000, hits: int = 300) -> Audit:
    posts = tuple(f"p{n}" for n in range(max(labelled, 1)))
    labels = tuple(label(post, n < missed) for n, post in enumerate(posts[:labelled]))
    return Audit(
        id="a",
        at=NOON,
        seed=1,
        size=len(posts),
        since=None,
        source=None,
        outcomes=(Outcome.UNMATCHED,),
        population=population,
        hits=hits,
        pending=0,
        stale=0,
        rules="r1",
        posts=posts,
        labels=labels,
    )


def test_missed_posts_are_those_of_the_sample_by_the_population() -> None:
    told = report(an_audit(4, 200), None)
    assert (told.labelled, [each.post for each in told.missed]) == (200, ["p0", "p1", "p2", "p3"])
    assert told.in_all == in_population(4, 200, 10_000)
    assert told.in_all is not None
    assert told.in_all.value == 200


def test_without_verdicts_all_hits_are_taken_for_relevant() -> None:
    told = report(an_audit(4, 200), None)
    assert told.in_all is not None
    low, high = told.in_all.low, told.in_all.high
    assert told.recall == Estimate(300 / 500, 300 / (300 + high), 300 / (300 + low))


def test_the_precision_of_the_hits_lowers_what_was_found() -> None:
    precision = share_of(50, 100)
    told = report(an_audit(4, 200), precision)
    assert precision is not None
    assert told.in_all is not None
    assert told.recall is not None
    assert told.recall.value == 150 / 350
    assert told.recall.low == 300 * precision.low / (300 * precision.low + told.in_all.high)
    assert told.recall.high == 300 * precision.high / (300 * precision.high + told.in_all.low)


def test_the_interval_holds_the_recall_for_any_of_the_two_truths() -> None:
    """Whatever lies in both intervals behind it: the recall of it lies in the recall's own."""
    precision = share_of(30, 40)
    told = report(an_audit(3, 100), precision)
    assert precision is not None
    assert told.in_all is not None
    assert told.recall is not None
    for share in (precision.low, precision.value, precision.high):
        for missed in (told.in_all.low, told.in_all.value, told.in_all.high):
            assert told.recall.low - 1e-9 <= 300 * share / (300 * share + missed) <= told.recall.high + 1e-9


def test_where_nothing_was_missed_the_interval_still_says_how_little_that_means() -> None:
    told = report(an_audit(0, 100), None)
    assert told.in_all is not None
    assert told.in_all.high == pytest.approx(366, abs=1), "3.7 % of 10,000"
    assert told.recall == Estimate(1, 300 / (300 + told.in_all.high), 1)


@pytest.mark.parametrize(
    ("audit", "in_all", "recall"),
    [
        pytest.param(an_audit(0, 0), None, None, id="no label yet"),
        pytest.param(an_audit(0, 10, population=10, hits=0), Estimate(0, 0, 0), None, id="nothing at all"),
        pytest.param(
            an_audit(2, 10, population=10, hits=8),
            Estimate(2, 2, 2),
            Estimate(0.8, 0.8, 0.8),
            id="everything",
        ),
        pytest.param(
            an_audit(2, 10, population=10, hits=0), Estimate(2, 2, 2), Estimate(0, 0, 0), id="no hits at all"
        ),
    ],
)
def test_what_can_be_told(audit: Audit, in_all: Estimate | None, recall: Estimate | None) -> None:
    told = report(audit, None)
    assert (told.in_all, told.recall) == (in_all, recall)


def test_the_last_label_of_a_post_counts() -> None:
    audit = an_audit(2, 10)
    corrected = replace(audit, labels=(*audit.labels, label("p0", False, person="韩梅梅")))
    assert [each.post for each in report(corrected, None).missed] == ["p1"]


def test_missed_posts_are_found_again_while_they_are_in_the_archive(archive: Archive) -> None:
    audit, posts = drawn(archive)
    first, second = posts[:2]
    edited = replace(first, text="改过")
    keep_all(archive, [edited], Outcome.HIT)
    found = posts_of([NAMES.post(first.id), NAMES.post(second.id), "gone"], audit, archive, NAMES)
    assert found == {NAMES.post(first.id): edited, NAMES.post(second.id): second}
    assert posts_of([], audit, archive, NAMES) == {}
