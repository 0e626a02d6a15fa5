"""How long it took until the customer knew the result, and how much of that was another system's."""

from __future__ import annotations

from collections.abc import Iterator

from listening.model import EventKind
from listening.review.kpi.asked import Asked
from listening.review.kpi.definition import Item, Read, percentiles
from listening.review.kpi.reasons import DUPLICATE, IRRELEVANT, NOT_MEASURED
from listening.review.kpi.story import Act, Story


def _cycle(key: str) -> Read:
    def read(story: Story, _asked: Asked) -> Iterator[Item]:
        if story.result_reply is not None:
            yield _measured(story.result_reply, key, story.irrelevant)

    return read


def _ticket(key: str) -> Read:
    def read(story: Story, _asked: Asked) -> Iterator[Item]:
        return (_measured(act, key) for act in story.acts_of(EventKind.RECEIPT))

    return read


def _measured(act: Act, key: str, out: str | None = None) -> Item:
    value = act.data.get(key)
    if isinstance(value, int):
        return Item(act.at, act.person, value, out=out)
    return Item(act.at, act.person, out=out or NOT_MEASURED)


DEFINITIONS = (
    *(
        each
        for name, zh, key, more, more_zh in (
            ("cycle", "反馈周期", "cycle_natural_ms", "", ""),
            (
                "cycle_working",
                "反馈周期（工作时间）",
                "cycle_working_ms",
                ", in the queue's working time",
                "，按队列工作时间计",
            ),
        )
        for each in percentiles(
            name,
            zh,
            family="cycle",
            says=f"From the first respond to the case's first reply that carries the result{more} (`{key}`)",
            says_zh=f"从首次响应到首条带处理结果的回复{more_zh}",
            counts="cases",
            when="the time of that reply",
            who="who gave that reply",
            read=_cycle(key),
            reasons=(IRRELEVANT, DUPLICATE, NOT_MEASURED),
        )
    ),
    *(
        each
        for name, zh, key, more, more_zh in (
            ("ticket", "工单回执时长", "natural_ms", "", ""),
            (
                "ticket_working",
                "工单回执时长（工作时间）",
                "working_ms",
                ", in the queue's working time",
                "，按队列工作时间计",
            ),
        )
        for each in percentiles(
            name,
            zh,
            family="cycle",
            says=f"From a ticket to its receipt{more} (`{key}` of the receipt), of every receipt",
            says_zh=f"从提交工单到收到回执{more_zh}，每次回执各计一次",
            counts="receipts",
            when="the receipt",
            who="who entered the receipt",
            read=_ticket(key),
            reasons=(NOT_MEASURED,),
            acts=True,
        )
    ),
)
