"""A server that goes away in the middle of the work, and a writer that does: nothing acknowledged is lost.

Four kills, the server and the writer in turn; LISTENING_KILLS asks for more (`make soak`).
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from pathlib import Path
from threading import Event, Thread

import pytest

from listening.errors import StoreError
from listening.store import open_store, prepare_store
from tests.cli.place import Place as Installation
from tests.servers.fixtures import OwnServer
from tests.store.conftest import SERVERS, Place, store_url
from tests.store.faults.conftest import Opened
from tests.store.records import hit
from tests.store.test_contract_processes import said, workers

KILLS = int(os.environ.get("LISTENING_KILLS", "4"))
SIZE = 60


def test_a_server_that_is_not_there_is_told_at_once(installation: Installation, tmp_path: Path) -> None:
    url = "elasticsearch+http://127.0.0.1:9/nowhere"
    with pytest.raises(StoreError) as caught:
        open_store(url, tmp_path)
    line = "http://127.0.0.1:9/nowhere: does not answer (connection refused)"
    assert str(caught.value) == f"{line} - start the server, or check `store:` in config.yaml"
    answer = installation.lay_out(store=url).call("search", "断网")
    assert (answer.code, answer.out, answer.err) == (4, "", f"{caught.value}\n")


@pytest.mark.parametrize("kind", SERVERS)
def test_the_server_and_the_writer_are_killed_in_turn(
    own_server: OwnServer, tmp_path: Path, kind: str
) -> None:
    server = own_server(kind)
    place = Place(f"elasticsearch+{server.url}/kills?patience=120", tmp_path)
    prepare_store(place.url, tmp_path)
    acknowledged: list[str] = []
    for kill in range(KILLS):
        name = f"k{kill}"
        with workers(place, [["save", name, "-1", str(SIZE)]]) as (worker,):
            acknowledged.extend(f"{name}:{said(worker)}" for _ in range(5))
            if kill % 2:
                worker.kill()
            else:
                server.kill()
                server.start()
                acknowledged.extend(f"{name}:{said(worker)}" for _ in range(5))
    with place.stack:
        there = Counter(each.id.rpartition(":")[0] for each in place.open().scan())
    assert len(acknowledged) == sum(5 if kill % 2 else 10 for kill in range(KILLS))
    assert {batch: there[batch] for batch in acknowledged} == dict.fromkeys(acknowledged, SIZE)


def test_a_writer_waits_for_a_server_that_comes_back_and_says_so(
    own_server: OwnServer, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    server = own_server("opensearch")
    url = store_url(server.url, "waits").replace("patience=20", "patience=90")
    prepare_store(url, Path())
    store = opened(url)
    told = Event()

    class Listener(logging.Handler):
        def emit(self, _record: logging.LogRecord) -> None:
            told.set()

    listener = Listener()
    logging.getLogger("listening.store").addHandler(listener)
    try:
        server.stop()
        writer = Thread(target=lambda: store.save([hit(f"a:{n}") for n in range(1_000)]))
        writer.start()
        assert told.wait(30), "nobody was told why it waits"
        server.start()
        writer.join(90)
    finally:
        logging.getLogger("listening.store").removeHandler(listener)
    assert not writer.is_alive()
    assert len({each.id for each in store.scan()}) == 1_000
    assert "- waiting up to" in caplog.text
