"""where: of which posts and in which fields a rule is asked."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import pytest

from listening.model import Author, Kind, Mention, Outcome, Reach
from listening.rules.ruleset import Where
from tests.reference.making import brand, conditions, rules, scenario
from tests.reference.page import by_page

NIGHT = Where(hours=(time(22), time(6)))
DAY = Where(hours=(time(9, 30), time(18)))


def _at(hour: int, minute: int = 0, second: int = 0) -> dict[str, Any]:
    """An hour of Shanghai."""
    return {"published_at": datetime(2026, 11, 24, (hour - 8) % 24, minute, second, tzinfo=UTC)}


def _by(**author: Any) -> dict[str, Any]:
    return {"author": Author(name="路人", **author)}


LEAST, MOST = Where(followers=(100, None)), Where(followers=(None, 100))


@pytest.mark.parametrize(
    ("where", "more", "met"),
    [
        (Where(), {}, True),
        (Where(platforms=("weibo", "ｚｈｉｈｕ")), {"platform": "ZhiHu"}, True),
        (Where(platforms=("weibo",)), {"platform": "weibo.com"}, False),
        (Where(platforms=("weibo",)), {}, False),
        (Where(kinds=(Kind.POST, Kind.COMMENT)), {"kind": Kind.COMMENT}, True),
        (Where(kinds=(Kind.POST,)), {"kind": Kind.REPOST}, False),
        (Where(kinds=(Kind.POST,)), {}, False),
        (Where(sources=("新闻", "论坛")), {"source": "论坛"}, True),
        (Where(sources=("新闻",)), {"source": "新闻网"}, False),
        (Where(sources=("新闻",)), {}, False),
        (Where(regions=("广东", "北京")), {"region": "中国廣東深圳"}, True),
        (Where(regions=("广东深圳",)), {"region": "广东"}, False),
        (Where(regions=("广东",)), {}, False),
        (LEAST, _by(followers=100), True),
        (LEAST, _by(followers=99), False),
        (MOST, _by(followers=100), True),
        (MOST, _by(followers=101), False),
        (LEAST, _by(), False),
        (MOST, {}, False),
        (Where(verified=True), _by(verified=True), True),
        (Where(verified=True), _by(verified=False), False),
        (Where(verified=False), _by(verified=False), True),
        (Where(verified=False), _by(), False),
        (DAY, _at(9, 30), True),
        (DAY, _at(9, 29, 59), False),
        (DAY, _at(17, 59, 59), True),
        (DAY, _at(18), False),
        (DAY, {}, False),
        (NIGHT, _at(22), True),
        (NIGHT, _at(3), True),
        (NIGHT, _at(6), False),
        (NIGHT, _at(12), False),
        (Where(hours=(time(22), time(0))), _at(23, 59), True),
        (Where(hours=(time(22), time(0))), _at(0), False),
        (Where(hours=(time(0), time(2)), zone="UTC"), _at(9), True),
        (Where(platforms=("weibo",), verified=True), {"platform": "weibo"}, False),
    ],
    ids=[
        "nothing is stated",
        "a platform, folded",
        "another platform",
        "no platform",
        "a kind",
        "another kind",
        "no kind",
        "a source",
        "a longer source",
        "no source",
        "a region inside the post's",
        "a region that holds the post's",
        "no region",
        "followers enough",
        "too few followers",
        "followers few enough",
        "too many followers",
        "no count of followers",
        "no author",
        "verified",
        "not verified",
        "not verified, as asked",
        "not said whether verified",
        "from is included",
        "before from",
        "just before to",
        "to is not included",
        "no time",
        "over midnight, from",
        "over midnight, between",
        "over midnight, to",
        "over midnight, by day",
        "until midnight",
        "midnight itself",
        "in another zone",
        "all that is stated",
    ],
)
def test_where(where: Where, more: dict[str, Any], met: bool) -> None:
    ruleset = rules(brand("b", conditions(["断网"], where=where)))
    assert (by_page("断网", ruleset, **more).outcome is Outcome.MENTION) == met


def test_a_subject_that_is_not_asked_is_not_present_whatever_brings_it() -> None:
    rule = conditions(["断网"], where=Where(kinds=(Kind.POST,)))
    subject = brand("b", rule, accounts={"weibo": ("xinghe",)}, sources=("论坛",))
    more = {"platform": "weibo", "source": "论坛", "mentions": (Mention(name="xinghe"),)}
    assert by_page("断网 @xinghe", rules(subject), **more).outcome is Outcome.UNMATCHED
    besides = by_page("断网 @xinghe", rules(subject, brand("c", conditions(["断网"]))), **more)
    assert (besides.brands, besides.reach) == (("c",), Reach.DIRECT)


def test_a_scenario_that_is_not_asked_makes_no_pair() -> None:
    ruleset = rules(
        brand("b", conditions(["移动"])),
        scenario("夜", conditions(["断网"], where=NIGHT), "b"),
        scenario("日", conditions(["断网"], where=DAY), "b"),
    )
    assert by_page("移动断网", ruleset, **_at(23)).scenarios == ("b/夜",)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ((), ["title", "text", "tags.0", "tags.1"]),
        (("title",), ["title"]),
        (("tags",), ["tags.0", "tags.1"]),
        (("author",), ["author"]),
        (("author", "text"), ["text", "author"]),
    ],
    ids=["none named", "the title", "the tags", "the author", "the author and the text"],
)
def test_the_fields_in_which_terms_are_looked_for(fields: tuple[str, ...], expected: list[str]) -> None:
    ruleset = rules(brand("b", conditions(["断网"], where=Where(fields=fields))))
    more = {"title": "断网", "tags": ("断网", "断网"), "author": Author(name="断网王", id="断网")}
    assert [m.field for m in by_page("断网", ruleset, **more).matches] == expected


def test_none_is_looked_for_in_the_same_fields() -> None:
    ruleset = rules(brand("b", conditions(["断网"], none=["招聘"], where=Where(fields=("title",)))))
    assert by_page("招聘", ruleset, title="断网").outcome is Outcome.MENTION
    assert by_page("你好", ruleset, title="断网招聘").outcome is Outcome.UNMATCHED


def test_the_fields_do_not_limit_accounts() -> None:
    rule = conditions(["断网"], where=Where(fields=("title",)))
    ruleset = rules(brand("b", rule, accounts={"weibo": ("xinghe",)}))
    assert [m.field for m in by_page("@xinghe", ruleset, platform="weibo").matches] == ["text"]


def test_the_author_addresses_nobody() -> None:
    rule = conditions(where=Where(fields=("author",)))
    ruleset = rules(brand("b", rule, accounts={"weibo": ("xinghe",)}))
    more = {"platform": "weibo", "author": Author(name="粉 @xinghe")}
    assert by_page("你好", ruleset, **more).outcome is Outcome.UNMATCHED
