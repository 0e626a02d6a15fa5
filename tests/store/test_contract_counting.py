"""The contract: exact counts by value, and by the calendar of a zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from listening.errors import QueryMistake
from listening.model import Author, Match, Priority, Status
from listening.query import FACETS
from listening.store import Store
from tests.query.test_matches import FULL
from tests.store.records import NOW, ask, at, hit


def evidence(*terms: str) -> tuple[Match, ...]:
    return tuple(Match(subject="星河宽带", term=term, field="text") for term in terms)


def test_values_are_counted_once_a_record_most_first_then_by_value(store: Store) -> None:
    store.save(
        [
            hit("a", tags=("光纤", "宽带", "宽带"), matches=evidence("断网", "断网", "星河")),
            hit("b", tags=("宽带", "5G"), matches=evidence("断网")),
            hit("c", tags=("5g", "b", "a", "", "😡"), matches=evidence("星河")),
            hit("d"),
        ]
    )
    assert store.facets(ask(""), "tag") == [
        ("宽带", 2), ("5G", 1), ("5g", 1), ("a", 1), ("b", 1), ("光纤", 1), ("😡", 1)
    ]  # fmt: skip
    assert store.facets(ask("断网 -id:d"), "term") == [("断网", 2), ("星河", 2)]
    assert store.facets(ask("tag:宽带"), "tag") == [("宽带", 2), ("5G", 1), ("光纤", 1)]
    assert store.facets(ask("nowhere"), "tag") == []


def test_authors_count_under_their_name_and_are_found_by_id_too(store: Store) -> None:
    store.save(
        [
            hit("a", author=Author(id="42", name="张三")),
            hit("b", author=Author(id="43", name="张三")),
            hit("c", author=Author(id="42")),
            hit("d", author=Author(id="x", name="42")),
            hit("e"),
        ]
    )
    assert store.facets(ask(""), "author") == [("42", 2), ("张三", 2)]
    assert store.count(ask("author:42")) == 3


def test_scenarios_count_with_their_subject(store: Store) -> None:
    store.save([hit("a"), hit("b", brands=("星云",), scenarios=("星云/宽带报障",))])
    assert store.facets(ask("scenario:宽带报障"), "scenario") == [
        ("星云/宽带报障", 1),
        ("星河宽带/宽带报障", 1),
    ]


@pytest.mark.parametrize("field", FACETS)
def test_every_facet_agrees_with_the_search_for_its_values(store: Store, field: str) -> None:
    other = hit("other", author=Author(id="9", name="李四"), status=Status.KEPT, priority=Priority.LOW)
    store.save([FULL, other, hit("third", tags=("宽带",))])
    counts = store.facets(ask(""), field)
    assert counts
    for value, number in counts:
        assert store.count(ask(f'{field}:"{value}"')) == number, value


def test_an_unknown_facet_is_a_mistake_with_its_cure(store: Store) -> None:
    with pytest.raises(
        QueryMistake, match=r"^scenrio: unknown field to count by - did you mean 'scenario'\?$"
    ):
        store.facets(ask(""), "scenrio")


SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("zone", "interval", "moments", "expected"),
    [
        pytest.param(
            SHANGHAI, "day",
            ["2026-10-31T15:59:59.999Z", "2026-10-31T16:00Z", "2026-11-01T15:59Z", "2026-11-01T16:00Z"],
            [("2026-10-31T00:00+08:00", 1), ("2026-11-01T00:00+08:00", 2), ("2026-11-02T00:00+08:00", 1)],
            id="days of Shanghai",
        ),
        pytest.param(
            SHANGHAI, "month",
            ["2026-10-31T15:59:59.999Z", "2026-10-31T16:00Z", "2026-12-31T16:00Z"],
            [("2026-10-01T00:00+08:00", 1), ("2026-11-01T00:00+08:00", 1), ("2027-01-01T00:00+08:00", 1)],
            id="months of Shanghai, empty ones left out",
        ),
        pytest.param(
            SHANGHAI, "week",
            ["2026-11-22T15:59:59.999Z", "2026-11-22T16:00Z", "2026-11-29T15:00Z", "2027-01-01T00:00Z"],
            [("2026-11-16T00:00+08:00", 1), ("2026-11-23T00:00+08:00", 2), ("2026-12-28T00:00+08:00", 1)],
            id="weeks begin on Monday",
        ),
        pytest.param(
            "America/New_York", "hour",
            ["2026-11-01T05:30Z", "2026-11-01T06:30Z", "2026-11-01T06:59Z", "2026-11-01T07:00Z"],
            [("2026-11-01T01:00-04:00", 1), ("2026-11-01T01:00-05:00", 2), ("2026-11-01T02:00-05:00", 1)],
            id="the hour that comes twice is two hours",
        ),
        pytest.param(
            "America/New_York", "day",
            ["2026-03-08T04:59Z", "2026-03-08T05:00Z", "2026-03-09T03:59Z", "2026-03-09T04:00Z"],
            [("2026-03-07T00:00-05:00", 1), ("2026-03-08T00:00-05:00", 2), ("2026-03-09T00:00-04:00", 1)],
            id="the short day",
        ),
        pytest.param(
            "America/Havana", "day",
            ["2026-11-01T04:30Z", "2026-11-01T05:30Z", "2026-11-02T04:59Z", "2026-11-02T05:00Z"],
            [("2026-11-01T00:00-04:00", 3), ("2026-11-02T00:00-05:00", 1)],
            id="midnight comes twice",
        ),
        pytest.param(
            "America/Havana", "day",
            ["2026-03-08T04:59Z", "2026-03-08T05:00Z"],
            [("2026-03-07T00:00-05:00", 1), ("2026-03-08T01:00-04:00", 1)],
            id="midnight is skipped",
        ),
        pytest.param(
            "Asia/Kathmandu", "hour",
            ["2026-11-01T00:14Z", "2026-11-01T00:15Z", "2026-11-01T01:14:59.999Z"],
            [("2026-11-01T05:00+05:45", 1), ("2026-11-01T06:00+05:45", 2)],
            id="three quarters of an hour",
        ),
        pytest.param(
            SHANGHAI, "day",
            ["1899-12-31T15:54:16.999Z", "1899-12-31T15:54:17Z", "1969-12-31T15:59Z", "2299-12-31T16:00Z"],
            [("1899-12-31T00:00+08:05:43", 1), ("1900-01-01T00:00+08:05:43", 1),
             ("1969-12-31T00:00+08:00", 1), ("2300-01-01T00:00+08:00", 1)],
            id="the years 1900 and 2300",
        ),
        pytest.param(
            "Africa/Monrovia", "hour",
            ["1971-06-01T00:44:29Z", "1971-06-01T00:44:30Z"],
            [("1971-05-31T23:00-00:44:30", 1), ("1971-06-01T00:00-00:44:30", 1)],
            id="the last zone with odd seconds",
        ),
    ],
)  # fmt: skip
def test_histograms(
    store: Store, zone: str, interval: str, moments: list[str], expected: list[tuple[str, int]]
) -> None:
    store.save([hit(moment, published_at=at(moment)) for moment in moments])
    steps = store.histogram(ask(""), interval, zone)
    # in UTC, because Python calls no two times of different zones equal that come twice
    assert [(start.astimezone(UTC), n) for start, n in steps] == [(at(start), n) for start, n in expected]
    assert all(start.tzinfo == ZoneInfo(zone) for start, _ in steps)
    assert [start.isoformat()[:16] for start, _ in steps] == [start[:16] for start, _ in expected]


def test_a_histogram_counts_what_the_query_finds(store: Store) -> None:
    store.save([hit("a"), hit("b", "别的"), hit("c", published_at=NOW - timedelta(days=40))])
    assert store.histogram(ask("断网 since:7d"), "day", "UTC") == [(datetime(2026, 11, 24, tzinfo=UTC), 1)]


@pytest.mark.parametrize("interval", ["hour", "day", "week", "month"])
def test_the_ends_of_the_calendar_are_counted_too(store: Store, interval: str) -> None:
    ends = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)]
    store.save([hit(str(moment), published_at=moment) for moment in ends])
    for zone in ("UTC", SHANGHAI, "America/New_York"):
        assert [number for _, number in store.histogram(ask(""), interval, zone)] == [1, 1]


def test_unknown_intervals_and_zones_are_mistakes_with_their_cure(store: Store) -> None:
    with pytest.raises(QueryMistake, match=r"^weak: unknown interval - did you mean 'week'\?$"):
        store.histogram(ask(""), "weak", SHANGHAI)
    with pytest.raises(QueryMistake, match=r"^Shanghai: is not a time zone - "):
        store.histogram(ask(""), "day", "Shanghai")
