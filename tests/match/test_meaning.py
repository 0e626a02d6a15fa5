"""Every example of docs/matching.md, asked of three matchers: the page with jieba, the page with our
segmenter, and the product."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from listening.match.matcher import Matcher
from listening.model import (
    Author,
    Channel,
    Kind,
    ListeningClass,
    Match,
    Mention,
    Outcome,
    Post,
    Priority,
    Reach,
    Reference,
)
from listening.rules.ruleset import Conditions, Ignore, MatchMode, RuleSet, Side
from tests.match.agreement import ProductSegmenter, of_product
from tests.reference.making import brand, conditions, post, rules, scenario, terms
from tests.reference.matcher import ReferenceResult, match
from tests.reference.segmenters import jieba_factory

Matched = Callable[[Post, RuleSet], ReferenceResult]


def by_product(post: Post, ruleset: RuleSet) -> ReferenceResult:
    return of_product(Matcher(ruleset).match([post])[0])


@pytest.fixture(
    params=[
        pytest.param(partial(match, segmenter_factory=jieba_factory), id="page-with-jieba"),
        pytest.param(partial(match, segmenter_factory=ProductSegmenter), id="page-with-our-segmenter"),
        pytest.param(by_product, id="product"),
    ]
)
def matched(request: pytest.FixtureRequest) -> Matched:
    matcher: Matched = request.param
    return matcher


# -- does a word count? -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A text, the term looked for in it, and what is found: (original text, token around it, negated)."""

    id: str
    text: str
    term: str
    found: list[tuple[str, str | None, bool]]
    mode: MatchMode = MatchMode.WORD
    except_: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)  # further words of the rule set


def hit(text: str, inside: str | None = None, *, negated: bool = False) -> list[tuple[str, str | None, bool]]:
    return [(text, inside, negated)]


