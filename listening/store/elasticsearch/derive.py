"""A record as the document that is indexed, for a server that analyses nothing itself."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from listening.codec import plain_json, time_text
from listening.model import Hit, Status
from listening.store.checks import published_at
from listening.store.derive import forms, labels

LONGEST = 8_000
"""Characters of a value that is indexed as it is: Lucene takes 32,766 bytes, a character has at most four."""

# Lucene's whitespace tokenizer parts at these, while they are tokens of the index form. A token of several
# characters is none of its own, so nothing can be mistaken for them.
_WHITESPACE = re.compile("[\t-\r\x1c-\x1f\u1680\u2000-\u200a\u2028\u2029\u205f\u3000]")


def document_id(name: str) -> str:
    """The `_id`: of any length and script in, 40 characters out."""
    return hashlib.sha1(name.encode()).hexdigest()


def tokens(form: str) -> str:
    """An index form in which every token survives the whitespace tokenizer."""
    return _WHITESPACE.sub(lambda found: f"u{ord(found[0]):04x}", form)


def key(value: str) -> str:
    """A value as it is indexed and asked for; an overlong one by its beginning and its digest."""
    if len(value) <= LONGEST:
        return value
    return f"{value[: LONGEST - 50]}… sha1-{document_id(value)}"


def document(hit: Hit, json: str) -> dict[str, Any]:
    """All fields of the index; `json` is the record itself, as `storable` writes it."""
    derived = _derived(hit)
    return {"json": json, "derived": _digest(derived), **derived}


def digest(hit: Hit) -> str:
    """Of everything that is derived from a record."""
    return _digest(_derived(hit))


def _digest(derived: dict[str, Any]) -> str:
    return hashlib.sha1(plain_json(derived)).hexdigest()


def _derived(hit: Hit) -> dict[str, Any]:
    """In an order that is the record's own, so that the digest is too."""
    text = forms(hit.post)
    folded: dict[str, list[str]] = {}
    fields: dict[str, Any] = {
        "id": hit.id,
        "published_at": time_text(published_at(hit)),
        "withdrawn": hit.status is Status.WITHDRAWN,
        "runs": tokens(text.runs),
        "words": sorted(map(key, set(text.words.split()))),
        "folded": folded,
    }
    for field, value, folded_value, counted in labels(hit):
        folded.setdefault(field, []).append(key(folded_value))
        if counted:
            fields.setdefault(field, []).append(key(value))
    return fields
