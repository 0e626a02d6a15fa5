"""A case as a script that can be read aloud: where it stands, what was said, what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from listening.app import App
from listening.cli.case_rows import desk_facts, hands, news
from listening.cli.output import local, marked, write_line
from listening.codec import read_json, to_json
from listening.model import Case, Escalation, EventKind, Hit, ReviewEvent
from listening.review.aloud import Sentences, span, when
from listening.review.dossier import Dossier, dossier
from listening.review.showing import Sight, record_facts

_WRITTEN = ("text", "reason", "comment", "result")
"""What people wrote, in the data of events."""


def tell_case(app: App, case_id: str, seen: Sight, *, as_json: bool) -> None:
    """All there is of a case, on stdout."""
    found = dossier(app.store, case_id)
    if as_json:
        write_line(case_record(found, app.now(), seen))
        return
    for line in case_script(found, app.config.timezone, app.now(), seen):
        click.echo(line)


def case_script(found: Dossier, zone: str, now: datetime, sight: Sight) -> Iterator[str]:
    """Line by line; times in the zone."""
    yield from _head(found, zone, now, sight)
    if found.posts:
        yield from ("", "what was said")
        for place, hit in enumerate(found.posts, 1):
            yield from _post(place, hit, found, zone, sight)
    yield from ("", "what happened")
    sentences = Sentences(ZoneInfo(zone), found.called, sight.text)
    width = len(str(len(found.events)))
    for event in found.events:
        yield f"  {event.n:{width}}  {local(event.at, zone)}  {sentences.of(event)}"


def case_record(found: Dossier, now: datetime, sight: Sight) -> bytes:
    """The same for a machine: case, events, posts. A post's `place` is its number, `ref` stands in events."""
    refs = {place: ref for ref, place in found.places.items()}
    posts = [
        {"place": place, "ref": refs[place], "ours": hit.id in found.answers, **record_facts(sight.hit(hit))}
        for place, hit in enumerate(found.posts, 1)
    ]
    events = [_event(event, sight) for event in found.events]
    return to_json({"case": _case(found, now, sight), "events": events, "posts": posts})


def _case(found: Dossier, now: datetime, sight: Sight) -> dict[str, Any]:
    """All that the fold says, and what the desk goes by."""
    known: dict[str, Any] = read_json(to_json(found.case))
    tickets = [
        {**each, "result": sight.text(each["result"])} if each.get("result") else each
        for each in known.get("tickets", ())
    ]
    tickets_too = {"tickets": tickets} if tickets else {}
    return {**known, **tickets_too, **desk_facts(found.case, now), "posts": list(found.case.posts)}


def _event(event: ReviewEvent, sight: Sight) -> ReviewEvent:
    written = {name: sight.text(str(event.data[name])) for name in _WRITTEN if event.data.get(name)}
    return replace(event, data={**event.data, **written})


def _head(found: Dossier, zone: str, now: datetime, sight: Sight) -> Iterator[str]:
    """A line for everything that is known."""
    case = found.case
    facts = {
        "about": "、".join(case.scenarios or (*case.brands, *case.competitors)),
        "came from": ", ".join(filter(None, (case.platform, case.source, case.listening_class, case.reach))),
        "opened": _opened(case, zone),
        "in hands": hands(case, zone, now),
        "respond by": _respond_by(found, zone, now),
        "resolve by": _resolve_by(found, zone, now),
        "category": "/".join(case.category),
        "answers": _answers(case),
        "tickets": "; ".join(_tickets(case, zone, sight)),
        "news": news(case),
        "contact": _contact(found, sight),
        "thread": _thread(found),
        "before": f"case {case.again}, of the same contact" if case.again else "",
        "satisfied": {True: "yes", False: "no", None: ""}[case.satisfied],
        "verdicts": "; ".join(_verdicts(found)),
    }
    yield f"case {case.id}: {_standing(case)}"
    yield from (f"  {name:11} {told}" for name, told in facts.items() if told)


def _standing(case: Case) -> str:
    if case.merged_into is not None:
        return f"joined to case {case.merged_into}, which has its posts"
    result = f" as {case.result.replace('_', ' ')}" if case.result else ""
    confirmed = {True: ", confirmed by the customer", False: ", revoked by the customer", None: ""}[
        case.confirmed
    ]
    queue = f" in the queue {case.queue}" if case.queue else ""
    level = f", {case.escalation}" if case.escalation is not Escalation.NORMAL else ""
    again = f", reopened {case.reopened} times" if case.reopened > 1 else ""
    return f"{case.status}{result}{queue}, {case.priority} priority{level}{confirmed}{again}"


