"""docs/search.md: its examples parse, and it names every field."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from listening.query import FIELDS, parse
from listening.query.fields import CLOSED
from tests.query.conftest import NOW, Ask

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "search.md").read_text("utf-8")
EXAMPLES = [
    line for block in re.findall(r"```query\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()
]
CELLS = re.findall(r"^\| (`.*?`) \|", PAGE, re.MULTILINE)
INLINE = [code for cell in CELLS for code in re.findall(r"`([^`]+)`", cell)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_are_queries(ask: Ask, example: str) -> None:
    assert len(ask(example).clauses) >= 1


@pytest.mark.parametrize("example", [code for code in INLINE if code not in FIELDS])
def test_what_the_tables_show_is_understood_as_one_clause(ask: Ask, example: str) -> None:
    assert len(ask(example).clauses) == 1


def test_every_field_has_its_row_and_no_other() -> None:
    assert {code for code in INLINE if code.isalpha() and code.isascii() and code in FIELDS} == set(FIELDS)


@pytest.mark.parametrize("field", CLOSED)
def test_every_listed_value_is_named(field: str) -> None:
    (row,) = (line for line in PAGE.splitlines() if line.startswith("|") and f"`{field}`" in line)
    for value in CLOSED[field]:
        assert re.search(rf"\b{value}\b", row), value


def test_the_page_says_what_the_first_example_means() -> None:
    first = parse(EXAMPLES[0], now=NOW)
    words, fields = str(first).split()[:1], str(first).split()[1:-2]
    assert words == ["断网"]
    assert fields[-1] == "since:2026-11-17T04:30:00.000Z"
    assert str(first).endswith(" -招聘 一整句")
