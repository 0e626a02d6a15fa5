"""What Bilibili's answers have in common: errors inside of good answers, and videos."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from listening.collect.reading.shape import LayoutChanged, maybe, native, need
from listening.collect.reading.times import read_spoken
from listening.collect.reading.trouble import Answer, Trouble, refused, said_error
from listening.model import Author, Kind, Metrics, Post, RunStatus, ids

API = "https://api.bilibili.com"
SITE = "https://www.bilibili.com"
_LOGIN, _BLOCKED, _LIMITED = (-101,), (-412, -352, -403), (-509, -799)


def refusal(answer: Answer) -> Trouble | None:
    """What is wrong with an answer that is not to be read."""
    if answer.status == 412:
        return Trouble(RunStatus.BLOCKED, "Bilibili's risk control refuses our address (412)")
    return refused(answer)


def code_of(answer: Any) -> int:
    """0 where all is well."""
    return need(answer, "code", int)


def failure(answer: Any, message: str | None = None) -> LayoutChanged:
    """An answer whose code is not 0, as an error to raise."""
    code, said = code_of(answer), message or maybe(answer, "message", str)
    trouble = said_error(code, said, login=_LOGIN, blocked=_BLOCKED, limited=_LIMITED)
    return LayoutChanged(trouble.reason, trouble)


def data_of(answer: Any) -> dict[str, Any]:
    """What a good answer holds. Raises `LayoutChanged` with what the platform says otherwise."""
    if code_of(answer) != 0:
        raise failure(answer)
    return need(answer, "data", dict)


def moment(item: Any, key: str, now: datetime) -> datetime | None:
    """Seconds since 1970; None where they are not plausible."""
    spoken = read_spoken(need(item, key, int), now=now, zone=UTC)
    return spoken.moment if spoken else None


def video(item: Any, now: datetime, rank: int | None = None) -> Post:
    """A video, as it is told of in lists and by itself."""
    owner, stat = need(item, "owner", dict), need(item, "stat", dict)
    person, published = native(owner, "mid"), moment(item, "pubdate", now)
    return Post(
        id=ids.bilibili_video(native(item, "aid")),
        platform="bilibili",
        kind=Kind.VIDEO,
        url=f"{SITE}/video/{need(item, 'bvid', str)}",
        title=need(item, "title", str),
        text=description(item),
        author=Author(id=person, name=need(owner, "name", str), url=space(person)),
        published_at=published,
        metrics=Metrics(
            likes=maybe(stat, "like", int),
            comments=maybe(stat, "reply", int),
            reposts=maybe(stat, "share", int),
            views=maybe(stat, "view", int),
            rank=rank,
        ),
        extra={} if published else {"published_text": str(item["pubdate"])},
    )


def space(person: str) -> str:
    """The page of somebody."""
    return f"https://space.bilibili.com/{person}"


def description(item: Any) -> str:
    """A single dash is how the site writes that there is none."""
    text = maybe(item, "desc", str) or ""
    return "" if text.strip() == "-" else text
