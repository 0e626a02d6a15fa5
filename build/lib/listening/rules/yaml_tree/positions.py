"""Where the characters of a text stand in its file, whatever YAML made of the file's lines.

Blanks and newlines are folded, quotes doubled and escapes resolved on the way from the file to the text; its
other characters keep their order. So the two are walked side by side.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence

from listening.errors import Place
from listening.rules.yaml_tree.tree import Scalar

_ESCAPES = {"x": 4, "u": 6, "U": 10}
_BLANK_ESCAPE = re.compile(r"\\(?:[ \tntrvfeNLP_]|x(?:20|09|0[aAdD]|85|[aA]0)|u(?:0020|0009|00[aA]0|3000))")


class Positions:
    """The place of every character of a text, and of its end."""

    def __init__(self, node: Scalar, lines: Sequence[str]) -> None:
        self._file = node.place.file
        self._lines, self._columns = _walked(node, lines)

    def __getitem__(self, offset: int) -> Place:
        return Place(self._file, self._lines[offset], self._columns[offset])


def _walked(node: Scalar, lines: Sequence[str]) -> tuple[array[int], array[int]]:
    """Line and column, both from 1, of each character and of the end."""
    block = node.style in ("|", ">")
    line = node.place.line + 1 if block else node.place.line
    at = 0 if block else node.place.column - 1 + len(node.style)
    out = array("L"), array("L")
    for char in node.text:
        blank = char.isspace()
        if not blank:
            line, at = _skipped(line, at, node.style, lines)
        _keep(out, line, at)
        written = _line(line, lines)
        if not blank or (at < len(written) and (written[at].isspace() or written[at] == "\\")):
            at += _width(written, at, node.style)
    _keep(out, line, at)
    return out


def _keep(out: tuple[array[int], array[int]], line: int, at: int) -> None:
    out[0].append(line)
    out[1].append(at + 1)


def _skipped(line: int, at: int, style: str, lines: Sequence[str]) -> tuple[int, int]:
    """The next place in the file where something stands that is no blank."""
    while line <= len(lines):
        written = _line(line, lines)
        while at < len(written) and (written[at].isspace() or (style == '"' and _blank_escape(written, at))):
            at += 1 if written[at].isspace() else _width(written, at, style)
        continued = style == '"' and written[at:] == "\\"
        if at < len(written) and not continued:
            break
        line, at = line + 1, 0
    return line, at


def _blank_escape(written: str, at: int) -> bool:
    return written[at] == "\\" and _BLANK_ESCAPE.match(written, at) is not None


def _width(written: str, at: int, style: str) -> int:
    """How many characters of the file stand for one of the text."""
    if style == "'" and written.startswith("''", at):
        return 2
    if style == '"' and written.startswith("\\", at):
        return _ESCAPES.get(written[at + 1 : at + 2], 2)
    return 1


def _line(number: int, lines: Sequence[str]) -> str:
    return lines[number - 1] if number <= len(lines) else ""
