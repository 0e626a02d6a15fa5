"""From SQLite to a server in three commands, as docs/elasticsearch.md shows it, on both real servers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.place import Place, post
from tests.conftest import ROOT
from tests.store import cluster

PAGE = (ROOT / "docs" / "elasticsearch.md").read_text("utf-8")
PREFIX = "moving"


@pytest.mark.parametrize("server", ["elasticsearch", "opensearch"])
def test_three_commands_move_a_store(place: Place, server: str, request: pytest.FixtureRequest) -> None:
    address: str = request.getfixturevalue(f"{server}_url")
    cluster.forget(address, PREFIX)
    try:
        place.lay_out(store="sqlite:var/listening.sqlite").take(post(1), post(2))
        before = place.call("search", "", "--json").out
        place.lay_out(store=f"elasticsearch+{address}/{PREFIX}")
        for words in _commands():
            verb, *rest = words
            answer = place.call(f"store {verb}", *rest)
            assert answer.code == 0, (words, answer)
        assert place.call("search", "", "--json").out == before
        assert place.call("count").out == "2\n"
        assert "Elasticsearch 8" in place.call("store status").out or server == "opensearch"
    finally:
        cluster.forget(address, PREFIX)


def test_the_doctor_tells_of_a_copy_without_a_node(place: Place, elasticsearch_url: str) -> None:
    cluster.forget(elasticsearch_url, PREFIX)
    try:
        place.lay_out(store=f"elasticsearch+{elasticsearch_url}/{PREFIX}")
        assert place.call("store init", "--shards", "2", "--replicas", "1").code == 0
        told = place.call("doctor").out
        assert "warning  store: the cluster is yellow: a copy has no node - add one" in told
        shown = place.call("store status").out
        assert "yellow" in shown and "Elasticsearch 8" in shown
    finally:
        cluster.forget(elasticsearch_url, PREFIX)


def _commands() -> list[list[str]]:
    block = re.search(r"<!-- moving -->\n```console\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    lines = [line.removeprefix("$ listening store ").split() for line in block[1].splitlines()]
    assert len(lines) == 3
    return lines


@pytest.mark.parametrize("name", re.findall(r"\]\(([a-z-]+\.md)\)", PAGE))
def test_its_links_lead_somewhere(name: str) -> None:
    assert (Path(ROOT) / "docs" / name).is_file()
