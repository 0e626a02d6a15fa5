"""What a person types, and what is understood."""

from __future__ import annotations

import pytest

from listening.errors import QueryMistake
from listening.query import Clause, Field, Query, Text
from listening.query.parse import MAX_CLAUSES
from tests.query.conftest import Ask


def run(text: str, negated: bool = False) -> Text:
    return Text(text=text, negated=negated)


def word(text: str, negated: bool = False) -> Text:
    return Text(text=text, whole=True, negated=negated)


def field(name: str, *values: str, negated: bool = False) -> Field:
    return Field(name=name, values=values, negated=negated)


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        pytest.param("", [], id="nothing is everything"),
        pytest.param(" \t　", [], id="blanks are nothing"),
        pytest.param("断网 报修", [run("断网"), run("报修")], id="two runs"),
        pytest.param("断网　报修", [run("断网"), run("报修")], id="a full-width blank separates"),
        pytest.param("5G ＷＩＦＩ 2.5", [word("5G"), word("ＷＩＦＩ"), word("2.5")], id="whole words"),
        pytest.param("5G套餐 C++ ①", [run("5G套餐"), run("C++"), run("①")], id="mixed and marks are runs"),
        pytest.param('"5G"', [run("5G")], id="a quoted word is a run"),
        pytest.param('"我要 投诉"', [run("我要 投诉")], id="a blank in quotes stays"),
        pytest.param("“一句”「二句」『三句』", [run("一句"), run("二句"), run("三句")], id="Chinese quotes"),
        pytest.param("”一句“", [run("一句")], id="quotes the wrong way round"),
        pytest.param("断网“一句”报修", [run("断网"), run("一句"), run("报修")], id="quotes end a word"),
        pytest.param(r'"说\"好\"的 \\o/"', [run(r'说"好"的 \o/')], id="escaped marks"),
        pytest.param(r'"¯\_(ツ)_/¯"', [run(r"¯\_(ツ)_/¯")], id="other backslashes are themselves"),
        pytest.param('“他说"好"”', [run('他说"好"')], id="the other kind of marks inside"),
        pytest.param(
            "-招聘 －兼职 −5G", [run("招聘", True), run("兼职", True), word("5G", True)], id="minus"
        ),
        pytest.param('-"一 句"', [run("一 句", True)], id="minus before quotes"),
        pytest.param("断网 - 报修", [run("断网"), run("-"), run("报修")], id="a minus alone is text"),
        pytest.param("Wi-Fi", [run("Wi-Fi")], id="a minus inside is text"),
        pytest.param("\u200b \ufeff", [], id="invisible characters pasted along"),
        pytest.param("http://a.example/b:c", [run("http://a.example/b:c")], id="an address is text"),
        pytest.param("12:30 :smile:", [run("12:30"), run(":smile:")], id="colons that name no field"),
        pytest.param("问：怎么办 Q：好", [run("问：怎么办"), run("Q：好")], id="a Chinese sentence is text"),
    ],
)
def test_words(ask: Ask, text: str, clauses: list[Clause]) -> None:
    assert ask(text) == Query(clauses=tuple(clauses))


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        pytest.param("platform:weibo", field("platform", "weibo"), id="plain"),
        pytest.param("Platform：weibo", field("platform", "weibo"), id="capital and full-width colon"),
        pytest.param("ｐｌａｔｆｏｒｍ：weibo", field("platform", "weibo"), id="full-width name"),
        pytest.param("platform:weibo,tieba", field("platform", "weibo", "tieba"), id="or"),
        pytest.param(
            "platform:weibo，tieba、zhihu", field("platform", "weibo", "tieba", "zhihu"), id="Chinese or"
        ),
        pytest.param('brand:"星河 宽带",b', field("brand", "星河 宽带", "b"), id="a quoted value"),
        pytest.param("author:“张，三”", field("author", "张，三"), id="a comma in quotes"),
        pytest.param("-brand:a", field("brand", "a", negated=True), id="negated"),
        pytest.param("－brand：a", field("brand", "a", negated=True), id="negated in full width"),
        pytest.param("scenario:星河宽带/宽带报障", field("scenario", "星河宽带/宽带报障"), id="a pair"),
        pytest.param(
            "id:fediverse:https://a/b", field("id", "fediverse:https://a/b"), id="colons in a value"
        ),
        pytest.param("source:https://a/b", field("source", "https://a/b"), id="an address as a value"),
        pytest.param("kind:POST", field("kind", "post"), id="a listed value in capitals"),
        pytest.param("level:２", field("level", "2"), id="a full-width level"),
        pytest.param("region:-", field("region", "-"), id="a minus as a value"),
    ],
)
def test_fields(ask: Ask, text: str, clause: Clause) -> None:
    assert ask(text) == Query(clauses=(clause,))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "plattform:weibo",
            "plattform:weibo: unknown field 'plattform' - did you mean 'platform'? (in quotes it is text)",
        ),
        (
            "断网 brnad：星河 x",
            "brnad：星河: unknown field 'brnad' - did you mean 'brand'? (in quotes it is text)",
        ),
        ("status:opne", "status:opne: there is no such status - did you mean 'open'?"),
        ("level:3", "level:3: there is no such level - there are: 1, 2"),
        ("platform: weibo", "platform: has no value - write it without blanks: platform:a or platform:a,b"),
        (
            "platform:weibo, tieba",
            "platform: has no value - write it without blanks: platform:a or platform:a,b",
        ),
        ('brand:""', "brand: has no value - write it without blanks: brand:a or brand:a,b"),
        ('断网 "一句 x', '"一句 x: the quotation is not closed - end it with "'),
        ('“一句"', '“一句": the quotation is not closed - end it with ”'),
        ('"\u200b"', '"\u200b": there is nothing to look for - write words between the marks'),
        ("断网\udcff", "the search: holds a broken character - type it again, in UTF-8"),
        ("since:1d,2d", "since:1d,2d: has more than one time - write since: once with one time"),
    ],
)
def test_mistakes_say_where_what_and_the_cure(ask: Ask, text: str, line: str) -> None:
    with pytest.raises(QueryMistake) as caught:
        ask(text)
    assert str(caught.value) == line


def test_a_field_that_resembles_none_is_refused_with_all_there_are(ask: Ask) -> None:
    with pytest.raises(
        QueryMistake, match=r"^localhost:80: unknown field 'localhost' - there are: id, platform, .*until"
    ):
        ask("localhost:80")


def test_a_search_of_endless_parts_is_refused(ask: Ask) -> None:
    assert len(ask("断 " * MAX_CLAUSES).clauses) == MAX_CLAUSES
    with pytest.raises(QueryMistake, match=f"has {MAX_CLAUSES + 1} parts, more than {MAX_CLAUSES}"):
        ask("断 " * (MAX_CLAUSES + 1))


def test_an_endless_word_is_a_run(ask: Ask) -> None:
    assert ask("a" * 200) == Query(clauses=(word("a" * 200),))
    assert ask("a" * 201) == Query(clauses=(run("a" * 201),))