def _opened(case: Case, zone: str) -> str:
    found = case.found_at or case.opened_at
    after = f", {span(found - case.published_at)} after it was published" if case.published_at else ""
    return f"{local(case.opened_at, zone)}{after if case.found_at else ''}"


def _respond_by(found: Dossier, zone: str, now: datetime) -> str:
    case = found.case
    if case.responded_at is None:
        return _deadline(case, case.respond_by, zone, now)
    done = f"done {when(case.responded_at, ZoneInfo(zone))}"
    return _kept(found.events, EventKind.RESPOND, case.respond_by, done, zone)


def _resolve_by(found: Dossier, zone: str, now: datetime) -> str:
    case = found.case
    if case.asked_at is not None and case.resolve_by is None:
        return f"stands still, the customer is asked since {local(case.asked_at, zone)}"
    if case.closed_at is None:
        return _deadline(case, case.resolve_by, zone, now)
    done = f"done {when(case.closed_at, ZoneInfo(zone))}"
    return _kept(found.events, EventKind.CLOSE, case.resolve_by, done, zone)


def _deadline(case: Case, due: datetime | None, zone: str, now: datetime) -> str:
    if due is None:
        return ""
    left = f", {span(due - now)} left" if due >= now else f", {span(now - due)} late"
    assumed = ", ".join(map(str, case.assumed))
    unknown = f", as far as the holidays of {assumed} are known" if assumed else ""
    return f"{local(due, zone)}{left if case.is_live else ''}{unknown}"


def _kept(events: Iterable[ReviewEvent], kind: EventKind, due: datetime | None, done: str, zone: str) -> str:
    """What was done and whether in time, as the event said that did it."""
    told = [event.data["in_time"] for event in events if event.kind == kind and "in_time" in event.data]
    by = f"{local(due, zone)}, " if due else ""
    return f"{by}{done}{', in time' if told and told[-1] else ', late' if told else ''}"


def _answers(case: Case) -> str:
    """Those that nobody has seen on the platform are only somebody's word."""
    if not case.replies:
        return ""
    unseen = sum(not each.seen for each in case.replies)
    return f"{len(case.replies)}{f', {unseen} of them not seen on the platform yet' if unseen else ''}"


def _tickets(case: Case, zone: str, sight: Sight) -> Iterator[str]:
    for each in case.tickets:
        back = f"came back {local(each.received_at, zone)}" if each.received_at else "not back yet"
        result = f": {sight.text(each.result)}" if each.result else ""
        yield f"{each.system} {each.id}, {back}{result}"


def _contact(found: Dossier, sight: Sight) -> str:
    if found.case.erased:
        return "erased"
    hit = next((each for each in found.posts if each.id not in found.answers and each.contact), None)
    others = f"{found.others} other case{'s' if found.others > 1 else ''}" if found.others else ""
    if hit is None or hit.contact is None:
        return others
    name = hit.post.author.name if hit.post.author else None
    opaque = () if name and hit.contact.endswith(f":{name}") else (hit.contact,)
    shown = (sight.name(name) if name else "", sight.key(hit.contact, opaque))
    return ", ".join(filter(None, (" ".join(filter(None, shown)), others)))


def _thread(found: Dossier) -> str:
    if found.thread <= len(found.posts):
        return ""
    return f"{found.thread} posts around it: listening conversation {found.case.id}"


def _verdicts(found: Dossier) -> Iterator[str]:
    """By rule: what people said of the hits it brought."""
    counts = Counter((pair, judged.verdict) for judged in found.judged for pair in judged.evidence.scenarios)
    yield from (f"{pair} {verdict}{f' ×{n}' if n > 1 else ''}" for (pair, verdict), n in counts.items())


def _post(place: int, hit: Hit, found: Dossier, zone: str, sight: Sight) -> Iterator[str]:
    """Who, when and where, and under it what they say, with the evidence marked."""
    shown = sight.hit(hit)
    author = shown.post.author
    who = "our answer" if hit.id in found.answers else (author and author.name) or "somebody"
    gone = ", deleted since" if hit.post.deleted else ""
    yield f"  [{place}] {local(hit.post.published_at, zone)}  {who}{gone}  {hit.post.url or hit.id}"
    title = marked(shown, "title").strip()
    for line in (*([title] if title else []), *marked(shown, "text").splitlines()):
        yield f"      {line}"
