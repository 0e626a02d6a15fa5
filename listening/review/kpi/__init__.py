"""The figures of the desk, each defined once and computed from the events of cases alone (docs/kpi.md).

asked         which time, seen from when, by what
periods       days, weeks and months of a zone
story         what one case's events tell
joining       cases that were joined count once
reasons       why a figure leaves something out
definition    what a figure is; definitions: all there are
figures       events -> figures
rows          figures -> plain rows, rounded; texts: as people read them

    asked = ask(first, last, zone=zone, as_of=now, by=("week", "queue"))
    told = figures(store.events(), asked, named(["resolution"]))
"""

from listening.review.kpi.asked import GROUPINGS, Asked, Dimension, ask
from listening.review.kpi.definition import Definition, Method
from listening.review.kpi.definitions import DEFINITIONS, named
from listening.review.kpi.figures import Figure, Seen, figures, nearest_rank
from listening.review.kpi.periods import Period
from listening.review.kpi.reasons import REASONS
from listening.review.kpi.rows import as_row, behind, tens
from listening.review.kpi.texts import defined, explained, parts_text, reasons_text, value_text

__all__ = [
    "DEFINITIONS",
    "GROUPINGS",
    "REASONS",
    "Asked",
    "Definition",
    "Dimension",
    "Figure",
    "Method",
    "Period",
    "Seen",
    "as_row",
    "ask",
    "behind",
    "defined",
    "explained",
    "figures",
    "named",
    "nearest_rank",
    "parts_text",
    "reasons_text",
    "tens",
    "value_text",
]
