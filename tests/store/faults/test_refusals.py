"""What a server will not take: one record of many for good, or all of them for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer

import pytest

from listening.errors import StoreError
from tests.cli.place import Place as Installation
from tests.cli.place import post
from tests.store import cluster
from tests.store.faults.conftest import Corner, Opened
from tests.store.records import ask, hit

BLOCKS = ["index.blocks.write", "index.blocks.read_only_allow_delete"]


@contextmanager
def blocked(corner: Corner, block: str) -> Iterator[None]:
    """As an operator does it, or the server itself when the disk is full."""
    settings = f"/{corner.prefix}-hits/_settings"
    cluster.ask(corner.address, "PUT", settings, {block: True})
    try:
        yield
    finally:
        cluster.ask(corner.address, "PUT", settings, {block: None})


def test_one_record_that_cannot_be_indexed_leaves_the_others_alone(corner: Corner, opened: Opened) -> None:
    """Lucene takes no term of more than 32,766 bytes, and an id must be one."""
    store = opened(corner.url)
    bad = hit("坏" * 40_000)
    hits = [*(hit(f"a:{n}") for n in range(500)), bad, *(hit(f"b:{n}") for n in range(499))]
    saved = store.save(hits)
    assert (saved.created, [each.id for each in saved.refused]) == (999, [bad.id])
    assert "immense term" in saved.refused[0].reason or "32766" in saved.refused[0].reason
    assert store.count(ask("")) == 999
    assert store.get(bad.id) is None


def test_a_refused_post_is_in_quarantine_and_the_import_ends_with_3(
    corner: Corner, installation: Installation
) -> None:
    installation.lay_out(store=corner.url)
    bad = post(2) | {"id": "坏" * 40_000}
    answer = installation.take(post(1), bad, post(3))
    assert answer.code == 3
    assert installation.call("count").out == "2\n"
    listed = installation.call("quarantine list", "--json").out
    assert "32766" in listed or "immense term" in listed


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_that_is_lifted_was_only_waited_for(corner: Corner, opened: Opened, block: str) -> None:
    store = opened(corner.url)
    store.save([hit("a")])
    with blocked(corner, block):
        lift = Timer(
            1.0, cluster.ask, (corner.address, "PUT", f"/{corner.prefix}-hits/_settings", {block: None})
        )
        lift.start()
        assert store.save([hit("a", "改了"), hit("b")]).created == 1
        lift.join()
    assert store.count(ask("")) == 2


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_that_stays_is_told_and_nothing_is_lost(
    corner: Corner, installation: Installation, block: str
) -> None:
    patient = corner.url.replace("patience=20", "patience=4")
    installation.lay_out(store=patient)
    with blocked(corner, block):
        answer = installation.take(post(1), post(2))
        assert answer.code == 4
        waits, _, gives_up = answer.err.partition("\n")
        assert "cluster_block_exception" in waits and "- waiting up to" in waits
        assert "cannot be used: cluster_block_exception" in gives_up
        assert "mend the server and run the same command again" in answer.err
    assert installation.call("count").out == "0\n"
    assert installation.take(post(3)).code == 0
    assert installation.call("count").out == "3\n", "what was archived is stored by the next command"


def test_searches_go_on_while_writing_is_blocked(corner: Corner, opened: Opened) -> None:
    store = opened(corner.url.replace("patience=20", "patience=0"))
    store.save([hit("a")])
    with blocked(corner, BLOCKS[0]):
        assert store.count(ask("断网")) == 1
        with pytest.raises(StoreError, match="cluster_block_exception"):
            store.save([hit("b")])
