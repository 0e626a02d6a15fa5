"""jieba as the reference's segmenter, and the probability by which two segmentations are compared."""

from __future__ import annotations

import math

import pytest

from tests.reference.segmenters import (
    dictionary_frequency,
    jieba_factory,
    log_probability,
    user_frequency,
    wide_jieba_factory,
)


def test_user_words_belong_to_their_own_segmenter() -> None:
    ours = jieba_factory({"断网": 1000})
    assert ours.cut("又断网啦") == ["又", "断网", "啦"]
    assert jieba_factory({}).cut("又断网啦") == ["又", "断", "网", "啦"]


def test_the_weight_of_a_user_word_is_at_least_a_thousand() -> None:
    assert dictionary_frequency("断网") == 0
    assert user_frequency("断网") == 1000
    assert user_frequency("不断") == dictionary_frequency("不断") > 1000


def test_a_word_of_the_dictionary_added_again_changes_nothing() -> None:
    words = {"不断": user_frequency("不断")}
    assert log_probability(words, ["不断", "学习"]) == log_probability({}, ["不断", "学习"])


@pytest.mark.parametrize("factory", [jieba_factory, wide_jieba_factory], ids=["jieba", "wide jieba"])
@pytest.mark.parametrize(
    "text",
    ["请先判断网络是否正常", "用5g/ c++_2.5g%#断网", "𠮷野家乡☎привет", "一\r\n\u2028二", ""],
    ids=["Han", "ASCII", "rare characters", "newlines", "nothing"],
)
def test_tokens_joined_are_the_text(factory: type, text: str) -> None:
    assert "".join(factory({"𠮷野家": 1000}).cut(text)) == text


def test_only_the_wide_one_finds_words_with_rare_characters() -> None:
    assert jieba_factory({"𠮷野家": 1000}).cut("𠮷野家乡") == ["𠮷", "野", "家乡"]
    assert wide_jieba_factory({"𠮷野家": 1000}).cut("𠮷野家乡") == ["𠮷野家", "乡"]


def test_jieba_takes_the_likeliest_segmentation() -> None:
    tokens = jieba_factory({"断网": 1000}).cut("断网速度慢")
    others = [["断", "网速", "度", "慢"], ["断网", "速度", "慢"], list("断网速度慢")]
    assert all(log_probability({"断网": 1000}, tokens) > log_probability({"断网": 1000}, o) for o in others)


def test_equal_segmentations_are_equally_probable() -> None:
    one, other = (log_probability({}, tokens) for tokens in (["呵呵", "呵"], ["呵", "呵呵"]))
    assert math.isclose(one, other, abs_tol=1e-6)


def test_a_run_of_letters_is_counted_by_the_character() -> None:
    assert log_probability({}, ["xyz"]) == pytest.approx(log_probability({}, ["x", "y", "z"]))
