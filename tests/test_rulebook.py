"""Which rules are live: good ones at once, bad ones never; then the last good ones stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listening.errors import RuleMistakes, StoreError
from listening.model import Outcome
from listening.rulebook import LAST_GOOD, Live, good_rules, history, live_rules, remembered
from listening.store import Store, open_store
from listening.store.memory import MemoryStore
from listening.store.ports import Document
from tests.desk import NOON, OUTAGE, RULES, a_post

LATER = NOON + timedelta(days=1)
MISSPELT = RULES.replace("respond_within", "respond_wihtin", 1)
SCENARIO = """
brands:
  星河宽带: {any: [星河宽带]}
scenarios:
  宽带报障: {any: [断网], examples: {hit: [今天天气真好]}}
"""


@dataclass(frozen=True, slots=True)
class Book:
    """A rules folder and the documents of a store."""

    folder: Path
    documents: Store

    def write(self, rules: str) -> None:
        (self.folder / "telecom.yaml").write_text(rules, "utf-8")

    def live(self, at: datetime = NOON) -> Live:
        return live_rules(self.folder, self.documents, at)

    @property
    def kept(self) -> Document:
        found = self.documents.get_document(LAST_GOOD)
        assert found is not None
        return found


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    (tmp_path / "rules").mkdir()
    with closing(open_store("sqlite:store.sqlite", tmp_path)) as store:
        yield Book(tmp_path / "rules", store)


def outcome(live: Live, text: str = OUTAGE) -> Outcome | None:
    """What becomes of a post under these rules; None where there are none."""
    return live.matcher.match([a_post(text=text)])[0].outcome if live.matcher else None


def test_good_rules_are_live_and_kept(book: Book) -> None:
    book.write(RULES)
    live = book.live()
    assert live.mistakes is None
    assert outcome(live) is Outcome.HIT
    assert book.kept.version == 1
    assert book.kept.body["since"] == "2026-11-24T12:00:00.000Z"
    assert book.kept.body["digest"] == good_rules(book.folder).plan.ruleset.digest


def test_the_same_rules_are_kept_once(book: Book) -> None:
    book.write(RULES)
    book.live()
    book.live(LATER)
    assert (book.kept.version, book.kept.body["since"]) == (1, "2026-11-24T12:00:00.000Z")


def test_other_good_rules_take_the_place_of_those_kept(book: Book) -> None:
    book.write(RULES)
    book.live()
    book.write(RULES.replace("断网", "断线"))
    live = book.live(LATER)
    assert outcome(live) is Outcome.MENTION
    assert (book.kept.version, book.kept.body["since"]) == (2, "2026-11-25T12:00:00.000Z")


def test_changed_examples_are_kept_too(book: Book) -> None:
    book.write(SCENARIO.replace("今天天气真好", OUTAGE))
    book.live()
    book.write(SCENARIO.replace("今天天气真好", "星河宽带，断网了"))
    book.live()
    assert book.kept.version == 2


BAD = {
    "a misspelt key": (MISSPELT, "unknown key 'respond_wihtin' - did you mean 'respond_within'?"),
    "an example that fails": (SCENARIO, "example should meet '宽带报障' but does not: 今天天气真好"),
    "no YAML at all": ("brands: [", "the file ends inside brackets"),
    "nothing": ("", "no brand is defined in these rules"),
}


@pytest.mark.parametrize(("rules", "said"), BAD.values(), ids=BAD)
def test_while_the_rules_are_bad_the_last_good_ones_are_used(book: Book, rules: str, said: str) -> None:
    book.write(RULES)
    good = book.live()
    book.write(rules)
    live = book.live(LATER)
    assert live.mistakes is not None and said in str(live.mistakes)
    assert outcome(live) is Outcome.HIT
    assert live.matcher is not None and good.matcher is not None
    assert live.matcher.rules_version == good.matcher.rules_version, "same rules, same digest"
    assert book.kept.version == 1


@pytest.mark.parametrize(("rules", "said"), BAD.values(), ids=BAD)
def test_where_no_good_rules_were_ever_kept_there_are_none(book: Book, rules: str, said: str) -> None:
    book.write(rules)
    live = book.live()
    assert live.matcher is None
    assert live.mistakes is not None and said in str(live.mistakes)
    assert book.documents.get_document(LAST_GOOD) is None


def test_rules_that_are_good_again_are_live_again(book: Book) -> None:
    book.write(RULES)
    book.live()
    book.write(MISSPELT)
    book.live()
    book.write(RULES.replace("断网", "断线"))
    live = book.live()
    assert (live.mistakes, outcome(live)) == (None, Outcome.MENTION)


def test_one_shot_commands_never_fall_back(book: Book) -> None:
    book.write(RULES)
    book.live()
    book.write(SCENARIO)
    with pytest.raises(RuleMistakes, match="example should meet '宽带报障'"):
        good_rules(book.folder)


UNREADABLE: dict[str, Mapping[str, Any]] = {
    "of a later version": {"rules": {"version": 99, "rule_groups": []}},
    "with other keys": {"format": 2, "packed": "…"},
    "with rules that are no mapping": {"digest": "x", "rules": ["brands"]},
    "with a digest of other rules": {"rules": {"version": 1, "digest": "x", "subjects": [], "scenarios": []}},
    "empty": {},
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_kept_rules_that_this_program_cannot_read_are_as_if_there_were_none(
    book: Book, body: Mapping[str, Any]
) -> None:
    book.documents.put_document(LAST_GOOD, body, 0)
    book.write(MISSPELT)
    live = book.live()
    assert live.matcher is None
    assert live.mistakes is not None
    assert "kept rule set" in str(live.mistakes), "both reasons are told"
    assert "respond_wihtin" in str(live.mistakes)
    assert book.kept.body == body, "a newer program may still want them"


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_kept_rules_that_cannot_be_read_are_replaced_by_good_ones(
    book: Book, body: Mapping[str, Any]
) -> None:
    book.documents.put_document(LAST_GOOD, body, 0)
    book.write(RULES)
    assert outcome(book.live()) is Outcome.HIT
    book.write(MISSPELT)
    assert outcome(book.live()) is Outcome.HIT


class RacedStore(MemoryStore):
    """Somebody else keeps other rules between our look and our writing."""

    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        found = self.get_document(key)
        super().put_document(key, {"rules": "theirs"}, found.version if found else 0)
        return super().put_document(key, body, version)


def test_of_two_that_keep_their_rules_at_once_one_wins_and_both_go_on(tmp_path: Path) -> None:
    store = RacedStore()
    book = Book(tmp_path, store)
    book.write(RULES)
    assert outcome(book.live()) is Outcome.HIT
    assert book.kept.body == {"rules": "theirs"}


class FullStore(MemoryStore):
    def put_document(self, key: str, body: Mapping[str, Any], version: int) -> Document:
        raise StoreError(key, f"no room for {len(body)} keys of version {version + 1}", "make room")


def test_a_store_that_cannot_keep_them_is_told_and_nothing_goes_on(tmp_path: Path) -> None:
    book = Book(tmp_path, FullStore())
    book.write(RULES)
    with pytest.raises(StoreError, match=r"rules/kept/[0-9a-f]{64}: no room"):
        book.live()


# -- history ----------------------------------------------------------------------------------------------


def periods(book: Book) -> list[tuple[str, datetime, datetime | None]]:
    return [(period.digest, period.since, period.until) for period in history(book.documents)]


def test_rules_are_remembered_with_the_time_they_were_live(book: Book) -> None:
    book.write(RULES)
    first = book.live().matcher
    book.write(SCENARIO.replace("今天天气真好", "星河宽带断网"))
    second = book.live(LATER).matcher
    assert first and second
    one, two = first.plan.ruleset.digest, second.plan.ruleset.digest
    assert periods(book) == [(one, NOON, LATER), (two, LATER, None)]
    assert [p.rules_version for p in history(book.documents)] == [first.rules_version, second.rules_version]
    kept = remembered(one[:12], book.documents)
    assert kept is not None
    assert (kept.digest, kept.subjects) == (one, first.plan.ruleset.subjects)


def test_the_same_rules_again_are_no_new_time(book: Book) -> None:
    book.write(RULES)
    book.live()
    book.write(RULES + "# a comment\n")
    book.live(LATER)
    assert len(periods(book)) == 1


def test_rules_that_come_back_are_live_a_second_time(book: Book) -> None:
    for n, rules in enumerate([RULES, SCENARIO.replace("今天天气真好", "星河宽带断网"), RULES]):
        book.write(rules)
        book.live(NOON + timedelta(hours=n))
    assert len(periods(book)) == 3
    assert periods(book)[0][0] == periods(book)[2][0]


def test_bad_rules_are_never_live(book: Book) -> None:
    book.write(MISSPELT)
    book.live()
    assert history(book.documents) == []
    assert remembered("", book.documents) is None
