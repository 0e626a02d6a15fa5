"""The contract: what is kept, what a second save changes, and what it must not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from listening.codec import canonical
from listening.model import Author, Hit, Mention, Metrics, Observation, Priority, Reference, Status
from listening.store import Store
from listening.store.ports import Saved
from tests.store.conftest import Place
from tests.store.records import FOUND, NOW, ask, at, found, hit, likes

RICH = hit(
    "discourse/论坛:post:7",
    "第一行\r\n“引号” \\ \x07 😡𠮷",
    title="标题",
    url="https://forum.example/t/7",
    author=Author(id="42", name="张三", followers=0, verified=False),
    parent=Reference(id="discourse/论坛:post:6", author=Author(name="李四")),
    mentions=(Mention(name="星河宽带"), Mention(id="1")),
    tags=("宽带", "", "5G"),
    metrics=Metrics(likes=0, views=10**12, rank=1),
    extra={"author.gender": "f", "nested": {"b": [1, 2.5, None], "a": "x"}},
    priority=Priority.URGENT,
    respond_by=NOW,
    metrics_history=(Observation(at=NOW, metrics=likes(0)),),
)


def test_what_comes_back_equals_what_went_in(store: Store) -> None:
    store.save([RICH])
    kept = store.get(RICH.id)
    assert kept == RICH
    assert canonical(RICH) == canonical(kept)
    assert store.search(ask("")).hits == (RICH,)
    assert list(store.scan()) == [RICH]


def test_an_unknown_id_has_no_record(store: Store) -> None:
    assert store.get("weibo:1") is None


def test_saving_twice_keeps_one(store: Store) -> None:
    assert store.save([hit()]) == Saved(created=1)
    assert store.save([hit()]) == Saved(unchanged=1)
    assert store.count(ask("")) == 1


def test_a_list_is_counted_record_by_record(store: Store) -> None:
    store.save([hit("a"), hit("b")])
    done = store.save([hit("a"), hit("b", "改了"), hit("c"), hit("c"), hit("c", "也改了")])
    assert done == Saved(created=1, updated=2, unchanged=2)
    assert found(store, "也改了") == ["c"]
    assert store.count(ask("")) == 3


def test_saving_nothing_does_nothing(store: Store) -> None:
    assert store.save([]) == Saved()


def test_more_records_than_one_batch(store: Store) -> None:
    many = [hit(f"id:{n}", published_at=NOW - timedelta(seconds=n)) for n in range(1203)]
    assert store.save(many) == Saved(created=1203)
    assert store.save(many) == Saved(unchanged=1203)
    assert [each.id for each in store.scan()] == [each.id for each in many]


def test_a_record_that_exists_keeps_its_times_its_history_and_its_status(store: Store) -> None:
    old = hit(respond_by=NOW, status=Status.KEPT, metrics_history=(Observation(at=NOW, metrics=likes(1)),))
    new = hit(
        text="改了，还是断网",
        found_at=NOW,
        respond_by=None,
        status=Status.OPEN,
        rules_version="r2",
        metrics_history=(Observation(at=NOW, metrics=likes(9)),),
    )
    store.save([old])
    assert store.save([new]) == Saved(updated=1)
    assert store.get(old.id) == replace(
        new,
        found_at=old.found_at,
        respond_by=old.respond_by,
        status=Status.KEPT,
        metrics_history=old.metrics_history,
    )


def test_a_case_without_deadline_gets_none_by_being_seen_again(store: Store) -> None:
    store.save([hit(respond_by=None)])
    assert store.save([hit(respond_by=NOW)]) == Saved(unchanged=1)


def test_edited_text_is_found_by_its_new_words_and_no_longer_by_the_old(store: Store) -> None:
    store.save([hit("a", "光猫红灯 5G", title="旧标题", tags=("旧标签",)), hit("b", "光猫红灯 5G")])
    store.save([hit("a", "网速很慢 4G", title="新标题", tags=("新标签",))])
    for gone in ("光猫", "红灯", "5G", "旧标", "tag:旧标签"):
        assert "a" not in found(store, gone)
    for there in ("网速", "4G", "新标", "tag:新标签"):
        assert found(store, there) == ["a"]
    assert found(store, "光猫") == found(store, "5G") == ["b"]


def test_fields_that_changed_are_searched_and_counted_as_they_are_now(store: Store) -> None:
    store.save([hit(brands=("星河宽带",), region="广东")])
    store.save([hit(brands=("长河通信", "星河宽带"), region=None)])
    assert store.facets(ask(""), "brand") == [("星河宽带", 1), ("长河通信", 1)]
    assert store.facets(ask(""), "region") == []
    assert found(store, "region:广东") == []


def test_a_moved_published_at_moves_the_record(store: Store) -> None:
    store.save(
        [hit("a", published_at=at("2026-11-01T00:00Z")), hit("b", published_at=at("2026-11-02T00:00Z"))]
    )
    assert found(store, "") == ["b", "a"]
    store.save([hit("a", published_at=at("2026-11-03T00:00Z"))])
    assert found(store, "") == ["a", "b"]
    assert found(store, "since:2026-11-03") == ["a"]
    assert found(store, "until:2026-11-01") == []


def test_withdrawn_records_are_kept_and_left_out(store: Store) -> None:
    store.save([hit("a"), hit("b"), hit("c")])
    assert store.withdraw(["a", "b", "a", "nobody"]) == 2
    assert store.withdraw(["a"]) == 0
    assert found(store, "") == ["c"]
    assert store.count(ask("断网")) == 1
    assert store.facets(ask(""), "brand") == [("星河宽带", 1)]
    assert sum(n for _, n in store.histogram(ask(""), "day", "UTC")) == 1
    assert [each.id for each in store.scan()] == ["c"]
    assert found(store, "status:withdrawn") == ["b", "a"]
    kept = store.get("a")
    assert kept == hit("a", status=Status.WITHDRAWN)


def test_a_withdrawn_record_that_matches_again_takes_the_new_status(store: Store) -> None:
    old = hit(status=Status.KEPT, respond_by=None)
    store.save([old])
    store.withdraw([old.id])
    store.save([hit(found_at=NOW, respond_by=NOW + timedelta(minutes=30))])
    back = store.get(old.id)
    assert back is not None
    assert (back.status, back.found_at) == (Status.OPEN, FOUND)
    assert back.respond_by == NOW + timedelta(minutes=30), (
        "an open case without a deadline would be forgotten"
    )


def test_a_withdrawn_record_that_had_a_deadline_comes_back_with_it(store: Store) -> None:
    store.save([hit(respond_by=NOW)])
    store.withdraw([hit().id])
    store.save([hit(respond_by=NOW + timedelta(days=1))])
    back = store.get(hit().id)
    assert back is not None and back.respond_by == NOW


MENTION = hit(level=1, scenarios=(), queue=None, status=Status.KEPT, respond_by=None)


def test_a_mention_that_becomes_a_hit_is_found_and_queued_then(store: Store) -> None:
    store.save([MENTION])
    found_now = hit(found_at=NOW, respond_by=NOW + timedelta(minutes=30))
    assert store.save([found_now]) == Saved(updated=1)
    assert store.get(hit().id) == found_now
    assert store.save([replace(found_now, found_at=NOW + timedelta(days=1))]) == Saved(unchanged=1)


def test_a_mention_that_becomes_a_hit_too_late_is_not_queued(store: Store) -> None:
    store.save([MENTION])
    store.save([hit(status=Status.KEPT)])
    assert found(store, "status:open") == []


def test_a_hit_that_is_only_a_mention_leaves_the_queue_and_comes_back_with_its_times(store: Store) -> None:
    store.save([hit(respond_by=NOW)])
    store.save([replace(MENTION, found_at=NOW)])
    assert found(store, "status:open") == []
    store.save([hit(found_at=NOW, respond_by=NOW + timedelta(days=1))])
    assert store.get(hit().id) == hit(respond_by=NOW)


def test_engagement_is_added_where_it_changed(store: Store) -> None:
    store.save([hit("a", metrics=likes(1)), hit("b")])
    later = NOW + timedelta(hours=1)
    seen = [("a", NOW, likes(1)), ("a", NOW, likes(5)), ("b", NOW, likes(2)), ("nobody", NOW, likes(3))]
    assert store.observe(seen) == 2
    assert store.observe([("a", later, likes(5)), ("b", later, likes(7))]) == 1
    a, b = store.get("a"), store.get("b")
    assert a is not None and a.post.metrics == likes(5)
    assert a.metrics_history == (Observation(at=NOW, metrics=likes(5)),)
    assert b is not None and [each.metrics for each in b.metrics_history] == [likes(2), likes(7)]


def test_the_way_of_a_rank_is_kept(store: Store) -> None:
    ranks = [Metrics(views=100 - rank, rank=rank) for rank in (3, 1, 12)]
    store.save([hit("weibo:hot:断网", metrics=ranks[0])])
    hours = [NOW + timedelta(hours=n) for n in range(3)]
    store.observe([("weibo:hot:断网", moment, seen) for moment, seen in zip(hours, ranks, strict=True)])
    kept = store.get("weibo:hot:断网")
    assert kept is not None and kept.post.metrics == ranks[-1]
    assert kept.metrics_history == (
        Observation(at=hours[1], metrics=ranks[1]),
        Observation(at=hours[2], metrics=ranks[2]),
    )


def test_engagement_leaves_everything_else_as_it_was(store: Store) -> None:
    store.save([RICH])
    store.observe([(RICH.id, NOW, likes(3))])
    kept = store.get(RICH.id)
    assert kept is not None
    assert replace(kept, post=RICH.post, metrics_history=RICH.metrics_history) == RICH
    assert found(store, "标题 author:42") == [RICH.id]


@pytest.mark.parametrize(
    ("bad", "missing"),
    [(hit("bad", platform=None), "a platform"), (hit("bad", published_at=None), "published_at")],
    ids=["platform", "time"],
)
def test_a_record_that_cannot_be_placed_is_a_bug_of_the_caller(store: Store, bad: Hit, missing: str) -> None:
    with pytest.raises(ValueError, match=f"bad: a stored record needs {missing}"):
        store.save([hit("good"), bad])
    assert store.count(ask("")) == 0, "all of a list or nothing"


def test_what_one_handle_saved_another_finds(place: Place) -> None:
    one, two = place.open(), place.open()
    one.save([hit("a", "断网"), hit("b", "报修")])
    assert found(two, "断网") == ["a"]
    two.save([hit("a", "好了")])
    assert found(one, "断网") == []
    one.save([hit("a", "又断网")])
    assert found(two, "好了") == []


def test_what_was_saved_outlives_the_handle(place: Place) -> None:
    first = place.open()
    first.save([RICH])
    first.close()
    assert place.open().get(RICH.id) == RICH
