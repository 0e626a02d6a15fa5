"""The product's segmenter gives jieba's tokens (dictionary only)."""

from __future__ import annotations

import gzip
import json
import logging
import math
import random
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from listening.text.segment import USER_FREQUENCY, Segmenter, frequencies
from listening.text.views import views


@cache
def jieba_tokenizer() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba imports pkg_resources, which announces its end
        import jieba
    jieba.setLogLevel(logging.ERROR)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return tokenizer


def probability(tokens: list[str]) -> float:
    tokenizer = jieba_tokenizer()
    total = math.log(tokenizer.total)
    return sum(math.log(tokenizer.FREQ.get(token) or 1) - total for token in tokens)


def assert_same_or_tied(texts: list[str]) -> None:
    """The two may differ only where their cuts are equally likely, and rarely."""
    plain, tied = Segmenter(), 0
    for text in texts:
        ours, theirs = plain.cut(text), list(jieba_tokenizer().cut(text, HMM=False))
        if ours != theirs:
            assert math.isclose(probability(ours), probability(theirs), abs_tol=1e-6), text
            tied += 1
    assert tied <= len(texts) * 0.005


def test_generated_texts_are_cut_as_jieba_cuts_them() -> None:
    draw = random.Random(7)
    words = [w for w in jieba_tokenizer().FREQ if len(w) > 1]
    odd = [*list("不没别的了 \n\t#+&._%-5GaZ😡𠮷，。①の"), "t.cn", "check-in", "2.5g", "c++", "\r\n"]
    texts = [
        "".join(draw.choice(words if draw.random() < 0.6 else odd) for _ in range(12)) for _ in range(2000)
    ]
    assert_same_or_tied([views(text).written.text for text in texts])


def test_real_posts_are_cut_as_jieba_cuts_them(real_data: Path) -> None:
    with gzip.open(real_data / "weibo_emotion_6_classes.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["content"] for line in lines]
    assert_same_or_tied([views(text).written.text for text in texts if text])


def test_frequencies_are_those_of_the_dictionary() -> None:
    words = ["移动", "宽带", "投诉", "断网", "c++"]
    known = {word: jieba_tokenizer().FREQ[word] for word in words if jieba_tokenizer().FREQ.get(word)}
    assert frequencies(words) == known
    assert "断网" not in known


def test_many_words_at_once_have_the_same_frequencies() -> None:
    words = [
        *"的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工",
        "移动",
        "绝无此词",
    ]
    together = frequencies(words * 2)
    assert len(words) > 40
    assert together == {word: n for word in words for n in frequencies([word]).values()}
    assert together == frequencies([*words, *(f"无此词{n}" for n in range(60))])


@pytest.mark.parametrize(
    ("words", "text", "tokens"),
    [
        pytest.param(["断网"], "又双叒断网啦", "又/双/叒/断网/啦", id="an own word is found"),
        pytest.param(["断网"], "判断网络", "判断/网络", id="and breaks no likelier words"),
        pytest.param(["铁通"], "地铁通车", "地铁/通车", id="neither does this one"),
        pytest.param([], "又双叒断网啦", "又/双/叒/断/网/啦", id="the plain dictionary does not know it"),
    ],
)
def test_own_words(words: list[str], text: str, tokens: str) -> None:
    assert "/".join(Segmenter(words).cut(text)) == tokens


def test_an_own_word_never_weighs_less_than_in_the_dictionary() -> None:
    word = "中国"
    assert frequencies([word])[word] > USER_FREQUENCY
    assert Segmenter([word]).cut("中国人民") == Segmenter().cut("中国人民")


def test_two_segmenters_do_not_share_their_words() -> None:
    Segmenter(["断网"])
    assert Segmenter().cut("断网") == ["断", "网"]
