"""`str(query)` is a query that means the same."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.codec import utc
from listening.errors import QueryMistake
from listening.query import FACETS, Bound, Field, Query, Text, parse
from listening.query.fields import CLOSED
from listening.text.index_form import index_form
from tests.query.conftest import NOW, Ask

_odd = st.sampled_from(list('"＂“”「」『』\\,，、-－−:： 　\n5Ga.断网😡①_'))
_strings = st.text(st.one_of(_odd, st.characters(exclude_categories=["Cs"])), min_size=1, max_size=8)
_runs = st.builds(Text, text=_strings.filter(lambda text: bool(index_form(text))), negated=st.booleans())
_whole_words = st.sampled_from(["5G", "wifi", "2.5", "ＦＯＯ_bar"])
_words = st.builds(Text, text=_whole_words, whole=st.just(True), negated=st.booleans())
_open = st.sampled_from(["id", *(field for field in FACETS if field not in CLOSED)])
_values = st.lists(_strings, min_size=1, max_size=3).map(tuple)
_fields = st.builds(Field, name=_open, values=_values, negated=st.booleans())
_closed = st.sampled_from([(name, (word,)) for name, words in CLOSED.items() for word in words]).map(
    lambda pair: Field(name=pair[0], values=pair[1])
)
_times = st.datetimes(timezones=st.just(UTC)).map(utc)
_bounds = st.builds(Bound, name=st.sampled_from(["since", "until"]), at=_times, negated=st.booleans())
_clauses = st.one_of(_runs, _words, _fields, _closed, _bounds)


@given(st.lists(_clauses, max_size=6).map(tuple))
def test_the_normal_form_of_any_query_parses_to_that_query(clauses: tuple[Text | Field | Bound, ...]) -> None:
    query = Query(clauses=clauses)
    assert parse(str(query), now=NOW) == query


@given(st.text(st.one_of(_odd, st.characters()), max_size=30))
def test_whatever_is_typed_is_refused_or_has_a_normal_form(text: str) -> None:
    try:
        query = parse(text, now=NOW)
    except QueryMistake as mistake:
        assert " - " in str(mistake)
    else:
        assert parse(str(query), now=NOW) == query


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("断网　－招聘 “一 句”", '断网 -招聘 "一 句"'),
        ("platform：weibo，tieba", "platform:weibo,tieba"),
        ('"5G" 5G', '"5G" 5G'),
        ("author:“张，三”", 'author:"张，三"'),
        ("until:2026-11-01", "until:2026-11-01T15:59:59.999Z"),
        (r"「他说\"好\"」", r'"他说\"好\""'),
    ],
)
def test_normal_forms(ask: Ask, text: str, normal: str) -> None:
    assert str(ask(text)) == normal
