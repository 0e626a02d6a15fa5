"""Posts of Bluesky: the API's view of one, with the record that its author wrote, as a post of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from listening.collect.reading.shape import LayoutChanged, maybe, need
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, ids

SITE = "https://bsky.app/profile"
_NO_NAME = "handle.invalid"


@dataclass(frozen=True, slots=True)
class Teller:
    """`leaves_out` says of a view whether its words may be shown."""

    read_time: Callable[[str | None], datetime | None]
    leaves_out: Callable[[Any], bool]

    def post(self, item: Any) -> Post:
        """The post of an item, or its being reposted, which has no words of its own."""
        own, by = self._own(item), reposter(item)
        if by is None:
            return own
        name = own.author.name or own.author.id if own.author else None
        published, told = self.standing(item), need(item["reason"], "indexedAt", str)
        others = {key: value for key, value in own.extra.items() if key != "published_text"}
        return replace(
            own,
            id=ids.bluesky_repost(need(by, "did", str), need(item["post"], "uri", str)),
            kind=Kind.REPOST,
            text=f"//@{name}: {own.text}",
            author=author_of(by),
            published_at=published,
            published_guessed=None,
            parent=Reference(id=own.id, author=own.author),
            root=None,
            mentions=(),
            metrics=None,
            extra=others if published else {**others, "published_text": told},
        )

    def standing(self, item: Any) -> datetime | None:
        """What a feed is sorted by: of a post the time its author tells, but never later than its arrival."""
        if reposter(item) is not None:
            return self.read_time(need(item["reason"], "indexedAt", str))
        view = need(item, "post", dict)
        arrived, written = self.read_time(need(view, "indexedAt", str)), self.read_time(_written(view))
        return min(filter(None, (written, arrived)), default=None)

    def _own(self, item: Any) -> Post:
        view = need(item, "post", dict)
        uri, record = need(view, "uri", str), need(view, "record", dict)
        published, quoted = self.standing({"post": view}), self._quoted(view)
        answer, known = maybe(record, "reply", dict), _known_authors(item)
        words = [need(record, "text", str), *_pictured(view), _behind(quoted) if quoted else ""]
        links = list(dict.fromkeys([*_features(record, "link", "uri"), *_cards(view)]))
        return Post(
            id=ids.bluesky_post(uri),
            platform="bluesky",
            kind=Kind.COMMENT if answer else Kind.REPOST if quoted else Kind.POST,
            url=f"{SITE}/{_did(uri)}/post/{uri.rpartition('/')[2]}",
            text="\n".join(filter(None, words)),
            author=author_of(need(view, "author", dict)),
            published_at=published,
            published_guessed=True if published and not self.read_time(_written(view)) else None,
            parent=_reference(answer, "parent", known) if answer else _to(quoted) if quoted else None,
            root=_reference(answer, "root", known) if answer else None,
            mentions=tuple(_mentions(record)),
            tags=tuple(dict.fromkeys([*_features(record, "tag", "tag"), *_texts(record, "tags")])),
            lang=next(iter(_texts(record, "langs")), None),
            metrics=Metrics(
                likes=maybe(view, "likeCount", int),
                comments=maybe(view, "replyCount", int),
                reposts=maybe(view, "repostCount", int),
            ),
            extra={
                **({"links": links} if links else {}),
                **({} if published else {"published_text": _written(view) or ""}),
            },
        )

    def _quoted(self, view: Any) -> Any:
        """The post that is quoted, unless it is gone, or of somebody who does not want to be shown."""
        for part in _embedded(view):
            record = maybe(part, "record", dict)
            inner = maybe(record, "record", dict) or record if record else None
            if type_of(inner) == "viewRecord" and _says(inner) is not None and not self.leaves_out(inner):
                return inner
        return None


def author_of(profile: Any) -> Author:
    """The account by its DID, which stays; its name (handle) may be given to somebody else."""
    did, handle = need(profile, "did", str), maybe(profile, "handle", str)
    verified = maybe(profile, "verification", dict)
    return Author(
        id=did,
        name=handle if handle != _NO_NAME else None,
        url=f"{SITE}/{did}",
        verified=need(verified, "verifiedStatus", str) == "valid" if verified else None,
    )


def reposter(item: Any) -> Any:
    """Who reposted it, where that is why it stands in a feed."""
    reason = maybe(item, "reason", dict)
    return need(reason, "by", dict) if type_of(reason) == "reasonRepost" else None


def labels(thing: Any) -> Iterator[str]:
    for label in maybe(thing, "labels", list) or []:
        if maybe(label, "neg", bool) is not True:
            yield need(label, "val", str)


def type_of(thing: Any) -> str | None:
    """The last part of its `$type`: a view's own name."""
    told = maybe(thing, "$type", str) if thing is not None else None
    return told.rpartition("#")[2] if told else None


