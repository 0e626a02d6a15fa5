"""Rules that are edited while somebody uses them: only good ones are ever taken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest

from listening.errors import RuleMistakes
from listening.follow import FollowedRules, Generation

FIRST = "brands: {星河: {any: [星河]}}\n"
SECOND = "brands: {星河: {any: [星河宽带]}}\n"
BROKEN = "brands: {星河: {any: [星河, exept: 1}}\n"
UNMET = "brands: {星河: {any: [星河], examples: {hit: [长河]}}}\n"
PATIENCE = 60

News = Queue[Generation | RuleMistakes]


@pytest.fixture
def news() -> News:
    return Queue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text(FIRST, "utf-8")
    return tmp_path / "rules"


@pytest.fixture
def followed(folder: Path, news: News) -> Iterator[FollowedRules]:
    with FollowedRules(folder, news.put) as rules:
        yield rules


def words(generation: Generation) -> list[str]:
    return [
        term.text for subject in generation.matcher.plan.ruleset.subjects for term in subject.conditions.any
    ]


def test_changed_rules_are_taken(folder: Path, news: News, followed: FollowedRules) -> None:
    assert words(followed()) == ["星河"]
    (folder / "a.yaml").write_text(SECOND, "utf-8")
    assert news.get(timeout=PATIENCE) is followed()
    assert (followed().number, words(followed())) == (1, ["星河宽带"])


@pytest.mark.parametrize("wrong", [BROKEN, UNMET], ids=["a mistake", "an example that fails"])
def test_rules_that_are_not_good_change_nothing_and_are_told(
    folder: Path, news: News, followed: FollowedRules, wrong: str
) -> None:
    (folder / "a.yaml").write_text(wrong, "utf-8")
    mistakes = news.get(timeout=PATIENCE)
    assert isinstance(mistakes, RuleMistakes)
    assert str(mistakes).startswith(f"{folder / 'a.yaml'}:1:")
    assert words(followed()) == ["星河"]
    (folder / "a.yaml").write_text(SECOND, "utf-8")
    assert isinstance(news.get(timeout=PATIENCE), Generation)
    assert words(followed()) == ["星河宽带"]


def test_a_file_that_is_added_or_removed_is_a_change(
    folder: Path, news: News, followed: FollowedRules
) -> None:
    (folder / "b.yaml").write_text("brands: {云帆: {any: [云帆]}}\n", "utf-8")
    news.get(timeout=PATIENCE)
    assert words(followed()) == ["星河", "云帆"]
    (folder / "a.yaml").unlink()
    news.get(timeout=PATIENCE)
    assert words(followed()) == ["云帆"]


def test_what_means_the_same_is_no_news(folder: Path, news: News, followed: FollowedRules) -> None:
    (folder / "a.yaml").write_text("# only a comment\n" + FIRST, "utf-8")
    (folder / "notes.txt").write_text("no rules", "utf-8")
    (folder / "b.yaml").write_text("brands: {云帆: {any: [云帆]}}\n", "utf-8")
    assert words_of(news.get(timeout=PATIENCE)) == ["星河", "云帆"]
    assert followed().number == 1


def words_of(told: Generation | RuleMistakes) -> list[str]:
    assert isinstance(told, Generation)
    return words(told)


def test_a_single_file_is_followed_as_well(folder: Path, news: News) -> None:
    with FollowedRules(folder / "a.yaml", news.put) as followed:
        replacement = folder / "new"
        replacement.write_text(SECOND, "utf-8")
        replacement.rename(folder / "a.yaml")  # as editors save
        news.get(timeout=PATIENCE)
        assert words(followed()) == ["星河宽带"]


def test_it_begins_only_with_good_rules(folder: Path, news: News) -> None:
    (folder / "a.yaml").write_text(BROKEN, "utf-8")
    with pytest.raises(RuleMistakes):
        FollowedRules(folder, news.put)
