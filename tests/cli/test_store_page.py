"""docs/store.md: its commands can be given one after another, and each does what it should."""

from __future__ import annotations

import re
import shlex

import pytest

from listening.app import open_app
from tests.cli.place import Place, post
from tests.conftest import ROOT
from tests.store.records import event

PAGE = (ROOT / "docs" / "store.md").read_text("utf-8")
COMMANDS = [
    line.removeprefix("$ listening ")
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]


def test_every_verb_has_its_commands() -> None:
    verbs = {words.split()[1] for words in COMMANDS}
    assert verbs == {"init", "status", "copy", "verify", "retention"}


def test_the_commands_can_be_given_one_after_another(place: Place) -> None:
    place.take(post(1), post(2))
    with open_app(place.config) as app:
        app.store.append(event(1))
    for words in COMMANDS:
        group, verb, *rest = shlex.split(words)
        answer = place.call(f"{group} {verb}", *rest)
        assert answer.code == 0, (words, answer)
    place.lay_out(store="sqlite:another.sqlite")
    assert place.call("count").out == "2\n"


@pytest.mark.parametrize("name", re.findall(r"\]\(([a-z-]+\.md)\)", PAGE))
def test_its_links_lead_somewhere(name: str) -> None:
    assert (ROOT / "docs" / name).is_file()
