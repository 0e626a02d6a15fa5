"""How the tests are asked: plugins of pytest, and the settings under which nothing is left to chance."""

from __future__ import annotations

import signal
import time
from collections.abc import Generator, Mapping
from typing import Any

import pytest

OPTIONS = ["-qq", "-x", "--assert=plain", "--tb=no", "-o", "faulthandler_timeout=0"]
OPTIONS += [f"-pno:{plugin}" for plugin in ("cacheprovider", "xdist")]
LOADING = 120
"""Seconds after which it is given up that our code can be loaded."""
PATIENCE = 20
"""A test may take so many seconds, and so many times what it takes without a mutant."""


class Settled:
    """hypothesis draws the same examples each time, shrinks nothing and is not measured."""

    def pytest_configure(self) -> None:
        from hypothesis import HealthCheck, Phase, settings

        settings.register_profile(
            "mutation",
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        settings.load_profile("mutation")


class Chosen:
    """Runs these tests in this order, and remembers which one failed.

    Given with each is how long it takes; when it takes many times as long, an alarm ends the process.
    """

    def __init__(self, tests: Mapping[str, float]) -> None:
        self._places = {test: n for n, test in enumerate(tests)}
        self._seconds = tests
        self.failed = ""
        signal.alarm(LOADING)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self._places), key=self._place)

    def _place(self, item: pytest.Item) -> int:
        return self._places[item.nodeid]

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        signal.alarm(PATIENCE + round(PATIENCE * self._seconds[nodeid]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed = f"{report.nodeid} (could not be loaded)"


class Measured:
    """Tells coverage which test is running, and how long each one took."""

    def __init__(self, coverage: Any) -> None:
        self._coverage = coverage
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        self._coverage.switch_context(item.nodeid)
        began = time.perf_counter()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.perf_counter() - began
            self._coverage.switch_context("")
