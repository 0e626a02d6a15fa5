"""`listening demo`: made-up sites, a real crawl, and what comes out of it."""

from __future__ import annotations

import re
import shlex

import pytest

from tests.cli.place import Place


def test_the_demo_ends_in_hits_and_every_command_it_proposes_works(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One test, since the demo takes a quarter of a minute and more."""
    monkeypatch.chdir(place.folder)
    answer = place.run("demo", "--folder", "demo")
    assert (answer.code, answer.err) == (0, "")
    head, _, hits = answer.out.partition(" open hits\n")
    assert head.count(" [ok]") == 23, "twelve sources, two crawls; one feed has not changed"
    assert "failed" not in head
    assert re.search(r"\n  星河宽带/宽带报障  \[技术支持, high\]\n", hits)
    assert "【断网】" in hits
    for table in ("hits by brand\nbrand", "hits by competitor\ncompetitor", "hits by scenario\nscenario"):
        rows = hits.partition(f"{table}")[2].partition("\n\n")[0].splitlines()[1:]
        assert rows
        assert all(int(row.split()[-1]) > 0 for row in rows)
    total, parts = re.findall(r"outcomes of both crawls\n(\d+) posts: (.*)", hits)[0]
    assert int(total) == sum(int(part.split()[0]) for part in parts.split(", "))
    proposed = re.findall(r"^  listening (.*)$", hits, re.MULTILINE)
    assert len(proposed) == 5
    for command in [*proposed, "check demo/rules", "replay --config demo/config.yaml"]:
        tried = place.run(*shlex.split(command))
        assert (command, tried.code, "Traceback" in tried.err) == (command, 0, False)
        assert tried.out or command.startswith("check")


def test_the_demo_never_empties_a_folder_that_is_not_its_own(place: Place) -> None:
    answer = place.run("demo", "--folder", place.folder)
    assert answer.code == 2
    assert f"{place.folder} holds something else than a demo - choose another with --folder" in answer.err
    assert place.rules.exists()


def test_a_file_where_the_folder_should_be_is_a_usage_error(place: Place) -> None:
    answer = place.run("demo", "--folder", place.config)
    assert (answer.code, answer.out) == (2, "")
    assert place.config.exists()
