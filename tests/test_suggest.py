"""A refused word is answered with the one that was probably meant, or with all there are."""

from __future__ import annotations

import pytest

from listening.suggest import cure, nearest

KNOWN = ("platform", "brand", "id", "断网", "宽带报障")

MEANT = {
    "a letter too many": ("plattform", "platform"),
    "two letters changed places": ("brnad", "brand"),
    "capitals": ("BRAND", "brand"),
    "full width": ("ｂｒａｎｄ", "brand"),
    "traditional characters": ("斷網", "断网"),
    "one of two characters": ("断线", "断网"),
    "one character of four": ("宽带报修", "宽带报障"),
    "half of a long word is not enough": ("bracket", None),
    "nothing in common": ("localhost", None),
    "nothing at all": ("", None),
}


@pytest.mark.parametrize(("word", "meant"), MEANT.values(), ids=MEANT)
def test_the_nearest_word_is_the_one_meant(word: str, meant: str | None) -> None:
    assert nearest(word, KNOWN) == meant


def test_a_caller_may_ask_for_more_likeness() -> None:
    assert nearest("断线", KNOWN, alike=65) is None


def test_the_cure_names_the_word_meant_or_all_there_are() -> None:
    assert cure("brnad", KNOWN) == "did you mean 'brand'?"
    assert cure("localhost", KNOWN) == "there are: platform, brand, id, 断网, 宽带报障"
