"""The pages name what there is."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields

import click
import pytest

from listening.cli.entry import group
from listening.model import Hit, Match, Post
from tests.conftest import ROOT


def commands() -> list[str]:
    return group.list_commands(click.Context(group))


def verbs() -> dict[str, click.Command]:
    """Every command by what is typed: `match`, `queue`, `queue list` …"""
    found: dict[str, click.Command] = {}
    for name in commands():
        command = group.get_command(click.Context(group), name)
        assert command is not None
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {verb}": each for verb, each in command.commands.items()}
    return found


def page_rows() -> list[str]:
    """The first column of the page's table."""
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    return [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("name", commands())
def test_every_command_is_on_its_page(name: str) -> None:
    (row,) = [row for row in page_rows() if name in re.findall(r"`(\w+)", row)]
    command = verbs()[name]
    if isinstance(command, click.Group):
        assert all(re.search(rf"[` ]{verb}\b", row) for verb in command.commands)


def test_every_command_on_the_page_is_there() -> None:
    typed = {
        re.split(r" [A-Z\[-]", words)[0] for row in page_rows() for words in re.findall(r"`([^`]+)`", row)
    }
    known = {*verbs(), *(name.rpartition(" ")[2] for name in verbs())}
    assert {words for words in typed if re.fullmatch(r"[a-z ]+", words)} <= known


def test_every_option_on_the_page_is_there() -> None:
    for row in page_rows():
        name = re.findall(r"`(\w+)", row)[0]
        tried = [each for words, each in verbs().items() if words.split()[0] == name]
        given = {option for each in tried for parameter in each.params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", row)) <= given, row


@pytest.mark.parametrize("name", verbs())
def test_every_verb_has_help_with_an_example_of_itself(name: str) -> None:
    text = verbs()[name].help or ""
    example = text.partition("Example:\n")[2]
    assert f"listening {name}" in example


@pytest.mark.parametrize("name", verbs())
def test_every_verb_is_told_in_one_short_sentence_in_the_list_of_verbs(name: str) -> None:
    assert not verbs()[name].get_short_help_str(64).endswith("...")


@pytest.mark.parametrize("name", verbs())
def test_every_option_has_a_word_of_help(name: str) -> None:
    options = [each for each in verbs()[name].params if isinstance(each, click.Option)]
    assert [each.name for each in options if not each.help] == []


@pytest.mark.parametrize("name", verbs())
def test_every_example_is_a_command_that_can_be_given(name: str) -> None:
    example = (verbs()[name].help or "").partition("Example:\n")[2]
    for words in re.findall(r"^\s+listening (.*?)(?:   .*| [>|].*)?$", example, re.MULTILINE):
        tried = verbs()[name]
        rest = shlex.split(words)[len(name.split()) :]
        if not isinstance(tried, click.Group):
            with tried.make_context(name, rest, resilient_parsing=False) as context:
                assert context.command is tried


def test_every_field_of_a_record_is_on_its_page() -> None:
    page = (ROOT / "docs" / "records.md").read_text("utf-8").replace("`class`", "listening_class")
    words = set(page.replace("`", " ").replace(",", " ").split())
    names = {f.name for noun in (Post, Hit, Match) for f in fields(noun)} - {"post"}
    assert names <= words, names - words


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_a_readme_links_to_files_that_are_there(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    links = [part.split(")")[0] for part in text.split("](")[1:]]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
