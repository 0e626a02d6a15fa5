"""Every store finds what `matches` says, in the one order: 2,000 made-up records, 60 made-up searches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest

from listening.model import Author, Channel, Hit, Kind, ListeningClass, Match, Priority, Status
from listening.query import FACETS, Query, facet_values, predicate
from listening.store import Store
from tests.store.records import NOW, ask, hit

PIECES = [
    *(
        "断网",
        "斷網",
        "判断网络",
        "报修",
        "宽带",
        "光猫",
        "红灯",
        "不",
        "了",
        "，",
        "。",
        "“",
        '"',
        "'",
        " ",
        "　",
    ),
    *("\n", "\u200b", "5G", "５g", "4G", "wifi", "WiFi6", "2.5", "12.5", "C++", "C#", "_x", "50%", "-", "😡"),
    *("👍🏽", "𠮷", "①", "a", "b", "|", "||", "*", ":"),
]
VALUES = ["a", "b", "A", "Ａ", "宽带", "寬帶", "x y", "x,y", "x/y"]
STATUSES = [Status.OPEN, Status.OPEN, Status.KEPT, Status.WITHDRAWN, None]


def texts(random: Random, most: int) -> str:
    return "".join(random.choices(PIECES, k=random.randint(0, most)))


def some(random: Random, most: int = 2) -> tuple[str, ...]:
    return tuple(random.choices(VALUES, k=random.randint(0, most)))


def maybe(random: Random) -> str | None:
    return random.choice([None, *VALUES])


def record(random: Random, number: int) -> Hit:
    brands = some(random)
    return hit(
        f"{random.choice('aA断😡')}{number}",
        texts(random, 14),
        title=random.choice([None, texts(random, 4)]),
        tags=tuple(texts(random, 2) for _ in range(random.randint(0, 3))),
        platform=random.choice(VALUES),
        source=maybe(random),
        kind=random.choice([None, *Kind]),
        author=random.choice([None, Author(id=maybe(random), name=maybe(random))]),
        region=maybe(random),
        lang=maybe(random),
        published_at=NOW + timedelta(milliseconds=random.randint(-40, 40) * random.choice([1, 10**6, 10**9])),
        level=random.choice([1, 2]),
        listening_class=random.choice(list(ListeningClass)),
        channel=random.choice(list(Channel)),
        brands=brands,
        competitors=some(random),
        scenarios=tuple(f"{brand}/{random.choice(VALUES)}" for brand in brands),
        matches=tuple(Match(subject="a", term=term, field="text") for term in some(random, 4)),
        queue=maybe(random),
        priority=random.choice([None, *Priority]),
        status=random.choice(STATUSES),
    )


def clause(random: Random, hits: list[Hit]) -> str:
    """A part of a search that some record probably answers to."""
    minus = random.choice(["", "", "", "-"])
    example = random.choice(hits)
    kind = random.random()
    if kind < 0.45:
        _, text = random.choice(example.post.texts() or [("", "断网")])
        start = random.randrange(len(text))
        part = text[start : start + random.randint(1, 5)].replace("\\", "").replace('"', r"\"")
        return f'{minus}"{part}"' if part.strip(" 　\u200b") else "断网"
    if kind < 0.6:
        return minus + random.choice(["5G", "4g", "wifi", "WiFi6", "2.5", "12.5", "a", "b", "_x", "50"])
    if kind < 0.75:
        days = random.randint(-500, 500)
        return f"{minus}{random.choice(['since', 'until'])}:{(NOW + timedelta(days=days)).date()}"
    field = random.choice(FACETS)
    values = [*facet_values(example, field), *facet_values(random.choice(hits), field)]
    if not values:
        return "断网"
    if field == "scenario":
        values = [random.choice([value, value.partition("/")[2]]) for value in values]
    return f"{minus}{field}:" + ",".join(f'"{value}"' for value in values[:3])


def order(each: Hit) -> tuple[object, str]:
    return each.post.published_at, each.id


def searches(random: Random, hits: list[Hit], number: int) -> Iterator[tuple[Query, list[Hit]]]:
    """Searches and what they should find."""
    for n in range(number):
        query = ask(" ".join(clause(random, hits) for _ in range(random.choice([1, 1, 2, 3]) if n else 0)))
        yield query, sorted(filter(predicate(query), hits), key=order, reverse=True)


Corpus = tuple[list[Hit], list[tuple[Query, list[Hit]]]]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    random = Random(20261124)
    hits = [record(random, number) for number in range(2000)]
    return hits, list(searches(random, hits, 60))


def test_the_searches_find_something_and_not_everything(corpus: Corpus) -> None:
    """Or the agreement below would prove nothing."""
    numbers = [len(right) for _, right in corpus[1]]
    assert sum(0 < number < 1500 for number in numbers) >= 40


def test_stores_find_what_the_meaning_says(store: Store, corpus: Corpus) -> None:
    hits, asked = corpus
    store.save(hits[:1200])
    store.save([hit(each.id, "以前的断网 5G", tags=("旧",)) for each in hits[1200:]])
    store.withdraw([each.id for each in hits[1200:]])  # so that the new status counts
    store.save(hits[1200:])
    for query, right in asked:
        page = store.search(query, limit=2000)
        assert [each.id for each in page.hits] == [each.id for each in right], str(query)
        assert page.total == len(right), str(query)


def test_stores_count_what_they_find(store: Store, corpus: Corpus) -> None:
    hits, asked = corpus
    store.save(hits)
    for field, (query, right) in zip(FACETS, asked[1::3], strict=False):
        assert store.count(query) == len(right), str(query)
        counts = Counter(value for each in right for value in facet_values(each, field))
        assert dict(store.facets(query, field)) == counts, (field, str(query))
        days = Counter(at.date() for each in right if (at := each.post.published_at) is not None)
        assert {day.date(): n for day, n in store.histogram(query, "day", "UTC")} == days, str(query)
