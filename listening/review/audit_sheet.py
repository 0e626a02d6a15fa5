"""The sheet of an audit: posts for people to judge, and what they said of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from listening.codec.sheets import as_written, read_sheet, to_sheet
from listening.errors import InputMistake, Mistake, Place
from listening.model import Post
from listening.review.audit import Audit, Label
from listening.store.pseudonyms import Pseudonyms
from listening.text.masking import masked

COLUMNS = (
    *("audit", "id", "published_at", "platform", "source", "text", "url"),
    *("relevant", "scenario", "why"),
)
_WORDS = {"yes": True, "1": True, "是": True, "no": False, "0": False, "否": False}
_LONGEST = 30_000
"""Characters; a cell of a spreadsheet holds 32,767."""
_CURE = "give a sheet that `listening audit sample` wrote"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a filled row says, and where it stands."""

    post_id: str
    relevant: bool
    scenario: str
    why: str
    place: Place


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet that people have filled in, as far as they have come."""

    audit: str
    answers: tuple[Answer, ...]


def sheet(audit: Audit, posts: Sequence[Post], zone: str) -> bytes:
    """The posts in the order of the sample, numbers of people hidden, with nothing said of them yet."""
    return to_sheet(COLUMNS, (_row(audit, post, ZoneInfo(zone)) for post in posts))


def _row(audit: Audit, post: Post, zone: ZoneInfo) -> Iterator[str]:
    at = post.published_at
    yield from (audit.id, post.id)
    yield at.astimezone(zone).isoformat(timespec="seconds") if at else ""
    text = masked("\n".join(text for _, text in post.texts()))[:_LONGEST]
    yield from (post.platform or "", post.source or "", text)
    yield from (post.url or "", "", "", "")


def read_filled(file: Path) -> Filled:
    """What was said so far; rows without an answer are left out. Raises `InputMistake` with all mistakes."""
    mistakes: list[Mistake] = []
    answers: dict[str, Answer] = {}
    audits: dict[str, Place] = {}
    for line, row in read_sheet(file, ("audit", "id", "relevant"), _CURE):
        place = Place(str(file), line)
        audits.setdefault(row["audit"].strip(), place)
        answer = _answer(row, place, mistakes)
        if answer is None:
            continue
        first = answers.setdefault(answer.post_id, answer)
        if first.relevant != answer.relevant:
            what = f"'{answer.post_id}' has another answer in line {first.place.line}"
            mistakes.append(Mistake(place, what, "keep one of the two"))
    mistakes += _of_one_audit(file, audits)
    if mistakes:
        raise InputMistake(mistakes)
    return Filled(next(iter(audits)), tuple(answers.values()))


def _answer(row: dict[str, str], place: Place, mistakes: list[Mistake]) -> Answer | None:
    word = row["relevant"].strip()
    scenario, why = (as_written(row.get(name, "").strip()) for name in ("scenario", "why"))
    relevant = _WORDS.get(word.casefold())
    if relevant is None:
        if word:
            what = f"unknown answer '{word}'"
            mistakes.append(Mistake(place, what, "write yes or no, 是 or 否, 1 or 0"))
        elif scenario or why:
            what = "says something, but not whether the post is relevant"
            mistakes.append(Mistake(place, what, "fill in the column relevant, or empty the others"))
        return None
    return Answer(as_written(row["id"].strip()), relevant, scenario, why, place)


def _of_one_audit(file: Path, audits: dict[str, Place]) -> Iterator[Mistake]:
    if not audits:
        yield Mistake(Place(str(file)), "holds no posts", _CURE)
    first = next(iter(audits), "")
    for name, place in list(audits.items())[1:]:
        what = f"is of another audit ('{name}') than the rows before it ('{first}')"
        yield Mistake(place, what, "give each audit a sheet of its own")


def labels_of(
    filled: Filled, audit: Audit, pseudonyms: Pseudonyms, *, person: str, at: datetime
) -> list[Label]:
    """The answers as labels of the audit. Raises `InputMistake` for posts that are not in it."""
    known = set(audit.posts)
    labels: list[Label] = []
    mistakes: list[Mistake] = []
    for answer in filled.answers:
        post = pseudonyms.post(answer.post_id)
        if post not in known:
            what = f"'{answer.post_id}' is no post of the audit {audit.id}"
            cure = "leave the columns audit and id as they were written"
            mistakes.append(Mistake(answer.place, what, cure))
            continue
        labels.append(
            Label(
                post=post,
                relevant=answer.relevant,
                scenario=answer.scenario,
                why=answer.why,
                person=person,
                at=at,
            )
        )
    if mistakes:
        raise InputMistake(mistakes)
    return labels
