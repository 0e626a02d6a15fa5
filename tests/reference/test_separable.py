"""Separable words (`断..网`) and marked ones (投*诉)."""

from __future__ import annotations

import pytest

from listening.rules.ruleset import MatchMode
from tests.reference.making import conditions, term
from tests.reference.page import evidence_of, found

WORD, TEXT = MatchMode.WORD, MatchMode.TEXT


@pytest.mark.parametrize(
    ("word", "text", "mode", "expected"),
    [
        ("断..网", "又断了网", WORD, ["断了网"]),
        ("断..网", "又断网啦", WORD, ["断网"]),
        ("断..网", "判断网络", WORD, []),
        ("断..网", "断了网络", WORD, []),
        ("断..网", "判断了网", WORD, []),
        ("断..网", "断了，网", WORD, []),
        ("断..网", "断了\n网", WORD, []),
        ("断..网", "断了//@网", WORD, []),
        ("断..网", "断了一下下网", WORD, ["断了一下下网"]),
        ("断..网", "断了一下下的网", WORD, []),
        ("断..网", "断 了 一 下 下 网", WORD, ["断 了 一 下 下 网"]),
        ("断..网", "断了\u200b网", WORD, ["断了\u200b网"]),
        ("断..网", "断了网的网", WORD, ["断了网"]),
        ("断..网", "断又断网", WORD, ["断又断网", "断网"]),
        ("断..网", "网断了", WORD, []),
        ("断..网 both ways", "网断了", WORD, ["网断"]),
        ("断..网 both ways", "网又断了网", WORD, ["网又断", "断了网"]),
        ("断..断 both ways", "断了断", WORD, ["断了断"]),
        ("断..网", "判断网络", TEXT, ["断网"]),
        ("断..网", "判断，网络", TEXT, []),
        ("開..用戶", "開了用户", WORD, ["開了用户"]),
        ("用..5G", "用了5G", WORD, ["用了5G"]),
        ("用..5G", "用了5GHz", WORD, []),
        ("断..网", "断www.网", WORD, []),
        ("断..aa", "断http://aa aa", WORD, []),
    ],
    ids=[
        "apart",
        "together",
        "no word begins at the first piece",
        "no word ends at the second piece",
        "the first piece inside a word",
        "over a comma",
        "over a newline",
        "over the start of a quote",
        "four characters between",
        "five characters between",
        "blanks are not counted",
        "zero-width characters are not counted",
        "only the nearest second piece",
        "each first piece by itself",
        "the other way round",
        "both ways",
        "both ways, once each",
        "equal spans are one",
        "taken as text",
        "taken as text, still in one clause",
        "traditional pieces",
        "a piece with letters",
        "a piece inside a Latin word",
        "over an address",
        "a piece in an address",
    ],
)
def test_a_separable_word_stands(word: str, text: str, mode: MatchMode, expected: list[str]) -> None:
    assert found(conditions([word], match=mode), text) == expected


def test_except_guards_the_whole_and_not_its_pieces() -> None:
    assert found(conditions(["断..网"], except_=["断了网络"]), "断了网络，断了网") == ["断了网"]
    assert found(conditions(["断..网"], except_=["断电"]), "断电网") == ["断电网"]


def test_the_pieces_are_no_words_of_the_rule_set() -> None:
    assert found(conditions(["断..网络版"]), "不断了网络版") == []
    assert found(conditions(["断..网络版"]), "不断了网络版", others=["断"]) == ["断了网络版"]


@pytest.mark.parametrize(
    ("word", "text", "mode", "expected"),
    [
        ("投诉", "投*诉", WORD, ["投*诉"]),
        ("投诉", "投 * 诉", WORD, ["投 * 诉"]),
        ("投诉", "投***诉", WORD, ["投***诉"]),
        ("投诉", "投****诉", WORD, []),
        ("投诉", "投诉", WORD, []),
        ("投诉", "投诉投.诉", WORD, ["投.诉"]),
        ("断断", "断断/断", TEXT, ["断/断"]),
        ("投诉", "投，诉", WORD, []),
        ("投诉", "投。诉", WORD, []),
        ("投诉", "投#诉", WORD, []),
        ("投诉", "投@诉", WORD, []),
        ("投诉", "投😡诉", WORD, ["投😡诉"]),
        ("投诉", "投x诉", WORD, []),
        ("投诉", "投\n*诉", WORD, []),
        ("投诉", "投/诉投-诉", WORD, ["投/诉", "投-诉"]),
        ("投诉", "投*诉投", WORD, ["投*诉"]),
        ("投诉", "空投*诉", WORD, []),
        ("投诉", "空投*诉", TEXT, ["投*诉"]),
        ("投诉费", "投诉*费", WORD, ["投诉*费"]),
        ("投诉", "http://投*诉", WORD, ["投*诉"]),
        ("5G", "5*G", WORD, ["5*G"]),
        ("5G", "5*GHz", WORD, []),
    ],
    ids=[
        "one mark",
        "blanks beside it",
        "three marks",
        "four marks",
        "no mark at all",
        "the leftmost with a mark",
        "one that begins inside the word without a mark",
        "a comma",
        "a full stop",
        "a hash",
        "an at sign",
        "an emoji",
        "a letter",
        "a newline",
        "one after the other",
        "the word's first character behind it",
        "a bad left end",
        "a bad left end taken as text",
        "a mark between two of three",
        "behind an address",
        "letters and digits",
        "a bad right end",
    ],
)
def test_a_marked_word_stands(word: str, text: str, mode: MatchMode, expected: list[str]) -> None:
    assert found(conditions([term(f"marked:{word}")], match=mode), text) == expected


def test_a_marked_word_is_called_by_the_word_it_stands_for() -> None:
    (piece,) = evidence_of(conditions(["投诉", "marked:投诉"]), "投*诉")
    assert (piece.term, piece.via, piece.inside) == ("投诉", "marks", None)
