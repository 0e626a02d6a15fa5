"""The week, played once on each store; and the stores, as their contract has them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.review.week.asking import Played, played
from tests.store.conftest import BACKENDS, SERVERS, Corners, corners, lent_place

__all__ = ["corners"]


@pytest.fixture(scope="module", params=BACKENDS)
def week(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, corners: Corners
) -> Iterator[Played]:
    """The whole script, played on every store in turn."""
    folder = tmp_path_factory.mktemp("week")
    with (
        lent_place(request, corners, folder) as place,
        played(place.open(), folder, on_server=request.param in SERVERS) as week,
    ):
        yield week
