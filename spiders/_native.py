"""A platform's own numbers, which come as numbers or as texts: both are the same number."""

from __future__ import annotations

from typing import Any

from listening.collect.shape import LayoutChanged, maybe


def native(item: Any, key: str) -> str:
    """A number that must be there."""
    found = maybe_native(item, key)
    if found is None:
        raise LayoutChanged(f"has no '{key}'")
    return found


def maybe_native(item: Any, key: str) -> str | None:
    """A number; None where there is none, and for 0, which is how platforms write that."""
    given = item.get(key) if isinstance(item, dict) else None
    found = maybe(item, key, str) if isinstance(given, str) else maybe(item, key, int)
    return None if found in (None, "", 0, "0") else str(found)
