"""People who are erased, named by their ids on the made-up platform."""

from __future__ import annotations

from collections.abc import Sequence

from listening.model import Post
from listening.model.ids import contact_of
from listening.store.traces import without


class Gone:
    """As real as the tombstones of a store, without the store."""

    def __init__(self, *people: str) -> None:
        self.keys = {f"demo:{each}" for each in people}

    @property
    def state(self) -> str:
        return " ".join(sorted(self.keys))

    def holds(self, post: Post) -> bool:
        return contact_of(post) in self.keys

    def without(self, post: Post) -> Post:
        return without(post, self.keys.__contains__)

    def sifted(self, posts: Sequence[Post]) -> list[Post]:
        return [self.without(post) for post in posts if not self.holds(post)]
