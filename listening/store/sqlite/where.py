"""A query as the WHERE of a statement over `hit`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from listening.query import Bound, Clause, Field, Query, Text
from listening.store.instants import milliseconds
from listening.text.fold import fold
from listening.text.index_form import index_form

_LABELS = "SELECT id FROM label WHERE field = ? AND folded IN ({})"
_LABELLED = f"hit.pk IN (SELECT pk FROM hit_label WHERE label IN ({_LABELS}))"
_WRITTEN = "hit.pk IN (SELECT rowid FROM hit_text WHERE hit_text MATCH ?)"


class Where(NamedTuple):
    """SQL and what fills its question marks."""

    sql: str
    args: list[str | int]


def where(query: Query) -> Where:
    """Text is one MATCH for what must be there and one for what must not; the rest goes clause by clause."""
    parts = [] if query.wants_withdrawn else [Where("hit.withdrawn = 0", [])]
    texts = [clause for clause in query.clauses if isinstance(clause, Text)]
    if wanted := [_match(text) for text in texts if not text.negated]:
        parts.append(Where(_WRITTEN, [" AND ".join(wanted)]))
    if unwanted := [_match(text) for text in texts if text.negated]:
        parts.append(Where(f"NOT {_WRITTEN}", [" OR ".join(unwanted)]))
    parts.extend(_where(clause) for clause in query.clauses if not isinstance(clause, Text))
    sql = " AND ".join(part.sql for part in parts) or "1"
    return Where(sql, [arg for part in parts for arg in part.args])


def _where(clause: Clause) -> Where:
    sql, args = _positive(clause)
    return Where(f"NOT {sql}" if clause.negated else sql, args)


def _positive(clause: Clause) -> Where:
    match clause:
        case Field(name="id"):
            return Where(f"hit.id IN ({_marks(clause.values)})", list(clause.values))
        case Field():
            values = [fold(value) for value in clause.values]
            return Where(_LABELLED.format(_marks(values)), [clause.name, *values])
        case Bound(name="since"):
            return Where("(hit.published_at >= ?)", [milliseconds(clause.at)])
        case Bound():
            return Where("(hit.published_at <= ?)", [milliseconds(clause.at)])
        case Text():
            return Where(_WRITTEN, [_match(clause)])


def _match(text: Text) -> str:
    """In the language of FTS5: a phrase of characters, or one word of the other column."""
    form, column = (fold(text.text), "words") if text.whole else (index_form(text.text), "runs")
    phrase = form.replace('"', '""')
    return f'{column} : "{phrase}"'


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))
