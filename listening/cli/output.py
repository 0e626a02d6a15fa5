"""How the command line talks: outcome lines, marked words, tables, JSON. Data on stdout, talk on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import click

from listening.model import Hit, Outcome


def outcome_line(outcomes: Mapping[Outcome, int]) -> str:
    """`1,200 posts: 12 hit, 30 mention, 1,158 unmatched …`; the figures always sum up."""
    parts = [f"{outcomes[o]:,} {o}" for o in Outcome if outcomes.get(o)]
    return f"{sum(outcomes.values()):,} posts: {', '.join(parts) or 'none'}"


def marked(hit: Hit, field: str, mark: Callable[[str], str] | None = None) -> str:
    """A field of the post with its evidence marked: in colour on a terminal, else in 【】."""
    original = dict(hit.post.texts()).get(field, "")
    spans = sorted({(m.start, m.end) for m in hit.matches if m.field == field and m.start is not None})
    out: list[str] = []
    at = 0
    for start, end in _merged((s, e or s) for s, e in spans):
        out += [original[at:start], (mark or mark_word)(original[start:end])]
        at = end
    return "".join([*out, original[at:]])


def mark_word(text: str) -> str:
    if click.get_text_stream("stdout").isatty():
        return click.style(text, fg="yellow", bold=True)
    return f"【{text}】"


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def one_line(text: str, width: int = 80) -> str:
    """Text on one line, cut at so many characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= width else flat[: width - 1] + "…"


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table on stdout, aligned by the width that Chinese characters take."""
    from rich.cells import cell_len

    cells = [list(map(str, headers)), *[list(map(str, row)) for row in rows]]
    widths = [max(cell_len(row[n]) for row in cells) for n in range(len(headers))]
    for row in cells:
        padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(padded).rstrip())
