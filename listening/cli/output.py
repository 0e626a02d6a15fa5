"""How the command line talks: outcome lines, marked words, tables, JSON. Data on stdout, talk on stderr."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from listening.model import Hit, Outcome

_SHOW_EVERY = 0.2


def outcome_line(outcomes: Mapping[Outcome, int]) -> str:
    """`1,200 posts: 12 hit, 30 mention, 1,158 unmatched …`; the figures always sum up."""
    parts = [f"{outcomes[o]:,} {o}" for o in Outcome if outcomes.get(o)]
    return f"{sum(outcomes.values()):,} posts: {', '.join(parts) or 'none'}"


def bracketed(text: str) -> str:
    return f"【{text}】"


def highlighted(text: str) -> str:
    """In colour on a terminal, else in 【】."""
    if sys.stdout.isatty():
        return click.style(text, fg="yellow", bold=True)
    return bracketed(text)


def marked(hit: Hit, field: str, mark: Callable[[str], str] = highlighted) -> str:
    """A field of the post with its evidence marked."""
    original = dict(hit.post.texts()).get(field, "")
    found = {(m.start, m.end) for m in hit.matches if m.field == field}
    spans = sorted((start, end) for start, end in found if start is not None and end is not None)
    out: list[str] = []
    at = 0
    for start, end in _merged(spans):
        out += [original[at:start], mark(original[start:end])]
        at = end
    return "".join([*out, original[at:]])


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


def write(data: bytes) -> None:
    """Data, as it is."""
    sys.stdout.buffer.write(data)


def write_line(line: bytes) -> None:
    """One line of data."""
    write(line + b"\n")


@contextmanager
def read_or_not() -> Iterator[None]:
    """For commands that do more than tell: `listening import *.jsonl | head -1` imports every file."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        give_up_stdout()


def give_up_stdout() -> None:
    """What is left in the buffer has nowhere to go; without this, Python would try once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def counting(name: str) -> Iterator[Callable[[str, int], None]]:
    """Shows how far something long has come, on stderr and on a terminal only: of what, and how many."""
    if not sys.stderr.isatty():
        yield lambda _what, _n: None
        return
    shown = 0.0

    def show(what: str, n: int) -> None:
        nonlocal shown
        if time.monotonic() - shown >= _SHOW_EVERY:
            shown = time.monotonic()
            click.echo(f"\r\x1b[K{name}: {n:,} {what}", err=True, nl=False)

    try:
        yield show
    finally:
        click.echo("\r\x1b[K", err=True, nl=False)


def local(moment: datetime | None, zone: str) -> str:
    """A time as the operator reads it, to the minute."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") if moment else ""


def percent(share: float) -> str:
    """Never rounded up to everything: 99.97 % is not all of it."""
    return "100 %" if share >= 1 else f"{min(share * 100, 99.9):.1f} %"


def hit_table(hits: Sequence[Hit], zone: str) -> None:
    rows = [
        (
            local(hit.post.published_at, zone),
            hit.level,
            "、".join((*hit.brands, *hit.competitors)),
            "、".join(dict.fromkeys(pair.partition("/")[2] for pair in hit.scenarios)),
            hit.status or "",
            _seen(hit),
            hit.id,
        )
        for hit in hits
    ]
    table(["published", "level", "subjects", "scenarios", "status", "text", "id"], rows)


def queue_table(hits: Sequence[Hit], zone: str, now: datetime) -> None:
    rows = [
        (
            hit.priority or "",
            hit.queue or "",
            _left(hit.respond_by, now),
            local(hit.post.published_at, zone),
            _seen(hit),
            hit.id,
        )
        for hit in hits
    ]
    table(["priority", "queue", "respond within", "published", "text", "id"], rows)


def _left(deadline: datetime | None, now: datetime) -> str:
    if deadline is None:
        return ""
    minutes = round((deadline - now).total_seconds() / 60)
    return f"{minutes} min" if minutes >= 0 else f"{-minutes} min late"


def _seen(hit: Hit) -> str:
    """The title or text around the first evidence, marked, on one line."""
    field = next((m.field for m in hit.matches if m.start is not None), "text")
    return around_first_mark(marked(hit, field, bracketed), 46)


def around_first_mark(text: str, width: int) -> str:
    flat = " ".join(text.split())
    mark = max(flat.find("【"), 0)
    start = max(0, min(mark - width // 3, len(flat) - width))
    cut = flat[start : start + width]
    return ("…" if start else "") + cut + ("…" if start + width < len(flat) else "")
