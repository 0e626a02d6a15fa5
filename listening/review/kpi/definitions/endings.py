"""What became of cases without an answer, and of those that might be won."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from listening.model import EventKind, ListeningClass, Result, Status
from listening.review.kpi.asked import Asked
from listening.review.kpi.definition import Definition, Item, Method, Read
from listening.review.kpi.reasons import DUPLICATE, IRRELEVANT, NO_REPLY, NOT_OPPORTUNITY
from listening.review.kpi.story import Act, Story

_WON = ("won_over", "kept", "sold")
CONVERTS_WITHIN = timedelta(days=30)


def _offered(is_one: Callable[[Story], bool]) -> Read:
    """Of all cases offered those that are so."""

    def read(story: Story, _asked: Asked) -> Iterator[Item]:
        yield Item(story.found_at, story.holder, int(is_one(story)))

    return read


def _abandoned(story: Story) -> bool:
    return story.case.status is Status.ABANDONED and not story.replies


def _unreachable(story: Story) -> bool:
    return story.case.result is Result.UNREACHABLE


def _is_opportunity(story: Story, asked: Asked) -> bool:
    if story.case.opportunity or story.case.listening_class is ListeningClass.COMPETITOR:
        return True
    listed = asked.opportunities
    return bool(listed) and any(
        pair in listed or pair.rpartition("/")[2] in listed for pair in story.case.scenarios
    )


def _conversion(is_one: Callable[[Act], bool]) -> Read:
    def read(story: Story, asked: Asked) -> Iterator[Item]:
        told = list(story.acts_of(EventKind.CONVERT))
        won = [act for act in told if act.data.get("outcome") in _WON]
        stands = bool(won) and won[-1] is told[-1]
        if not _is_opportunity(story, asked):
            if stands:
                yield Item(won[0].at, story.holder, out=NOT_OPPORTUNITY)
        elif not story.replies:
            yield Item(story.found_at, story.holder, out=story.irrelevant or NO_REPLY)
        else:
            at = story.replies[0].at
            converted = stands and won[0].at <= at + CONVERTS_WITHIN and is_one(told[-1])
            yield Item(at, story.holder, int(converted), out=story.irrelevant)

    return read


def _rate(
    name: str, zh: str, says: str, says_zh: str, numerator: str, is_one: Callable[[Act], bool]
) -> Definition:
    return Definition(
        name=name,
        zh=zh,
        family="conversion",
        says=says,
        says_zh=says_zh,
        method=Method.RATE,
        counts="cases",
        numerator=numerator,
        denominator="opportunity cases with a reply",
        when="the case's first reply",
        who="who held the case last",
        read=_conversion(is_one),
        reasons=(IRRELEVANT, DUPLICATE, NO_REPLY, NOT_OPPORTUNITY),
    )


def _outcome(outcome: str) -> Callable[[Act], bool]:
    return lambda act: act.data.get("outcome") == outcome


DEFINITIONS = (
    Definition(
        name="abandonment",
        zh="放弃率",
        family="abandonment",
        says="Cases that were abandoned without any reply, of all cases offered.",
        says_zh="未获任何回复即放弃的个案占进件数的比例。",
        method=Method.RATE,
        counts="cases",
        numerator="cases that stand abandoned and have no reply",
        denominator="cases offered",
        when="found_at, or where none is known when it was opened",
        who="who held the case last",
        read=_offered(_abandoned),
    ),
    Definition(
        name="unreachable",
        zh="失联率",
        family="abandonment",
        says="Cases closed because the customer did not answer our question, of all cases offered.",
        says_zh="因客户未回应我方询问而结案的个案占进件数的比例。",
        method=Method.RATE,
        counts="cases",
        numerator="cases that stand closed as unreachable",
        denominator="cases offered",
        when="found_at, or where none is known when it was opened",
        who="who held the case last",
        read=_offered(_unreachable),
    ),
    _rate(
        "conversion",
        "转化率",
        "Opportunities with a reply that were won over, kept or sold to within 30 days of the first reply. "
        "An opportunity is a case of class competitor, or of a scenario that the rules list as one.",
        "有回复的商机中，首次回复后 30 天内赢得、挽留或成交的占比；商机指竞品类个案或规则列为商机的场景。",
        "those whose last `convert` says won_over, kept or sold, and whose first one to say so came in time",
        lambda _act: True,
    ),
    _rate(
        "conversion_confirmed",
        "转化率（已核实）",
        "The part of the conversion rate that another system confirmed.",
        "转化率中经其他系统核实的部分。",
        "converted ones whose last `convert` is confirmed",
        lambda act: bool(act.data.get("confirmed")),
    ),
    _rate(
        "conversion_self_reported",
        "转化率（自报）",
        "The part of the conversion rate that only the desk tells.",
        "转化率中仅由坐席自报的部分。",
        "converted ones whose last `convert` is not confirmed",
        lambda act: not act.data.get("confirmed"),
    ),
    *(
        _rate(
            f"conversion_{outcome}",
            f"转化率（{zh}）",
            f"The part of the conversion rate that came out as {outcome}.",
            f"转化率中结果为“{zh}”的部分。",
            f"converted ones whose last `convert` says {outcome}",
            _outcome(outcome),
        )
        for outcome, zh in (("won_over", "赢得"), ("kept", "挽留"), ("sold", "成交"))
    ),
)
