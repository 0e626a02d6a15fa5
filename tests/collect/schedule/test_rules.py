"""The rules of a service: good ones are used as soon as they are there, bad ones change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue

import pytest

from listening.collect.schedule import rules as rules_module
from listening.collect.schedule.news import Kind
from listening.collect.schedule.rules import LiveRules
from listening.errors import StoreError
from listening.match.matcher import Matcher
from listening.rulebook import last_good
from listening.store.memory import MemoryStore
from listening.store.ports import Document
from tests.collect.schedule.waiting import DEADLINE, until

FIRST = "brands: {星河: {any: [星河]}}\n"
SECOND = "brands: {星河: {any: [星河宽带]}}\n"
BROKEN = "brands: {星河: {any: [星河], exept: [x]}}\n"


class Desk:
    """A folder of rules, and what is told of them."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "a.yaml"
        self.store = MemoryStore()
        self.told: Queue[str] = Queue()
        self.changes = 0

    def write(self, rules: str) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(rules, "utf-8")
        new.rename(self.file)  # as editors save: nobody sees half of it

    def said(self) -> str:
        return self.told.get(timeout=DEADLINE)

    def changed(self) -> None:
        self.changes += 1

    def tell(self, kind: Kind, says: str) -> None:
        assert kind is Kind.RULES
        self.told.put(says)

    @contextmanager
    def followed(self) -> Iterator[LiveRules]:
        with LiveRules(
            self.file.parent, self.store, now=lambda: datetime.now(UTC), tell=self.tell, changed=self.changed
        ) as live:
            yield live

    def kept(self) -> list[str]:
        found = last_good(self.store)
        return (
            [term.text for subject in found.ruleset.subjects for term in subject.conditions.any]
            if found
            else []
        )


def words(matcher: Matcher | None) -> list[str]:
    return [term.text for s in matcher.plan.ruleset.subjects for term in s.conditions.any] if matcher else []


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(rules_module, "LOOK_AGAIN", 0.05)
    (tmp_path / "rules").mkdir()
    made = Desk(tmp_path / "rules")
    made.write(FIRST)
    return made


def test_changed_rules_are_used_told_and_kept(desk: Desk) -> None:
    with desk.followed() as live:
        assert words(live.matcher) == desk.kept() == ["星河"]
        desk.write(SECOND)
        assert desk.said().startswith("rules: now ")
        assert words(live.matcher) == desk.kept() == ["星河宽带"]
        assert desk.changes == 1


def test_bad_rules_change_nothing_and_are_told_and_good_ones_come_back(desk: Desk) -> None:
    with desk.followed() as live:
        desk.write(BROKEN)
        first, last = desk.said().splitlines()
        assert first.startswith(f"{desk.file}:1:")
        assert last == "rules: 1 mistakes, the last good ones stay - mend them"
        assert words(live.matcher) == desk.kept() == ["星河"]
        desk.write(SECOND)
        assert desk.said().startswith("rules: now ")
        assert words(live.matcher) == desk.kept() == ["星河宽带"]


def test_it_may_begin_with_bad_ones(desk: Desk) -> None:
    desk.write(BROKEN)
    with desk.followed() as live:
        assert desk.said().endswith("posts are archived and wait for good rules - mend them")
        assert live.matcher is None
        desk.write(BROKEN + "\n\n")
        assert desk.said().endswith("posts are archived and wait for good rules - mend them")
        desk.write(FIRST)
        assert desk.said().startswith("rules: now ")
        assert words(live.matcher) == desk.kept() == ["星河"]
        assert desk.changes == 1
        desk.write(SECOND)
        assert desk.said().startswith("rules: now ")


def test_it_begins_with_the_last_good_ones_where_the_folder_is_bad(desk: Desk) -> None:
    with desk.followed():
        pass
    desk.write(BROKEN)
    with desk.followed() as live:
        assert desk.said().endswith("the last good ones stay - mend them")
        assert words(live.matcher) == ["星河"]
        desk.write(FIRST)
        assert desk.said().startswith("rules: now "), "that they are good again is told"


def test_what_cannot_be_kept_is_used_all_the_same_and_kept_later(desk: Desk) -> None:
    class Shy(MemoryStore):
        is_away = False

        def get_document(self, key: str) -> Document | None:
            if self.is_away:
                raise StoreError("store", "is away", "wait")
            return super().get_document(key)

    desk.store = store = Shy()
    with desk.followed() as live:
        store.is_away = True
        desk.write(SECOND)
        until(lambda: words(live.matcher) == ["星河宽带"])
        assert desk.said().startswith("rules: now ")
        with pytest.raises(StoreError):
            last_good(store)
        live.keep()
        store.is_away = False
        assert desk.kept() == ["星河"]
        live.keep()
        assert desk.kept() == ["星河宽带"]
        live.keep()
