"""How people are shown in lists, scripts and exports: numbers and names in full, or with their middle hidden.

Ids and addresses of posts stay: whoever answers needs them. What is hidden is as long as it was, so that
evidence is marked at the same place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from listening.model import Case, Hit, Match, Post
from listening.review.conversations import Conversation, Line
from listening.review.profiles import Profile
from listening.text.masking import masked, masked_name


@dataclass(frozen=True, slots=True)
class Sight:
    """How much somebody sees of people: `full` is everything."""

    full: bool = False

    def text(self, text: str) -> str:
        return text if self.full else masked(text)

    def name(self, name: str) -> str:
        return name if self.full else masked_name(name)

    def key(self, key: str, opaque: Collection[str] = ()) -> str:
        """A contact's key. It may hold a name, unless it ends in a number or is one of the `opaque`."""
        platform, colon, who = key.partition(":") if ":" in key else ("", "", key)
        if self.full or who.isdigit() or key in opaque:
            return key
        return f"{platform}{colon}{masked_name(who)}"

    def conversation(self, whole: Conversation) -> Conversation:
        """Hidden are the names of who speaks and of who is called by @, but for ours, and what matched."""
        if self.full:
            return whole
        called = _callings([line.hit for line in whole.lines])
        lines = (replace(line, hit=self._hit(line.hit, called)) for line in whole.lines)
        return replace(whole, lines=tuple(lines))

    def hit(self, hit: Hit) -> Hit:
        """A record for itself."""
        return hit if self.full else self._hit(hit, _callings([hit]))

    def _hit(self, hit: Hit, called: re.Pattern[str]) -> Hit:
        post = hit.post
        author = post.author
        if author is not None and author.name and not hit.ours:
            author = replace(author, name=masked_name(author.name))
        shown = replace(
            post,
            author=author,
            title=_hidden(post.title, called) if post.title else post.title,
            text=_hidden(post.text, called),
            tags=tuple(_hidden(tag, called) for tag in post.tags),
        )
        return replace(hit, post=shown, matches=tuple(_shown(each, shown) for each in hit.matches))


_NOBODY = re.compile(r"(?!)()()")


def contact_facts(found: Profile, sight: Sight) -> dict[str, Any]:
    """A contact for a machine, or a table: plain values, what is unknown is absent."""
    contact = found.contact
    facts = {
        "contact": sight.key(contact.key, found.opaque),
        "members": [sight.key(key, found.opaque) for key in contact.members[1:]],
        "name": sight.name(found.name) if found.name else None,
        "tags": list(contact.tags),
        "note": sight.text(contact.note) if contact.note else None,
        "records": found.records,
        "followers": found.followers,
        "region": found.region,
        "platforms": dict(found.platforms),
        "brands": dict(found.brands),
        "competitors": dict(found.competitors),
        "scenarios": dict(found.scenarios),
        "first_at": found.first_at,
        "last_at": found.last_at,
        "last": found.last,
    }
    return {name: value for name, value in facts.items() if value not in (None, [], {})}


def record_facts(hit: Hit) -> dict[str, Any]:
    """A record, as `Sight` gives it, for a machine."""
    post = hit.post
    facts = {
        "id": post.id,
        "at": post.published_at,
        "name": post.author.name if post.author else None,
        "answers": post.parent.id if post.parent else None,
        "title": post.title,
        "text": post.text,
        "url": post.url,
        "evidence": [
            {"field": each.field, "start": each.start, "end": each.end, "text": each.text}
            for each in hit.matches
            if each.start is not None
        ],
        "level": hit.level,
        "scenarios": list(hit.scenarios),
        "status": hit.status,
        "deleted": post.deleted,
        "case": hit.case,
    }
    return {name: value for name, value in facts.items() if value not in (None, [])}


def line_facts(line: Line) -> dict[str, Any]:
    """A line of a conversation likewise."""
    return {"speaker": line.speaker, "voice": line.voice, **record_facts(line.hit)}


def case_facts(case: Case) -> dict[str, Any]:
    """Where a case stands, without whom it is with."""
    facts = {
        "case": case.id,
        "status": case.status,
        "queue": case.queue,
        "assignee": case.assignee,
        "scenarios": list(case.scenarios),
        "category": list(case.category),
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
        "result": case.result,
        "satisfied": case.satisfied,
    }
    return {name: value for name, value in facts.items() if value not in (None, [])}


def _callings(hits: Sequence[Hit]) -> re.Pattern[str]:
    """@ and a name that is to be hidden, the longest first."""
    ours = {_name(hit.post) for hit in hits if hit.ours}
    matched = "\n".join(each.text or each.term for hit in hits for each in hit.matches)
    named = {name for hit in hits for name in (_name(hit.post), *(m.name for m in hit.post.mentions))}
    hidden = sorted((each for each in named - ours if each and each not in matched), key=len, reverse=True)
    return re.compile(f"([@＠])({'|'.join(map(re.escape, hidden))})") if hidden else _NOBODY


def _name(post: Post) -> str | None:
    return post.author.name if post.author else None


def _hidden(text: str, called: re.Pattern[str]) -> str:
    return masked(called.sub(lambda found: found[1] + masked_name(found[2]), text))


def _shown(match: Match, post: Post) -> Match:
    """What stands in the evidence's place now."""
    if match.start is None or match.end is None:
        return match
    text = dict(post.texts()).get(match.field, "")
    return replace(match, text=text[match.start : match.end])
