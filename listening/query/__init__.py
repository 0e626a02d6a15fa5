"""The search language: parsed once, with one meaning behind every door and in every store.

    parse(words) -> Query      the nouns in `nouns`; `str(query)` is the query in its normal form
    matches(query, hit)        what a query means, in plain Python; every store must agree with it
    facet_values(hit, field)   what a record is counted under; with `hidden_values` what it is found by

The language itself is described in docs/search.md.
"""

from listening.query.fields import (
    FACETS,
    FIELDS,
    all_facet_values,
    check_facet,
    facet_values,
    hidden_values,
    search_keys,
)
from listening.query.matches import matches, predicate
from listening.query.nouns import Bound, Clause, Field, Query, Text
from listening.query.parse import parse
from listening.query.suggest import pick

__all__ = [
    "FACETS",
    "FIELDS",
    "Bound",
    "Clause",
    "Field",
    "Query",
    "Text",
    "all_facet_values",
    "check_facet",
    "facet_values",
    "hidden_values",
    "matches",
    "parse",
    "pick",
    "predicate",
    "search_keys",
]
