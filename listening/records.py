"""What a notebook sees of an installation: its records as pandas frames, found by the search language,
and the figures of its desk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from listening.app import App, open_app
from listening.collect.coverage.vouching import together, vouched_by_all
from listening.errors import QueryMistake
from listening.model import Hit, Stretch
from listening.query import parse
from listening.report.frames import by_scenario, figures_frame, hits_frame, matches_frame
from listening.review.kpi import Asked, Seen, as_row, ask, figures, named


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

    def kpi(
        self,
        first: date | str,
        last: date | str,
        *,
        by: str | Sequence[str] = (),
        only: str | Sequence[str] = (),
        as_of: datetime | None = None,
        opportunities: Sequence[str] = (),
    ) -> pd.DataFrame:
        """The figures of the desk from one day to another, both included, in the configured zone.

        One row a figure, period and group, the one over all of them (`total`) last; `cases` are the ids
        behind it. `only`: these figures, or families of them; the others as in `listening kpi`. What each
        figure means: docs/kpi.md. Raises `QueryMistake`.
        """
        asked = ask(
            _day(first),
            _day(last),
            zone=self._app.config.timezone,
            as_of=as_of or self._app.now(),
            by=_words(by),
            opportunities=opportunities,
        )
        told = figures(self._app.store.events(), asked, named(_words(only)), coverage=self._seen(asked))
        rows = [{**as_row(each, asked), "cases": each.cases} for each in told]
        return figures_frame(rows, rows[0])

    def _seen(self, asked: Asked) -> Seen | None:
        begin, end = asked.window.begin, min(asked.window.end, asked.as_of)
        if begin >= end:
            return None
        window = Stretch(begin, end)
        told = vouched_by_all(self._app.store, [each.name for each in self._app.config.sources], window)
        whole = together("", told, window)
        return Seen(
            begin=begin,
            end=end,
            sources=whole.sources,
            unable=whole.unable,
            all_share=whole.all_share,
            any_share=whole.any_share,
            gaps=sum(len(each.gaps) for each in told),
        )

    def _scan(self, query: str) -> Iterator[Hit]:
        config = self._app.config
        return self._app.store.scan(parse(query, now=self._app.now(), zone=config.timezone))


def _day(day: date | str) -> date:
    try:
        return date.fromisoformat(day) if isinstance(day, str) else day
    except ValueError:
        raise QueryMistake(str(day), "is no day", "write one like 2026-11-30") from None


def _words(words: str | Sequence[str]) -> Sequence[str]:
    return words.split() if isinstance(words, str) else words


@contextmanager
def open_records(config: str | Path) -> Iterator[Records]:
    """See `listening.open`."""
    with open_app(Path(config)) as app:
        yield Records(app)
