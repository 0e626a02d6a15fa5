"""`listening queue list`: what waits for an answer, in the order of urgency."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from listening.app import open_app
from tests.cli.place import MENTION, Place, post

RULES = """\
brands:
  星河宽带: {any: [星河宽带]}
scenarios:
  投诉: {any: [投诉], queue: 投诉处理, priority: urgent, respond_within: 4h}
  报障: {any: [断网], queue: 技术支持, priority: high, respond_within: 2h}
  限速: {any: [限速], queue: 技术支持, priority: high, respond_within: 30m}
  询价: {any: [多少钱], queue: '市场"一部"'}
  表扬: {any: [点赞], queue: 'C:\\公关', priority: low}
"""


@pytest.fixture
def desk(place: Place) -> Place:
    place.lay_out(RULES)
    words = ["点赞", "多少钱", "断网", "限速", "投诉"]
    place.take(*(post(n, f"星河宽带{word}") for n, word in enumerate(words, 1)), post(9, MENTION))
    return place


def test_priority_goes_first_then_the_nearest_deadline(desk: Place) -> None:
    answer = desk.call("queue list", "--json")
    texts = [record["text"] for record in answer.records]
    assert texts == [f"星河宽带{word}" for word in ("投诉", "限速", "断网", "多少钱", "点赞")]
    assert (answer.code, answer.err) == (0, "5 waiting\n")


def test_of_equal_urgency_the_one_found_first_goes_first(place: Place) -> None:
    place.lay_out(RULES)
    place.take(post(5, "星河宽带多少钱"), name="first.jsonl")
    place.take(post(1, "星河宽带多少钱"), post(9, "星河宽带多少钱"), name="then.jsonl")
    assert place.call("queue list", "--json").ids[0] == "weibo:5"


def test_the_table_tells_how_long_is_left_and_what_matched(desk: Place) -> None:
    head, first, *_ = desk.call("queue list").out.splitlines()
    assert head.split("  ")[0] == "priority"
    assert first.split()[:4] == ["urgent", "投诉处理", "240", "min"]
    assert "【星河宽带】【投诉】" in first


def test_a_missed_deadline_is_told_as_late(place: Place) -> None:
    place.take(post(1))
    with open_app(place.config) as app:
        (hit,) = app.store.scan()
        missed = app.now() - timedelta(minutes=10)
        app.store.save([replace(hit, post=replace(hit.post, id="weibo:2"), respond_by=missed)])
    rows = place.call("queue list").out.splitlines()[1:]
    assert [" 10 min late " in row for row in rows] == [True, False]


@pytest.mark.parametrize(
    ("queue", "texts"),
    [
        pytest.param("技术支持", ["星河宽带限速", "星河宽带断网"], id="a plain name"),
        pytest.param('市场"一部"', ["星河宽带多少钱"], id="a name with quotes"),
        pytest.param("C:\\公关", ["星河宽带点赞"], id="a name with a backslash"),
        pytest.param("没有", [], id="a queue that is not there"),
        pytest.param('x" status:kept', [], id="a name that looks like a search"),
    ],
)
def test_one_queue_can_be_asked_for_whatever_its_name(desk: Place, queue: str, texts: list[str]) -> None:
    answer = desk.call("queue list", queue, "--json")
    assert [record["text"] for record in answer.records] == texts
    assert (answer.code, answer.err) == (0, f"{len(texts)} waiting\n")


def test_a_limit_shows_the_most_urgent_and_tells_how_many_wait(desk: Place) -> None:
    answer = desk.call("queue list", "--json", "--limit", "1")
    assert [record["text"] for record in answer.records] == ["星河宽带投诉"]
    assert answer.err == "5 waiting\n"


def test_only_open_hits_wait(desk: Place) -> None:
    desk.take(post(3, "通了"), name="edited.jsonl")  # withdrawn
    desk.take(post(6 * 24 * 60, "星河宽带投诉"), name="old.jsonl")  # too old: kept
    found = desk.call("queue list", "--json").records
    assert {record["status"] for record in found} == {"open"}
    assert {record["level"] for record in found} == {2}
    assert len(found) == 4


def test_an_empty_desk_is_a_header_and_no_failure(place: Place) -> None:
    answer = place.call("queue list")
    assert (answer.code, len(answer.out.splitlines()), answer.err) == (0, 1, "0 waiting\n")
