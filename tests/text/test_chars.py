"""Whether a text holds a character that takes no room is told quickly, and right for every character."""

from __future__ import annotations

import re

import pytest

from listening.text.chars import holds_zero_width, zero_width


def test_every_character_is_told_as_the_class_has_it() -> None:
    invisible = re.compile(f"[{zero_width()}]")
    for char in map(chr, range(0x110000)):
        assert holds_zero_width(f"断{char}") is (invisible.search(char) is not None), hex(ord(char))


@pytest.mark.parametrize("text", ["", "断网", "断\n网 \t", "😀👍", "①㎏Ａ", "\ud83d"])
def test_texts_without(text: str) -> None:
    assert not holds_zero_width(text)


@pytest.mark.parametrize(
    "text", ["断\u200b网", "\n\u2060", "👍\ufe0f", "断\U000e0041", "\U000e0101", "\u00ad"]
)
def test_texts_with(text: str) -> None:
    assert holds_zero_width(text)