STRICT, AS_TEXT = MatchMode.STRICT, MatchMode.TEXT
ROWS = [
    # the table of false hits and misses
    Row("outage inside two everyday words", "请先判断网络是否正常", "断网", []),
    Row("outage inside diagnosis and site", "专家诊断网站", "断网", []),
    Row("tariff inside investment and cost", "这次投资费用太高", "资费", []),
    Row("tariff inside supplies and cost", "物资费用报销", "资费", []),
    Row("telecom inside broadcast and information", "广电信息股份", "电信", []),
    Row("carrier inside related notice", "关联通知已发送", "联通", []),
    Row("mobile disk is nested", "移动硬盘坏了", "移动", hit("移动", "移动硬盘")),
    Row("mobile disk under except", "移动硬盘坏了", "移动", [], except_=["移动硬盘"]),
    Row("mobile disk under strict", "移动硬盘坏了", "移动", [], mode=STRICT),
    Row("a word the dictionary lacks", "我家宽带又双叒断网啦", "断网", hit("断网")),
    Row("letters and Han in one brand", "XX宽带装维师傅不来", "XX宽带", hit("XX宽带")),
    Row("a brand of two dictionary words", "长城宽带断线", "长城宽带", hit("长城宽带")),
    Row("traditional spelling", "宽帶斷網", "断网", hit("斷網")),
    Row("a blank inside", "我跟客服讲投 诉", "投诉", hit("投 诉")),
    Row("phone fraud", "电信诈骗案告破", "电信", hit("电信")),
    Row("phone fraud under except", "电信诈骗案告破", "电信", [], except_=["电信诈骗"]),
    Row("negated", "不投诉了已解决", "投诉", hit("投诉", negated=True)),
    # aligned
    Row("aligned between adverb and particle", "又双叒断网啦", "断网", hit("断网")),
    Row("aligned behind Latin letters", "XX宽带", "宽带", hit("宽带")),
    Row("negation cut off before a word", "不断网", "断网", hit("断网", negated=True)),
    # nested
    Row("nested in the company's name", "中国移动", "移动", hit("移动", "中国移动")),
    Row("nested in mobile user", "移动用户", "移动", hit("移动", "移动用户")),
    Row("nested in an idiom", "投诉无门", "投诉", hit("投诉", "投诉无门")),
    Row("nested in phone bill", "电话费", "话费", hit("话费", "电话费")),
    Row("nested in traffic volume", "车流量", "流量", hit("流量", "车流量")),
    Row("strict: nested in a dictionary word", "中国移动", "移动", [], mode=STRICT),
    Row(
        "strict: nested in an own word", "电话费贵", "话费", hit("话费", "电话费"), STRICT, others=["电话费"]
    ),
    Row("strict: aligned", "移动不好", "移动", hit("移动"), STRICT),
    Row(
        *("the plain dictionary grants what an own word would hold", "星河宽带", "宽带", hit("宽带")),
        others=["星河宽带"],
    ),
    # crossed
    Row("carrier inside underground opens", "地铁通车", "铁通", []),
    Row("a word the dictionary lacks is crossed too", "转移连接", "移连", []),
    Row("crossed under strict", "判断网络", "断网", [], mode=STRICT),
    Row("crossed but taken as text", "判断网络", "断网", hit("断网"), mode=AS_TEXT),
    Row("crossed but written as a text", "判断网络", "text:断网", hit("断网")),
    Row("two own words compete, the likelier wins", "家里断网速来修", "断网", [], others=["网速"]),
    Row("the winner of the two", "家里断网速来修", "网速", hit("网速"), others=["断网"]),
    Row("an own word alone", "又断网速又慢", "断网", hit("断网")),
    # gaps
    Row("ideographic blank and tab", "投　\t诉", "投诉", hit("投　\t诉")),
    Row("a newline is no gap", "投\n诉", "投诉", []),
    Row("a line separator is no gap", "投\u2028诉", "投诉", []),
    Row("zero-width characters are not there", "断\u200b\ufe0f网", "断网", hit("断\u200b\ufe0f网")),
    Row("a gap inside a longer word's outer end", "判断 网络", "断网", []),
    Row("with a gap, nested in the compact copy", "中国移 动", "移动", hit("移 动", "中国移动")),
    Row("with a gap, crossed in the compact copy", "投资 费用", "资费", []),
    Row("a blank between letters is kept", "5 G", "5G", []),
    Row("a blank beside Han is dropped", "5G 套餐", "5G套餐", hit("5G 套餐")),
    Row("the term is compacted as well", "5G套餐", "5G 套餐", hit("5G套餐")),
    # words with ASCII letters and digits
    Row("letters follow", "5GHz", "5G", []),
    Row("a point between digits", "2.5G", "5G", []),
    Row("a point behind a letter", "v.5G", "5G", hit("5G")),
    Row("a point at the end", "有5G.", "5G", hit("5G")),
    Row("inside a Latin word", "filter", "LTE", []),
    Row("digits follow", "iphone15", "iphone", []),
    Row("a prefix", "买iphone15", "iphone*", hit("iphone")),
    Row("a prefix needs its left end", "myiphone15", "iphone*", []),
    Row("an underscore follows", "5G_", "5G", []),
    Row("a circled digit is no digit", "5G①", "5G", hit("5G")),
    Row("a circled digit before it is no digit", "②5G", "5G", hit("5G")),
    Row("full width folds", "用５Ｇ", "5G", hit("５Ｇ")),
    Row("full-width neighbours too", "５ＧＨｚ", "5G", []),
    Row("a Han end that is a boundary", "用5G网", "5G网", hit("5G网")),
    Row("a Han end inside a word", "用5G网络", "5G网", []),
    Row("a mark at the end is good", "学C++11", "C++", hit("C++")),
    Row("but its letter end is judged", "ABC++", "C++", []),
    Row("case: the same spelling", "用LTE上网", "case:LTE", hit("LTE")),
    Row("case: another spelling", "用lte上网", "case:LTE", []),
    Row("case: a Han end must be a boundary", "判断网络", "case:断网", []),
    Row("case: traditional is another spelling", "斷網", "case:断网", []),
    Row("case: blanks and zero-width left out", "断\u200b 网", "case:断网", hit("断\u200b 网")),
    # what is no word to a segmenter
    Row("emoji", "气😡死", "😡", hit("😡")),
    Row(
        "emoji of several code points",
        "一家👨\u200d👩\u200d👧",
        "👨\u200d👩\u200d👧",
        hit("👨\u200d👩\u200d👧"),
    ),
    Row("# is a boundary", "#断网#", "断网", hit("断网")),
    Row("full-width # too", "判＃断网＃络", "断网", hit("断网")),
    Row("overlapping places", "啊啊啊", "text:啊啊", [("啊啊", None, False)] * 2),
    # prefixes
    Row("a Han prefix needs a boundary", "判断网络", "断*", []),
    Row("a Han prefix at a boundary", "宽带", "宽*", hit("宽")),
    # patterns
    Row("a pattern's literals are folded", "用LTE", "/ＬＴＥ/", hit("LTE")),
    Row("a pattern keeps its classes", "5G网", r"/\D网/", hit("G网")),
    Row("a full-width bracket is a character", "(断)", "/（断）/", hit("(断)")),
    Row("a pattern sees blanks", "断 网", "/断 网/", hit("断 网")),
    Row("a pattern does not see through blanks", "断 网", "/断网/", []),
    Row("a pattern does not see zero-width", "断\u200b网", "/断网/", hit("断\u200b网")),
    Row("a pattern counts wherever it matches", "判断网络", "/断网/", hit("断网")),
    Row("empty matches are left out", "断网", "/x*/", []),
    Row("one match after the other", "断网断网", "/断./", [("断网", None, False)] * 2),
    Row("a raw pattern sees the original", "用ＬＴＥ LTE", "raw/LTE/", hit("LTE")),
    # except
    Row("except is found whatever its verdict", "判断网络", "text:断网", [], except_=["断网络"]),
    Row("except as a pattern", "断网吧", "断网", [], except_=["/断网[吧啊]/"]),
    Row("except elsewhere", "断网，断网吧", "断网", hit("断网"), except_=["断网吧"]),
    Row("except with a gap leaves one without", "移动 硬盘", "移动", hit("移动"), except_=["移动硬盘"]),
    Row("except takes one with a gap in compact", "移 动 硬盘", "移动", [], except_=["移动硬盘"]),
    Row("an equal span is not longer", "断网了", "断网", hit("断网"), except_=["断网"]),
    # negation
    Row("negated across a blank", "没有 断网", "断网", hit("断网", negated=True)),
    Row("negated before the longer token", "不移动用户", "移动", hit("移动", "移动用户", negated=True)),
    Row("negated by a longer word", "从未断网", "断网", hit("断网", negated=True)),
    Row("not negated across #", "不#断网", "断网", hit("断网")),
    Row("not negated across a newline", "不\n断网", "断网", hit("断网")),
    Row("a text is negated by the token before it", "不要断网", "text:断网", hit("断网", negated=True)),
    Row("a text inside a token has none before it", "不中国移动", "text:移动", hit("移动")),
    # addresses
    Row("not in an address", "https://t.cn/5G 断网", "5G", []),
    Row("not in www", "WWW.5G.cn", "5G", []),
    Row("behind an address", "https://t.cn/断网", "断网", hit("断网")),
    Row("a trailing point is not the address's", "http://t.cn/x.5G。http://t.cn/.", "/[.]$/", hit(".")),
    Row("an address ends before a quote", "http://t.cn/x//@y", "/@y/", hit("@y")),
    Row("www. too, right behind its beginning", "www.://@y", "/@y/", hit("@y")),
    Row("a long s begins no address", "httpſ://5G", "5G", hit("5G")),
]


