"""What terms, expressions and rules say of themselves, in both languages."""

from __future__ import annotations

import pytest

from listening.rules.body import SCENARIO_KEYS, SUBJECT_KEYS
from listening.rules.expression import SUBJECT, And, Near, Not, Or, Stands, Term, TermKind, Via
from listening.rules.ruleset import Bind, BindKind, Scenario, Subject
from listening.rules.say.phrases import PHRASES
from listening.rules.say.sentences import Sayable, say
from tests.rules.conftest import Read


def word(text: str, via: Via | None = None, stands_for: str = "", *, weak: bool = False) -> Term:
    return Term(TermKind.WORD, text, via=via, stands_for=stands_for, weak=weak)


def one(text: str) -> Stands:
    return Stands((word(text),))


A, B, C = one("断网"), one("怎么"), Stands((word("卡"), word("慢")))

TERMS = [
    (word("断网"), "the word 断网", "词“断网”"),
    (Term(TermKind.TEXT, "断网"), "the text “断网”, whatever stands around it", "文本“断网”（前后不限）"),
    (Term(TermKind.PREFIX, "iphone"), "words that begin with iphone", "以“iphone”开头的词"),
    (Term(TermKind.CASE, "LTE"), "LTE, spelled exactly so", "“LTE”（大小写一致）"),
    (Term(TermKind.PATTERN, "断.?网"), "the pattern /断.?网/", "正则 /断.?网/"),
    (
        Term(TermKind.RAW_PATTERN, "[A-Z]"),
        "the pattern /[A-Z]/ on the original text",
        "正则 /[A-Z]/（匹配原文）",
    ),
    (
        Term(TermKind.SEPARABLE, "断..网"),
        "断 with 网 at most 4 characters behind it",
        "“断”后不超过4字有“网”",
    ),
    (
        Term(TermKind.SEPARABLE, "断..网 both ways"),
        "断 and 网 at most 4 characters apart, in either order",
        "“断”与“网”相距不超过4字（顺序不限）",
    ),
    (
        Term(TermKind.MARKED, "投诉", via=Via.MARKS, stands_for="投诉"),
        "投诉 with signs between its characters",
        "字间夹有符号的“投诉”",
    ),
    (SUBJECT, "the brand or competitor itself", "品牌或竞品本身"),
    (word("小帆", Via.NICKNAME), "the word 小帆 (a nickname)", "词“小帆”（绰号）"),
    (word("tousu", Via.PINYIN, "投诉"), "the word tousu (pinyin of 投诉)", "词“tousu”（“投诉”的拼音）"),
    (
        word("ts", Via.INITIALS, "投诉", weak=True),
        "the word ts (initials of 投诉) (weak)",
        "词“ts”（“投诉”的首字母）（弱词）",
    ),
    (word("扌殳诉", Via.SPLIT, "投诉"), "the word 扌殳诉 (投诉 taken apart)", "词“扌殳诉”（“投诉”的拆字）"),
]
EXPRESSIONS = [
    (A, "the word 断网 stands in the post", "帖子里有词“断网”"),
    (C, "one of (the word 卡, the word 慢) stands in the post", "帖子里有（词“卡”、词“慢”）之一"),
    (
        Near(A.terms, C.terms, 20),
        "the word 断网 stands at most 20 characters from one of (the word 卡, the word 慢)",
        "词“断网”与（词“卡”、词“慢”）之一相距不超过20字",
    ),
    (
        Near(A.terms, B.terms, 0, ordered=True),
        "the word 断网 stands before the word 怎么 with at most 0 characters between",
        "词“断网”在前、词“怎么”在后，相距不超过0字",
    ),
    (Not(A), "it is not so that the word 断网 stands in the post", "并非帖子里有词“断网”"),
    (
        And((A, Or((B, Not(A))))),
        "the word 断网 stands in the post and (the word 怎么 stands in the post, or it is not so that "
        "the word 断网 stands in the post)",
        "帖子里有词“断网”，并且（帖子里有词“怎么”，或者并非帖子里有词“断网”）",
    ),
]
BINDS = [
    (Bind(), "Its words may stand anywhere in the post.", "词可在帖子的任何位置。"),
    (Bind(BindKind.SENTENCE), "Its words stand in one sentence with the subject.", "词须与主体在同一句。"),
    (
        Bind(BindKind.NEAR, 9),
        "Its words stand at most 9 characters from the subject.",
        "词与主体相距不超过9字。",
    ),
    (Bind(BindKind.NEAREST), "Its words belong to the subject that stands nearest.", "词归于最近的主体。"),
]


@pytest.mark.parametrize(("thing", "english", "chinese"), [*TERMS, *EXPRESSIONS, *BINDS])
def test_it_says_itself_in_both_languages(thing: Sayable, english: str, chinese: str) -> None:
    assert (say(thing, "en"), say(thing, "zh")) == (english, chinese)


def test_every_kind_of_term_every_form_and_every_bind_is_in_the_tables() -> None:
    said = [thing for thing, _, _ in TERMS]
    assert {term.kind for term in said} == set(TermKind)
    assert {term.via for term in said if term.via} == set(Via)
    assert {bind.kind for bind, _, _ in BINDS} == set(BindKind)


