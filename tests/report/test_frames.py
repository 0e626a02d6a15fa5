"""Records as frames: the same columns always, times in the zone, unknown is missing."""

from __future__ import annotations

from datetime import UTC, datetime

from listening.model import Author, Hit, ListeningClass, Match, Metrics, Post
from listening.report.frames import by_scenario, hits_frame, matches_frame

AT = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)


def record(name: str, *, level: int = 2, scenarios: tuple[str, ...] = ("星河/断网",)) -> Hit:
    post = Post(
        id=name,
        text="星河断网",
        published_at=AT,
        author=Author(id="7"),
        metrics=Metrics(likes=0),
        extra={"level": "not ours"},
    )
    match = Match(subject="星河", term="星河", field="text", start=0, end=2, text="星河", part="own")
    return Hit(
        post=post,
        level=level,
        listening_class=ListeningClass.KEYWORD,
        brands=("星河",),
        scenarios=scenarios,
        matches=(match,),
    )


def test_one_row_a_record_in_the_order_given() -> None:
    frame = hits_frame([record("b"), record("a", level=1, scenarios=())], "Asia/Shanghai")
    assert list(frame.index) == ["b", "a"]
    assert frame.loc["b", "level"] == 2
    assert frame.loc["a", "scenarios"] == []


def test_times_are_in_the_zone() -> None:
    frame = hits_frame([record("a")], "Asia/Shanghai")
    assert str(frame["published_at"].iloc[0]) == "2026-11-21 01:30:00+08:00"
    assert frame["found_at"].isna().all()


def test_nested_values_have_dotted_names_and_unknown_is_missing_not_zero() -> None:
    frame = hits_frame([record("a")], "UTC")
    assert frame.loc["a", "author.id"] == "7"
    assert frame.loc["a", "metrics.likes"] == 0
    assert frame["metrics.views"].isna().all()
    assert frame["metrics.rank"].isna().all()


def test_no_records_have_the_same_columns() -> None:
    empty, full = hits_frame([], "UTC"), hits_frame([record("a")], "UTC")
    assert list(empty.columns) == list(full.columns)
    assert by_scenario(empty).groupby(["subject", "scenario"]).size().empty


def test_a_hit_of_two_scenarios_is_two_rows_and_a_mention_none() -> None:
    hits = [record("a", scenarios=("星河/断网", "长河/换网/转网")), record("m", level=1, scenarios=())]
    long = by_scenario(hits_frame(hits, "UTC"))
    assert list(zip(long["subject"], long["scenario"], strict=True)) == [
        ("星河", "断网"),
        ("长河", "换网/转网"),
    ]


def test_evidence_is_a_row_a_piece() -> None:
    frame = matches_frame([record("a"), record("b")])
    assert list(frame["id"]) == ["a", "b"]
    assert set(frame["term"]) == {"星河"}
    assert matches_frame([]).empty
