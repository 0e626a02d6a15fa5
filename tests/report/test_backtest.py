"""What a change of rules does to archived posts; the same figures and samples for any number of workers."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha1
from pathlib import Path

import pytest

from listening.archive import Archive
from listening.model import Outcome
from listening.report.backtest.compare import Asked
from listening.report.backtest.excerpt import excerpt
from listening.report.backtest.outlook import Outlook, RuleOutlook, outlook, steps
from listening.report.backtest.plain import to_plain
from listening.report.backtest.tally import Change, Pool, RuleKey, Sample, Tally
from listening.report.backtest.workers import run, task
from tests.report.backtesting import NOW, a_post, asked, compared, keep, rules

HIT, MENTION, UNMATCHED = Outcome.HIT, Outcome.MENTION, Outcome.UNMATCHED


def rule(told: Outlook, kind: str, name: str) -> RuleOutlook:
    return next(each for each in (*told.rules, *told.pairs) if each.key == RuleKey(kind, name))


@pytest.mark.parametrize(
    ("text", "move", "figures"),
    [
        pytest.param("星河没网", (MENTION, HIT), {"报障": "gained", "星河": ""}, id="a new word gains"),
        pytest.param("星河掉线", (HIT, MENTION), {"报障": "lost", "星河": ""}, id="a word taken away loses"),
        pytest.param("星河断网", (HIT, HIT), {"报障": "", "星河": ""}, id="the same evidence is no change"),
        pytest.param("星河断网又没网", (HIT, HIT), {"报障": "changed"}, id="more evidence is a change"),
        pytest.param("星河掉线即没网", (HIT, HIT), {"报障": "changed"}, id="other evidence is a change"),
        pytest.param("星河杯开赛", (MENTION, UNMATCHED), {"星河": "lost"}, id="except loses a mention"),
        pytest.param("星河的客服", (MENTION, HIT), {"客服": "gained"}, id="a new rule gains"),
        pytest.param("长河断网", (HIT, HIT), {"长河": "", "报障": ""}, id="a competitor stays"),
        pytest.param("今天天气好", (UNMATCHED, UNMATCHED), {}, id="neither"),
    ],
)
def test_a_post_is_gained_lost_or_changed(
    tmp_path: Path, text: str, move: tuple[Outcome, Outcome], figures: dict[str, str]
) -> None:
    told, _ = compared(tmp_path, [a_post("1", text)])
    assert list(told.moves) == [(*move, 1)]
    found = {r.key.name: [c for c in ("gained", "lost", "changed") if getattr(r, c)] for r in told.rules}
    assert {name: found[name] for name in figures} == {n: [c] if c else [] for n, c in figures.items()}


def test_scenarios_are_also_told_for_each_subject(tmp_path: Path) -> None:
    told, _ = compared(
        tmp_path, [a_post("1", "星河和长河断网"), a_post("2", "星河没网"), a_post("3", "长河掉线")]
    )
    assert [str(each.key) for each in told.pairs] == ["pair:星河/报障", "pair:长河/报障"]
    both, ours, theirs = (
        rule(told, k, n) for k, n in [("scenario", "报障"), ("pair", "星河/报障"), ("pair", "长河/报障")]
    )
    assert (both.old, both.new, both.gained, both.lost) == (2, 2, 1, 1)
    assert (ours.old, ours.new, ours.gained, ours.lost) == (1, 2, 1, 0)
    assert (theirs.old, theirs.new, theirs.gained, theirs.lost) == (2, 1, 0, 1)


def test_rules_stand_in_their_order_and_one_sided_ones_are_named(tmp_path: Path) -> None:
    told, _ = compared(tmp_path, [a_post("1", "x")], old="brands: {旧: {any: [旧牌]}}\n")
    assert [(str(r.key), r.only) for r in told.rules] == [
        ("brand:星河", "new"),
        ("competitor:长河", "new"),
        ("scenario:报障", "new"),
        ("scenario:客服", "new"),
        ("brand:旧", "old"),
    ]


def test_samples_are_the_posts_with_the_smallest_sha1_of_their_id(tmp_path: Path) -> None:
    names = [f"demo:{n}" for n in range(40)]
    told, _ = compared(tmp_path, [a_post(name, "星河没网") for name in names])
    chosen = [sample.id for sample in rule(told, "scenario", "报障").samples[Change.GAINED]]
    assert chosen == sorted(names, key=lambda name: sha1(name.encode()).hexdigest())[:5]


def test_a_sample_shows_what_the_rule_found(tmp_path: Path) -> None:
    told, _ = compared(tmp_path, [a_post("1", "星河又没网", title="没网了", tags=("断网",), source="贴吧")])
    (sample,) = rule(told, "scenario", "报障").samples[Change.CHANGED]
    assert (sample.text, sample.source) == ("没网了\n星河又没网\n断网", "贴吧")
    assert [sample.text[a:b] for a, b in sample.marks] == ["没网", "没网", "断网"]
    assert (sample.old, sample.new) == (("断网",), ("断网", "没网"))


def test_a_sample_of_a_lost_post_shows_what_the_old_rules_found(tmp_path: Path) -> None:
    told, _ = compared(tmp_path, [a_post("1", "星河掉线")])
    (sample,) = rule(told, "scenario", "报障").samples[Change.LOST]
    assert ([sample.text[a:b] for a, b in sample.marks], sample.old, sample.new) == (["掉线"], ("掉线",), ())
    assert sample.source == "论坛", "a post that names no source is of the run's"


def test_a_long_text_is_cut_around_the_first_mark(tmp_path: Path) -> None:
    told, _ = compared(tmp_path, [a_post("1", "长" * 9_000 + "星河没网" + "文" * 9_000)])
    (sample,) = rule(told, "scenario", "报障").samples[Change.GAINED]
    assert len(sample.text) == 4_000
    assert [sample.text[a:b] for a, b in sample.marks] == ["没网"]


def test_hits_are_counted_by_the_day_of_the_zone(tmp_path: Path) -> None:
    late = NOW.replace(hour=17)  # 01:00 of the next day in Shanghai
    told, _ = compared(
        tmp_path, [a_post("1", "星河断网"), a_post("2", "星河掉线", published_at=late), a_post("3", "星河")]
    )
    assert list(told.days) == [(date(2026, 11, 20), 1, 1), (date(2026, 11, 21), 1, 0)]


def test_the_queue_takes_what_was_fresh_when_it_came_in(tmp_path: Path) -> None:
    posts = [
        a_post("1", "星河断网", published_at=NOW - timedelta(days=3) + timedelta(seconds=1)),
        a_post("2", "星河断网", published_at=NOW - timedelta(days=3, seconds=1)),
        a_post("3", "星河没网"),
        a_post("4", "星河"),
    ]
    told, _ = compared(tmp_path, posts)
    (queue,) = told.queues
    assert (queue.name, queue.old, queue.new) == ("技术支持", 1, 2)
    assert list(queue.days) == [(date(2026, 11, 20), 1, 2)]
    assert (told.late_old, told.late_new, told.archived_days) == (1, 1, 1)


def test_only_the_current_version_of_a_post_is_asked(tmp_path: Path) -> None:
    keep(tmp_path / "archive", [[a_post("1", "星河没网")], [a_post("1", "星河修好了")]])
    told, _ = compared(tmp_path)
    assert list(told.moves) == [(MENTION, MENTION, 1)]


def many(folder: Path) -> None:
    texts = ["星河没网", "星河掉线", "星河断网即没网", "长河断网", "星河杯", "今天", "星河客服"]
    posts = [
        a_post(f"demo:{n}", f"{texts[n % 7]} {n}", published_at=NOW - timedelta(hours=n)) for n in range(420)
    ]
    keep(folder, [posts[start : start + 35] for start in range(0, 420, 35)])


def told_by(folder: Path, workers: int, wanted: Asked) -> tuple[object, Tally]:
    old, new = rules(folder, "old", _OLD), rules(folder, "new", _NEW)
    with Archive.open(folder / "archive") as archive:
        work = task(folder / "archive", old.ruleset, new.ruleset, wanted)
        tally = run(archive.places(), work, workers, job=70)
        return to_plain(outlook(tally, old, new, wanted, held=archive.held())), tally


_OLD = "brands: {星河: {any: [星河]}}\nscenarios: {报障: {any: [断网, 掉线]}}\n"
_NEW = "brands: {星河: {any: [星河], except: [星河杯]}}\nscenarios: {报障: {any: [断网, 没网]}}\n"


def test_any_number_of_workers_comes_to_the_same(tmp_path: Path) -> None:
    many(tmp_path / "archive")
    wanted = asked(sheet=10, labelled={"demo:3": frozenset({RuleKey("brand", "星河")})})
    alone, by_one = told_by(tmp_path, 1, wanted)
    for workers in (2, 3):
        together, by_many = told_by(tmp_path, workers, wanted)
        assert together == alone
        assert by_many == by_one
    assert by_one.posts == 420


def test_progress_is_told_in_posts(tmp_path: Path) -> None:
    many(tmp_path / "archive")
    old = rules(tmp_path, "old", _OLD).ruleset
    seen: list[int] = []
    with Archive.open(tmp_path / "archive") as archive:
        run(archive.places(), task(tmp_path / "archive", old, old, asked()), 2, seen.append, job=100)
    assert seen == [105, 105, 105, 105]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_damaged_batch_is_told_and_the_rest_counted(tmp_path: Path, workers: int) -> None:
    many(tmp_path / "archive")
    (segment,) = (tmp_path / "archive").rglob("*.zst")
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 0xFF
    segment.write_bytes(data)
    _, tally = told_by(tmp_path, workers, asked())
    (unread,) = tally.unread
    assert (unread.posts, tally.posts) == (35, 385)
    assert f"{segment}: is damaged at byte " in unread.why
    assert unread.why.endswith(
        "- restore it from a backup, or rebuild the index to go on without these posts"
    )


def test_an_empty_archive_has_nothing_to_tell(tmp_path: Path) -> None:
    told, _ = compared(tmp_path)
    assert (told.posts, told.first, list(told.moves), list(told.days)) == (0, None, [], [])
    assert steps(told.days) == ("day", [])


@pytest.mark.parametrize(
    ("first", "last", "step", "rows"),
    [
        pytest.param(date(2026, 1, 1), date(2026, 3, 1), "day", ["2026-01-01", "2026-03-01"], id="60 days"),
        pytest.param(date(2026, 1, 1), date(2026, 3, 2), "week", ["2025-12-29", "2026-03-02"], id="61 days"),
        pytest.param(date(2025, 1, 7), date(2026, 11, 2), "month", ["2025-01", "2026-11"], id="two years"),
        pytest.param(date(2010, 1, 7), date(2026, 11, 2), "year", ["2010", "2026"], id="many years"),
        pytest.param(date(1, 1, 1), date(9999, 12, 31), "year", ["0001", "9999"], id="all years"),
    ],
)
def test_a_long_stretch_is_told_in_longer_steps(first: date, last: date, step: str, rows: list[str]) -> None:
    name, told = steps([(first, 1, 2), (last, 3, 4)])
    assert (name, [row[0] for row in told], [row[1:] for row in told]) == (step, rows, [(1, 2), (3, 4)])


def test_a_pool_keeps_the_smallest_ranks() -> None:
    pool = Pool(2)
    for rank in ("c", "a", "d", "b"):
        pool.add(Sample(rank, rank, None, "", "", (), (), ()))
    assert [sample.rank for sample in pool.samples] == ["a", "b"]
    assert not Pool(0).takes("a")


@pytest.mark.parametrize(
    ("text", "marks", "told"),
    [
        pytest.param("星河断网了", [(2, 4)], "星河【断网】了", id="whole"),
        pytest.param("星河\n\n  断网", [(6, 8)], "星河 【断网】", id="on one line"),
        pytest.param(
            "一二三四五六七八九十断网一二三四五六", [(10, 12)], "…七八九十【断网】一二三四五六", id="its end"
        ),
        pytest.param(
            "断网一二三四五六七八九十甲乙丙", [(0, 2)], "【断网】一二三四五六七八九十…", id="its beginning"
        ),
        pytest.param("没有标记", [], "没有标记", id="no mark"),
        pytest.param("", [], "", id="no text"),
    ],
)
def test_an_excerpt_is_one_line_around_the_first_mark(
    text: str, marks: list[tuple[int, int]], told: str
) -> None:
    sample = Sample("", "", None, "", text, tuple(marks), (), ())
    assert "".join(f"【{piece}】" if marked else piece for piece, marked in excerpt(sample, 12)) == told