def found_in(matched: Matched, row: Row) -> list[tuple[str | None, str | None, bool]]:
    rule = conditions([row.term], except_=row.except_, match=row.mode)
    others = brand("others", conditions(["绝无此词", *row.others]))
    result = matched(post(row.text), rules(brand("asked", rule), others))
    return [(m.text, m.inside, "negated" in m.marks) for m in result.matches if m.subject == "asked"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_an_occurrence_counts_as_the_page_says(matched: Matched, row: Row) -> None:
    assert found_in(matched, row) == row.found


def test_a_span_counts_code_points_of_the_original(matched: Matched) -> None:
    result = matched(post("𠮷　斷\u200b 網！"), rules(brand("b", conditions(["断网"]))))
    assert [(m.start, m.end, m.text) for m in result.matches] == [(2, 6, "斷\u200b 網")]


def test_the_title_and_each_tag_are_fields_of_their_own(matched: Matched) -> None:
    result = matched(
        post("断网", title="断", tags=("网",) * 10 + ("断网",)), rules(brand("b", conditions(["断网"])))
    )
    assert [m.field for m in result.matches] == ["text", "tags.10"]


# -- names and quotes -------------------------------------------------------------------------------------

XINGHE = {"weibo": ("@星河客服", "xinghe"), "mastodon": ("xinghe@social.example",)}


@dataclass(frozen=True)
class NameRow:
    """A text with @, and which accounts of XINGHE it addresses, with the span's text."""

    id: str
    text: str
    addressed: list[tuple[str, str | None]]
    more: dict[str, Any] = field(default_factory=dict)


NAME_ROWS = [
    NameRow("ends at a blank", "@星河客服 你好", [("@星河客服", "@星河客服")]),
    NameRow("ends behind a known name", "@星河客服你们又断网了", [("@星河客服", "@星河客服")]),
    NameRow("a stranger's longer name", "@xinghe_fan", []),
    NameRow("a known name before a point", "@xinghe.", [("xinghe", "@xinghe")]),
    NameRow("full width and upper case", "＠ＸＩＮＧＨＥ", [("xinghe", "＠ＸＩＮＧＨＥ")]),
    NameRow("mail", "me@xinghe", []),
    NameRow("in an address", "https://weibo.com/@xinghe", []),
    NameRow("full width, directly behind an address", "https://a.cn/＠xinghe", [("xinghe", "＠xinghe")]),
    NameRow("behind a name in an address", "https://a.cn/@x断网@xinghe", [("xinghe", "@xinghe")]),
    NameRow("a known name before a host is somebody else", "@xinghe@social.example", []),
    NameRow(
        *("a host on its platform", "@xinghe@social.example!"),
        [("xinghe@social.example", "@xinghe@social.example")],
        {"platform": "mastodon"},
    ),
    NameRow("no platform", "@xinghe", [], {"platform": None}),
    NameRow("more than thirty characters", "@" + "长" * 30 + "xinghe", []),
]


@pytest.mark.parametrize("row", NAME_ROWS, ids=lambda row: row.id)
def test_a_name_in_the_text_addresses_an_account(matched: Matched, row: NameRow) -> None:
    result = matched(post(row.text, **{"platform": "weibo", **row.more}), rules(brand("b", accounts=XINGHE)))
    assert [(m.term, m.text) for m in result.matches] == row.addressed


def test_a_name_in_the_text_has_thirty_characters_at_most(matched: Matched) -> None:
    longest, longer = "长" * 30, "长" * 31
    ruleset = rules(brand("b", accounts={"weibo": (longest, longer)}))
    assert [m.term for m in matched(post(f"@{longer}", platform="weibo"), ruleset).matches] == [longest]


def test_a_word_in_a_name_brings_a_subject_but_no_scenario(matched: Matched) -> None:
    ruleset = rules(
        brand("b", conditions(["星河"])),
        scenario("s", conditions(["断网"]), "b"),
        ignore=Ignore(any=terms(["哈哈"])),
    )
    assert matched(post("@新星河断网哈哈王"), ruleset).outcome is Outcome.MENTION
    assert matched(post("@新星河断网哈哈王 断网"), ruleset).outcome is Outcome.HIT
    assert matched(post("@新星河断网哈哈王 哈哈"), ruleset).outcome is Outcome.EXCLUDED


def test_a_name_ends_behind_a_mention_known_by_its_name(matched: Matched) -> None:
    ruleset = rules(brand("b", conditions(["移动"])), scenario("s", conditions(["断网"]), "b"))
    text = "@中国移动助手你们又断网了"
    assert matched(post(text), ruleset).outcome is Outcome.MENTION
    assert matched(post(text, mentions=(Mention(name="中国移动助手"),)), ruleset).outcome is Outcome.HIT


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("断网//@某人:断网", ["own", "quoted"]),
        ("https://t.cn/x//@某人:断网", ["quoted"]),
        ("http://@断网 断网", ["own", "own"]),
        ("看://@某人:断网", ["own"]),
        ("断网／／@某人 断网", ["own", "own"]),
    ],
    ids=[
        "behind //@",
        "behind an address",
        "in an address's beginning",
        "behind a colon",
        "full-width slashes",
    ],
)
def test_evidence_behind_a_quote_is_quoted(matched: Matched, text: str, parts: list[str]) -> None:
    result = matched(post(text), rules(brand("b", conditions(["断网"]))))
    assert [m.part for m in result.matches] == parts


