"""Who was erased, as the archive asks: of posts, and of raw lines that are none yet."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import zstandard

from listening.model import Author, Post

_PACKED = b"\x28\xb5\x2f\xfd"
_MOST_UNPACKED = 32_000_000


class Erased(Protocol):
    """`state` is another one as soon as there is one more, and empty while there are none."""

    @property
    def state(self) -> str: ...

    def holds(self, post: Post) -> bool:
        """Was its author erased?"""

    def without(self, post: Post) -> Post:
        """Somebody else's post, naming nobody who was erased."""

    def sifted(self, posts: Sequence[Post]) -> list[Post]:
        """What may be kept of a batch, as it may be kept; by what is known at this moment."""


class Nobody:
    """Erased: nobody."""

    state = ""

    def holds(self, post: Post) -> bool:  # noqa: ARG002 - the protocol's signature
        return False

    def without(self, post: Post) -> Post:
        return post

    def sifted(self, posts: Sequence[Post]) -> list[Post]:
        return list(posts)


def holds_raw(erased: Erased, raw: bytes, source: str) -> bool:
    """Does a line that could not be read, or a torn batch, say that somebody erased wrote it?"""
    return bool(erased.state) and any(map(erased.holds, written_by(raw, source)))


def written_by(raw: bytes, source: str) -> Iterator[Post]:
    """As much of the posts in it as tells who wrote them. A torn batch is read as far as it goes."""
    for line in unpacked(raw).splitlines():
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        author = value.get("author") if isinstance(value, dict) else None
        if isinstance(author, dict):
            who = Author(id=_text(author, "id"), name=_text(author, "name"), url=_text(author, "url"))
            platform, url = _text(value, "platform"), _text(value, "url")
            yield Post(
                id="",
                text="",
                platform=platform,
                url=url,
                author=who,
                source=_text(value, "source") or source,
            )


def unpacked(raw: bytes) -> bytes:
    """The lines themselves, also where they are the torn tail of a segment."""
    begin = raw.find(_PACKED)
    if begin < 0:
        return raw
    reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(raw[begin:]))
    parts: list[bytes] = []
    try:
        while len(parts) * _CHUNK < _MOST_UNPACKED and (part := reader.read(_CHUNK)):
            parts.append(part)
    except zstandard.ZstdError:
        pass
    return b"".join(parts) or raw


_CHUNK = 1 << 16


def _text(value: dict[str, Any], name: str) -> str | None:
    """Also a number, where a text belongs: that is why it could not be read."""
    found = value.get(name)
    return str(found) if isinstance(found, str | int) and str(found) else None
