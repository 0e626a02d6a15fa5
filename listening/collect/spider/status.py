"""How a run ended: one pure function from what is known to a status and a reason.

The rule behind the table: `ok` and `empty` are said only where everything that was asked for was seen and
understood. A broken spider never looks like a quiet day.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from listening.collect.reading.trouble import Trouble
from listening.model import RunStatus

_BY_NAME = (RunStatus.LOGIN, RunStatus.RATE_LIMITED, RunStatus.BLOCKED, RunStatus.LAYOUT)
"""These keep their name also after some posts: they tell the operator what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the crawler knows at its end. `finish` is Scrapy's own word, `finished` when nothing cut it short.

    `pages` were understood (a 304 is one); `unreadable` are single items of such pages; `skipped` were left
    out on purpose; `capped` is what stopped the paging early; `raised` are the spider's own exceptions.
    """

    finish: str = "finished"
    pages: int = 0
    posts: int = 0
    unreadable: int = 0
    skipped: int = 0
    troubles: tuple[Trouble, ...] = ()
    raised: tuple[str, ...] = ()
    capped: str | None = None


def verdict(exit_code: int | None, facts: Facts | None, last_words: str = "") -> Trouble:
    """Status and reason of a run (the reason of a plain `ok` is empty).

    `facts` is None when the child ended without its report; a negative `exit_code` is a signal.
    """
    if facts is None or exit_code != 0:
        return Trouble(RunStatus.FAILED, _death(exit_code, last_words))
    return next(_causes(facts))


_WORST_FIRST = (
    *_BY_NAME,
    RunStatus.FAILED,
    RunStatus.PARTIAL,
    RunStatus.OK,
    RunStatus.EMPTY,
)


def worst(status: RunStatus | None) -> int:
    """A key that puts the status an operator must hear of first in front."""
    return _WORST_FIRST.index(status) if status else len(_WORST_FIRST)


def overall(verdicts: Sequence[tuple[str, Trouble]]) -> Trouble:
    """The verdict on a run, from those on its queries: the worst one, said of the query it is of.

    A run of which some queries were seen and others failed is `partial`. There is at least one.
    """
    if not verdicts:
        return Trouble(RunStatus.EMPTY, "nothing was asked for")
    query, chosen = min(verdicts, key=lambda each: worst(each[1].status))
    if len(verdicts) == 1 or not chosen.reason:
        return chosen
    bad = sum(each.status not in (RunStatus.OK, RunStatus.EMPTY) for _, each in verdicts)
    seen_some = any(each.status in (RunStatus.OK, RunStatus.EMPTY) for _, each in verdicts)
    status = RunStatus.PARTIAL if chosen.status is RunStatus.FAILED and seen_some else chosen.status
    others = f" ({bad} of {len(verdicts)} queries)" if bad > 1 else ""
    return Trouble(status, f"{query}: {chosen.reason}{others}" if query else chosen.reason + others)


def _causes(facts: Facts) -> Iterator[Trouble]:
    """The causes that hold, the most telling one first. There is always one."""
    after = f" after {facts.posts} posts" if facts.posts else ""
    broken = RunStatus.PARTIAL if facts.posts else RunStatus.FAILED
    for status in _BY_NAME:
        yield from (Trouble(status, t.reason + after) for t in facts.troubles if t.status is status)
    yield from (Trouble(broken, f"the spider raised {what}{after}") for what in facts.raised)
    for trouble in facts.troubles:
        status = broken if trouble.status is RunStatus.FAILED else trouble.status
        yield Trouble(status, trouble.reason + after)
    if facts.finish != "finished":
        yield Trouble(broken, f"the crawl was cut short ({facts.finish}){after}")
    if facts.capped:
        yield Trouble(RunStatus.PARTIAL, facts.capped)
    if facts.pages == 0:
        yield Trouble(RunStatus.FAILED, "nothing was answered")
    yield _by_count(facts)


def _by_count(facts: Facts) -> Trouble:
    if facts.posts == 0 and facts.unreadable:
        what = f"not one of {facts.unreadable} items could be read"
        return Trouble(RunStatus.LAYOUT, what)
    if facts.posts == 0:
        left_out = f"{facts.skipped} items were left out on purpose" if facts.skipped else ""
        return Trouble(RunStatus.EMPTY, left_out)
    unreadable = f"{facts.unreadable} items could not be read" if facts.unreadable else ""
    return Trouble(RunStatus.OK, unreadable)


def _death(exit_code: int | None, last_words: str) -> str:
    said = f": {last_words}" if last_words else ""
    if exit_code is None or exit_code == 0:
        return f"the crawler ended without a report{said}"
    if exit_code < 0:
        return f"the crawler was killed ({_signal_name(-exit_code)}){said}"
    return f"the crawler ended with code {exit_code}{said}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
