"""One table of searches over 5,000 posts: every store gives the same ids in the same order, equally counted.

What is right is worked out by `matches`, the meaning of a search in plain Python. The posts are made up;
where real ones lie beside this checkout, the first half are those.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from listening.model import Author, Hit
from listening.query import Query, facet_values, predicate
from listening.store import Store
from listening.store.ports import Cursor
from tests.conftest import SHARED
from tests.store.records import ask, at, hit
from tests.store.test_agreement import record

SHANGHAI = ZoneInfo("Asia/Shanghai")
BORDER = datetime(2026, 11, 1, tzinfo=SHANGHAI)
REAL = SHARED / "data" / "weibo_emotion_6_classes.jsonl.gz"
SENTENCES = [
    "星河宽带又双叒斷網啦，客服电话打不通😡",
    "请先判断网络是否正常，再报修",
    "办了５Ｇ套餐，网速还不如4G！",
    "学C++和C#的都在用 wifi6，2.5GHz 不行",
    "资费太贵，慢了50%，想携号转网到长河通信",
    "𠮷野家的wifi密码是多少？",
    "客服说“三天内处理”，第①条就没做到",
    "投诉、断网、乱扣费……一样不少",
    "The 5G-phone costs 12.5, the LTE one 125",
    "光猫红灯\n重启也没用 👨‍👩‍👧 全家没网",
]

SEARCHES = {
    "everything": "",
    "one character": "网",
    "another one": "慢",
    "two characters": "断网",
    "two characters, traditional": "斷網",
    "two characters across words": "断网络",
    "three characters": "打不通",
    "many characters": "再报修",
    "a whole sentence": "请先判断网络是否正常",
    "a quoted phrase": '"重启也没用"',
    "a phrase over a comma": "，网速",
    "not over a comma": "套餐网速",
    "a phrase over a line": '"红灯\n重启"',
    "not over a line": "红灯重启",
    "two words": "断网 客服",
    "three words": "资费 贵 长河",
    "a word twice": "断网 断网",
    "mixed scripts": "5G套餐",
    "mixed, in full width": "５Ｇ套餐",
    "a whole Latin word": "wifi6",
    "no prefix of one": "wifi",
    "in quotes a prefix is found": '"wifi"',
    "case does not matter": "lte",
    "a short Latin word": "5G",
    "a number": "125",
    "a number with a point": "12.5",
    "no part of a number": "12",
    "in quotes a part is found": '"12"',
    "C++": "C++",
    "C#": "C#",
    "the letter C": "C",
    "per cent": "50%",
    "an emoji": "😡",
    "a family of emoji": "👨‍👩‍👧",
    "a rare character": "𠮷",
    "a rare character in a word": "𠮷野家",
    "a circled digit": "①",
    "punctuation": "……",
    "Chinese quotation marks": '"“三天"',
    "a question mark": "？",
    "a full stop in a row": "、断网、",
    "a negated word": "断网 -判断",
    "only negated": "-断网 -网",
    "a negated phrase": '网 -"没网"',
    "a negated Latin word": "网 -5G",
    "a negated field": "断网 -platform:weibo",
    "a platform": "platform:weibo",
    "two values of a field": "platform:weibo,a",
    "a value in full width": "platform:ＷＥＩＢＯ",
    "a brand": "brand:星河宽带",
    "a brand in traditional characters": "brand:寬帶",
    "a status": "status:open",
    "withdrawn ones": "status:withdrawn",
    "withdrawn and open ones": "status:withdrawn,open",
    "a level and a word": "level:2 网",
    "an author by id": "author:42",
    "an author by name": "author:張三",
    "since a month began in Shanghai": "since:2026-11-01",
    "up to a month's end in Shanghai": "until:2026-10-31",
    "one day in Shanghai": "since:2026-11-01 until:2026-11-01",
    "one second": "since:2026-10-31T23:59:59 until:2026-11-01T00:00:00",
    "one millisecond": "since:2026-11-01T00:00:00.000 until:2026-11-01T00:00:00.000",
    "a time in UTC": "since:2026-10-31T16:00:00Z",
    "the last days": "since:7d",
    "a word and a time": "断网 since:2026-10-31 until:2026-11-02",
    "no such word": "量子计算机",
    "no such field value": "region:火星",
    "a time before everything": "until:1900-01-01",
    "words, fields and times": "网 platform:weibo -status:kept since:2026-10-01 -招聘",
}


class Corpus(NamedTuple):
    hits: list[Hit]
    right: dict[str, list[Hit]]


def _made_up(random: Random, number: int) -> Hit:
    """Many ties within a millisecond, and many moments around the border of a month in Shanghai."""
    return hit(
        f"m{number}",
        "".join(random.sample(SENTENCES, random.randint(1, 3))),
        title=random.choice([None, random.choice(SENTENCES)[:9]]),
        author=random.choice([None, Author(id="42", name="张三"), Author(name="李四")]),
        published_at=BORDER + timedelta(milliseconds=random.choice([-1, 0, 1, 999, -86_400_000, 86_399_999])),
    )


def _real(random: Random) -> list[Hit]:
    if not REAL.is_file():
        return []
    with gzip.open(REAL, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line) for _, line in zip(range(2_500), lines, strict=False)]
    return [
        hit(f"r{n}", str(each.get("text") or each.get("content")), published_at=_some_time(random))
        for n, each in enumerate(texts)
    ]


def _some_time(random: Random) -> datetime:
    return at("2026-09-01T00:00Z") + timedelta(minutes=random.randrange(100_000))


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    random = Random(5_000)
    real = _real(random)
    made = [_made_up(random, n) for n in range(1_500)]
    hits = [*real, *made, *(record(random, n) for n in range(5_000 - len(real) - len(made)))]
    queries = {name: ask(text) for name, text in SEARCHES.items()}
    return Corpus(hits, {name: _rightly(query, hits) for name, query in queries.items()})


def _rightly(query: Query, hits: list[Hit]) -> list[Hit]:
    return sorted(filter(predicate(query), hits), key=_order, reverse=True)


def _order(each: Hit) -> tuple[object, str]:
    return each.post.published_at, each.id


def test_the_table_asks_for_something(corpus: Corpus) -> None:
    """Or agreement would prove nothing: most searches find some, none that should not find all."""
    assert len(SEARCHES) >= 60
    numbers = {name: len(found) for name, found in corpus.right.items()}
    assert sum(0 < number < 4_900 for number in numbers.values()) >= 55
    assert [name for name, number in numbers.items() if not number] == [
        "not over a comma",
        "not over a line",
        "no such word",
        "no such field value",
        "a time before everything",
    ]


def test_every_store_answers_the_table(store: Store, corpus: Corpus) -> None:
    store.save(corpus.hits)
    wrong = [name for name, right in corpus.right.items() if not _agrees(store, ask(SEARCHES[name]), right)]
    assert wrong == []


def _agrees(store: Store, query: Query, right: list[Hit]) -> bool:
    ids = [each.id for each in right]
    page = store.search(query, limit=len(ids) + 1)
    moments = [each.post.published_at for each in right]
    days = Counter(moment.astimezone(SHANGHAI).date() for moment in moments if moment is not None)
    brands = Counter(value for each in right for value in facet_values(each, "brand"))
    return (
        [each.id for each in page.hits] == ids
        and page.total == len(ids)
        and _deep(store, query, right) == ids[-30:]
        and dict(store.facets(query, "brand")) == brands
        and {day.date(): n for day, n in store.histogram(query, "day", "Asia/Shanghai")} == days
    )


def _deep(store: Store, query: Query, right: list[Hit]) -> list[str]:
    """The last thirty, as the page behind all others."""
    last = right[-31] if len(right) > 30 else None
    assert last is None or last.post.published_at is not None
    after = Cursor(last.post.published_at, last.id) if last and last.post.published_at else None
    page = store.search(query, limit=30, after=after)
    assert page.next is None
    return [each.id for each in page.hits]
