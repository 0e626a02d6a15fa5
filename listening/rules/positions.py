"""Where the characters of a text stand in its file, whatever YAML made of the file's lines.

Blanks and newlines are folded, quotes doubled and escapes resolved on the way from the file to the text; its
other characters keep their order. So the two are walked side by side.
"""

from __future__ import annotations

from collections.abc import Sequence

from listening.errors import Place
from listening.rules.tree import Scalar

_ESCAPES = {"x": 4, "u": 6, "U": 10}


class Positions:
    """The place of every character of a text, and of its end."""

    def __init__(self, node: Scalar, lines: Sequence[str]) -> None:
        self._file = node.place.file
        self._at = _walked(node, lines)

    def __getitem__(self, offset: int) -> Place:
        line, column = self._at[offset]
        return Place(self._file, line, column)


def _walked(node: Scalar, lines: Sequence[str]) -> list[tuple[int, int]]:
    """(line, column), both from 1, for each character and for the end."""
    block = node.style in ("|", ">")
    line = node.place.line + 1 if block else node.place.line
    at = 0 if block else node.place.column - 1 + len(node.style)
    out = []
    for char in node.text:
        if not char.isspace():
            line, at = _skipped(line, at, node.style, lines)
        out.append((line, at + 1))
        written = _line(line, lines)
        if not char.isspace() or (at < len(written) and (written[at].isspace() or written[at] == "\\")):
            at += _width(written, at, node.style)
    return [*out, (line, at + 1)]


def _skipped(line: int, at: int, style: str, lines: Sequence[str]) -> tuple[int, int]:
    """The next place in the file where something stands."""
    while line <= len(lines):
        written = _line(line, lines)
        while at < len(written) and written[at].isspace():
            at += 1
        continued = style == '"' and written[at:] == "\\"
        if at < len(written) and not continued:
            break
        line, at = line + 1, 0
    return line, at


def _width(written: str, at: int, style: str) -> int:
    """How many characters of the file stand for one of the text."""
    if style == "'" and written.startswith("''", at):
        return 2
    if style == '"' and written.startswith("\\", at):
        return _ESCAPES.get(written[at + 1 : at + 2], 2)
    return 1


def _line(number: int, lines: Sequence[str]) -> str:
    return lines[number - 1] if number <= len(lines) else ""
