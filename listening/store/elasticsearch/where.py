"""A query in the server's language. Everything filters: nothing is scored, and only blanks part words."""

from __future__ import annotations

from typing import Any

from listening.codec import time_text
from listening.query import Bound, Clause, Field, Query, Text
from listening.store.elasticsearch.derive import key, tokens
from listening.text.fold import fold
from listening.text.index_form import index_form

Filter = dict[str, Any]


def where(query: Query, *more: Filter) -> Filter:
    """All clauses, and further filters."""
    wanted = [_positive(clause) for clause in query.clauses if not clause.negated]
    unwanted = [_positive(clause) for clause in query.clauses if clause.negated]
    if not query.wants_withdrawn:
        unwanted.append({"term": {"withdrawn": True}})
    return {"bool": {"filter": [*wanted, *more], "must_not": unwanted}}


def _positive(clause: Clause) -> Filter:
    match clause:
        case Field(name="id"):
            return {"terms": {"id": list(clause.values)}}
        case Field():
            return {"terms": {f"folded.{clause.name}": [key(fold(value)) for value in clause.values]}}
        case Bound(name="since"):
            return {"range": {"published_at": {"gte": time_text(clause.at)}}}
        case Bound():
            return {"range": {"published_at": {"lte": time_text(clause.at)}}}
        case Text(whole=True):
            return {"term": {"words": key(fold(clause.text))}}
        case Text():
            return {"match_phrase": {"runs": tokens(index_form(clause.text))}}
