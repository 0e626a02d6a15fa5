"""`listening precision`: verdicts in the store to tables, JSON and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from listening.app import open_app
from listening.model import EventKind
from listening.review.verdicts import verdict_data
from listening.store.pseudonyms import open_pseudonyms
from tests.cli.place import BROKEN_RULES, RULES, Place, post
from tests.review.logs import case, closed, opened, step

NOW = datetime.now(UTC).replace(microsecond=0)
OUTAGE, DROPS, POACH = "星河宽带又断网了", "星河光纤老是掉线", "长河通信涨价了"


def judge(place: Place, post_id: str, verdict: str, minutes: float = 0, *, days: int = 0) -> None:
    """What the desk writes of a hit: a case with a verdict, closed after so many minutes in hands."""
    result = "irrelevant" if verdict == "irrelevant" else "resolved"
    at = NOW - timedelta(days=days)
    with open_app(place.config) as app:
        names = open_pseudonyms(app.store)
        hit = app.store.get(post_id)
        assert hit is not None
        data = verdict_data(hit, verdict, "", names)
        first = opened(names.post(post_id), hit.scenarios)
        name = f"case-{post_id}"
        for event in case(name, first, step(EventKind.VERDICT, at, **data), closed(result, minutes, at=at)):
            assert app.store.append(event)


@pytest.fixture
def desk(place: Place) -> Place:
    """Two outages (one of them no outage at all), a drop, a competitor that nobody has looked at."""
    place.take(post(1, OUTAGE), post(2, OUTAGE), post(3, DROPS), post(4, POACH))
    judge(place, "weibo:1", "relevant", 30)
    judge(place, "weibo:2", "irrelevant", 4)
    judge(place, "weibo:3", "irrelevant", 6)
    return place


def cells(out: str) -> list[list[str]]:
    return [line.split("  ") for line in out.splitlines()]


def row(out: str, words: str) -> list[str]:
    (line,) = [line for line in out.splitlines() if words in line]
    return line.replace(words, "").split()


def test_the_costliest_term_comes_first_with_the_line_it_stands_in(desk: Place) -> None:
    answer = desk.call("precision", "--by", "term")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0].split("  ")[0] == "minutes"
    assert [line.split()[0] for line in lines[1:]] == ["6.0", "6.0", "4.0", "4.0", "0.0", "0.0"]
    drops = row(answer.out, "scenario 宽带报障: 掉线")
    assert drops[:4] == ["6.0", "0", "1", "0"]
    assert drops[-1].endswith("telecom.yaml:6")
    outage = " ".join(row(answer.out, "scenario 宽带报障: 断网"))
    assert outage.startswith("4.0 1 1 0 50.0 % 9.5 % – 90.5 % 0 ")


def test_a_rule_has_the_figures_of_all_its_terms(desk: Place) -> None:
    out = desk.call("precision").out
    assert " ".join(row(out, "scenario 宽带报障")).startswith("10.0 1 2 0 33.3 % 6.1 % – 79.2 % 0 ")
    assert row(out, "scenario 挖角机会")[:5] == ["0.0", "0", "0", "0", "1"]


def test_what_the_figures_come_from_is_told_beside_them(desk: Place) -> None:
    err = desk.call("precision").err
    assert err.splitlines() == [
        "3 hits judged, 33.3 % of them relevant; 1 wait for a verdict",
        "10.0 minutes were spent on irrelevant cases",
    ]


def test_the_same_for_a_machine(desk: Place) -> None:
    records = desk.call("precision", "--by", "term", "--json").records
    (drops,) = [each for each in records if each.get("term") == "掉线"]
    place = drops.pop("place")
    assert place.endswith("telecom.yaml:6")
    assert drops.pop("precision") == {
        "value": 0.0,
        "low": 0.0,
        "high": pytest.approx(0.7935, abs=5e-5),
    }
    assert drops == {
        "kind": "scenario",
        "rule": "宽带报障",
        "term": "掉线",
        "relevant": 0,
        "irrelevant": 1,
        "duplicate": 0,
        "waiting": 0,
        "cost_ms": 360_000,
    }


def table(data: str) -> Sequence[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.removeprefix("\ufeff"), newline="")))


def test_the_same_for_a_spreadsheet(desk: Place) -> None:
    answer = desk.call("precision", "--csv", "--by", "term")
    assert answer.out.startswith("\ufeff")
    (outage,) = [each for each in table(answer.out) if each["term"] == "断网"]
    assert outage.pop("place").endswith("telecom.yaml:6")
    assert outage == {
        "kind": "scenario",
        "rule": "宽带报障",
        "term": "断网",
        "relevant": "1",
        "irrelevant": "1",
        "duplicate": "0",
        "precision": "0.5000",
        "low": "0.0945",
        "high": "0.9055",
        "waiting": "0",
        "cost_minutes": "4.0",
    }


def test_a_term_that_the_rules_have_no_more_is_still_counted(desk: Place) -> None:
    desk.lay_out(RULES.replace("[断网, 掉线]", "[断网]"))
    assert row(desk.call("precision", "--by", "term").out, "scenario 宽带报障: 掉线")[-2:] == ["no", "longer"]


def test_rules_with_mistakes_cost_the_places_only(desk: Place) -> None:
    desk.rules.write_text(BROKEN_RULES, "utf-8")
    answer = desk.call("precision", "--by", "term", "--json")
    assert answer.code == 0
    assert len(answer.records) == 6
    assert not [each for each in answer.records if "place" in each]
    assert answer.err.startswith("the rules have mistakes, so no places are told - see `listening check`\n")


def test_the_window_leaves_out_what_was_said_before_it(place: Place) -> None:
    place.take(post(1, OUTAGE), post(2, OUTAGE))
    judge(place, "weibo:1", "irrelevant", 5, days=31)
    judge(place, "weibo:2", "irrelevant", 4)
    (late,) = [
        each
        for each in place.call("precision", "--json", "--since", "30d").records
        if each["rule"] == "宽带报障"
    ]
    assert (late["irrelevant"], late["cost_ms"]) == (1, 240_000)
    (whole,) = [each for each in place.call("precision", "--json").records if each["rule"] == "宽带报障"]
    assert (whole["irrelevant"], whole["cost_ms"]) == (2, 540_000)


def test_time_that_falls_on_no_term_is_told(place: Place) -> None:
    place.take(post(1, OUTAGE))
    with open_app(place.config) as app:
        for event in case("a", opened(), closed("irrelevant", 3)):
            app.store.append(event)
    err = place.call("precision", "--by", "term").err
    assert "3.0 of them on cases whose hits nobody judged: they count for rules, not for terms" in err


def test_without_any_verdict_it_tells_what_waits(place: Place) -> None:
    place.take(post(1, OUTAGE))
    answer = place.call("precision", "--json")
    assert [(each["rule"], each["waiting"], "precision" in each) for each in answer.records] == [
        ("宽带报障", 1, False),
        ("星河宽带", 1, False),
    ]
    assert answer.err == "0 hits judged; 1 wait for a verdict\n"


def test_an_empty_installation_has_nothing_to_tell(place: Place) -> None:
    answer = place.call("precision", "--json")
    assert (answer.code, answer.out) == (0, "")


def test_two_forms_at_once_are_refused(place: Place) -> None:
    answer = place.call("precision", "--json", "--csv")
    assert answer.code == 2
    assert "give either --json or --csv" in answer.err
