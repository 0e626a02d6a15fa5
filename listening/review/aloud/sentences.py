"""An event as one sentence: who did what, and what it changed. When it was, its reader puts in front."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo

from listening.model import EventKind, ReviewEvent
from listening.review.aloud.phrases import Phrases, entered, in_time, lasted, milliseconds, part, who

_TARGETS = {"respond": "the first answer", "resolve": "the end"}
_GIVEN_UP = {
    "deleted": ", as its posts are gone",
    "withdrawn": ", as the rules want its posts no more",
    "old": ", as it had waited too long for an answer",
}


class Sentences:
    """For one case. `called` gives what stands for a post's pseudonym; `shown` a text as it may be seen."""

    def __init__(self, zone: tzinfo, called: Callable[[str], str], shown: Callable[[str], str] = str) -> None:
        self._phrases = Phrases(zone, called, shown)

    def of(self, event: ReviewEvent) -> str:
        """A kind that is not known, as a newer program may have written, is told by its name."""
        tell = _TELL.get(event.kind, _other)
        return f"{tell(event, self._phrases)}."


def _open(event: ReviewEvent, says: Phrases) -> str:
    said = event.data
    begun = {
        "by_hand": f"{who(event)} opened the case by hand, for {says.post(said)}",
        "split": f"{who(event)} opened the case for {says.post(said)}, which was in case {said.get('from')}",
    }.get(said.get("why", ""), f"{says.post(said)} was found, which opened the case")
    kind = ", ".join(filter(None, (said.get("priority"), said.get("reach"))))
    again = f"; the same contact came before, with case {said['again']}" if said.get("again") else ""
    where = part("in the queue", said, "queue")
    return (
        f"{begun}{where}{f' ({kind})' if kind else ''}{_promised(event, says)}{_special(event, says)}{again}"
    )


def _promised(event: ReviewEvent, says: Phrases) -> str:
    said = event.data
    named = (("respond_by", "the first answer by"), ("resolve_by", "the end by"))
    parts = [f"{name} {says.time(said, key)}" for key, name in named if said.get(key)]
    years = ", ".join(map(str, said.get("assumed", ())))
    assumed = f", as far as the holidays of {years} are known" if years else ""
    return f"; promised: {', '.join(parts)}{assumed}" if parts else ""


def _special(event: ReviewEvent, says: Phrases) -> str:
    said = event.data
    cue = f" because of {says.shown(said['cue'])}" if said.get("cue") else ""
    return f"; it is reported as {said['escalation']}{cue}" if said.get("escalation") else ""


def _post(event: ReviewEvent, says: Phrases) -> str:
    said = event.data
    if said.get("repost"):
        return f"Somebody repeated the post: {says.post(said)}"
    return f"A further post of the customer was found: {says.post(said)}{says.due(said)}"


def _changed(event: ReviewEvent, says: Phrases) -> str:
    return f"{says.post(event.data)} was edited"


def _deleted(event: ReviewEvent, says: Phrases) -> str:
    return f"{says.post(event.data)} was deleted"


def _withdrawn(event: ReviewEvent, says: Phrases) -> str:
    whole = ", and there is no other that they want" if event.data.get("whole", True) else ""
    return f"The rules want {says.post(event.data)} no more{whole}"


def _claim(event: ReviewEvent, says: Phrases) -> str:
    return f"{who(event)} took it{says.at('until', event.data, 'until')}"


def _release(event: ReviewEvent, _says: Phrases) -> str:
    return f"{who(event)} gave it back to its queue"


def _assign(event: ReviewEvent, _says: Phrases) -> str:
    return f"{who(event)} gave it to {event.data['to']}"


def _snooze(event: ReviewEvent, says: Phrases) -> str:
    said = event.data
    return f"{who(event)} put it off{says.at('until', said, 'until')}{says.words(said, 'reason')}"


def _transfer(event: ReviewEvent, says: Phrases) -> str:
    said = event.data
    moved = "returned it to" if event.kind == EventKind.RETURN else "moved it to"
    reason = says.words(said, "reason")
    return f"{who(event)} {moved} the queue {said.get('queue', '')}{reason}{says.due(said)}"


