"""When a source is due next: never in the past, always inside a window, the same on every machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from listening.collect.schedule.cron import read_cron
from listening.collect.schedule.timing import Timing, duration_text, next_due
from listening.collect.schedule.windows import is_inside, read_window
from listening.workdays import Workdays

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
BEGIN, END = datetime(2026, 1, 1), datetime(2027, 12, 31)  # noqa: DTZ001 - Hypothesis wants it so
CN = Workdays().is_workday
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # a Tuesday, in Shanghai


def timing(
    every: timedelta | None = None, cron: str | None = None, during: tuple[str, ...] = (), jitter: int = 0
) -> Timing:
    return Timing(
        every=every,
        cron=read_cron(cron) if cron else None,
        during=tuple(map(read_window, during)),
        jitter=timedelta(seconds=jitter),
    )


def dues(given: Timing, count: int, after: datetime = NOON, name: str = "晚报") -> list[datetime]:
    found: list[datetime] = []
    for _ in range(count):
        due = next_due(given, found[-1] if found else after, name=name, zone=SHANGHAI, is_workday=CN)
        if due is None:
            break
        found.append(due)
    return found


def local(moments: list[datetime]) -> list[str]:
    return [each.astimezone(SHANGHAI).strftime("%m-%d %H:%M") for each in moments]


timings = st.builds(
    timing,
    every=st.sampled_from([None, *(timedelta(seconds=n) for n in (2, 60, 300, 900, 7_200, 86_400, 172_800))]),
    cron=st.sampled_from(["*/15 8-22 * * *", "0 3 * * *", "30 12 * * 1-5", "* * * * *", "30 2 1 * sun"]),
    during=st.lists(
        st.sampled_from(
            [
                "Mo-Fr 08:00-22:00",
                "workdays 09:00-18:00",
                "holidays 10:00-16:00",
                "22:00-06:00",
                "Su 02:30-03:30",
            ]
        ),
        max_size=2,
    ).map(tuple),
    jitter=st.sampled_from([0, 1]),
) | st.builds(
    timing,
    every=st.sampled_from([timedelta(minutes=15), timedelta(days=1)]),
    during=st.sampled_from([(), ("Mo-Fr 08:00-22:00",), ("23:00-01:00",)]),
    jitter=st.integers(0, 899),
)
zones = st.sampled_from([SHANGHAI, BERLIN, ZoneInfo("America/St_Johns")])
moments = st.datetimes(BEGIN, END, timezones=st.just(UTC))
names = st.sampled_from(["晚报", "早报", "a", ""])


@settings(deadline=None)
@given(timings, moments, zones, names)
@example(timing(timedelta(days=1), during=("23:00-01:00",)), NOON, SHANGHAI, "晚报")
def test_it_is_later_and_inside_a_window_and_always_the_same(
    given: Timing, after: datetime, zone: ZoneInfo, name: str
) -> None:
    due = next_due(given, after, name=name, zone=zone, is_workday=CN)
    assert due == next_due(given, after, name=name, zone=zone, is_workday=CN)
    if due is None:
        assert given.cron is not None and given.every is None and given.during
        return
    assert due > after
    assert is_inside(given.during, due, zone, CN)


@settings(deadline=None)
@given(timings, moments, zones, names, st.floats(0.0, 0.999))
def test_nothing_that_is_due_in_between_is_passed_over(
    given: Timing, after: datetime, zone: ZoneInfo, name: str, part: float
) -> None:
    due = next_due(given, after, name=name, zone=zone, is_workday=CN)
    if due is not None:
        between = after + (due - after) * part
        assert next_due(given, between, name=name, zone=zone, is_workday=CN) == due


@settings(deadline=None)
@given(st.integers(1, 100_000), names, moments, st.data())
def test_an_interval_is_kept_and_chance_never_adds_up(
    seconds: int, name: str, after: datetime, data: st.DataObject
) -> None:
    jitter = data.draw(st.integers(0, seconds - 1))
    given = timing(timedelta(seconds=seconds), jitter=jitter)
    found = dues(given, 5, after, name)
    exact = dues(timing(timedelta(seconds=seconds)), 6, after - given.jitter, name)
    assert all(late - early == timedelta(seconds=seconds) for early, late in pairwise(exact))
    assert all(any(timedelta() <= due - base <= given.jitter for base in exact) for due in found), (
        "each is one of the exact times, a little late"
    )


def test_sources_with_the_same_interval_do_not_come_at_once() -> None:
    given = timing(timedelta(minutes=15))
    firsts = sorted(dues(given, 1, name=f"来源{n}")[0] for n in range(200))
    for minute in range(15):
        start = NOON + timedelta(minutes=minute)
        assert sum(start < due <= start + timedelta(minutes=1) for due in firsts) <= 40


def test_jitter_is_another_one_each_time() -> None:
    late = {
        due.astimezone(SHANGHAI).strftime("%M:%S.%f")
        for due in dues(timing(cron="0 * * * *", jitter=300), 20)
    }
    assert len(late) > 15
    assert all("00:00.000000" <= each <= "05:00.000000" for each in late)


def test_an_interval_begins_anew_when_a_window_opens() -> None:
    found = local(dues(timing(timedelta(hours=6), during=("08:00-09:00", "20:00-21:00")), 4))
    assert [each.split()[1][:2] for each in found] == ["20", "08", "20", "08"]


@pytest.mark.parametrize(
    ("given", "times"),
    [
        pytest.param(
            timing(cron="*/30 * * * *", during=("workdays 09:00-10:00",)),
            [
                "11-25 09:00",
                "11-25 09:30",
                "11-26 09:00",
                "11-26 09:30",
                "11-27 09:00",
                "11-27 09:30",
                "11-30 09:00",
            ],
            id="a crontab line inside a window",
        ),
        pytest.param(timing(cron="0 3 * * *", during=("08:00-22:00",)), [], id="a crontab line outside"),
        pytest.param(timing(None), [], id="by hand"),
    ],
)
def test_examples(given: Timing, times: list[str]) -> None:
    assert local(dues(given, 7)) == times


@pytest.mark.parametrize(
    ("given", "text"),
    [
        pytest.param(Timing(), "every 15m", id="the usual"),
        pytest.param(timing(timedelta(hours=36), jitter=90), "every 1d12h jitter 1m30s", id="with chance"),
        pytest.param(
            timing(cron="0 9 * * 1-5", during=("mo-fr 8:00-12:00", "WORKDAYS 09:00-18:00")),
            "cron 0 9 * * 1-5 during mo-fr 08:00-12:00, workdays 09:00-18:00",
            id="with windows",
        ),
        pytest.param(timing(None), "every never", id="by hand"),
    ],
)
def test_a_timing_can_be_told(given: Timing, text: str) -> None:
    assert str(given) == text


@settings(deadline=None)
@given(st.integers(1, 10**8))
def test_a_duration_is_written_as_it_is_read(seconds: int) -> None:
    from listening.errors import Place
    from listening.rules.findings import Findings
    from listening.rules.keys.values import read_duration
    from listening.rules.yaml_tree.tree import Scalar

    text = duration_text(timedelta(seconds=seconds))
    assert read_duration(Scalar(text, Place("")), "", Findings([])) == timedelta(seconds=seconds)
