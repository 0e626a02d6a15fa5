"""`listening explain`: why a post is a hit, or none."""

from __future__ import annotations

import pytest

from tests.cli.place import BROKEN_RULES, RULES, Place, post


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "星河宽带断网", ["outcome   hit", "scenario  星河宽带/宽带报障: yes", "+ 断网 (any)"], id="a hit"
        ),
        pytest.param("星河宽带不错", ["outcome   mention", "subject   星河宽带: yes"], id="a mention"),
        pytest.param(
            "星河宽带提示：请先判断网络是否正常",
            ["outcome   mention", "判断/网络", "- 断网 (any) at text 10-12: ", "宽带报障: no"],
            id="a word that crosses two others",
        ),
        pytest.param("今天天气真好", ["outcome   unmatched", "今天天气/真/好"], id="nothing at all"),
        pytest.param("抽奖：星河宽带断网", ["outcome   excluded", "抽奖"], id="what is ignored"),
        pytest.param(
            "宽帶　斷網 星河寬帶", ["outcome   hit", "folded  宽带 断网 星河宽带"], id="as it is folded"
        ),
        pytest.param("", ["outcome   unmatched"], id="an empty text"),
    ],
)
def test_the_steps_of_a_text_are_told_on_stdout(place: Place, text: str, told: list[str]) -> None:
    answer = place.call("explain", text)
    assert (answer.code, answer.err) == (0, "")
    for words in told:
        assert words in answer.out


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        pytest.param("en", "At least one of these counts: the word 断网, the word 掉线.", id="English"),
        pytest.param("zh", "至少出现其一：词“断网”、词“掉线”。", id="Chinese"),
    ],
)
def test_rules_say_what_they_ask_for(place: Place, language: str, sentence: str) -> None:
    assert f"  “{sentence}”" in place.call("explain", "--say", language, "星河宽带不错").out
    assert sentence not in place.call("explain", "星河宽带不错").out


def test_json_gives_the_decision_and_each_occurrence(place: Place) -> None:
    (found,) = place.call("explain", "--json", "请先判断网络").records
    assert found["decision"]["outcome"] == "unmatched"
    (rule,) = [rule for rule in found["rules"] if rule["name"] == "宽带报障"]
    assert [(seen["term"], seen["counts"]) for seen in rule["occurrences"]] == [("断网", False)]


def test_an_archived_post_is_explained_as_it_is_now(place: Place) -> None:
    place.take(post(1), post(1, "星河光纤掉线"))
    answer = place.call("explain", "--id", "weibo:1")
    assert answer.code == 0
    assert "folded  星河光纤掉线" in answer.out


def test_a_post_that_is_not_archived_ends_with_1(place: Place) -> None:
    answer = place.call("explain", "--id", "weibo:9")
    assert (answer.code, answer.out) == (1, "")
    told = (
        "there is no post 'weibo:9' in the archive - see `listening search` for ids, or give the text itself"
    )
    assert answer.err == f"--id: {told}\n"


def test_other_rules_can_be_asked(place: Place) -> None:
    other = place.folder / "other.yaml"
    other.write_text("brands: {天气: {any: [天气]}}\n", "utf-8")
    assert "outcome   mention" in place.run("explain", "--rules", other, "今天天气真好").out
    place.take(post(1, "今天天气真好"))
    assert "outcome   mention" in place.call("explain", "--rules", other, "--id", "weibo:1").out
    assert "outcome   unmatched" in place.call("explain", "--id", "weibo:1").out


def test_rules_with_failing_examples_can_be_explained_to_find_out_why(place: Place) -> None:
    place.lay_out(RULES.replace("queue: 市场拓展", "examples: {hit: [长河通信请判断涨价]}"))
    assert place.call("explain", "长河通信涨价").code == 0


def test_rules_with_mistakes_end_it_with_1(place: Place) -> None:
    answer = place.lay_out(BROKEN_RULES).call("explain", "断网")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == f"{place.rules}:2:23: unknown key 'exept' - did you mean 'except'?\n"