def _respond(event: ReviewEvent, _says: Phrases) -> str:
    said = event.data
    if "natural_ms" not in said:
        return f"{who(event)} looked at it again"
    waited, published = lasted(said), lasted(said, "customer_")
    customer = f", and the customer {published}" if published not in ("", waited) else ""
    return f"{who(event)} opened it, the first response: it waited {waited}{customer}{in_time(said)}"


def _classify(event: ReviewEvent, _says: Phrases) -> str:
    path, suggested = ("/".join(event.data.get(key, ())) for key in ("category", "suggested"))
    how = ", as suggested" if suggested == path else f", where {suggested} was suggested"
    return f"{who(event)} classified it as {path}{how if suggested else ''}"


def _note(event: ReviewEvent, says: Phrases) -> str:
    return f"{who(event)} noted{says.words(event.data, 'text')}"


def _reply(event: ReviewEvent, says: Phrases) -> str:
    said = event.data
    at = says.at("at", said, "published_at")
    told = f"{who(event)} entered our answer{f', given{at}' if at else ''}{says.words(said, 'text')}"
    if said.get("seen"):
        told = f"Our answer stood on the platform{at}: {says.post(said)}"
    asks = "; the customer is asked, and the time for the end stands still" if said.get("asks") else ""
    result = "; it carries the result" if said.get("carries_result") else ""
    cycle = lasted(said, "cycle_")
    return f"{told}{asks}{result}{f', {cycle} after the first response' if cycle else ''}{says.due(said)}"


def _ticket(event: ReviewEvent, _says: Phrases) -> str:
    return f"{who(event)} handed it to {event.data['system']} as ticket {event.data['ticket']}"


def _receipt(event: ReviewEvent, says: Phrases) -> str:
    said = event.data
    after = f" after {lasted(said)}" if lasted(said) else ""
    return f"Ticket {said['ticket']} came back{after}{says.words(said, 'result')}{entered(event)}"


def _escalate(event: ReviewEvent, says: Phrases) -> str:
    said = event.data
    to, reason = part("to", said, "to"), says.words(said, "reason")
    return f"{who(event)} reported it{to} as {said['level']}{reason}{says.due(said)}"


def _close(event: ReviewEvent, says: Phrases) -> str:
    said = event.data
    took = f"; it took {lasted(said)}" if lasted(said) else ""
    held = (
        f", {milliseconds(said, 'handling_ms')} of it in somebody's hands" if said.get("handling_ms") else ""
    )
    first = "; one answer was enough" if said.get("first_contact") else ""
    closed = f"{who(event)} closed it as {_spoken(said['result'])}{says.words(said, 'reason')}"
    return f"{closed}{took}{held}{in_time(said)}{first}"


def _follow_up(event: ReviewEvent, says: Phrases) -> str:
    said = event.data
    told = "it is done" if said["confirmed"] else "it is not done, so it is open again"
    return f"{who(event)} asked the customer again: {told}{says.words(said, 'reason')}{says.due(said)}"


def _reopen(event: ReviewEvent, says: Phrases) -> str:
    said = event.data
    begun = {
        "customer": f"The customer wrote again, so it is open again: {says.post(said)}",
        "matches": "The rules want its post after all, so it is open again",
    }.get(said.get("why", ""), f"{who(event)} opened it again{says.words(said, 'reason')}")
    since = f", {milliseconds(said, 'since_ms')} after it was closed" if "since_ms" in said else ""
    return f"{begun}{since}{says.due(said)}"


def _abandon(event: ReviewEvent, says: Phrases) -> str:
    said = event.data
    return f"{who(event)} gave it up{_GIVEN_UP.get(said.get('why', ''), says.words(said, 'reason'))}"


def _verdict(event: ReviewEvent, says: Phrases) -> str:
    said = event.data
    return f"{who(event)} found {says.post(said)} {said['verdict']}{says.words(said, 'reason')}"


def _convert(event: ReviewEvent, _says: Phrases) -> str:
    said = event.data
    how = "another system confirms it" if said.get("confirmed") else "in their own words"
    value = f", worth {said['value']:,}" if said.get("value") is not None else ""
    return f"{who(event)} said what came of the opportunity: {_spoken(said['outcome'])}{value}, {how}"


