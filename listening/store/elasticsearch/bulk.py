"""Many writes in few requests: bounded in size, each answer read, and what only has to wait sent again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from listening.codec import plain_json
from listening.store.elasticsearch.clients import Answer, reason_of
from listening.store.elasticsearch.connection import SERVER_WAIT, Connection, passing

MOST_OPERATIONS = 1_000
MOST_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Version:
    """Which writing of a document: it may be replaced only while it is still this one."""

    number: int
    term: int


@dataclass(frozen=True, slots=True)
class Operation:
    """`create`, `index` or `delete`; `over` is the writing that it replaces, None for any or none.

    `source` may come as JSON already: thousands of them that wait together keep no lists and mappings alive.
    `external`: a version from outside; what has a larger one already is not replaced (409).
    """

    verb: str
    id: str
    source: Mapping[str, Any] | bytes | None = None
    over: Version | None = None
    external: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an operation: 200, 201; 404 nothing to delete; 409 somebody else wrote; 400 refused."""

    status: int
    reason: str = ""

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


def bulk(
    connection: Connection, index: str, operations: Sequence[Operation], *, alias: bool = True
) -> list[Done]:
    """Send all; what became of each, in the same order. `alias`: an index that is not there is never made.

    A request whose answer was lost is sent again, so a `create` of our own may come back as 409.
    """
    lines = [_lines(index, operation, alias) for operation in operations]
    done: dict[int, Done] = {}
    chunks = list(_chunks(lines))
    while chunks:
        chunk = chunks.pop()
        answer = _sent(connection, lines, chunk, known=(413,))
        if answer.status != 413:
            _finish(connection, lines, chunk, answer, done)
        elif len(chunk) > 1:
            middle = len(chunk) // 2
            chunks += [chunk[:middle], chunk[middle:]]
        else:
            done[chunk[0]] = Done(413, "is larger than the server takes (http.max_content_length)")
    return [done[n] for n in range(len(operations))]


def _sent(
    connection: Connection, lines: Sequence[bytes], chunk: list[int], known: tuple[int, ...] = ()
) -> Answer:
    body = b"".join(lines[n] for n in chunk)
    return connection.ask("POST", "/_bulk", body, known=known, timeout=SERVER_WAIT)


def _finish(
    connection: Connection, lines: Sequence[bytes], chunk: list[int], answer: Answer, done: dict[int, Done]
) -> None:
    """Items that only had to wait are sent again until there are none left."""
    patience = connection.patience()
    while again := _read(connection, chunk, answer, done):
        if len(again) < len(chunk):
            patience.reset()
        patience.wait(next(iter(again.values())))
        chunk = list(again)
        answer = _sent(connection, lines, chunk)


def _read(connection: Connection, sent: list[int], answer: Answer, done: dict[int, Done]) -> dict[int, str]:
    """Note what became of each; those to send again, with the reason."""
    again: dict[int, str] = {}
    for n, item in zip(sent, answer.body["items"], strict=True):
        (told,) = item.values()
        reason = reason_of(told) if "error" in told else ""
        one = Answer(told["status"], told)
        if passing(one):
            again[n] = reason
        elif one.status == 404 and reason:
            raise connection.trouble(one)
        else:
            done[n] = Done(one.status, reason)
    return again


def _lines(index: str, operation: Operation, alias: bool) -> bytes:
    told: dict[str, Any] = {"_index": index, "_id": operation.id}
    if alias and operation.verb != "delete":  # deleting makes no index
        told["require_alias"] = True
    if operation.over is not None:
        told |= {"if_seq_no": operation.over.number, "if_primary_term": operation.over.term}
    if operation.external is not None:
        told |= {"version": operation.external, "version_type": "external_gte"}
    head = plain_json({operation.verb: told}) + b"\n"
    if operation.source is None:
        return head
    source = operation.source
    return b"%b%b\n" % (head, source if isinstance(source, bytes) else plain_json(source))


def _chunks(lines: Sequence[bytes]) -> Iterator[list[int]]:
    chunk: list[int] = []
    size = 0
    for n, line in enumerate(lines):
        if chunk and (len(chunk) == MOST_OPERATIONS or size + len(line) > MOST_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(n)
        size += len(line)
    if chunk:
        yield chunk
