"""What the tests of the gold set share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import pytest

from listening.text.segment import Segmenter


@pytest.fixture(scope="module", autouse=True)
def one_segmenter_for_the_same_words() -> Iterator[None]:
    """A segmenter never changes and takes a tenth of a second to build; the rules of a theme have one."""
    kept = lru_cache(maxsize=8)(Segmenter)
    with pytest.MonkeyPatch.context() as patch:
        for user in ("listening.match.plan.plan", "tests.match.agreement"):
            patch.setattr(f"{user}.Segmenter", lambda words: kept(_sorted(words)))
        yield


def _sorted(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words))
