"""How cases were closed: resolved, by whose word, at first contact; and how long they were in hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from listening.model import Result
from listening.review.kpi.asked import Asked
from listening.review.kpi.definition import Definition, Item, Method, Read, percentiles
from listening.review.kpi.reasons import DUPLICATE, IRRELEVANT, NO_NEED, NOT_MEASURED
from listening.review.kpi.story import Closing, Story

_NO_MATTER = {
    Result.IRRELEVANT: IRRELEVANT,
    Result.DUPLICATE: DUPLICATE,
    Result.NO_NEED: NO_NEED,
}
_OF = "closings as resolved, unresolved or unreachable"
_WHEN = "the closing"


def _resolved(closing: Closing) -> bool:
    return closing.result is Result.RESOLVED and not closing.revoked


def _closings(is_one: Callable[[Closing], bool]) -> Read:
    def read(story: Story, _asked: Asked) -> Iterator[Item]:
        for each in story.closings:
            yield Item(each.at, each.person, int(is_one(each)), out=_NO_MATTER.get(each.result))

    return read


def _first_contact(story: Story, _asked: Asked) -> Iterator[Item]:
    for each in story.closings:
        known = each.data.get("first_contact")
        out = _NO_MATTER.get(each.result)
        if _resolved(each) and known is None:
            out = out or NOT_MEASURED
        yield Item(each.at, each.person, int(_resolved(each) and bool(known)), out=out)


def _handling(story: Story, _asked: Asked) -> Iterator[Item]:
    for each in story.closings:
        out = None if each.result is Result.NO_NEED else _NO_MATTER.get(each.result)
        value = each.data.get("handling_ms")
        if not isinstance(value, int):
            out, value = out or NOT_MEASURED, 0
        yield Item(each.at, each.person, value, out=out)


def _rate(name: str, zh: str, says: str, says_zh: str, numerator: str, read: Read, *more: str) -> Definition:
    return Definition(
        name=name,
        zh=zh,
        family="resolution",
        says=says,
        says_zh=says_zh,
        method=Method.RATE,
        counts="closings",
        numerator=numerator,
        denominator=_OF,
        when=_WHEN,
        who="who closed it",
        read=read,
        reasons=(IRRELEVANT, DUPLICATE, NO_NEED, *more),
    )


DEFINITIONS = (
    _rate(
        "resolution",
        "解决率",
        "Closings as resolved that were not revoked (neither reopened within 7 days nor denied by a "
        "follow-up), of closings as resolved, unresolved or unreachable. A case that is closed again counts "
        "again.",
        "以“已解决”结案且未被推翻（7 天内未重开、回访未否认）的次数，占以已解决、未解决、失联结案次数的比例；"
        "再次结案再计一次。",
        "closings as resolved, not revoked",
        _closings(_resolved),
    ),
    _rate(
        "resolution_confirmed",
        "解决率（回访确认）",
        "The part of the resolution rate that follow-ups confirmed.",
        "解决率中经回访确认的部分。",
        "closings as resolved, not revoked, confirmed by a follow-up",
        _closings(lambda each: _resolved(each) and each.confirmed),
    ),
    _rate(
        "resolution_self_marked",
        "解决率（自行标记）",
        "The part of the resolution rate that only whoever closed the case vouches for.",
        "解决率中仅由结案人自行标记的部分。",
        "closings as resolved, not revoked, without a follow-up that confirmed them",
        _closings(lambda each: _resolved(each) and not each.confirmed),
    ),
    _rate(
        "resolution_first_contact",
        "首次解决率",
        "The part of the resolution rate that took one answer, no other system and no reopening "
        "(`first_contact`).",
        "解决率中一次答复即解决、未转工单、未重开的部分。",
        "closings as resolved, not revoked, at first contact",
        _first_contact,
        NOT_MEASURED,
    ),
    *percentiles(
        "handling",
        "处理时长",
        family="handling",
        says="How long a case had been in somebody's hands when it was closed (`handling_ms`)",
        says_zh="结案时个案累计在手时长",
        counts="closings",
        when=_WHEN,
        who="who closed it",
        read=_handling,
        reasons=(IRRELEVANT, DUPLICATE, NOT_MEASURED),
    ),
)
