"""docs/queue.md, command by command, on the forum of the demo."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from importlib import resources

import click
import pytest

from listening.cli import case, queue
from listening.demo.sites import DemoSites
from tests.cli.place import Place
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "queue.md").read_text("utf-8")
LINES = [
    line.strip()
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]
COMMANDS = [line.removeprefix("$ listening ") for line in LINES if line.startswith("$ listening ")]
SHOW = "case show CASE"


def filled(place: Place) -> Place:
    """The demo's rules, and one of its sites crawled."""
    rules = {
        each.name: each.read_text("utf-8")
        for each in resources.files("listening.demo").joinpath("rules").iterdir()
    }
    whole = "\n".join(rules[name] for name in sorted(rules))
    with DemoSites(datetime.now(UTC)) as sites:
        settings = {"spider": "discourse_posts", "url": sites.forum_url, "delay": 0}
        place.lay_out(whole, sources={"星河论坛": settings})
        assert place.call("crawl").code == 0
    return place


def spoken(script: str) -> list[str]:
    """Without what is another one each time: times, durations, ids."""
    told = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "TIME", script)
    told = re.sub(r"\d+ (?:s|min|h|d)(?: \d+ (?:min|h))?(?: \(.*? by the queue's hours\))?", "LONG", told)
    told = re.sub(", as far as the holidays of .*? are known", "", told)  # towards the end of a year
    told = re.sub(r"\b[a-z2-7]{12}\b", "CASE", told)
    return [line.rstrip() for line in re.sub(r"127\.0\.0\.1:\d+", "HOST", told).splitlines()]


def test_the_page_is_worked_through_on_the_demos_forum(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LISTENING_PERSON", raising=False)
    desk, case_id = filled(place), ""
    monkeypatch.setenv("LISTENING_CONFIG", str(desk.config))
    for words in COMMANDS:
        if words == "demo":
            continue
        answer = desk.run(*shlex.split(words.replace("CASE", case_id)))
        assert answer.code == 0, (words, answer)
        if words.startswith("queue next"):
            (case_id,) = re.findall(r"^case ([a-z2-7]{12}):", answer.out)
        if words == SHOW:
            (shown,) = re.findall(r"```text\n(case .*?)```", PAGE, re.DOTALL)
            assert spoken(answer.out) == spoken(shown), answer.out


@pytest.mark.parametrize("group", [queue.command, case.command], ids=["queue", "case"])
def test_every_verb_is_on_the_page(group: click.Command) -> None:
    assert isinstance(group, click.Group)
    missing = [verb for verb in group.commands if not re.search(rf"`?{verb}\b", PAGE)]
    assert missing == []


@pytest.mark.parametrize("name", re.findall(r"\]\(([a-z-]+\.md)[^)]*\)", PAGE))
def test_the_links_of_the_page_lead_somewhere(name: str) -> None:
    assert (ROOT / "docs" / name).is_file()
