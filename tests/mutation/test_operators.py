"""Each mistake is made where it is one, and everything else stays as it was written."""

from __future__ import annotations

import pytest

from tests.mutation.mutants import mutants_in

MADE = {
    "comparison": ("x = a < b <= c", ["x = a <= b <= c", "x = a < b < c"]),
    "comparison of two words": ("x = a not in b", ["x = a in b"]),
    "comparison in brackets": ("x = (a) == (b)", ["x = (a) != (b)"]),
    "and/or": ("x = a and (b or c)", ["x = a or (b or c)", "x = a and (b and c)"]),
    "not": ("x = not a", ["x = a"]),
    "condition": ("x = a if b else c", ["x = a if not b else c"]),
    "filter": ("x = [a for a in b if a]", ["x = [a for a in b if True]"]),
    "boolean": ("x = True", ["x = False"]),
    "integer": ("x = 7", ["x = 8", "x = 6"]),
    "string": ("x = y['语']", ['x = y["XX语XX"]']),
    "empty string": ("x = ''", ['x = "XX"']),
    "arithmetic": ("x = 语 + b", ["x = 语 - b"]),
    "function": ("x = min(a)", ["x = max(a)"]),
    "method": ("x = a.startswith(b)", ["x = a.endswith(b)"]),
    "arguments": ("x = f(a, b)", ["x = f(b, a)"]),
    "slice": ("x = a[b:c]", ["x = a[:c]", "x = a[b:]"]),
    "call": ("f()", ["pass"]),
    "item": ("a[b] = c", ["pass"]),
    "attribute": ("a.b = c", ["pass"]),
    "default": ("def f(a=True): ...", ["def f(a=False): ..."]),
}


@pytest.mark.parametrize("written, made", MADE.values(), ids=MADE)
def test_a_mistake_is_made(written: str, made: list[str]) -> None:
    assert [m.new for m in mutants_in("a.py", written.encode())] == made


RETURNED = {
    "bool": "False",
    "str": '""',
    "int": "0",
    "list[str]": "[]",
    "tuple[str, ...]": "()",
    "str | None": "None",
    "Thing": "None",
}


@pytest.mark.parametrize("kind, empty", RETURNED.items())
def test_a_function_gives_back_what_its_type_has_for_nothing(kind: str, empty: str) -> None:
    found = mutants_in("a.py", f"def f(a) -> {kind}:\n    return a\n".encode())
    assert [m.new for m in found] == [f"return {empty}"]


LEFT = {
    "annotations": "def f(a: 'A | B' = c) -> 'A | B': ...\nx: 'A' = y",
    "docstrings": "'a'\nclass A:\n    'a'\n    b: int\n    'a'\n    def f(self):\n        'a'",
    "decorators": "@dataclass(frozen=True)\nclass A(B, c=True): ...",
    "what an error says": "x = f'{a + b} 1'\ny = 'no such file: '\nz = 'there is none'",
    "names for tools": "__all__ = ['a']\n__slots__ = ('b',)\nif TYPE_CHECKING:\n    f()",
    "strings that are joined": "x = 'a-' + b",
    "imports": "from a import b",
    "two arguments that are alike": "x = f(a, a)",
}


@pytest.mark.parametrize("written", LEFT.values(), ids=LEFT)
def test_what_decides_nothing_is_left(written: str) -> None:
    assert [
        m.new for m in mutants_in("a.py", written.encode()) if m.kind != "string" or "-" not in m.old
    ] == []


def test_a_raise_falls_away_but_its_words_are_no_matter() -> None:
    assert [m.new for m in mutants_in("a.py", b"raise Wrong(a, 'b', 3)")] == ["pass"]


def test_everything_else_stays_as_it_is_written() -> None:
    written = "# 注\nx = {\n    a:  b < c,   # 语\n}\n"
    (mutant,) = mutants_in("a.py", written.encode())
    assert mutant.edit.made_in(written.encode()).decode() == written.replace("<", "<=")
    assert (mutant.line, mutant.last, mutant.kind) == (3, 3, "comparison")
