"""A running demo world, and a way to ask it things over HTTP."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from typing import Any

import pytest

from listening.demo.sites import DemoSites


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Message
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 20, 12, 0, 30, 250_000, tzinfo=UTC)


@pytest.fixture
def sites(now: datetime) -> Iterator[DemoSites]:
    with DemoSites(now) as running:
        yield running


@pytest.fixture
def ask() -> Callable[..., Answer]:
    """ask(url, If_None_Match=…) -> status, headers, text; a 404 is an answer like any other."""

    def asked(url: str, method: str = "GET", **headers: str) -> Answer:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(url, headers=names, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return Answer(response.status, response.headers, response.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read().decode())

    return asked
