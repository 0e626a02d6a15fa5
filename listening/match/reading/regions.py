"""Places of a field that are read in their own way: addresses, names after @, and quoted text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass

from listening.text.views import Views

NAME_LENGTH = 30
"""The longest name after @, in characters; the longest that Weibo allows."""

_URL = re.compile(r"(https?://|www\.)[-0-9A-Za-z._~:/?#\[\]@!$&'()*+,;=%]*", re.IGNORECASE | re.ASCII)
_URL_TRAIL = ".,;:!?)"
_QUOTE = "//@"
_NAME = re.compile(r"(?<![0-9A-Za-z])@([\w.\-]+(?:@[0-9A-Za-z_.\-]+)?)")
_ASCII_WORD = re.compile("[0-9A-Za-z_]")
_GOES_ON = re.compile(r"[0-9A-Za-z_]|@[0-9A-Za-z_.\-]")


@dataclass(frozen=True, slots=True)
class Name:
    """A name after @: its text in the written view, and its span in the original, the @ included."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Regions:
    """All spans are of the original. `quoted` is where quoted text begins, or the end of the field."""

    urls: tuple[tuple[int, int], ...]
    names: tuple[Name, ...]
    quoted: int

    def in_url(self, start: int, end: int) -> bool:
        return any(start < stop and begin < end for begin, stop in self.urls)

    def in_name(self, start: int, end: int) -> bool:
        return bool(self.names) and any(start < name.end and name.start < end for name in self.names)


def regions(views: Views, known_names: Callable[[], Sequence[Set[str]]]) -> Regions:
    """`known_names`: a name after @ ends behind the longest of them that it begins with."""
    written = views.written.text
    if "@" not in written and "://" not in written and "www." not in written:
        return Regions((), (), len(views.original))
    urls = tuple(_urls(views.original)) if "://" in written or "www." in written else ()
    names = tuple(_names(views, known_names(), urls)) if "@" in written else ()
    return Regions(urls, names, _quoted_from(views.original, urls))


def _urls(text: str) -> Iterable[tuple[int, int]]:
    at = 0
    while found := _URL.search(text, at):
        address = found.group()
        if (cut := address.find(_QUOTE, len(found[1]))) >= 0:
            address = address[:cut]
        address = address.rstrip(_URL_TRAIL)
        at = found.start() + len(address)
        yield found.start(), at


def _quoted_from(text: str, urls: tuple[tuple[int, int], ...]) -> int:
    at = text.find(_QUOTE)
    while at >= 0:
        in_url = any(start <= at < end for start, end in urls)
        if not in_url and text[at - 1 : at] != ":":
            return at
        at = text.find(_QUOTE, at + 1)
    return len(text)


def _names(views: Views, known_names: Sequence[Set[str]], urls: Iterable[tuple[int, int]]) -> Iterable[Name]:
    """The names of a field; an address holds none."""
    written = views.written.text
    at = 0
    while found := _NAME.search(written, at):
        begin, end = found.start(1), min(found.end(), found.start(1) + NAME_LENGTH)
        known = _longest_known(written, begin, end, known_names)
        stop = begin + known if known else end
        name = Name(written[begin:stop], *views.written.back(found.start(), stop))
        if any(first < name.start < last for first, last in urls):
            at = begin
        else:
            at = stop
            yield name


def _longest_known(text: str, start: int, end: int, known_names: Sequence[Set[str]]) -> int:
    """The length of the longest known name that the name begins with; 0 if there is none.

    A known name that ends like an English word must end where the word does: `@xin` is not in `@xinghe`,
    nor `@xinghe` in `@xinghe@elsewhere.example`.
    """
    for stop in range(end, start, -1):
        cuts_word = _ASCII_WORD.match(text, stop - 1) and _GOES_ON.match(text, stop)
        if not cuts_word and any(text[start:stop] in names for names in known_names):
            return stop - start
    return 0
