"""The contract: what is found. The meaning is `matches`; here stand the cases that break indexes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from listening.model import Author
from listening.query import Field, Query
from listening.store import Store
from listening.store.ports import Cursor
from tests.store.records import NOW, ask, at, found, hit

TEXTS = {
    "running": "星河宽带又双叒断网啦",
    "inside": "请先判断网络是否正常",
    "traditional": "斷網了怎麼辦",
    "spaced": "断 网 了",
    "lines": "断\n网",
    "comma": "投诉，断网。",
    "wide": "我要办５Ｇ套餐",
    "latin": "The 5G-phone costs 12.5 not 125",
    "hertz": "5GHz wifi6",
    "plus": "学C++和C#的",
    "c": "学C的",
    "percent": "慢了50%!",
    "emoji": "气死😡😡👨‍👩‍👧",
    "rare": "𠮷野家的𪚥",
    "quotes": "他说\"断线\"和“掉线” 'x' `y`",
    "backslash": r"C:\windows\temp",
    "circled": "第①条",
    "sql": "'; DROP TABLE hit; -- % _ *",
    "fts": "NEAR(a b) AND OR NOT ^col:x*",
    "controls": "a\x07b\x1fc",
    "empty": "",
    "ring": "Å Ångström İstanbul ﬁn ß",
    "arabic": "انقطاع النت",
    "combining": "e\u0301te\u0301",
}


NET = ["traditional", "spaced", "running", "inside", "comma"]


@pytest.fixture
def full(store: Store) -> Store:
    """A store with one record for each text."""
    store.save([hit(name, text, published_at=NOW) for name, text in TEXTS.items()])
    return store


@pytest.mark.parametrize(
    ("query", "names"),
    [
        pytest.param("断网", NET, id="two characters"),
        pytest.param("斷網", NET, id="traditional"),
        pytest.param("断网啦", ["running"], id="up to the end"),
        pytest.param("网", [*NET, "lines"], id="one character"),
        pytest.param("投诉断网", [], id="not over punctuation"),
        pytest.param("，断网。", ["comma"], id="with punctuation"),
        pytest.param("5g套餐", ["wide"], id="mixed, in full width"),
        pytest.param("5G", ["wide", "latin"], id="a whole word"),
        pytest.param('"5G"', ["wide", "latin", "hertz"], id="a quoted word"),
        pytest.param("12.5", ["latin"], id="a number"),
        pytest.param("12", [], id="not part of a number"),
        pytest.param("125", ["latin"], id="a number without point"),
        pytest.param('"125"', ["latin"], id="a quoted number"),
        pytest.param("C++", ["plus"], id="C++"),
        pytest.param("C#", ["plus"], id="C#"),
        pytest.param("C", ["plus", "c", "backslash", "controls"], id="a letter"),
        pytest.param("50%", ["percent"], id="percent"),
        pytest.param("%", ["sql", "percent"], id="a wildcard of LIKE"),
        pytest.param("_", ["sql"], id="the other one"),
        pytest.param("*", ["sql", "fts"], id="a wildcard of the index"),
        pytest.param("😡😡", ["emoji"], id="emoji"),
        pytest.param("👨‍👩‍👧", ["emoji"], id="joined emoji"),
        pytest.param("𠮷野", ["rare"], id="beyond the basic plane"),
        pytest.param("𪚥", ["rare"], id="extension B"),
        pytest.param(r'"说\"断线\""', ["quotes"], id="quotation marks"),
        pytest.param("「“掉线”」", ["quotes"], id="Chinese quotation marks"),
        pytest.param("'x'`y`", ["quotes"], id="other quotation marks"),
        pytest.param(r"\windows\temp", ["backslash"], id="backslashes"),
        pytest.param("①", ["circled", "latin"], id="a circled digit folds to 1"),
        pytest.param("1", [], id="but is no number"),
        pytest.param('"; drop table"', ["sql"], id="SQL"),
        pytest.param('"NEAR(a b) AND"', ["fts"], id="the index's own language"),
        pytest.param("AND", ["fts"], id="a word of that language"),
        pytest.param('"col:x*"', ["fts"], id="a column of the index"),
        pytest.param("abc", [], id="control characters part words"),
        pytest.param('"abc"', ["controls"], id="but not runs"),
        pytest.param("ångström", ["ring"], id="accents stay"),
        pytest.param("النت", ["arabic"], id="other scripts"),
        pytest.param('"断\n网"', ["lines"], id="a line's end is found as such"),
        pytest.param("-断网 -网 学", ["plus", "c"], id="negated words"),
        pytest.param('学 -"C++"', ["c"], id="a negated phrase"),
        pytest.param("断网 -啦 -判断 -，", ["traditional", "spaced"], id="several negated words"),
        pytest.param("网 断 了", ["traditional", "spaced"], id="all words, in any order"),
        pytest.param("wifi", [], id="a prefix is no whole word"),
        pytest.param("wifi6", ["hertz"], id="with its digit it is"),
    ],
)  # fmt: skip
def test_words(full: Store, query: str, names: list[str]) -> None:
    assert sorted(found(full, query)) == sorted(names)
    assert full.count(ask(query)) == len(names)


def test_only_negated_words(full: Store) -> None:
    assert set(found(full, "-网 -5G")) == set(TEXTS) - {
        "traditional", "spaced", "running", "lines", "inside", "comma", "wide", "latin"
    }  # fmt: skip


def test_many_words_at_once(full: Store) -> None:
    assert found(full, "断网 " * 150 + "-招聘 " * 50) == found(full, "断网")


def test_title_text_and_each_tag_are_searched_one_by_one(store: Store) -> None:
    store.save([hit(title="光猫", text="红灯", tags=("断网", "宽带", "光纤 fiber", "5g"))])
    for there in ("光猫", "红灯", "断网", "光纤fiber", "fiber", "5G", "断网 红灯"):
        assert store.count(ask(there)) == 1, there
    for nowhere in ("猫红", "灯断", "网宽", '"断网宽带"', "||", '"| |"', "5"):
        assert store.count(ask(nowhere)) == 0, nowhere


def test_the_authors_name_and_the_address_are_not_text(store: Store) -> None:
    store.save([hit(text="好", author=Author(name="断网君"), url="https://a.example/断网")])
    assert found(store, "断网") == []


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("platform:weibo", ["a"]),
        ("platform:WEIBO,tieba", ["b", "a"]),
        ("-platform:weibo", ["c", "b"]),
        ("author:42", ["b", "a"]),
        ("author:張三", ["a"]),
        ("-author:42", ["c"]),
        ("region:广东", ["b"]),
        ("-region:广东", ["c", "a"]),
        ("tag:断网", ["b"]),
        ("tag:断", []),
        ("scenario:宽带报障", ["c", "b", "a"]),
        ("id:a,c", ["c", "a"]),
        ("-id:a", ["c", "b"]),
        ("id:A", []),
        ("platform:weibo author:42 -tag:断网 断网", ["a"]),
    ],
)
def test_fields(store: Store, query: str, ids: list[str]) -> None:
    store.save(
        [
            hit("a", author=Author(id="42", name="张三")),
            hit(
                "b", platform="tieba", author=Author(id="7", name="42"), region="广东", tags=("断网", "断网")
            ),
            hit("c", platform="zhihu"),
        ]
    )
    assert found(store, query) == ids


def test_a_query_made_by_a_program_may_name_thousands_of_ids(store: Store) -> None:
    store.save([hit("a"), hit("b")])
    ids = Field(name="id", values=("b", *(f"x{n}" for n in range(5000))))
    assert store.count(Query(clauses=(ids,))) == 1


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("since:2026-11-01", ["next day", "next second", "last", "first"]),
        ("since:2026-11-01 until:2026-11-01", ["last", "first"]),
        ("until:2026-10-31", ["day before"]),
        ("since:2026-11-02", ["next day", "next second"]),
        ("since:2026-11-01T23:59:59.999", ["next day", "next second", "last"]),
        ("until:2026-11-01T15:59:59.999Z", ["last", "first", "day before"]),
        ("-since:2026-11-01", ["day before"]),
        ("-until:2026-11-01", ["next day", "next second"]),
    ],
)
def test_days_begin_and_end_in_shanghai(store: Store, query: str, ids: list[str]) -> None:
    moments = {
        "day before": "2026-10-31T23:59:59.999+08:00",
        "first": "2026-11-01T00:00:00.000+08:00",
        "last": "2026-11-01T23:59:59.999+08:00",
        "next second": "2026-11-02T00:00:00.000+08:00",
        "next day": "2026-11-02T12:00:00.000+08:00",
    }
    store.save([hit(name, published_at=at(moment).astimezone(UTC)) for name, moment in moments.items()])
    assert found(store, query) == ids


def test_the_order_is_newest_first_then_the_larger_id(store: Store) -> None:
    tie, later = NOW, NOW + timedelta(milliseconds=1)
    ids = ["a", "B", "b", "é", "断", "\uffee", "😡", "a:1", "a:10", "a:2"]
    store.save([hit(each, published_at=tie) for each in ids])
    store.save([hit("0", published_at=later)])
    assert found(store, "") == ["0", *sorted(ids, reverse=True)]
    assert [each.id for each in store.scan()] == ["0", *sorted(ids, reverse=True)]


def test_any_year_has_its_place(store: Store) -> None:
    years = [1, 1899, 1900, 1969, 1970, 2026, 2248, 2300, 9999]
    store.save([hit(f"y{year}", published_at=datetime(year, 6, 1, tzinfo=UTC)) for year in years])
    assert found(store, "") == [f"y{year}" for year in reversed(years)]
    assert found(store, "since:1900-01-01 until:2300-12-31") == [
        f"y{year}" for year in reversed(years) if 1900 <= year <= 2300
    ]
    assert store.search(ask("until:1899-12-31")).hits[0].post.published_at == datetime(1899, 6, 1, tzinfo=UTC)


def test_pages_go_through_everything_once_whatever_their_size(store: Store) -> None:
    store.save([hit(f"id:{n:03}", published_at=NOW - timedelta(seconds=n // 7)) for n in range(100)])
    whole = found(store, "")
    for size in (1, 7, 33, 100, 101):
        ids: list[str] = []
        after: Cursor | None = None
        for _ in range(100):
            page = store.search(ask("断网"), limit=size, after=after)
            assert page.total == 100
            ids.extend(each.id for each in page.hits)
            if page.next is None:
                break
            assert page.next == Cursor(NOW - timedelta(seconds=int(ids[-1][3:]) // 7), ids[-1])
            after = page.next
        assert ids == whole


def test_a_page_past_the_end_is_empty(store: Store) -> None:
    store.save([hit()])
    page = store.search(ask(""), after=Cursor(datetime(1970, 1, 1, tzinfo=UTC), ""))
    assert (page.hits, page.total, page.next) == ((), 1, None)


def test_a_page_without_room_only_counts(store: Store) -> None:
    store.save([hit()])
    page = store.search(ask(""), limit=0)
    assert (page.hits, page.total, page.next) == ((), 1, None)


def test_an_empty_store_finds_nothing(store: Store) -> None:
    page = store.search(ask("断网"))
    assert (page.hits, page.total, page.next) == ((), 0, None)
    assert (store.count(ask("")), store.facets(ask(""), "brand"), list(store.scan())) == (0, [], [])


def test_a_scan_takes_a_query_too(store: Store) -> None:
    store.save([hit("a"), hit("b", "别的"), hit("c")])
    assert [each.id for each in store.scan(ask("断网"))] == ["c", "a"]


def test_a_scan_is_not_disturbed_by_saving_meanwhile(store: Store) -> None:
    store.save([hit(f"id:{n}") for n in range(1100)])
    seen = []
    for n, each in enumerate(store.scan()):
        seen.append(each.id)
        if n % 300 == 0:
            store.save([hit(each.id, "改了", published_at=NOW - timedelta(days=9)), hit(f"new:{n}")])
    assert len(seen) == len(set(seen)) == 1100
