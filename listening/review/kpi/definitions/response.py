"""How soon somebody looked: from the customer's side, from the desk's, by the target; and the finding."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from listening.review.kpi.asked import Asked
from listening.review.kpi.definition import Definition, Item, Method, Read, milliseconds, percentiles
from listening.review.kpi.reasons import (
    DUPLICATE,
    ENDED_EARLY,
    IRRELEVANT,
    NO_TARGET,
    NO_TIME,
    NOT_DUE,
    NOT_MEASURED,
    UNANSWERED,
)
from listening.review.kpi.story import Story

_WHEN = "found_at, or where none is known when it was opened"


def _response(key: str) -> Read:
    def read(story: Story, _asked: Asked) -> Iterator[Item]:
        response = story.response
        out, value = story.irrelevant, 0
        if response is None:
            out = out or (NOT_MEASURED if story.replies else UNANSWERED)
        elif isinstance(found := response.data.get(key), int):
            value = found
        else:
            out = out or NOT_MEASURED
        yield Item(story.found_at, response.person if response else story.holder, value, out=out)

    return read


def _in_target(story: Story, asked: Asked) -> Iterator[Item]:
    response = story.response
    out, met = story.irrelevant, False
    if response is not None:
        known = response.data.get("in_time")
        out, met = out or (NO_TARGET if known is None else None), bool(known)
    else:
        out = out or _not_missed(story, asked)
    yield Item(story.found_at, response.person if response else story.holder, int(met), out=out)


def _not_missed(story: Story, asked: Asked) -> str | None:
    """Why a case that nobody has opened is no missed one; None: it is."""
    due = story.case.respond_by
    if story.replies:
        return NOT_MEASURED
    if due is None:
        return NO_TARGET
    ended = story.live[-1][1] if story.live else asked.as_of
    if ended is None:
        return None if due < asked.as_of else NOT_DUE
    return None if due < ended else ENDED_EARLY


def _detection(story: Story, _asked: Asked) -> Iterator[Item]:
    published, found = story.case.published_at, story.case.found_at
    if published is None or found is None:
        yield Item(story.found_at, story.holder, out=NO_TIME)
    else:
        yield Item(found, story.holder, milliseconds(max(found - published, timedelta())))


_CLOCKS = (
    (
        "customer",
        "客户响应时间",
        "customer_natural_ms",
        "From publication to the first respond",
        "从发布到首次响应",
    ),
    (
        "customer_working",
        "客户响应时间（工作时间）",
        "customer_working_ms",
        "From publication to the first respond, in the queue's working time",
        "从发布到首次响应，按队列工作时间计",
    ),
    ("desk", "坐席响应时间", "natural_ms", "From finding to the first respond", "从发现到首次响应"),
    (
        "desk_working",
        "坐席响应时间（工作时间）",
        "working_ms",
        "From finding to the first respond, in the queue's working time",
        "从发现到首次响应，按队列工作时间计",
    ),
)
DEFINITIONS = (
    *(
        each
        for name, zh, key, says, says_zh in _CLOCKS
        for each in percentiles(
            f"response_{name}",
            zh,
            family="response",
            says=f"{says} (`{key}` of that event)",
            says_zh=says_zh,
            counts="cases",
            when=_WHEN,
            who="who responded",
            read=_response(key),
            reasons=(IRRELEVANT, DUPLICATE, UNANSWERED, NOT_MEASURED),
        )
    ),
    Definition(
        name="response_in_target",
        zh="响应达标率",
        family="response",
        says="Cases with a target that were opened in time; one that nobody has opened, or had when it "
        "ended, is missed once its target has passed.",
        says_zh="有时限的个案中按时首次响应的占比；时限已过仍无人响应的计为未达标。",
        method=Method.RATE,
        counts="cases",
        numerator="cases whose first respond was in time",
        denominator="cases with a target that were opened, or not opened before it passed",
        when=_WHEN,
        who="who responded; of a missed one who held it last",
        read=_in_target,
        reasons=(IRRELEVANT, DUPLICATE, NOT_MEASURED, NO_TARGET, NOT_DUE, ENDED_EARLY),
    ),
    *percentiles(
        "detection",
        "发现时延",
        family="detection",
        says="From publication to finding, of every case offered; 0 where it seems to be published later",
        says_zh="从发布到发现，含全部进件；发布时间晚于发现时间的按 0 计",
        counts="cases",
        when=_WHEN,
        who="who held the case last",
        read=_detection,
        reasons=(NO_TIME,),
    ),
)
