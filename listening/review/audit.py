"""What the rules miss: a random sample of posts that are no hits, judged by people, and the recall from it.

    draw        posts out of the archive -> an `Audit`, kept as the document `audit/<id>`
    add_labels  what people said of them -> the same audit, with their labels

What comes of it: listening/review/recall.py. An audit names its posts by pseudonym: it outlives retention and
erasure, and its figures stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from listening.archive import Archive, Sample
from listening.codec import canonical, time_text
from listening.errors import Conflict, DeskMistake
from listening.model import Outcome, Post
from listening.store.ports import Document, Documents
from listening.store.pseudonyms import Pseudonyms

KEY = "audit/"
_ID = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a person said of a post (its pseudonym): should it have been a hit, of which scenario, and why."""

    post: str
    relevant: bool
    scenario: str = ""
    why: str = ""
    person: str
    at: datetime

    def says_as(self, other: Label) -> bool:
        """The same, whoever said it and when."""
        said = (self.post, self.relevant, self.scenario, self.why)
        return said == (other.post, other.relevant, other.scenario, other.why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """A sample of the posts since `since` (of a source, or of all) that ended in one of `outcomes`.

    `population` is how many of these there were, `hits` how many hits beside them, `pending` how many posts
    without an outcome, `stale` how many of the population got theirs from other rules than `rules`, the
    version that was live. `posts` are in the order in which they were drawn. Of labels the last one counts.
    """

    id: str
    at: datetime
    seed: int
    size: int
    since: datetime | None
    source: str | None
    outcomes: tuple[Outcome, ...]
    population: int
    hits: int
    pending: int
    stale: int
    rules: str | None
    posts: tuple[str, ...]
    labels: tuple[Label, ...] = ()

    def said(self) -> dict[str, Label]:
        """The label that counts, by post, in the order of the sample."""
        last = {label.post: label for label in self.labels}
        return {post: last[post] for post in self.posts if post in last}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an audit is to be of."""

    size: int
    seed: int
    since: datetime | None = None
    source: str | None = None
    mentions: bool = False

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        return (Outcome.UNMATCHED, Outcome.MENTION) if self.mentions else (Outcome.UNMATCHED,)


def draw(
    archive: Archive, asked: Asked, pseudonyms: Pseudonyms, *, at: datetime, rules: str | None
) -> tuple[Audit, Sequence[Post]]:
    """The audit (not kept yet) and its posts, in the same order. The same draw has the same id."""
    sample = archive.sample(asked.size, asked.seed, asked.outcomes, asked.since, asked.source)
    posts = tuple(pseudonyms.post(post.id) for post in sample.posts)
    audit = Audit(
        id="",
        at=at,
        seed=asked.seed,
        size=len(posts),
        since=asked.since,
        source=asked.source,
        outcomes=asked.outcomes,
        population=sum(sample.outcomes.get(outcome, 0) for outcome in asked.outcomes),
        hits=sample.outcomes.get(Outcome.HIT, 0),
        pending=sample.pending,
        stale=_stale(sample, rules),
        rules=rules,
        posts=posts,
    )
    return replace(audit, id=_id(audit)), sample.posts


def _stale(sample: Sample, rules: str | None) -> int:
    return sum(n for version, n in sample.rules.items() if version != rules)


def _id(audit: Audit) -> str:
    """The day, and a digest of what was drawn."""
    said = {name: value for name, value in _body(audit).items() if name not in ("at", "since", "labels")}
    return f"{audit.at:%Y%m%d}-{sha256(canonical(said)).hexdigest()[:_ID]}"


def keep(audit: Audit, documents: Documents) -> None:
    """Keep a new audit; one that is kept already stays as it is, with its labels."""
    try:
        documents.put_document(f"{KEY}{audit.id}", _body(audit), 0)
    except Conflict:
        return


def find(audit_id: str | None, documents: Documents) -> Audit:
    """The audit, or the last one drawn. Raises `DeskMistake` where there is none."""
    return _found(audit_id, documents)[1]


def _found(audit_id: str | None, documents: Documents) -> tuple[Document, Audit]:
    if audit_id is not None and (named := documents.get_document(f"{KEY}{audit_id}")):
        return named, _audit(named)
    kept = {audit.id: (each, audit) for each in documents.documents(KEY) for audit in (_audit(each),)}
    if not kept:
        raise DeskMistake(audit_id or "audit", "there is no audit yet", "draw one: listening audit sample")
    if audit_id is not None:
        raise DeskMistake(audit_id, "there is no such audit", f"there are: {', '.join(kept)}")
    return max(kept.values(), key=lambda pair: (pair[1].at, pair[1].id))


def add_labels(audit_id: str, labels: Iterable[Label], documents: Documents) -> tuple[Audit, int]:
    """Add what was not said yet; the audit with it, and the number of labels that are new or different.

    Nothing is overwritten: whoever thinks otherwise later is heard later. Raises `DeskMistake`.
    """
    given = list(labels)
    while True:
        document, audit = _found(audit_id, documents)
        said = audit.said()
        new = tuple(each for each in given if each.post not in said or not each.says_as(said[each.post]))
        if not new:
            return audit, 0
        labelled = replace(audit, labels=(*audit.labels, *new))
        try:
            documents.put_document(document.key, _body(labelled), document.version)
        except Conflict:
            continue  # somebody else's labels came in between: they stay, and ours are added to them
        return labelled, len(new)


def _body(audit: Audit) -> dict[str, Any]:
    return {
        "at": time_text(audit.at),
        "seed": audit.seed,
        "size": audit.size,
        "since": time_text(audit.since) if audit.since else None,
        "source": audit.source,
        "outcomes": [str(each) for each in audit.outcomes],
        "population": audit.population,
        "hits": audit.hits,
        "pending": audit.pending,
        "stale": audit.stale,
        "rules": audit.rules,
        "posts": list(audit.posts),
        "labels": [
            {
                "post": each.post,
                "relevant": each.relevant,
                "scenario": each.scenario,
                "why": each.why,
                "person": each.person,
                "at": time_text(each.at),
            }
            for each in audit.labels
        ],
    }


def _audit(document: Document) -> Audit:
    body = dict(document.body)
    labels = body.pop("labels")
    body["at"] = datetime.fromisoformat(body["at"])
    body["since"] = datetime.fromisoformat(body["since"]) if body["since"] else None
    body["outcomes"] = tuple(map(Outcome, body["outcomes"]))
    body["posts"] = tuple(body["posts"])
    return Audit(
        id=document.key.removeprefix(KEY),
        labels=tuple(Label(**{**each, "at": datetime.fromisoformat(each["at"])}) for each in labels),
        **body,
    )
