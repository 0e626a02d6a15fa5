"""What of a record is indexed: a function of the record alone, so that it can be taken out and built anew."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.metadata import version
from typing import NamedTuple

from listening.model import Hit, Post
from listening.query import all_facet_values, hidden_values
from listening.text import index_form
from listening.text.fold import fold

_DERIVATION = 2
"""Raised when this module, the fields of the language or the index form change their meaning."""

_BORDER = " || "
"""Stands between fields and tags. Tokens of an index form are single characters, so no phrase holds it."""


class Label(NamedTuple):
    """Something a record is found by, and counted under if `counted`."""

    field: str
    value: str
    folded: str
    counted: bool


class Forms(NamedTuple):
    """What is searched as text, of all texts of a post: the runs of characters, and the whole words."""

    runs: str
    words: str


def fingerprint() -> str:
    """Changes when the same record would be indexed otherwise: folding follows Unicode's and OpenCC's tables.

    Their versions stand for the tables, which take half a second to compute.
    """
    return f"{_DERIVATION} unicode {unicodedata.unidata_version} opencc {version('opencc')}"


def forms(post: Post) -> Forms:
    each = [index_form.forms(text) for _, text in post.texts()]
    words = [word for form in each for word in form.words]
    return Forms(_BORDER.join([form.runs for form in each]), " ".join(words))


def labels(hit: Hit) -> list[Label]:
    """All that its fields can be asked for, each once, always in the same order."""
    shown = [_label(field, value, True) for field, value in all_facet_values(hit)]
    hidden = [_label(field, value, False) for field, value in hidden_values(hit)]
    if not hidden:
        return shown
    known = {(field, folded) for field, _, folded, _ in shown}
    return shown + [label for label in dict.fromkeys(hidden) if (label.field, label.folded) not in known]


@lru_cache(maxsize=10_000)
def _label(field: str, value: str, counted: bool) -> Label:
    return Label(field, value, fold(value), counted)
