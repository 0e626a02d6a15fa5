"""Cells of a CSV that people open in a spreadsheet: a post must not become a formula there."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """The text with a ' before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_written(cell: str) -> str:
    """The way back."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
