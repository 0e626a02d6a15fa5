"""Real servers for tests that ask for one: one of each kind a test run, or a test's own to kill.

Where a machine has no Java or no Maven the tests skip and say so; with CI=true that is a failure.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from typing import NoReturn

import pytest

from tests.servers.fetch import Missing, Say, fetched, say
from tests.servers.keeper import shared
from tests.servers.server import Server, running

OwnServer = Callable[[str], Server]


@pytest.fixture(scope="session")
def _say_aloud(pytestconfig: pytest.Config) -> Say:
    """To the terminal: what pytest keeps to itself nobody sees for as long as a download takes."""
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")

    def said(line: str) -> None:
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            say(line)

    return said


@pytest.fixture(scope="session")
def elasticsearch_url(tmp_path_factory: pytest.TempPathFactory, _say_aloud: Say) -> str:
    """`http://127.0.0.1:PORT`, or LISTENING_TEST_ES_URL: one's own, in which tests make indices."""
    own = os.environ.get("LISTENING_TEST_ES_URL")
    return own or _shared("elasticsearch", tmp_path_factory, _say_aloud)


@pytest.fixture(scope="session")
def opensearch_url(tmp_path_factory: pytest.TempPathFactory, _say_aloud: Say) -> str:
    """`http://127.0.0.1:PORT`, or LISTENING_TEST_OPENSEARCH_URL."""
    return os.environ.get("LISTENING_TEST_OPENSEARCH_URL") or _shared(
        "opensearch", tmp_path_factory, _say_aloud
    )


@pytest.fixture
def own_server(_say_aloud: Say) -> Iterator[OwnServer]:
    """Starts a server with fresh data for this test alone."""
    with ExitStack() as stack:

        def start(kind: str) -> Server:
            try:
                fetched(kind, _say_aloud)
                return stack.enter_context(running(kind))
            except Missing as reason:
                return _absent(reason)

        yield start


def _shared(kind: str, factory: pytest.TempPathFactory, say_aloud: Say) -> str:
    folder, run = factory.getbasetemp(), os.getpid()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder, run = folder.parent, os.getppid()
    try:
        return shared(kind, folder, run, say_aloud)
    except Missing as reason:
        return _absent(reason)


def _absent(reason: Missing) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(str(reason))
    pytest.skip(str(reason))
