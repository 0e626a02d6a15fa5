"""What customers said when they were asked, and how many of them said anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from listening.model import EventKind
from listening.review.kpi.asked import Asked
from listening.review.kpi.definition import Definition, Item, Method
from listening.review.kpi.reasons import UNINVITED
from listening.review.kpi.story import Act, Story


@dataclass(slots=True)
class _Survey:
    """One invitation and the last answer to it; either may be missing."""

    invite: Act | None = None
    answer: Act | None = None


def _surveys(story: Story) -> list[_Survey]:
    """An answer belongs to the invitation before it in the same case."""
    surveys: list[_Survey] = []
    latest: dict[str, _Survey] = {}
    for act in story.acts_of(EventKind.INVITE, EventKind.SATISFACTION):
        if act.kind == EventKind.INVITE or act.case not in latest:
            latest[act.case] = _Survey()
            surveys.append(latest[act.case])
        if act.kind == EventKind.INVITE:
            latest[act.case].invite = act
        else:
            latest[act.case].answer = act
    return surveys


def _satisfied(story: Story, _asked: Asked) -> Iterator[Item]:
    for each in _surveys(story):
        if each.answer is not None:
            yield Item(each.answer.at, each.answer.holder, int(bool(each.answer.data["satisfied"])))


def _answered(story: Story, _asked: Asked) -> Iterator[Item]:
    for each in _surveys(story):
        if each.invite is not None:
            yield Item(each.invite.at, each.invite.holder, int(each.answer is not None))
        elif each.answer is not None:
            yield Item(each.answer.at, each.answer.holder, out=UNINVITED)


DEFINITIONS = (
    Definition(
        name="satisfaction",
        zh="满意率",
        family="satisfaction",
        says="Answers that were satisfied, of all answers. Of several answers to one invitation the last one "
        "counts; the score and its scale stand in the event.",
        says_zh="满意的评价占全部评价的比例；同一次邀请多次评价的，以最后一次为准。",
        method=Method.RATE,
        counts="answers",
        numerator="answers with `satisfied`",
        denominator="answers, invited or not",
        when="the answer",
        who="who held the case last by then",
        read=_satisfied,
        acts=True,
    ),
    Definition(
        name="satisfaction_answered",
        zh="参评率",
        family="satisfaction",
        says="Invitations to say how satisfied one is that were answered.",
        says_zh="满意度邀请中得到评价的比例。",
        method=Method.RATE,
        counts="invitations",
        numerator="invitations with an answer before the next one",
        denominator="invitations",
        when="the invitation",
        who="who held the case last by then",
        read=_answered,
        reasons=(UNINVITED,),
        acts=True,
    ),
)
