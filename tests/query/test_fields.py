"""What a record is counted under, and what finds it."""

from __future__ import annotations

import pytest

from listening.errors import QueryMistake
from listening.model import Author, Status
from listening.query import FACETS, FIELDS, facet_values, matches
from tests.query.test_matches import FULL
from tests.store.records import ask, hit


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("platform", ("微博",)),
        ("brand", ("星河宽带", "星河/云")),
        ("scenario", ("星河宽带/宽带报障", "星河/云/离网/倾向", "某某/涨价")),
        ("class", ("own",)),
        ("status", ("open",)),
        ("level", ("2",)),
        ("tag", ("宽带", "5G")),
        ("term", ("星河宽带", "断网")),
        ("author", ("张三San",)),
        ("lang", ("zh-CN",)),
    ],
)
def test_values_are_as_written(field: str, values: tuple[str, ...]) -> None:
    assert facet_values(FULL, field) == values


def test_an_author_without_a_name_counts_under_the_id() -> None:
    assert facet_values(hit(author=Author(id="42")), "author") == ("42",)


def test_each_value_counts_once_and_empty_ones_not_at_all() -> None:
    assert facet_values(hit(tags=("a", "", "b", "a")), "tag") == ("a", "b")
    assert facet_values(hit(), "region") == ()


@pytest.mark.parametrize("field", FACETS)
def test_a_record_is_found_by_whatever_it_is_counted_under(field: str) -> None:
    for value in facet_values(FULL, field):
        assert matches(ask(f'{field}:"{value}"'), FULL)


@pytest.mark.parametrize("field", ["id", "since", "text", "brnad"])
def test_other_fields_cannot_be_counted_by(field: str) -> None:
    with pytest.raises(QueryMistake, match=rf"^{field}: unknown field to count by - "):
        facet_values(FULL, field)


def test_values_of_lists_are_plain_strings() -> None:
    assert type(facet_values(hit(status=Status.KEPT), "status")[0]) is str


def test_all_fields_of_the_language_are_listed() -> None:
    assert set(FIELDS) == {*FACETS, "id", "since", "until"}