def test_of_a_long_list_the_rest_is_counted() -> None:
    terms = tuple(word(f"词{n}") for n in range(100))
    assert say(Stands(terms), "en").endswith("the word 词11 and 88 more) stands in the post")
    assert say(Stands(terms), "zh").endswith("词“词11”等（另有88个））之一")


RULES = """\
brands:
  云帆:
    any: [云帆]
    all: [宽带]
    none: [招聘]
    except: [云帆杯]
    weak: [帆船]
    nicknames: [小帆]
    context: {any: [套餐], near: 20}
    accounts: {weibo: ['1', '@云帆']}
    sources: [云帆论坛]
    note: |
      南方
      品牌
scenarios:
  报障:
    when: 断网 near/5 怎么
    match: strict
    of: [云帆]
    where:
      platform: [weibo, zhihu]
      kind: comment
      source: 论坛
      region: 广东
      field: [title, text, tags, author]
      followers: {min: 10, max: 20}
      verified: no
      hours: '22:00-06:00'
    bind: sentence
    negated: drop
    question: only
    hypothetical: drop
    queue: 客服
    priority: high
    respond_within: 1h30m
    resolve_within: 2d
    examples: {hit: [云帆], miss: [断网, 掉线]}
"""
SAID = {
    ("云帆", "en"): """\
云帆 is a brand.
At least one of these counts: the word 云帆, the word 帆船 (weak).
It is also called: the word 小帆 (a nickname).
Each of these counts: the word 宽带.
None of these counts: the word 招聘.
No term counts inside one of these: the word 云帆杯.
A weak word counts only with one of these at most 20 characters away: the word 套餐.
To address one of its accounts is to speak about it: weibo 1, weibo @云帆.
Whatever comes from these sources speaks about it: 云帆论坛.
Note: 南方 品牌""",
    ("云帆", "zh"): """\
“云帆”是品牌。
至少出现其一：词“云帆”、词“帆船”（弱词）。
绰号：词“小帆”（绰号）。
必须全部出现：词“宽带”。
不得出现：词“招聘”。
在以下较长的词里不算：词“云帆杯”。
弱词只有在20字以内出现以下之一时才算：词“套餐”。
提到以下账号也算：weibo 1、weibo @云帆。
以下来源的帖子都算：云帆论坛。
备注：南方 品牌""",
    ("报障", "en"): """\
报障 is a scenario.
It holds when the word 断网 stands at most 5 characters from the word 怎么.
Bare words are taken as words, inside longer words only of these rules.
It is asked only of posts with platform weibo or zhihu, kind comment, source 论坛, region 广东, its terms \
in the title or the text or the tags or the author's name, an author of at least 10 followers, an author \
of at most 20 followers, an author who is not verified, a time from 22:00 to before 06:00 (Asia/Shanghai).
It is asked for 云帆.
Its words stand in one sentence with the subject.
Negated words do not count.
Only words in a question count.
Words in a supposition do not count.
Its cases wait in the queue 客服.
Their priority is high.
They are answered within 1 h 30 min.
They are resolved within 2 d.
Examples: 1 that must hit, 2 that must not.""",
    ("报障", "zh"): """\
“报障”是业务场景。
条件：词“断网”与词“怎么”相距不超过5字。
词的匹配方式：严格按词匹配（只认规则集里的较长词）。
只看这样的帖子：平台为weibo或zhihu、类型为comment、来源为论坛、地区含广东、词在标题或正文或标签或作者名里、\
作者粉丝数不少于10、作者粉丝数不多于20、作者未认证、\
时间从22:00到06:00（不含，Asia/Shanghai）。
适用于：云帆。
词须与主体在同一句。
被否定的词不算。
只算问句里的词。
假设句里的词不算。
个案进入“客服”队列。
优先级：高。
须在1小时30分钟内响应。
须在2天内解决。
示例：1条应命中，2条不应命中。""",
}


@pytest.mark.parametrize(("name", "language"), SAID)
def test_a_rule_says_one_sentence_for_each_of_its_keys(name: str, language: str, read: Read) -> None:
    rules = read(RULES)
    said: dict[str, Subject | Scenario] = {rule.name: rule for rule in rules.subjects}
    said |= {rule.name: rule for rule in rules.scenarios}
    assert say(said[name], "zh" if language == "zh" else "en") == SAID[name, language]


def test_every_key_of_a_rule_has_its_words() -> None:
    first_words = {name.split(" ")[0] for name in PHRASES}
    assert {*SUBJECT_KEYS, *SCENARIO_KEYS} - first_words == {"enabled"}


def test_every_phrase_is_said_in_both_languages_with_the_same_blanks() -> None:
    for english, chinese in PHRASES.values():
        assert sorted(_blanks(english)) == sorted(_blanks(chinese))


def _blanks(text: str) -> list[str]:
    return [piece.split("}")[0] for piece in text.split("{")[1:]]