# -- rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "text", "outcome"),
    [
        (conditions(["断网", "掉线"]), "掉线", Outcome.MENTION),
        (conditions(all=["断网", "掉线"]), "掉线", Outcome.UNMATCHED),
        (conditions(all=["断网", "掉线"]), "掉线断网", Outcome.MENTION),
        (conditions(["断网"], all=["掉线"]), "断网", Outcome.UNMATCHED),
        (conditions(["断网"], none=["招聘"]), "断网招聘", Outcome.UNMATCHED),
        (conditions(none=["招聘"]), "断网", Outcome.UNMATCHED),
        (conditions(["断网"], none=["断网吧"], except_=["断网吧啊"]), "断网，断网吧啊", Outcome.MENTION),
    ],
    ids=[
        "one of any",
        "all but one of all",
        "all of all",
        "any without all",
        "taken away by none",
        "only none says nothing",
        "except guards none",
    ],
)
def test_all_that_a_subject_states_must_hold(
    matched: Matched, rule: Conditions, text: str, outcome: Outcome
) -> None:
    assert matched(post(text), rules(brand("b", rule))).outcome is outcome


ADDRESSED = {"platform": "weibo"}


@pytest.mark.parametrize(
    ("more", "field_name"),
    [
        ({"mentions": (Mention(name="XingHe"),)}, "mentions"),
        ({"mentions": (Mention(id="@xinghe"),)}, "mentions"),
        ({"parent": Reference(id="p", author=Author(name="ｘｉｎｇｈｅ"))}, "parent"),
        ({"root": Reference(id="r", author=Author(id="xinghe", name="别名"))}, "root"),
        ({"source": "星河论坛"}, "source"),
    ],
    ids=["a mention's name", "a mention's id", "the parent's author", "the root's author", "the source"],
)
def test_a_subject_is_present_without_a_word(matched: Matched, more: dict[str, Any], field_name: str) -> None:
    subject = brand("b", accounts=XINGHE, sources=("星河论坛",))
    result = matched(post("你好", platform="weibo", **more), rules(subject))
    term = "星河论坛" if field_name == "source" else "xinghe"
    assert result.matches == (Match(subject="b", term=term, field=field_name, part="own"),)
    assert result.reach is (Reach.INDIRECT if field_name == "source" else Reach.DIRECT)
    elsewhere = matched(post("你好", platform="mastodon", **more), rules(subject))
    assert elsewhere.outcome is (Outcome.MENTION if field_name == "source" else Outcome.UNMATCHED)


