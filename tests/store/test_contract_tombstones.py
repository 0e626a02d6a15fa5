"""The contract: who was erased is known to everybody who shares the store, and to nobody by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest

from listening.errors import Conflict
from listening.model import Author, Post
from listening.store import Store
from listening.store.ports import Document
from listening.store.pseudonyms import open_pseudonyms
from listening.store.tombstones import HEAD, PREFIX, Tombstone, Tombstones
from tests.store.conftest import Place
from tests.store.records import NOW, post

KEY, NAME_KEY = "weibo:1234567890", "weibo:小明"
MING, HONG = Author(id="1234567890", name="小明"), Author(id="8", name="小红")
THEIRS = post("weibo:1", author=MING)
NAMELESS = post("weibo:2", author=Author(name="小明"))
NAMING = post("weibo:3", "回复@小明：我也断网了", author=HONG)
OTHERS = post("weibo:4", author=HONG)


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


def stones(store: Store, watch: Watch | None = None) -> Tombstones:
    return Tombstones(lambda: store, max_age=30, clock=watch or Watch())


def erase(store: Store, key: str = KEY) -> bool:
    return stones(store).add(key, "李娜", NOW, [NAME_KEY])


def test_without_any_nobody_is_erased_and_nothing_is_written(store: Store) -> None:
    tombstones = stones(store)
    assert tombstones.state == ""
    assert not tombstones.holds(THEIRS)
    assert tombstones.without(NAMING) is NAMING
    assert tombstones.sifted([THEIRS, NAMING]) == [THEIRS, NAMING]
    assert tombstones.all() == []
    assert list(store.documents(PREFIX)) == []


def test_posts_of_whoever_was_erased_are_told_by_their_author(store: Store) -> None:
    assert erase(store)
    tombstones = stones(store)
    assert tombstones.holds(THEIRS)
    assert tombstones.stands(KEY)
    renamed = post("weibo:9", author=Author(id="1234567890", name="小明二号"))
    assert tombstones.holds(renamed), "names change, ids do not"
    others = [NAMELESS, NAMING, OTHERS, post("weibo:5"), post("weibo:6", platform="tieba", author=MING)]
    assert [each.id for each in others if tombstones.holds(each)] == []


def test_a_batch_is_sifted_of_their_posts_and_of_their_name(store: Store) -> None:
    erase(store)
    kept = stones(store).sifted([THEIRS, NAMING, OTHERS])
    assert [each.id for each in kept] == ["weibo:3", "weibo:4"]
    assert kept[0].text == "回复@**：我也断网了"
    assert kept[1] is OTHERS


def test_neither_id_nor_name_stands_in_the_store(store: Store) -> None:
    erase(store)
    said = json.dumps([[each.key, dict(each.body)] for each in store.documents("")], ensure_ascii=False)
    assert "1234567890" not in said
    assert "小明" not in said
    assert open_pseudonyms(store).contact(KEY) in said


def test_a_tombstone_says_when_it_was_set_and_by_whom(store: Store) -> None:
    erase(store)
    later = NOW + timedelta(days=1)
    stones(store).add("weibo:8", "韩梅梅", later)
    pseudonym = open_pseudonyms(store).contact
    assert stones(store).all() == [
        Tombstone(contact=pseudonym("weibo:8"), at=later, person="韩梅梅"),
        Tombstone(contact=pseudonym(KEY), at=NOW, person="李娜"),
    ]


def test_setting_it_again_changes_nothing_but_adds_names(store: Store) -> None:
    assert erase(store)
    before = stones(store).state
    assert not stones(store).add(KEY, "韩梅梅", NOW + timedelta(days=1))
    assert [(each.at, each.person) for each in stones(store).all()] == [(NOW, "李娜")]
    assert stones(store).state == before
    assert not stones(store).add(KEY, "韩梅梅", NOW, ["weibo:小明二号"])
    assert stones(store).state != before
    called = post("weibo:7", "@小明二号 在吗？@小明 呢")
    assert stones(store).without(called).text == "@**** 在吗？@** 呢"


def test_whoever_has_it_open_knows_after_a_look_or_after_half_a_minute(store: Store, watch: Watch) -> None:
    tombstones = stones(store, watch)
    assert not tombstones.holds(THEIRS)
    erase(store)
    watch.seconds = 30
    assert not tombstones.holds(THEIRS), "nobody has looked"
    tombstones.refresh()
    assert tombstones.holds(THEIRS)

    waiting = stones(store, watch)
    assert waiting.state
    stones(store).add("weibo:8", "李娜", NOW)
    watch.seconds = 60.5
    assert waiting.holds(OTHERS), "what is known is too old by now"


def test_whoever_sets_it_knows_at_once_and_so_does_every_sifted_batch(store: Store) -> None:
    one, two = stones(store), stones(store)
    assert len(two.sifted([THEIRS])) == 1
    one.add(KEY, "李娜", NOW)
    assert one.holds(THEIRS)
    assert two.sifted([THEIRS]) == []


class Counted:
    """A store that counts how often all tombstones were read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.lists = 0

    def documents(self, prefix: str) -> Iterator[Document]:
        self.lists += 1
        return self._store.documents(prefix)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


def test_looking_is_cheap_while_nobody_else_was_erased(store: Store) -> None:
    erase(store)
    counted = Counted(store)
    tombstones = Tombstones(lambda: counted, max_age=30, clock=Watch())  # type: ignore[arg-type, return-value]  # counts
    for _ in range(5):
        tombstones.sifted([THEIRS, OTHERS])
    assert counted.lists == 1


def test_killed_between_a_tombstone_and_telling_of_it_the_next_one_to_set_it_tells(
    store: Store, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    knows_nothing = stones(store, watch)
    assert not knows_nothing.holds(THEIRS)
    with monkeypatch.context() as killing:
        killing.setattr(Tombstones, "_tell", lambda _self: 1 / 0)
        with suppress(ZeroDivisionError):
            erase(store)
    assert not erase(store), "it stands already"
    knows_nothing.refresh()
    assert knows_nothing.holds(THEIRS)


def test_the_store_is_opened_only_when_somebody_asks() -> None:
    def never() -> Store:
        raise AssertionError("it was opened")

    tombstones = Tombstones(never)
    with pytest.raises(AssertionError, match="it was opened"):
        tombstones.holds(THEIRS)


def test_threads_that_erase_together_lose_nobody(store: Store) -> None:
    open_pseudonyms(store)
    keys = [f"weibo:{n}" for n in range(12)]

    def add(key: str) -> bool:
        return stones(store).add(key, "李娜", NOW, [NAME_KEY])

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(add, keys))
        assert not any(pool.map(add, keys))
    assert all(stones(store).stands(key) for key in keys)
    head = store.get_document(HEAD)
    assert head is not None
    assert head.body["number"] == 24


def test_who_is_never_the_quickest_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def conflict(key: str, *_: object) -> Document:
        raise Conflict(key, "has version 2, not 1", "read it again")

    tombstones = stones(store)
    assert not tombstones.stands(KEY)
    monkeypatch.setattr(store, "put_document", conflict)
    with pytest.raises(Conflict, match="others are always quicker - try again"):
        tombstones.add(KEY, "李娜", NOW)


def test_another_machine_with_the_same_store_knows_the_same(place: Place) -> None:
    here, there = place.open(), place.open()
    erase(here)
    assert stones(there).holds(THEIRS)
    assert stones(there).state == stones(here).state


def test_a_post_of_nobody_is_nobodys(store: Store) -> None:
    erase(store)
    assert not stones(store).holds(Post(id="weibo:1", text="", platform="weibo", author=Author()))
