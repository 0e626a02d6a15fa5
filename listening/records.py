"""What a notebook sees of an installation: its records as pandas frames, found by the search language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from listening.app import App, open_app
from listening.model import Hit
from listening.query import parse
from listening.report.frames import by_scenario, hits_frame, matches_frame


class Records:
    """Reads hits and mentions; writes nothing. A query is one of the search language, "" is everything."""

    def __init__(self, app: App) -> None:
        self._app = app

    def hits(self, query: str = "") -> pd.DataFrame:
        """One row a record, newest first, `id` as index, times in the configured zone."""
        return hits_frame(self._scan(query), self._app.config.timezone)

    def scenarios(self, query: str = "") -> pd.DataFrame:
        """One row a hit and scenario, with columns `subject` and `scenario`."""
        return by_scenario(self.hits(query))

    def matches(self, query: str = "") -> pd.DataFrame:
        """One row a piece of evidence."""
        return matches_frame(self._scan(query))

    def _scan(self, query: str) -> Iterator[Hit]:
        config = self._app.config
        return self._app.store.scan(parse(query, now=self._app.now(), zone=config.timezone))


@contextmanager
def open_records(config: str | Path) -> Iterator[Records]:
    """See `listening.open`."""
    with open_app(Path(config)) as app:
        yield Records(app)
