"""The table of how runs end."""

from __future__ import annotations

import pytest

from listening.collect.reading.trouble import Trouble
from listening.collect.spider.status import Facts, verdict
from listening.model import RunStatus

S = RunStatus
LOGIN = Trouble(S.LOGIN, "a login form instead of the page")
BLOCKED = Trouble(S.BLOCKED, "access refused (403)")
BUSY = Trouble(S.RATE_LIMITED, "too many requests (429)")
LAYOUT = Trouble(S.LAYOUT, "/ has no 'id'")
ERROR = Trouble(S.FAILED, "the server answered 500")
CUT_OFF = Trouble(S.PARTIAL, "the feed is cut off; read as far as it goes")

TABLE: dict[str, tuple[int | None, Facts | None, S, str]] = {
    "posts, nothing else": (0, Facts(pages=1, posts=3), S.OK, ""),
    "nothing new": (0, Facts(pages=1), S.EMPTY, ""),
    "all authors opted out": (0, Facts(pages=1, skipped=4), S.EMPTY, "4 items were left out on purpose"),
    "some items unreadable": (
        0,
        Facts(pages=1, posts=9, unreadable=1),
        S.OK,
        "1 items could not be read",
    ),
    "no item readable": (
        0,
        Facts(pages=1, unreadable=5),
        S.LAYOUT,
        "not one of 5 items could be read",
    ),
    "no page, no trouble": (0, Facts(), S.FAILED, "nothing was answered"),
    "login wall": (0, Facts(troubles=(LOGIN,)), S.LOGIN, LOGIN.reason),
    "blocked": (0, Facts(troubles=(BLOCKED,)), S.BLOCKED, BLOCKED.reason),
    "rate limited": (0, Facts(troubles=(BUSY,)), S.RATE_LIMITED, BUSY.reason),
    "rate limited after posts": (
        0,
        Facts(pages=2, posts=80, troubles=(BUSY,)),
        S.RATE_LIMITED,
        "too many requests (429) after 80 posts",
    ),
    "layout": (0, Facts(troubles=(LAYOUT,)), S.LAYOUT, LAYOUT.reason),
    "error": (0, Facts(troubles=(ERROR,)), S.FAILED, ERROR.reason),
    "error after posts": (
        0,
        Facts(pages=1, posts=50, troubles=(ERROR,)),
        S.PARTIAL,
        "the server answered 500 after 50 posts",
    ),
    "a wall tells more than an error": (0, Facts(troubles=(ERROR, LOGIN)), S.LOGIN, LOGIN.reason),
    "raised": (0, Facts(pages=1, raised=("KeyError: 'x'",)), S.FAILED, "the spider raised KeyError: 'x'"),
    "raised after posts": (
        0,
        Facts(pages=1, posts=2, raised=("KeyError: 'x'",)),
        S.PARTIAL,
        "the spider raised KeyError: 'x' after 2 posts",
    ),
    "cut off": (
        0,
        Facts(pages=1, posts=2, troubles=(CUT_OFF,)),
        S.PARTIAL,
        "the feed is cut off; read as far as it goes after 2 posts",
    ),
    "page cap": (
        0,
        Facts(pages=5, posts=9, capped="stopped after 5 pages"),
        S.PARTIAL,
        "stopped after 5 pages",
    ),
    "cut short by the clock": (
        0,
        Facts(finish="closespider_timeout", pages=5, posts=9),
        S.PARTIAL,
        "the crawl was cut short (closespider_timeout) after 9 posts",
    ),
    "cut short before anything": (
        0,
        Facts(finish="shutdown"),
        S.FAILED,
        "the crawl was cut short (shutdown)",
    ),
    "killed": (-9, None, S.FAILED, "the crawler was killed (SIGKILL)"),
    "killed after its report": (-9, Facts(pages=1, posts=1), S.FAILED, "the crawler was killed (SIGKILL)"),
    "fell over": (1, None, S.FAILED, "the crawler ended with code 1: MemoryError"),
    "went without a word": (0, None, S.FAILED, "the crawler ended without a report: MemoryError"),
}


@pytest.mark.parametrize(("code", "facts", "status", "reason"), TABLE.values(), ids=TABLE)
def test_how_a_run_ends(code: int | None, facts: Facts | None, status: S, reason: str) -> None:
    last_words = "MemoryError" if "MemoryError" in reason else ""
    assert verdict(code, facts, last_words) == (status, reason)


@pytest.mark.parametrize("trouble", [LOGIN, BLOCKED, BUSY, LAYOUT, ERROR, CUT_OFF])
@pytest.mark.parametrize("posts", [0, 7])
def test_no_trouble_is_ever_ok_or_empty(trouble: Trouble, posts: int) -> None:
    assert verdict(0, Facts(pages=1, posts=posts, troubles=(trouble,))).status not in (S.OK, S.EMPTY)
