"""The schedule in a crontab: what can be said is said exactly, the rest is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listening.collect.schedule.cron import read_cron
from listening.collect.schedule.crontab import crontab, escaped
from listening.collect.schedule.timing import Timing
from listening.collect.schedule.windows import is_inside, read_window
from listening.collect.sources import Source


def source(name: str, timing: Timing) -> Source:
    return Source(name=name, spider="feed_entries", timing=timing)


def every(minutes: float, *during: str, jitter: int = 0) -> Timing:
    return Timing(
        every=timedelta(minutes=minutes),
        during=tuple(map(read_window, during)),
        jitter=timedelta(seconds=jitter),
    )


def lines(*sources: Source) -> list[str]:
    return list(crontab(sources, "crawl"))


@pytest.mark.parametrize(
    ("timing", "told"),
    [
        pytest.param(every(15), ["*/15 * * * *  crawl a"], id="quarters of an hour"),
        pytest.param(every(1), ["* * * * *  crawl a"], id="every minute"),
        pytest.param(every(60), ["0 * * * *  crawl a"], id="every hour"),
        pytest.param(every(360), ["0 0,6,12,18 * * *  crawl a"], id="every six hours"),
        pytest.param(every(1440), ["0 0 * * *  crawl a"], id="every day"),
        pytest.param(
            Timing(every=None, cron=read_cron("*/5 8-22 * * mon")),
            ["*/5 8-22 * * mon  crawl a"],
            id="as written",
        ),
        pytest.param(every(15, "Mo-Fr 08:00-22:00"), ["*/15 8-21 * * 1,2,3,4,5  crawl a"], id="a window"),
        pytest.param(
            every(120, "08:00-13:00", "Su 20:00-21:00"),
            ["0 8,10,12 * * *  crawl a", "0 20 * * 0  crawl a"],
            id="two windows",
        ),
        pytest.param(
            every(15, jitter=30),
            ["# a: without the jitter of 30s", "*/15 * * * *  crawl a"],
            id="without the jitter",
        ),
    ],
)
def test_what_a_crontab_can_say(timing: Timing, told: list[str]) -> None:
    assert lines(source("a", timing)) == told


@pytest.mark.parametrize(
    "timing",
    [
        pytest.param(every(7), id="every 7 minutes, which no hour is made of"),
        pytest.param(every(0.5), id="twice a minute"),
        pytest.param(every(90), id="one hour and a half"),
        pytest.param(every(2880), id="every other day"),
        pytest.param(every(15, "08:30-22:00"), id="a window that begins within an hour"),
        pytest.param(every(15, "22:00-06:00"), id="a window over midnight"),
        pytest.param(every(15, "workdays 09:00-18:00"), id="the working calendar"),
        pytest.param(every(15, "08:00-22:00", "holidays 22:00-23:00"), id="one of two windows"),
        pytest.param(
            Timing(every=None, cron=read_cron("0 9 * * *"), during=(read_window("Mo 08:00-22:00"),)),
            id="a crontab line in a window",
        ),
    ],
)
def test_what_it_cannot_say_is_told_and_never_said_nearly(timing: Timing) -> None:
    assert lines(source("a", timing), source("b", timing)) == [
        f"# a, b: {timing} - cannot be said in a crontab, use listening run"
    ]


def test_sources_of_one_timing_are_crawled_by_one_line_and_their_names_quoted() -> None:
    names = ["晚报", "two words", "it's", "100%", "$(reboot)"]
    assert lines(*(source(name, every(15)) for name in names), source("别的", every(30))) == [
        r"""*/15 * * * *  crawl '晚报' 'two words' 'it'"'"'s' 100\% '$(reboot)'""",
        "*/30 * * * *  crawl '别的'",
    ]


def test_a_percent_sign_would_end_a_command() -> None:
    assert escaped("cd /srv/100% && crawl") == r"cd /srv/100\% && crawl"


windows = st.sampled_from(["Mo-Fr 08:00-22:00", "00:00-24:00", "Su 20:00-21:00", "We,Sa 03:00-05:00"])


@settings(deadline=None, max_examples=40)
@given(st.sampled_from([1, 5, 15, 20, 60, 120, 480, 1440]), st.lists(windows, max_size=2, unique=True))
def test_what_is_said_keeps_to_the_windows(minutes: int, during: list[str]) -> None:
    timing = every(minutes, *during)
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    for each in lines(source("a", timing)):
        cron, at = read_cron(" ".join(each.split()[:5])), moment
        for _ in range(20):
            found = cron.next_after(at, UTC, at + timedelta(days=30))
            assert found is not None
            assert is_inside(timing.during, found, UTC, lambda _: True)
            at = found