def test_none_takes_a_subject_away_that_an_account_brought(matched: Matched) -> None:
    subject = brand("b", conditions(none=["招聘"]), accounts=XINGHE)
    assert matched(post("@xinghe 招聘", platform="weibo"), rules(subject)).outcome is Outcome.UNMATCHED


@pytest.mark.parametrize(
    ("text", "author", "platform", "excluded"),
    [
        ("断网", Author(id="xinghe"), "weibo", True),
        ("断网", Author(name="星河客服"), "weibo", True),
        ("断网", Author(name="xinghe"), "mastodon", False),
        ("断网", Author(name="@水军"), None, True),
        ("断网抽奖", None, None, True),
        ("断网", Author(name="长河"), "weibo", False),
    ],
    ids=["own id", "own name", "other platform", "ignored author", "ignored word", "a competitor's account"],
)
def test_what_is_excluded(
    matched: Matched, text: str, author: Author | None, platform: str | None, excluded: bool
) -> None:
    ruleset = rules(
        brand("b", conditions(["断网"]), accounts=XINGHE),
        brand("c", conditions(["掉线"]), accounts={"weibo": ("长河",)}, side=Side.COMPETITOR),
        ignore=Ignore(any=terms(["抽奖"]), authors=("水军",)),
    )
    outcome = matched(post(text, author=author, platform=platform), ruleset).outcome
    assert (outcome is Outcome.EXCLUDED) == excluded


