"""Views drop what nobody sees and always lead back to the original."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.text.views import compacted, is_han, views

ALPHABET = st.sampled_from("断网投诉 \t　\n\r\u2028\u200b\u200d\ufe0fa5GＧ①，#@😡𠮷\U000e0100")


@pytest.mark.parametrize(
    ("text", "written", "compact"),
    [
        pytest.param("投 诉", "投 诉", "投诉", id="a blank between Han"),
        pytest.param("投   诉", "投   诉", "投诉", id="a run of blanks goes as a whole"),
        pytest.param("5G 套餐", "5g 套餐", "5g套餐", id="Han on the right"),
        pytest.param("套餐 5G", "套餐 5g", "套餐5g", id="Han on the left"),
        pytest.param("iPhone 15", "iphone 15", "iphone 15", id="no Han, the blank stays"),
        pytest.param("投\n诉", "投\n诉", "投\n诉", id="a newline is never dropped"),
        pytest.param("投 \n诉", "投 \n诉", "投\n诉", id="a blank before a newline has Han on its left"),
        pytest.param("投\t诉", "投\t诉", "投诉", id="a tab is a blank"),
        pytest.param("投　诉", "投 诉", "投诉", id="an ideographic blank is a blank"),
        pytest.param("投\u200b诉", "投诉", "投诉", id="zero width space"),
        pytest.param("断\ufe0f网", "断网", "断网", id="variation selector"),
        pytest.param("断\u200b 网", "断 网", "断网", id="Han is seen through a zero-width character"),
        pytest.param("， 。", ", 。", ", 。", id="punctuation is not Han"),
    ],
)
def test_written_and_compact(text: str, written: str, compact: str) -> None:
    seen = views(text)
    assert (seen.written.text, seen.compact.text) == (written, compact)


@given(st.text(ALPHABET))
def test_every_character_leads_back_to_where_it_came_from(text: str) -> None:
    seen = views(text)
    folded = views(text).written
    for n, char in enumerate(seen.compact.text):
        start, end = seen.written.back(*seen.compact.back(n, n + 1))
        assert end == start + 1
        assert views(text[start]).written.text == char
    assert "".join(text[folded.back(n, n + 1)[0]] for n in range(len(folded.text))) == "".join(
        c for c in text if views(c).written.text
    )


@given(st.text(ALPHABET), st.data())
def test_forth_undoes_back(text: str, data: st.DataObject) -> None:
    view = views(text).compact
    if view.text:
        start = data.draw(st.integers(0, len(view.text) - 1))
        end = data.draw(st.integers(start + 1, len(view.text)))
        assert view.forth(*view.back(start, end)) == (start, end)


@given(st.text(ALPHABET))
def test_no_blank_stays_beside_han(text: str) -> None:
    compact = compacted(text)
    for before, after in itertools.pairwise(compact):
        assert not (before in " \t" and is_han(after))
        assert not (is_han(before) and after in " \t")


def test_a_million_blanks_are_no_trap() -> None:
    assert len(compacted("a" + " " * 1_000_000 + "b")) == 1_000_002
    assert compacted("断" + " " * 1_000_000 + "b") == "断b"
