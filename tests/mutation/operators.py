"""The mistakes a person could make: for a node of the tree, the changes that would be one.

Not changed are type annotations, decorators, docstrings, f-strings and what an error says.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator

from tests.mutation.source import Edit, Source, children

Change = tuple[str, Edit]
"""The kind of mistake, and the edit that makes it."""

_COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
_ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.BitOr: ("|", "&"),
    ast.BitAnd: ("&", "|"),
}
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
_METHODS = {
    "startswith": "endswith",
    "endswith": "startswith",
    "removeprefix": "removesuffix",
    "removesuffix": "removeprefix",
    "find": "rfind",
    "rfind": "find",
    "lstrip": "rstrip",
    "rstrip": "lstrip",
    "partition": "rpartition",
    "rpartition": "partition",
}
_EMPTY = {"bool": "False", "str": '""', "int": "0", "list": "[]", "tuple": "()", "dict": "{}", "set": "set()"}
_UNORDERED = {"isinstance", "issubclass", "getattr", "map", "filter", "sub", "cast"}
"""Calls whose first two arguments nobody exchanges unseen: it fails at once."""


def changes(source: Source) -> Iterator[Change]:
    """All the changes of a file, from its top to its end."""
    yield from _within(source.tree, source, returns=None)


def _within(node: ast.AST, source: Source, returns: ast.expr | None) -> Iterator[Change]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        returns = node.returns
    if isinstance(node, ast.Return):
        yield from _returned(node, source, returns)
    for made in _OPERATORS.get(type(node), ()):
        yield from made(node, source)
    for child in children(node):
        yield from _within(child, source, returns)


def _returned(node: ast.Return, source: Source, returns: ast.expr | None) -> Iterator[Change]:
    """What a function gives back is nothing, or empty, as its type allows."""
    if node.value is None or (isinstance(node.value, ast.Constant) and node.value.value in (None, "", 0)):
        return
    written = source.of(returns) if returns is not None else ""
    kind = re.match(r"\w*", written)
    empty = "None" if "None" in written else _EMPTY.get(kind[0] if kind else "", "None")
    if source.of(node.value) not in (empty, "set()", "()", "[]", "{}"):
        yield "return", source.whole(node.value, empty)


def _comparison(node: ast.Compare, source: Source) -> Iterator[Change]:
    left = node.left
    for operator, right in zip(node.ops, node.comparators, strict=True):
        if type(operator) in _COMPARISONS:
            old, new = _COMPARISONS[type(operator)]
            if edit := source.between(left, right, old, new):
                yield "comparison", edit
        left = right


def _and_or(node: ast.BoolOp, source: Source) -> Iterator[Change]:
    old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    for left, right in zip(node.values, node.values[1:], strict=False):
        if edit := source.between(left, right, old, new):
            yield "and/or", edit


def _not(node: ast.UnaryOp, source: Source) -> Iterator[Change]:
    if isinstance(node.op, ast.Not):
        start = source.start(node)
        found = re.match(rb"not\s*", source.data[start:])
        assert found is not None
        yield "not", Edit(start, start + found.end(), "")


def _condition(node: ast.If | ast.While | ast.IfExp, source: Source) -> Iterator[Change]:
    yield from _turned(node.test, source)


def _filter(node: ast.comprehension, source: Source) -> Iterator[Change]:
    """A condition of a comprehension falls away."""
    for test in node.ifs:
        yield "filter", source.whole(test, "True")


def _turned(test: ast.expr, source: Source) -> Iterator[Change]:
    if isinstance(test, ast.Name | ast.Attribute | ast.Call):
        yield "not", source.whole(test, f"not {source.of(test)}")


def _constant(node: ast.Constant, source: Source) -> Iterator[Change]:
    value = node.value
    if isinstance(value, bool):
        yield "boolean", source.whole(node, str(not value))
    elif isinstance(value, int):
        yield "integer", source.whole(node, str(value + 1))
        yield "integer", source.whole(node, str(value - 1))
    elif isinstance(value, str) and not _is_message(value):
        yield "string", source.whole(node, json.dumps(f"XX{value}XX" if value else "XX", ensure_ascii=False))


def _is_message(text: str) -> bool:
    """Words for a person; code has no blanks between them."""
    return bool(re.search(r"\w,? \w|\w: ?$", text)) or text.endswith("\n")


def _arithmetic(node: ast.BinOp, source: Source) -> Iterator[Change]:
    made_of_text = any(isinstance(n, ast.Constant | ast.JoinedStr) and _is_text(n) for n in ast.walk(node))
    if type(node.op) in _ARITHMETIC and not made_of_text:
        old, new = _ARITHMETIC[type(node.op)]
        if edit := source.between(node.left, node.right, old, new):
            yield "arithmetic", edit


def _is_text(node: ast.Constant | ast.JoinedStr) -> bool:
    return isinstance(node, ast.JoinedStr) or isinstance(node.value, str)


def _call(node: ast.Call, source: Source) -> Iterator[Change]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in _NAMES:
        yield "min/max, any/all", source.whole(node.func, _NAMES[name])
    if isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
        end = source.end(node.func)
        yield "method", Edit(end - len(node.func.attr), end, _METHODS[node.func.attr])
    if len(node.args) > 1 and name not in _UNORDERED:
        first, second = node.args[:2]
        if not any(isinstance(arg, ast.Starred | ast.GeneratorExp) for arg in (first, second)):
            gap = source.data[source.end(first) : source.start(second)].decode()
            swapped = f"{source.of(second)}{gap}{source.of(first)}"
            yield "arguments", Edit(source.start(first), source.end(second), swapped)


def _slice(node: ast.Slice, source: Source) -> Iterator[Change]:
    for bound in (node.lower, node.upper):
        if bound is not None:
            yield "slice", source.whole(bound, "")


def _expression(node: ast.Expr, source: Source) -> Iterator[Change]:
    if isinstance(node.value, ast.Yield | ast.YieldFrom):
        yield "removed", source.whole(node, "yield from ()")
    elif isinstance(node.value, ast.Call):
        yield "removed", source.whole(node, "pass")


def _assignment(node: ast.Assign | ast.AugAssign, source: Source) -> Iterator[Change]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if isinstance(node, ast.AugAssign) or isinstance(targets[0], ast.Attribute | ast.Subscript):
        yield "removed", source.whole(node, "pass")


def _statement(node: ast.stmt, source: Source) -> Iterator[Change]:
    yield "removed", source.whole(node, "pass")


_OPERATORS: dict[type[ast.AST], tuple[Callable[..., Iterator[Change]], ...]] = {
    ast.Compare: (_comparison,),
    ast.BoolOp: (_and_or,),
    ast.UnaryOp: (_not,),
    ast.If: (_condition,),
    ast.While: (_condition,),
    ast.IfExp: (_condition,),
    ast.comprehension: (_filter,),
    ast.Constant: (_constant,),
    ast.BinOp: (_arithmetic,),
    ast.Call: (_call,),
    ast.Slice: (_slice,),
    ast.Expr: (_expression,),
    ast.Assign: (_assignment,),
    ast.AugAssign: (_assignment,),
    ast.Continue: (_statement,),
    ast.Break: (_statement,),
    ast.Raise: (_statement,),
}
