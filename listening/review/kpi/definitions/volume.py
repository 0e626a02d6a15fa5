"""How much there was to do: services, cases offered and accepted."""

from __future__ import annotations

from collections.abc import Iterator

from listening.review.kpi.asked import Asked
from listening.review.kpi.definition import Definition, Item, Method
from listening.review.kpi.reasons import NO_QUESTION
from listening.review.kpi.story import Service, Story


def _services(story: Story, _asked: Asked) -> Iterator[Item]:
    for each in story.services():
        out = None if isinstance(each, Service) else NO_QUESTION
        yield Item(each.at, each.person, out=out)


def offered(story: Story, _asked: Asked) -> Iterator[Item]:
    """Every case, once."""
    yield Item(story.found_at, story.holder)


def _accepted(story: Story, _asked: Asked) -> Iterator[Item]:
    if story.response is not None:
        yield Item(story.response.at, story.response.person)


DEFINITIONS = (
    Definition(
        name="services",
        zh="服务总数",
        family="services",
        says="Turns of customers that were answered. Posts of the customer without a reply between them are "
        "one turn, replies without a post between them one answer.",
        says_zh="得到回复的客户来言次数；客户连续发帖算一次，我方连续回复算一次。",
        method=Method.COUNT,
        counts="turns",
        numerator="turns with a reply",
        denominator="none",
        when="the time of the first reply to the turn",
        who="who gave that reply",
        read=_services,
        reasons=(NO_QUESTION,),
        acts=True,
    ),
    Definition(
        name="offered",
        zh="进件数",
        family="services",
        says="Cases that came to the desk, also those that turned out to be irrelevant or duplicates.",
        says_zh="进入服务台的个案数，含事后判为无关或重复的。",
        method=Method.COUNT,
        counts="cases",
        numerator="cases found",
        denominator="none",
        when="found_at, or where none is known when it was opened",
        who="who held the case last",
        read=offered,
    ),
    Definition(
        name="accepted",
        zh="受理数",
        family="services",
        says="Cases that a person opened for the first time, also those that turned out to be irrelevant or "
        "duplicates.",
        says_zh="首次有人打开（响应）的个案数，含事后判为无关或重复的。",
        method=Method.COUNT,
        counts="cases",
        numerator="cases with a first respond",
        denominator="none",
        when="the first respond",
        who="who responded",
        read=_accepted,
    ),
)