def _written(view: Any) -> str | None:
    return maybe(need(view, "record", dict), "createdAt", str)


def _embedded(view: Any) -> Iterator[Any]:
    """What stands under the text; a quotation may come with pictures."""
    embed = maybe(view, "embed", dict)
    media = maybe(embed, "media", dict) if embed else None
    yield from (part for part in (embed, media) if part)


def _pictured(view: Any) -> Iterator[str]:
    """What pictures and videos show, in the author's words."""
    for part in _embedded(view):
        shown = [*(maybe(part, "images", list) or []), part]
        yield from (alt for each in shown if (alt := maybe(each, "alt", str)))


def _cards(view: Any) -> Iterator[str]:
    """Addresses that a card shows; its title and description are the page's own words, not the author's."""
    for part in _embedded(view):
        if card := maybe(part, "external", dict):
            yield need(card, "uri", str)


def _says(quoted: Any) -> str | None:
    value = maybe(quoted, "value", dict)
    return maybe(value, "text", str) if value else None


def _behind(quoted: Any) -> str:
    author = author_of(need(quoted, "author", dict))
    return f"//@{author.name or author.id}: {_says(quoted)}"


def _to(quoted: Any) -> Reference:
    author = author_of(need(quoted, "author", dict))
    return Reference(id=ids.bluesky_post(need(quoted, "uri", str)), author=author)


def _reference(answer: Any, key: str, known: dict[str, Author]) -> Reference:
    """The post that is answered, or the first of the thread: whose it is stands in its URI."""
    uri = need(need(answer, key, dict), "uri", str)
    return Reference(id=ids.bluesky_post(uri), author=known.get(uri) or Author(id=_did(uri)))


def _known_authors(item: Any) -> dict[str, Author]:
    """A feed shows what is answered as well; what is gone or blocked has no author there."""
    around = maybe(item, "reply", dict) or {}
    views = [maybe(around, key, dict) for key in ("parent", "root")]
    shown = [view for view in views if view and "record" in view]
    return {need(view, "uri", str): author_of(need(view, "author", dict)) for view in shown}


def _did(uri: str) -> str:
    did = uri.removeprefix("at://").partition("/")[0]
    if not uri.startswith("at://did:"):
        raise LayoutChanged(f"has '{uri}' where a post's at://did:… was expected")
    return did


def _facets(record: Any) -> Iterator[tuple[Any, Any]]:
    """Each marked stretch of the text with what it is marked as."""
    for facet in maybe(record, "facets", list) or []:
        for feature in need(facet, "features", list):
            yield need(facet, "index", dict), feature


def _features(record: Any, kind: str, key: str) -> list[str]:
    return [need(feature, key, str) for _, feature in _facets(record) if type_of(feature) == kind]


def _mentions(record: Any) -> Iterator[Mention]:
    """Accounts by their DID, and by the name that stands in the text; stretches are counted in bytes."""
    text = need(record, "text", str).encode()
    for index, feature in _facets(record):
        if type_of(feature) == "mention":
            begin, end = need(index, "byteStart", int), need(index, "byteEnd", int)
            name = text[begin:end].decode("utf-8", "ignore").removeprefix("@")
            yield Mention(id=need(feature, "did", str), name=name or None)


def _texts(record: Any, key: str) -> list[str]:
    return [each for each in maybe(record, key, list) or [] if isinstance(each, str)]
