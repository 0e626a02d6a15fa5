"""Whose servers a source asks: two sources with one in common are never crawled at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from listening.collect.sources import Source

_PORTS = {"http": 80, "https": 443}


def hosts_of(source: Source) -> frozenset[str]:
    """The hosts of all addresses in its settings.

    A spider that is given no address knows its platform's own: the first word of its name stands for it. A
    folder asks nobody.
    """
    if source.folder is not None:
        return frozenset()
    return frozenset(_hosts(list(source.settings.values()))) or frozenset({source.spider.partition("_")[0]})


def _hosts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _hosts(each)
    elif isinstance(value, str) and value.startswith(("http://", "https://")):
        try:
            parts = urlsplit(value)
            yield f"{parts.hostname}:{parts.port or _PORTS[parts.scheme]}"
        except ValueError:  # told where the settings are checked
            return
