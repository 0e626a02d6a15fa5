"""Records as pandas frames: one row a record, one row a piece of evidence, one row a record and scenario."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from listening.codec import hit_to_dict
from listening.model import Hit

_TIMES = ("published_at", "collected_at", "found_at", "respond_by")
_LISTS = ("brands", "competitors", "scenarios", "tags")
_COLUMNS = (
    *("id", "platform", "source", "kind", "url", "title", "text", *_LISTS, *_TIMES, "published_guessed"),
    *("author.id", "author.name", "author.url", "author.followers", "author.verified", "region", "lang"),
    *("metrics.likes", "metrics.comments", "metrics.reposts", "metrics.views", "metrics.rank", "deleted"),
    *("level", "class", "reach", "channel", "queue", "priority", "status", "rules_version"),
)


def hits_frame(hits: Iterable[Hit], zone: str) -> pd.DataFrame:
    """One row a record, `id` as index, in the order given; always the same columns, times in the zone.

    Nested values have dotted names (`author.name`, `metrics.likes`); what is unknown is missing, never 0.
    """
    frame = pd.DataFrame(list(map(_flat, hits)), columns=list(_COLUMNS))
    for name in _TIMES:
        frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601").dt.tz_convert(zone)
    return frame.set_index("id")


def matches_frame(hits: Iterable[Hit]) -> pd.DataFrame:
    """One row a piece of evidence: the record's id, subject, scenario, term, field, span, text, marks."""
    rows = [{"id": hit.id, **match} for hit in hits for match in hit_to_dict(hit).get("matches", ())]
    columns = [
        "id",
        "subject",
        "scenario",
        "term",
        "field",
        "start",
        "end",
        "text",
        "part",
        "inside",
        "marks",
    ]
    return pd.DataFrame(rows, columns=columns)


def by_scenario(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a hit and scenario, split into `subject` and `scenario`, to count and to group."""
    long = frame[frame["level"] == 2].explode("scenarios").reset_index()
    pairs = long.pop("scenarios").astype("str").str.extract("^(?P<subject>[^/]*)/(?P<scenario>.*)$")
    return long.assign(**pairs)


def _flat(hit: Hit) -> dict[str, Any]:
    record = {name: [] for name in _LISTS} | hit_to_dict(hit)
    for key in ("author", "metrics"):
        record |= {f"{key}.{name}": value for name, value in record.pop(key, {}).items()}
    return record
