"""Many texts folded in one step are the same as each by itself."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.text.batch import Batch, character_sorts
from listening.text.chars import HAN, marks, zero_width
from listening.text.views import views

PIECES = st.sampled_from(
    [
        *"断網 \t\naＡ1，々ﬁé*-😀𠮷\0\u200b\u00ad\ufe0f\u3000\u00a0\ud800\U000e0001",
        "網 絡",
        "  ",
        "\r\n",
        "👨\u200d👩",
    ]
)
# the tables are made once, which takes longer than hypothesis allows for one example
Batch([views("网 \u200b").compact.text])
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=8)


def parts(batch: Batch) -> list[str]:
    whole = batch.points.tobytes().decode("utf-32-le", "surrogatepass")
    assert not whole or whole.endswith("\0")
    return whole.split("\0")[:-1]


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_each_text_is_its_compact_view(texts: list[str]) -> None:
    """A NUL of a text is a sign like any other there."""
    expected = [views(text).compact.text.replace("\0", "\x01") for text in texts]
    assert parts(Batch(texts)) == expected


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_without_marks_it_is_the_view_without_them(texts: list[str]) -> None:
    unmarked = [re.sub(f"[{marks()}]", "", views(text).compact.text).replace("\0", "\x01") for text in texts]
    assert parts(Batch(texts).without(marks())) == unmarked


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_a_place_belongs_to_the_text_it_came_from(texts: list[str]) -> None:
    batch = Batch([text.replace("\0", "") for text in texts])
    holding = {n for n, part in enumerate(parts(batch)) if "断" in part}
    assert batch.text_of(np.flatnonzero(batch.points == ord("断"))) == holding


@pytest.mark.parametrize(("chars", "sort"), [(HAN, 1), (zero_width(), 3)], ids=["Han", "without room"])
def test_the_table_knows_the_same_characters_as_the_pattern(chars: str, sort: int) -> None:
    pattern = re.compile(f"[{chars}]")
    expected = [c for c in range(0x110000) if pattern.match(chr(c))]
    assert np.flatnonzero(character_sorts() == sort).tolist() == expected
