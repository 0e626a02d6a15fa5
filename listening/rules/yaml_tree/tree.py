"""What a YAML file says, as it stands in the file: texts, lists and mappings, each with its place.

Every text is kept as it was written. What it means, a word or a number, is for whoever reads it to say;
`reads_as` tells what YAML programs would take a bare text for, `plain_value` takes it so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from listening.errors import Mistake, Place

_NUMBER = re.compile(
    r"[-+]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][-+]?\d+)?"
    r"|[-+]?0[xX][\da-fA-F_]+|[-+]?0[oO][0-7_]+|[-+]?0[bB][01_]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
    re.ASCII,
)
_TIME = re.compile(r"[-+]?\d+(?::[0-5]?\d)+(?:\.\d*)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?(?:[Tt \t].*)?", re.ASCII)
_YES = frozenset({"yes", "true", "on"})
_NO = frozenset({"no", "false", "off"})
_NOTHING = frozenset({"", "~", "null"})


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text. `style` is YAML's sign for how it is written: "" bare, ' or " quoted, | or > a block.

    `lines` is how many lines of the file a bare text runs over; `indent` is how far a block is indented.
    """

    text: str
    place: Place
    style: str = ""
    lines: int = 1
    indent: int = 0

    @property
    def plain(self) -> bool:
        return self.style == ""

    @property
    def empty(self) -> bool:
        """Does nothing stand here?"""
        return self.plain and self.text in _NOTHING

    def block_lines(self) -> Iterator[tuple[str, Place]]:
        """The lines of a `|` block, each with its place in the file."""
        for n, line in enumerate(self.text.split("\n"), self.place.line + 1):
            yield line, Place(self.place.file, n, self.indent + 1)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list. `flow`: written in brackets."""

    items: tuple[Node, ...]
    place: Place
    flow: bool


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the file; no key stands twice."""

    pairs: tuple[tuple[Scalar, Node], ...]
    place: Place

    def get(self, name: str) -> Node | None:
        return next((value for key, value in self.pairs if key.text == name), None)


Node: TypeAlias = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its lines, what it says (None: nothing), and the mistakes in its YAML.

    `broken`: the file could not be read to its end, so nobody knows what else it says.
    """

    file: str
    lines: tuple[str, ...]
    root: Node | None
    mistakes: tuple[Mistake, ...] = ()
    broken: bool = False


def noun(node: Node) -> str:
    """What a node is, for a sentence: "a list"."""
    match node:
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"
        case Scalar():
            return "nothing" if node.empty else "a text"


def reads_as(node: Scalar) -> str | None:
    """What YAML programs take this bare text for, when it is not a text: "a number", "yes or no" …"""
    text = node.text
    if not node.plain:
        return None
    if text.lower() in _YES | _NO:
        return "yes or no"
    if _NUMBER.fullmatch(text):
        return "a number"
    if _DATE.fullmatch(text):
        return "a date"
    if _TIME.fullmatch(text):
        return "a time"
    return "nothing" if text.lower() in _NOTHING else None


def yes_or_no(node: Node) -> bool | None:
    """true, yes, on and false, no, off (any case, quoted or not); None for anything else."""
    word = node.text.lower() if isinstance(node, Scalar) else ""
    if word in _YES:
        return True
    return False if word in _NO else None


def plain_value(node: Node) -> Any:
    """The node as dicts, lists, strings, and for bare texts decimal numbers, true/false and None.

    Dates and times stay strings, and so does a number that begins with 0 (an id, not an octal).
    """
    match node:
        case Mapping():
            return {key.text: plain_value(value) for key, value in node.pairs}
        case Sequence():
            return [plain_value(item) for item in node.items]
        case Scalar():
            return _scalar_value(node)


def _scalar_value(node: Scalar) -> Any:
    if node.empty:
        return None
    if reads_as(node) == "yes or no":
        return node.text.lower() in _YES
    if node.plain and re.fullmatch(r"[-+]?(?:0|[1-9]\d{0,17})", node.text, re.ASCII):
        return int(node.text)
    if node.plain and re.fullmatch(r"[-+]?\d{1,17}\.\d{1,17}", node.text, re.ASCII):
        return float(node.text)
    return node.text
