"""What of a record is indexed: a function of the record alone, so that it can be taken out and built anew."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.metadata import version
from typing import NamedTuple

from listening.model import Hit, Post
from listening.query import FACETS, facet_values, hidden_values
from listening.text.fold import fold
from listening.text.index_form import index_form, whole_words

_DERIVATION = 1
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
    """What is searched as text: the runs of characters, and the whole words."""

    runs: str
    words: str


def fingerprint() -> str:
    """Changes when the same record would be indexed otherwise: folding follows Unicode's and OpenCC's tables.

    Their versions stand for the tables, which take half a second to compute.
    """
    return f"{_DERIVATION} unicode {unicodedata.unidata_version} opencc {version('opencc')}"


def forms(post: Post) -> Forms:
    texts = [text for _, text in post.texts()]
    words = (word for text in texts for word in whole_words(text))
    return Forms(_BORDER.join(map(index_form, texts)), " ".join(words))


def labels(hit: Hit) -> set[Label]:
    """All that its fields can be asked for."""
    shown = {_label(field, value, True) for field in FACETS for value in facet_values(hit, field)}
    known = {(label.field, label.folded) for label in shown}
    hidden = (_label(field, value, False) for field, value in hidden_values(hit))
    return shown | {label for label in hidden if (label.field, label.folded) not in known}


@lru_cache(maxsize=10_000)
def _label(field: str, value: str, counted: bool) -> Label:
    return Label(field, value, fold(value), counted)
