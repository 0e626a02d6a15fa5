"""Reading somebody else's JSON: what is not as expected is said, with the path, and never guessed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from listening.collect.reading.trouble import Trouble

T = TypeVar("T", str, int, bool, list[Any], dict[str, Any])

_WORDS: Mapping[type, str] = {
    str: "a text",
    int: "a number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


class LayoutChanged(Exception):
    """A page or an item does not have the shape that the spider knows.

    `trouble`: the platform itself has said what is wrong, with an error inside a good answer, say.
    """

    def __init__(self, what: str, trouble: Trouble | None = None) -> None:
        super().__init__(what)
        self.trouble = trouble


def read_page(body: bytes) -> Any:
    """A JSON page. NUL and lone surrogates pass: they spoil one post, not the page it stands on."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise LayoutChanged(f"is not JSON ({error})" if body else "is empty") from None


def need(item: Any, key: str, kind: type[T]) -> T:
    """A value that must be there."""
    value = maybe(item, key, kind)
    if value is None:
        raise LayoutChanged(f"has no '{key}'")
    return value


def maybe(item: Any, key: str, kind: type[T]) -> T | None:
    """A value that may be absent or null, but not of another type."""
    if not isinstance(item, dict):
        raise LayoutChanged(f"is {_word(item)} where an object with '{key}' was expected")
    value = item.get(key)
    if value is None:
        return None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise LayoutChanged(f"has '{key}' as {_word(value)}, not {_WORDS[kind]}")
    return value


def native(item: Any, key: str) -> str:
    """A platform's own number that must be there; it comes as a number or as a text, and is the same."""
    found = maybe_native(item, key)
    if found is None:
        raise LayoutChanged(f"has no '{key}'")
    return found


def maybe_native(item: Any, key: str) -> str | None:
    """Such a number; None where there is none, and for 0, which is how platforms write that."""
    given = item.get(key) if isinstance(item, dict) else None
    found = maybe(item, key, str) if isinstance(given, str) else maybe(item, key, int)
    return None if found in (None, "", 0, "0") else str(found)


def items(page: Any, what: str) -> list[Any]:
    """A page or a part of it that must be a list."""
    if not isinstance(page, list):
        raise LayoutChanged(f"is {_word(page)} where a list of {what} was expected")
    return page


def _word(value: Any) -> str:
    return _WORDS.get(type(value), "null" if value is None else f"a {type(value).__name__}")
