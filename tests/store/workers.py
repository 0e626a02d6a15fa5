"""What the processes of the tests do: `python -m tests.store.workers WORK URL BASE ARGUMENT...`.

Each says `ready`, waits for a line, works, and prints what it did.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from listening.errors import Conflict
from listening.store import copying, open_store
from listening.store.ports import Store
from tests.store.records import event, hit


def save(store: Store, name: str, batches: str, size: str) -> Iterator[object]:
    """Each batch is said to be there only after it was saved; `-1` batches are endless."""
    for batch in count() if batches == "-1" else range(int(batches)):
        store.save([hit(f"{name}:{batch}:{n}", f"断网 {name} 第{batch}批 {n}号") for n in range(int(size))])
        yield batch


def claim(store: Store, name: str, cases: str) -> Iterator[object]:
    """The cases of which this process got the first step."""
    for case in range(int(cases)):
        if store.append(event(1, case=f"case:{case}", person=name)):
            yield case


def add(store: Store, _name: str, times: str) -> Iterator[object]:
    """Count a document up, reading it again after each conflict."""
    done = 0
    while done < int(times):
        found = store.get_document("sum")
        body, version = ({"n": 0}, 0) if found is None else (found.body, found.version)
        try:
            store.put_document("sum", {"n": body["n"] + 1}, version)
            done += 1
        except Conflict:
            continue
    yield done


def copy_from(store: Store, url: str, batch: str) -> Iterator[object]:
    """Copy another store into this one, and say after each batch how many records were written."""
    copying._BATCH = int(batch)
    source = open_store(url, Path())
    copying.copy(source, store, lambda what, n: say(n) if what == "records" else None)
    source.close()
    yield "done"


WORK: dict[str, Callable[..., Iterator[object]]] = {
    "save": save,
    "claim": claim,
    "add": add,
    "copy": copy_from,
}


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(work: str, url: str, base: str, *arguments: str) -> None:
    say("ready")
    sys.stdin.readline()
    store = open_store(url, Path(base))
    for said in WORK[work](store, *arguments):
        say(said)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