def test_a_scenario_is_asked_for_the_subjects_of_its_own(matched: Matched) -> None:
    ruleset = rules(
        brand("星河", conditions(["星河"])),
        brand("长河", conditions(["长河"]), side=Side.COMPETITOR),
        scenario("报障", conditions(["断网"]), "星河", queue="技术支持", priority=Priority.HIGH),
        scenario("挖角", conditions(["断网"]), "长河", queue="市场", priority=Priority.HIGH),
        scenario("其他", conditions(["断网"], none=["招聘"]), "星河", "长河", queue="其他"),
    )
    both = matched(post("星河和长河都断网"), ruleset)
    assert both.scenarios == ("星河/报障", "长河/挖角", "星河/其他", "长河/其他")
    assert (both.level, both.brands, both.competitors) == (2, ("星河",), ("长河",))
    assert (both.queue, both.priority) == ("技术支持", Priority.HIGH)
    assert both.listening_class is ListeningClass.KEYWORD
    one = matched(post("长河断网招聘"), ruleset)
    assert (one.scenarios, one.queue, one.listening_class) == (
        ("长河/挖角",),
        "市场",
        ListeningClass.COMPETITOR,
    )
    neither = matched(post("星河"), ruleset)
    assert (neither.outcome, neither.level, neither.queue, neither.priority) == (
        Outcome.MENTION,
        1,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("kind", "text", "channel"),
    [
        (Kind.MESSAGE, "断网", Channel.MESSAGE),
        (Kind.COMMENT, "断网", Channel.COMMENT),
        (Kind.ANSWER, "@xinghe 断网", Channel.COMMENT),
        (Kind.REPOST, "断网", Channel.REPOST),
        (Kind.POST, "@xinghe 断网", Channel.AT),
        (None, "断网", Channel.POST),
    ],
    ids=["message", "comment", "an answer that addresses us", "repost", "a post that addresses us", "post"],
)
def test_the_channel(matched: Matched, kind: Kind | None, text: str, channel: Channel) -> None:
    ruleset = rules(brand("b", conditions(["断网"]), accounts=XINGHE))
    result = matched(post(text, kind=kind, platform="weibo"), ruleset)
    assert result.channel is channel
    assert result.listening_class is (ListeningClass.OWN if "@" in text else ListeningClass.KEYWORD)


def test_evidence_is_sorted_and_of_two_equal_pieces_the_first_stays(matched: Matched) -> None:
    ruleset = rules(
        brand("乙", conditions(["宽带", "text:宽带"]), sources=("论坛",)),
        brand("甲", conditions(["宽带"], none=["招聘"])),
        scenario("报障", conditions(["断网"]), "乙", "甲"),
    )
    result = matched(post("断网宽带", title="宽带", source="论坛"), ruleset)
    assert [(m.field, m.start, m.subject, m.scenario, m.term) for m in result.matches] == [
        ("title", 0, "乙", None, "宽带"),
        ("title", 0, "甲", None, "宽带"),
        ("text", 0, "乙", "报障", "断网"),
        ("text", 0, "甲", "报障", "断网"),
        ("text", 2, "乙", None, "宽带"),
        ("text", 2, "甲", None, "宽带"),
        ("source", None, "乙", None, "论坛"),
    ]
