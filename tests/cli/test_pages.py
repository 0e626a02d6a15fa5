"""The pages name what there is."""

from __future__ import annotations

from dataclasses import fields

import click
import pytest

from listening.cli.entry import group
from listening.model import Hit, Match, Post
from tests.conftest import ROOT


def commands() -> list[str]:
    return group.list_commands(click.Context(group))


@pytest.mark.parametrize("name", commands())
def test_every_command_is_on_its_page_and_has_help_with_an_example(name: str) -> None:
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert f"`{name}" in page
    command = group.get_command(click.Context(group), name)
    assert command is not None
    helped = command.commands.values() if isinstance(command, click.Group) else [command]
    assert all("Example:" in (each.help or "") for each in helped)


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
