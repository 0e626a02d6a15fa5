"""What a post says of somebody else, and the same post without those who were erased.

Who is answered, repeated or mentioned by the platform's own means is left out; an @name in the texts is
masked sign by sign, so that evidence stands where it stood. Ids and addresses of posts stay, also where a
platform puts a name into them: they hold threads together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from listening.model import Author, Mention, Post, Reference
from listening.model.ids import contact_named

_CALLED = re.compile(r"(?<![A-Za-z0-9])[@＠]([\w.\-·]{1,30})")
_LATIN = re.compile(r"[A-Za-z0-9_]")
_LONGEST = 64
"""Signs of a value under `extra` that may be an id or a name."""


def without(post: Post, is_erased: Callable[[str], bool]) -> Post:
    """The post without people whose key (`contact_named`) is erased; the very same one where it names none.

    Its author is not asked about.
    """
    sample = contact_named(Author(name="x"), post) or "x"
    return _Traces(post, is_erased, sample[:-1]).removed()


@dataclass(frozen=True, slots=True)
class _Traces:
    post: Post
    is_erased: Callable[[str], bool]
    before: str
    """What stands in a key before a bare name."""

    def removed(self) -> Post:
        post = self.post
        rest: dict[str, Any] = {
            "parent": self._unnamed(post.parent),
            "root": self._unnamed(post.root),
            "mentions": tuple(each for each in post.mentions if not self._is_gone(_mentioned(each))),
            "title": self._masked(post.title) if post.title else post.title,
            "text": self._masked(post.text),
            "extra": dict(self._rest(post.extra)),
        }
        changed = {name: value for name, value in rest.items() if value != getattr(post, name)}
        return replace(post, **changed) if changed else post

    def _unnamed(self, reference: Reference | None) -> Reference | None:
        if reference is None or not self._is_gone(reference.author):
            return reference
        return replace(reference, author=None)

    def _is_gone(self, author: Author | None) -> bool:
        key = contact_named(author, self.post)
        return key is not None and self.is_erased(key)

    def _masked(self, text: str) -> str:
        if "@" not in text and "＠" not in text:
            return text
        return _CALLED.sub(lambda found: found[0][0] + self._masked_name(found[1]), text)

    def _masked_name(self, run: str) -> str:
        """What follows an @: a name, and where nothing parts them the words behind it.

        Where the post itself says which name stands there, no shorter one is looked for.
        """
        named = [m for m in self.post.mentions if m.name and run.startswith(m.name)]
        if named:
            longest = max(named, key=lambda mention: len(mention.name or ""))
            return _hidden(run, len(longest.name or "")) if self._is_gone(_mentioned(longest)) else run
        for end in range(len(run), 0, -1):
            if self._calls(run[:end]) and not _is_cut(run, end):
                return _hidden(run, end)
        return run

    def _calls(self, name: str) -> bool:
        return self.is_erased(self.before + name)

    def _rest(self, extra: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Without what else was told of the people who are left out, and values that are their id or name."""
        nobody = {
            f"{name}.author."
            for name, reference in (("parent", self.post.parent), ("root", self.post.root))
            if reference is not None and self._is_gone(reference.author)
        }
        for key, value in extra.items():
            if not key.startswith(tuple(nobody)) and not self._is_name(value):
                yield key, value

    def _is_name(self, value: Any) -> bool:
        if isinstance(value, Mapping):
            return any(map(self._is_name, value.values()))
        if isinstance(value, list):
            return any(map(self._is_name, value))
        if isinstance(value, bool) or not isinstance(value, str | int):
            return False
        return 0 < len(str(value)) <= _LONGEST and self._calls(str(value))


def _mentioned(mention: Mention) -> Author:
    return Author(id=mention.id, name=mention.name)


def _hidden(run: str, end: int) -> str:
    return "*" * end + run[end:]


def _is_cut(run: str, end: int) -> bool:
    """Is this only the beginning of a longer Latin name?"""
    return end < len(run) and all(map(_LATIN.match, run[end - 1 : end + 1]))
