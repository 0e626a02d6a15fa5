"""A sample's text as people read it: one line around the first mark, in marked and unmarked pieces."""

from __future__ import annotations

from listening.report.backtest.tally import Sample


def excerpt(sample: Sample, width: int) -> list[tuple[str, bool]]:
    """At most about `width` characters in pieces: (text, is it marked)."""
    first = sample.marks[0][0] if sample.marks else 0
    start = max(0, min(first - width // 3, len(sample.text) - width))
    end = start + width
    pieces = [("…", False)] if start else []
    at = start
    for begin, stop in sample.marks:
        if begin >= end:
            break
        pieces += [(_flat(sample.text[at:begin]), False), (_flat(sample.text[begin:stop]), True)]
        at = stop
    pieces.append((_flat(sample.text[at : max(at, end)]), False))
    if max(at, end) < len(sample.text):
        pieces.append(("…", False))
    return [piece for piece in pieces if piece[0]]


def _flat(text: str) -> str:
    """Every run of blanks and newlines as one blank."""
    left = " " if text[:1].isspace() else ""
    right = " " if text[-1:].isspace() and text.strip() else ""
    return left + " ".join(text.split()) + right
