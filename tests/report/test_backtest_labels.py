"""A sheet to judge, and what the judged posts say of both rule sets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from listening.errors import InputMistake
from listening.model import Post
from listening.report.backtest.labels import Precision, read_labels, sheet, wilson
from listening.report.backtest.outlook import all_keys
from listening.report.backtest.tally import Change, RuleKey, Side
from tests.report.backtesting import a_post, compared

RULE = RuleKey("scenario", "报障")
OTHER = RuleKey("brand", "星河")


def rows_of(folder: Path, posts: Sequence[Post]) -> list[dict[str, str]]:
    told, tally = compared(folder, posts)
    data = sheet(all_keys(told.old.ruleset, told.new.ruleset), tally, "Asia/Shanghai")
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_sheet_has_gained_lost_and_kept_posts_of_each_rule(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, [a_post("g", "星河没网"), a_post("l", "星河掉线"), a_post("k", "星河断网")])
    assert list(rows[0]) == ["rule", "change", "id", "published_at", "source", "text", "evidence", "label"]
    of_rule = [tuple(row.values())[1:] for row in rows if row["rule"] == "scenario:报障"]
    at = "2026-11-20T12:00:00+08:00"
    assert of_rule == [
        ("gained", "g", at, "论坛", "星河没网", "没网", ""),
        ("lost", "l", at, "论坛", "星河掉线", "掉线", ""),
        ("kept", "k", at, "论坛", "星河断网", "断网", ""),
    ]


def test_a_sheet_holds_at_most_thirty_of_a_kind(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, [a_post(str(n), "星河断网") for n in range(40)])
    assert [(r["rule"], r["change"]) for r in rows] == [("brand:星河", "kept")] * 30 + [
        ("scenario:报障", "kept")
    ] * 30


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    rows = rows_of(
        tmp_path, [a_post("=1", "+星河断网", source="@贴吧"), a_post("2", "\t星河断网", source="-x")]
    )
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {"'=1", "'+星河断网", "'@贴吧", "'\t星河断网", "'-x"} <= set(cells)


def labelled(folder: Path, text: str, encoding: str = "utf-8-sig") -> dict[tuple[RuleKey, str], bool]:
    file = folder / "labels.csv"
    file.write_bytes(text.encode(encoding))
    return read_labels(file, [RULE, OTHER])


@pytest.mark.parametrize(
    ("word", "relevant"),
    [
        *[
            ("relevant", True),
            ("irrelevant", False),
            ("1", True),
            ("0", False),
            ("相关", True),
            ("无关", False),
        ],
        *[(" Relevant ", True), ("IRRELEVANT", False)],
    ],
)
def test_the_words_of_a_label(tmp_path: Path, word: str, relevant: bool) -> None:
    assert labelled(tmp_path, f"rule,id,label\nscenario:报障,a,{word}\n") == {(RULE, "a"): relevant}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        pytest.param("rule,id,label\nscenario:报障,a,1\n", "utf-8", id="utf-8 without a BOM"),
        pytest.param("rule,id,label\nscenario:报障,a,1\n", "gb18030", id="a Chinese spreadsheet's CSV"),
        pytest.param("rule;id;label\r\nscenario:报障;a;1\r\n", "utf-8-sig", id="semicolons"),
        pytest.param("rule\tid\tlabel\nscenario:报障\ta\t1", "utf-8", id="tabs"),
        pytest.param(
            'label,text,id,rule\n1,"两\n行",a,scenario:报障\n', "utf-8", id="columns in another order"
        ),
        pytest.param(
            "rule,id,label\nscenario:报障,a,1\n\nscenario:报障,b,\nbrand:星河,c\n", "utf-8", id="no label"
        ),
    ],
)
def test_what_a_spreadsheet_makes_of_a_sheet_is_read(tmp_path: Path, text: str, encoding: str) -> None:
    assert labelled(tmp_path, text, encoding) == {(RULE, "a"): True}


def test_an_id_that_looks_like_a_formula_comes_back(tmp_path: Path) -> None:
    assert labelled(tmp_path, "rule,id,label\nscenario:报障,'=1,1\nscenario:报障,'x,0\n") == {
        (RULE, "=1"): True,
        (RULE, "'x"): False,
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            'rule,id,text,label\nscenario:报障,a,"两\n行",1\nscenario:报障,b,x,maybe\n',
            ":4: unknown label 'maybe' - write relevant or irrelevant, 1 or 0, 相关 or 无关",
            id="a label nobody knows, in the line of the file",
        ),
        pytest.param(
            "rule,id,label\nscenario:保障,a,1\n",
            ":2: unknown rule 'scenario:保障' - did you mean 'scenario:报障'?",
            id="a rule that neither set has",
        ),
        pytest.param(
            "rule,id,label\nscenario:报障,a,1\nscenario:报障,a,0\n",
            ":3: 'a' has another label above for 'scenario:报障' - keep one of the two",
            id="two minds",
        ),
        pytest.param(
            "id,text\n",
            ":1: has no column rule and no label - give a sheet that --label-sheet wrote",
            id="another file",
        ),
        pytest.param(
            "",
            ":1: has no column rule and no id and no label - give a sheet that --label-sheet wrote",
            id="an empty file",
        ),
    ],
)
def test_mistakes_in_a_sheet_are_told_with_their_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputMistake) as error:
        labelled(tmp_path, text)
    assert str(error.value) == f"{tmp_path / 'labels.csv'}{told}"


def test_all_mistakes_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(InputMistake) as error:
        labelled(tmp_path, "rule,id,label\nscenario:报障,a,x\nscenario:报障,b,y\n")
    assert [mistake.place.line for mistake in error.value.mistakes] == [2, 3]


def test_a_sheet_that_is_no_text_or_not_there_is_told(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    with pytest.raises(InputMistake) as missing:
        read_labels(file, [RULE])
    assert str(missing.value) == f"{file}: cannot be read (No such file or directory) - name a labelled sheet"
    file.write_bytes(b"\xff\xff\xff")
    with pytest.raises(InputMistake) as binary:
        read_labels(file, [RULE])
    assert str(binary.value) == f"{file}: is neither UTF-8 nor GB 18030 - save it as CSV in UTF-8"


@pytest.mark.parametrize(
    ("share", "n", "low", "high"),
    [
        pytest.param(0.8, 10, 0.4902, 0.9433, id="8 of 10"),
        pytest.param(0.0, 10, 0.0, 0.2775, id="none of 10"),
        pytest.param(1.0, 10, 0.7225, 1.0, id="all of 10"),
        pytest.param(0.5, 100, 0.4038, 0.5962, id="50 of 100"),
        pytest.param(1.0, 1, 0.2065, 1.0, id="one"),
    ],
)
def test_wilson_intervals(share: float, n: float, low: float, high: float) -> None:
    assert wilson(share, n) == pytest.approx((low, high), abs=5e-5)


def of_rule(folder: Path, posts: Sequence[Post], **labels: bool) -> dict[Side, Precision]:
    told, _ = compared(folder, posts, labels={(RULE, name): good for name, good in labels.items()})
    return {each.side: each for each in told.precisions if each.rule == RULE}


def test_precision_weighs_each_change_by_its_posts(tmp_path: Path) -> None:
    """90 kept and 10 gained posts: one label of each must not count the same."""
    kept = [a_post(f"k{n}", "星河断网") for n in range(90)]
    gained = [a_post(f"g{n}", "星河没网") for n in range(10)]
    lost = [a_post(f"l{n}", "星河掉线") for n in range(30)]
    found = of_rule(tmp_path, [*kept, *gained, *lost], k1=True, k2=True, g1=False, g2=False, l1=False)
    assert [found[side].labels for side in Side] == [3, 4]
    assert [found[side].share for side in Side] == pytest.approx([90 / 120, 0.9])
    effective = 100**2 / (90**2 / 2 + 10**2 / 2)
    assert (found[Side.NEW].low, found[Side.NEW].high) == pytest.approx(wilson(0.9, effective))


def test_labels_in_proportion_are_plain_wilson(tmp_path: Path) -> None:
    posts = [a_post(name, "星河断网") for name in "abcd"]
    found = of_rule(tmp_path, posts, a=True, b=True, c=False, d=True)
    assert (found[Side.NEW].share, found[Side.NEW].labels) == (0.75, 4)
    assert (found[Side.NEW].low, found[Side.NEW].high) == pytest.approx(wilson(0.75, 4))
    assert found[Side.OLD] == Precision(
        rule=RULE, side=Side.OLD, labels=4, share=0.75, low=found[Side.NEW].low, high=found[Side.NEW].high
    )


def test_without_labels_of_a_change_nothing_is_claimed(tmp_path: Path) -> None:
    found = of_rule(tmp_path, [a_post("k", "星河断网"), a_post("g", "星河没网")], k=True)
    assert found[Side.NEW] == Precision(rule=RULE, side=Side.NEW, labels=1, missing=(Change.GAINED,))
    assert found[Side.OLD].share == 1.0


def test_a_label_goes_by_what_becomes_of_the_post_now(tmp_path: Path) -> None:
    """Its sheet may be of an earlier comparison: a post that was kept then may be lost now."""
    found = of_rule(tmp_path, [a_post("a", "星河掉线"), a_post("b", "星河断网")], a=False, b=True, gone=True)
    assert (found[Side.OLD].share, found[Side.OLD].labels) == (0.5, 2)
    assert (found[Side.NEW].share, found[Side.NEW].labels) == (1.0, 1)
