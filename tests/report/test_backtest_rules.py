"""Old rules from a folder or from a git revision of the new one; mistakes are told where they stand there."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from listening.errors import Mistakes
from listening.report.backtest.rules import old_rules

FIRST = "brands: {星河: {any: [星河]}}\n"


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two revisions of rules/brands.yaml and a changed one in the folder: 星河, then 长河, now 银河."""
    folder = tmp_path / "rules"
    folder.mkdir()
    file = folder / "brands.yaml"
    git(tmp_path, "init", "--quiet")
    for name in ("星河", "长河"):
        file.write_text(FIRST.replace("星河", name), "utf-8")
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "--quiet", "-m", name)
    file.write_text(FIRST.replace("星河", "银河"), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("revision", "brand"), [("HEAD", "长河"), ("HEAD~1", "星河"), ("master@{0}", "长河")]
)
def test_a_revision_is_read_as_it_was(repository: Path, revision: str, brand: str) -> None:
    git(repository, "branch", "--force", "-m", "master")
    for new in (repository, repository / "brands.yaml"):
        named = old_rules(revision, new)
        assert [subject.name for subject in named.ruleset.subjects] == [brand]
        assert named.name.startswith(f"{revision} (")


def test_a_git_hook_may_ask(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", ".git")
    assert [s.name for s in old_rules("HEAD", repository).ruleset.subjects] == ["长河"]


def test_a_folder_goes_before_a_revision_of_that_name(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository.parent / "HEAD"
    other.mkdir()
    (other / "r.yaml").write_text(FIRST.replace("星河", "天河"), "utf-8")
    monkeypatch.chdir(repository.parent)
    assert [s.name for s in old_rules("HEAD", repository).ruleset.subjects] == ["天河"]


@pytest.mark.parametrize("revision", ["HEAD~9", "nonsense", "--output=x", "a\0b", "", "HEAD:rules"])
def test_what_is_no_revision_is_told(repository: Path, revision: str) -> None:
    with pytest.raises(Mistakes) as told:
        old_rules(revision, repository)
    assert str(told.value) == (
        f"--against: '{revision}' is neither a folder nor a git revision of '{repository}'"
        " - name a folder of rules, or a revision that `git log` shows"
    )
    assert not (repository / "x").exists()


def test_without_git_history_there_is_no_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(Mistakes, match="--against: 'HEAD' is neither a folder nor a git revision of"):
        old_rules("HEAD", tmp_path)


def test_without_git_only_folders_are_known(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Mistakes, match="is neither a folder nor a git revision of"):
        old_rules("HEAD", repository)


def test_a_revision_without_the_folder_is_told(repository: Path) -> None:
    added = repository.parent / "drafts"
    added.mkdir()
    with pytest.raises(Mistakes) as told:
        old_rules("HEAD", added)
    assert f"--against: 'HEAD' holds no '{added}' - name a folder of rules" in str(told.value)


def test_mistakes_of_a_revision_stand_in_its_files(repository: Path) -> None:
    (repository / "brands.yaml").write_text("brands: {星河: {anny: [星河]}}\n", "utf-8")
    git(repository, "commit", "--quiet", "-am", "broken")
    with pytest.raises(Mistakes) as told:
        old_rules("HEAD", repository)
    assert str(told.value).startswith(f"HEAD:{repository}/brands.yaml:1:15: unknown key 'anny'")


def test_examples_of_old_rules_are_not_asked(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("brands: {星河: {any: [星河], examples: {hit: [长河]}}}\n", "utf-8")
    assert old_rules(str(tmp_path), tmp_path).ruleset.subjects
