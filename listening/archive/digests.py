"""The content digests of the posts at hand: asked for when a post comes in, is indexed, and is settled."""

from __future__ import annotations

from listening.codec import content_digest
from listening.model import Post

_MOST = 1_000
"""About a batch: what is remembered is held in memory."""


class Digests:
    """Remembers them by the very post, whose content nobody can change."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Post, str]] = {}

    def of(self, post: Post) -> str:
        """What decides whether a post seen again is a repeat."""
        known = self._known.get(id(post))
        if known is None or known[0] is not post:
            if len(self._known) >= _MOST:
                self.forget()
            known = self._known[id(post)] = post, content_digest(post)
        return known[1]

    def forget(self) -> None:
        """These posts are done with."""
        self._known.clear()
