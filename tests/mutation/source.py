"""A Python file as bytes with places in it, so that a change leaves everything else as it was written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

Node = ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword


class Source:
    """The text of a file, its tree, and where in the text each node stands."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.tree = ast.parse(data)
        self._starts = [0, *(found.end() for found in re.finditer(rb"\n", data))]
        self.lines = data.decode().splitlines()

    def start(self, node: Node) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: Node) -> int:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self._starts[node.end_lineno - 1] + node.end_col_offset

    def of(self, node: Node) -> str:
        """The node as it is written."""
        return self.data[self.start(node) : self.end(node)].decode()

    def whole(self, node: Node, new: str) -> Edit:
        """The node replaced."""
        return Edit(self.start(node), self.end(node), new)

    def between(self, left: Node, right: Node, old: str, new: str) -> Edit | None:
        """An operator replaced that stands between two nodes."""
        begin, end = self.end(left), self.start(right)
        pattern = rf"\b{old}\b" if old[0].isalpha() else re.escape(old)
        found = re.search(pattern.encode(), self.data[begin:end])
        return found and Edit(begin + found.start(), begin + found.end(), new)

    def line_of(self, offset: int) -> int:
        """The number of the line that a place is in."""
        return self.data.count(b"\n", 0, offset) + 1


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes of a file, and what stands there instead."""

    start: int
    end: int
    new: str

    def made_in(self, data: bytes) -> bytes:
        return data[: self.start] + self.new.encode() + data[self.end :]


def children(node: ast.AST) -> Iterator[ast.AST]:
    """What of a node is run: no type annotations, decorators, bases, docstrings or messages of errors."""
    if isinstance(node, ast.Raise | ast.JoinedStr | ast.Import | ast.ImportFrom | ast.Assert):
        return
    left_out = {"annotation", "returns", "decorator_list", "bases"}
    if isinstance(node, ast.ClassDef):
        left_out.add("keywords")
    for name, value in ast.iter_fields(node):
        if name in left_out:
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST) and not _is_bare(each):
                yield each


def _is_bare(node: ast.AST) -> bool:
    """A docstring, or a note under a field; and the names that are only for tools."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign):
        return any(isinstance(t, ast.Name) and t.id in ("__all__", "__slots__") for t in node.targets)
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
