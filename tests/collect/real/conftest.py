"""Real servers for tests. Where a machine cannot have one they skip; with CI=true that is a failure."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import TypeVar

import pytest

from tests.collect.real.servers import Isso, Wordpress, isso_server, wordpress_server
from tests.servers.fetch import Missing

S = TypeVar("S")


@pytest.fixture(scope="module")
def wordpress() -> Iterator[Wordpress]:
    with ExitStack() as stack:
        yield started(wordpress_server(), stack)


@pytest.fixture
def isso() -> Iterator[Isso]:
    with ExitStack() as stack:
        yield started(isso_server(), stack)


@pytest.fixture
def silent_isso() -> Iterator[Isso]:
    """One that does not list its latest comments, and shows none before it is approved."""
    with ExitStack() as stack:
        yield started(isso_server(latest=False, moderated=True), stack)


def started(server: AbstractContextManager[S], stack: ExitStack) -> S:
    try:
        return stack.enter_context(server)
    except Missing as reason:
        if os.environ.get("CI") == "true":
            pytest.fail(str(reason))
        pytest.skip(str(reason))
