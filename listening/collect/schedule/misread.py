"""The one error of everything that reads times as people write them."""

from __future__ import annotations

import unicodedata

_MEANT = str.maketrans({"、": ",", "~": "-", "–": "-", "—": "-"})


class Misread(ValueError):
    """What is wrong with a text, and what to write instead; whoever knows its place makes a mistake of it."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(what, cure)
        self.what, self.cure = what, cure


def half_width(text: str) -> str:
    """The text without blanks around it. Raises `Misread` for full-width signs and long dashes."""
    meant = unicodedata.normalize("NFKC", text).translate(_MEANT)
    if meant != text:
        raise Misread(f"'{text}' holds full-width signs or dashes (全角)", f"write: {meant.strip()}")
    return text.strip()