def _invite(event: ReviewEvent, _says: Phrases) -> str:
    return f"{who(event)} asked the customer how satisfied they are"


def _satisfaction(event: ReviewEvent, says: Phrases) -> str:
    said = event.data
    score = f", {said['score']} of {said['scale']}" if "score" in said and "scale" in said else ""
    told = f"The customer is {'satisfied' if said['satisfied'] else 'not satisfied'}"
    return f"{told}{score}{says.words(said, 'comment')}{entered(event)}"


def _check(event: ReviewEvent, _says: Phrases) -> str:
    said = event.data
    seen = filter(None, ("/".join(said.get("category", ())), said.get("verdict"), said.get("result")))
    agrees = "agrees" if said.get("agrees") else "does not agree"
    return f"{who(event)} looked a second time and {agrees}: {', '.join(map(_spoken, seen))}"


def _score(event: ReviewEvent, says: Phrases) -> str:
    said = event.data
    return f"{who(event)} graded the work {said['score']} of {said['scale']}{says.words(said, 'comment')}"


def _join(event: ReviewEvent, _says: Phrases) -> str:
    rule = ", as the contact has an open case about the same" if event.data.get("why") == "rule" else ""
    return f"{who(event)} joined it to case {event.data['into']}{rule}"


def _absorb(event: ReviewEvent, _says: Phrases) -> str:
    return f"{who(event)} joined case {event.data['from']} to this one"


def _split(event: ReviewEvent, says: Phrases) -> str:
    return f"{who(event)} parted {says.post(event.data)} from it, as case {event.data['to']}"


def _deadline(event: ReviewEvent, says: Phrases) -> str:
    why = (
        "The holidays of a year became known" if event.data.get("why") == "year" else "Time was counted anew"
    )
    return f"{why}{says.due(event.data)}"


def _warn(event: ReviewEvent, says: Phrases) -> str:
    return f"The time for {_target(event)} ends soon,{says.at('at', event.data, 'by')}"


def _breach(event: ReviewEvent, says: Phrases) -> str:
    return f"The time for {_target(event)} ran out{says.at('at', event.data, 'by')}"


def _erase(event: ReviewEvent, _says: Phrases) -> str:
    return f"{who(event)} erased the contact, and with it all that they wrote"


def _other(event: ReviewEvent, _says: Phrases) -> str:
    return f"{who(event)} took the step {event.kind}"


def _target(event: ReviewEvent) -> str:
    target = str(event.data["target"])
    return _TARGETS.get(target, target)


def _spoken(word: object) -> str:
    return str(word).replace("_", " ")


_TELL: Mapping[str, Callable[[ReviewEvent, Phrases], str]] = {
    EventKind.OPEN: _open,
    EventKind.POST: _post,
    EventKind.CHANGED: _changed,
    EventKind.DELETED: _deleted,
    EventKind.WITHDRAWN: _withdrawn,
    EventKind.CLAIM: _claim,
    EventKind.RELEASE: _release,
    EventKind.ASSIGN: _assign,
    EventKind.SNOOZE: _snooze,
    EventKind.TRANSFER: _transfer,
    EventKind.RETURN: _transfer,
    EventKind.RESPOND: _respond,
    EventKind.CLASSIFY: _classify,
    EventKind.NOTE: _note,
    EventKind.REPLY: _reply,
    EventKind.TICKET: _ticket,
    EventKind.RECEIPT: _receipt,
    EventKind.ESCALATE: _escalate,
    EventKind.CLOSE: _close,
    EventKind.FOLLOW_UP: _follow_up,
    EventKind.REOPEN: _reopen,
    EventKind.ABANDON: _abandon,
    EventKind.VERDICT: _verdict,
    EventKind.CONVERT: _convert,
    EventKind.INVITE: _invite,
    EventKind.SATISFACTION: _satisfaction,
    EventKind.CHECK: _check,
    EventKind.SCORE: _score,
    EventKind.JOIN: _join,
    EventKind.ABSORB: _absorb,
    EventKind.SPLIT: _split,
    EventKind.DEADLINE: _deadline,
    EventKind.WARN: _warn,
    EventKind.BREACH: _breach,
    EventKind.ERASE: _erase,
}
