"""How the desk itself is: what lies there, what comes back, what goes up, and how good the work is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction

from listening.model import Escalation, EventKind
from listening.review.kpi.asked import Asked
from listening.review.kpi.definition import Definition, Item, Method, Read
from listening.review.kpi.reasons import NOT_MEASURED
from listening.review.kpi.story import Story

_FOUND = "found_at, or where none is known when it was opened"
_END = "the end of each period, or `as_of` where that is before it; the total is at the end of the last one"


def _backlog(least: timedelta | None, most: timedelta | None) -> Read:
    """Items of what is live at the end of each span, those of this age counted."""

    def read(story: Story, asked: Asked) -> Iterator[Item]:
        for stretch in story.live:
            for place in asked.ends_within(*stretch):
                span = asked.window.spans[place]
                age = min(span.end, asked.as_of) - story.found_at
                is_one = (least is None or age >= least) and (most is None or age < most)
                yield Item(span.begin, story.case.assignee, int(is_one))

    return read


def _offered(is_one: Callable[[Story], bool]) -> Read:
    def read(story: Story, _asked: Asked) -> Iterator[Item]:
        yield Item(story.found_at, story.holder, int(is_one(story)))

    return read


def _agreement(story: Story, _asked: Asked) -> Iterator[Item]:
    for act in story.acts_of(EventKind.CHECK):
        agrees = act.data.get("agrees")
        yield Item(act.at, act.holder, int(bool(agrees)), out=NOT_MEASURED if agrees is None else None)


def _quality(story: Story, _asked: Asked) -> Iterator[Item]:
    for act in story.acts_of(EventKind.SCORE):
        points, most = _number(act.data.get("score")), _number(act.data.get("scale"))
        out = NOT_MEASURED if points is None or not most else None
        yield Item(act.at, act.holder, points or 0, most or 0, out)


def _number(value: object) -> int | Fraction | None:
    """As it is written: 4.3 is 43/10."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if isinstance(value, int) else Fraction(str(value))


def _part(name: str, zh: str, says: str, says_zh: str, least: int | None, most: int | None) -> Definition:
    """`least` and `most` in days."""
    return Definition(
        name=name,
        zh=zh,
        family="backlog",
        says=says,
        says_zh=says_zh,
        method=Method.PART,
        counts="cases",
        numerator="those of this age, from found_at on",
        denominator="cases that are live",
        when=_END,
        who="who holds it at `as_of`",
        read=_backlog(
            None if least is None else timedelta(days=least), None if most is None else timedelta(days=most)
        ),
        snapshot=True,
    )


DEFINITIONS = (
    Definition(
        name="backlog",
        zh="积压数",
        family="backlog",
        says="Cases that are open, claimed or responded at the end of the period.",
        says_zh="期末仍待处理（待领、在手、已响应）的个案数。",
        method=Method.COUNT,
        counts="cases",
        numerator="cases that are live",
        denominator="none",
        when=_END,
        who="who holds it at `as_of`",
        read=_backlog(None, None),
        snapshot=True,
    ),
    _part(
        "backlog_1d",
        "积压（不满 1 天）",
        "Cases of the backlog that were found less than 24 hours before.",
        "积压中发现不满 24 小时的个案数。",
        None,
        1,
    ),
    _part(
        "backlog_3d",
        "积压（1 至 3 天）",
        "Cases of the backlog that were found from 24 to less than 72 hours before.",
        "积压中发现满 24 小时、不满 72 小时的个案数。",
        1,
        3,
    ),
    _part(
        "backlog_7d",
        "积压（3 至 7 天）",
        "Cases of the backlog that were found from 72 to less than 168 hours before.",
        "积压中发现满 72 小时、不满 168 小时的个案数。",
        3,
        7,
    ),
    _part(
        "backlog_older",
        "积压（7 天以上）",
        "Cases of the backlog that were found 168 hours before, or more.",
        "积压中发现满 168 小时的个案数。",
        7,
        None,
    ),
    Definition(
        name="repeat",
        zh="重复来件率",
        family="repeat",
        says="Cases that come again after an earlier one of the same contact and scenario (`again`), of all "
        "cases offered.",
        says_zh="同一联系人、同一场景再次来件的个案占进件数的比例。",
        method=Method.RATE,
        counts="cases",
        numerator="cases with `again`",
        denominator="cases offered",
        when=_FOUND,
        who="who held the case last",
        read=_offered(lambda story: story.case.again is not None),
    ),
    Definition(
        name="escalation",
        zh="升级率",
        family="escalation",
        says="Cases that were sensitive or a crisis at any time, of all cases offered.",
        says_zh="曾升级为敏感或危机的个案占进件数的比例。",
        method=Method.RATE,
        counts="cases",
        numerator="cases whose highest level was sensitive or crisis",
        denominator="cases offered",
        when=_FOUND,
        who="who held the case last",
        read=_offered(lambda story: story.level is not Escalation.NORMAL),
    ),
    Definition(
        name="escalation_crisis",
        zh="危机升级率",
        family="escalation",
        says="Cases that were a crisis at any time, of all cases offered.",
        says_zh="曾升级为危机的个案占进件数的比例。",
        method=Method.RATE,
        counts="cases",
        numerator="cases whose highest level was crisis",
        denominator="cases offered",
        when=_FOUND,
        who="who held the case last",
        read=_offered(lambda story: story.level is Escalation.CRISIS),
    ),
    Definition(
        name="agreement",
        zh="复核一致率",
        family="quality",
        says="Second looks at a case that agreed with the first.",
        says_zh="复核中与原判一致的比例。",
        method=Method.RATE,
        counts="checks",
        numerator="checks with `agrees`",
        denominator="checks",
        when="the check",
        who="whose work was checked: who held the case last by then",
        read=_agreement,
        reasons=(NOT_MEASURED,),
        acts=True,
    ),
    Definition(
        name="quality",
        zh="质检得分率",
        family="quality",
        says="Points given for the quality of the work, of those that could have been given.",
        says_zh="质检所得分数占满分的比例。",
        method=Method.RATE,
        counts="scores",
        numerator="the sum of `score`",
        denominator="the sum of `scale`",
        when="the score",
        who="whose work it was: who held the case last by then",
        read=_quality,
        reasons=(NOT_MEASURED,),
        acts=True,
    ),
)
