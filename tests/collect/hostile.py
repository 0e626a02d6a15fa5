"""A web server on loopback that means harm: a raw socket, so that it may say what no server library would.

A manner is what it does at an address: it is given the line to the client and writes what it likes, for as
long as the client stays. The manners stand below, one function each.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Call:
    """One request: its path with the query, its headers by lower-case name, when it came."""

    path: str
    headers: Mapping[str, str]
    at: float


class Line:
    """The line to one client."""

    def __init__(self, connection: socket.socket, call: Call, over: threading.Event) -> None:
        self.call, self._connection, self._over = call, connection, over

    def send(self, data: bytes) -> None:
        """Raises OSError when the client has gone."""
        self._connection.sendall(data)

    def send_for_ever(self, data: bytes, pause: float = 0) -> None:
        """The same again and again, until the client goes; `pause` in seconds."""
        while not self._over.wait(pause) if pause else not self._over.is_set():
            self.send(data)

    def wait(self) -> None:
        """Say nothing, until the server is ended."""
        self._over.wait()


Manner = Callable[[Line], None]


class Hostile:
    """Serves `manners` by path, without the query, until the block is left. All others are 404."""

    def __init__(
        self, manners: Mapping[str, Manner] | None = None, *, tls: ssl.SSLContext | None = None
    ) -> None:
        self.calls: list[Call] = []
        self.manners: dict[str, Manner] = dict(manners or {})
        self._tls = tls
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()

    def __enter__(self) -> Hostile:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        for each in (self._listening, *list(self._open)):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, robots.txt aside."""
        return [call.path for call in self.calls if call.path != "/robots.txt"]

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.add(connection)
            self._start(lambda connection=connection: self._serve(connection))  # type: ignore[misc]

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            call = _read(connection)
            if call is not None:
                self.calls.append(call)
                manner = self.manners.get(call.path.partition("?")[0], nothing_here)
                manner(Line(connection, call, self._over))
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):  # what is closed with data unread is reset, not ended
                    pass
        self._open.discard(connection)


_TLS = b"\x16"
"""How a client begins that expects TLS: it is answered as plain servers do."""


def _read(connection: socket.socket) -> Call | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        if (data + more)[:1] == _TLS:
            return Call("", {}, time.monotonic())
        data += more
    first, *lines = data.decode("latin-1").partition("\r\n\r\n")[0].split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return Call(
        first.split(" ")[1], {name.lower(): value.strip() for name, _, value in pairs}, time.monotonic()
    )


def head(status: int = 200, *, type: str = "application/json", **headers: str) -> bytes:
    """The beginning of an answer that lasts until the connection is closed."""
    told = {"Content-Type": type, "Connection": "close", **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in told.items()]
    return "\r\n".join([f"HTTP/1.1 {status} So", *lines, "", ""]).encode()


def feed(*numbers: int, next: str | None = None, links: Mapping[int, str] | None = None) -> bytes:
    """A JSON feed with an entry for each number."""
    items = [
        {"id": str(number), "content_text": f"断网 {number}", "date_published": "2026-11-23T08:00:00Z"}
        | ({"url": links[number]} if links and number in links else {})
        for number in numbers
    ]
    page = {"version": "https://jsonfeed.org/version/1.1", "items": items}
    return json.dumps(page | ({"next_url": next} if next else {})).encode()


def says(body: bytes = b"", status: int = 200, *, type: str = "application/json", **headers: str) -> Manner:
    """A plain answer."""
    return lambda line: line.send(head(status, type=type, **headers) + body)


def sends_on(location: str, status: int = 302) -> Manner:
    return says(status=status, Location=location)


nothing_here = says(b"nothing here", 404, type="text/plain")


def always_one_more(line: Line) -> None:
    """Pages without end: each has a new entry and names another page."""
    number = int(line.call.path.partition("=")[2] or 0)
    line.send(head() + feed(number, next=f"?page={number + 1}"))


def the_same_again(line: Line) -> None:
    """Pages without end: each has the same entries under another address."""
    number = int(line.call.path.partition("=")[2] or 0)
    line.send(head() + feed(1, 2, next=f"?page={number + 1}"))


def silent(line: Line) -> None:
    line.wait()


def closes_at_once(line: Line) -> None:
    """Not a byte of an answer."""


def no_http(line: Line) -> None:
    line.send(b"220 mail.example ESMTP\r\n")


def drips(line: Line) -> None:
    """A byte now and then, never enough to be called silent."""
    line.send(head())
    line.send_for_ever(b" ", pause=0.1)


def never_ends(line: Line) -> None:
    line.send(head())
    line.send_for_ever(b" " * 65536)


def never_ends_in_chunks(line: Line) -> None:
    line.send(head(Transfer_Encoding="chunked"))
    line.send_for_ever(b"10000\r\n" + b" " * 65536 + b"\r\n")


def headers_without_end(line: Line) -> None:
    line.send(b"HTTP/1.1 200 So\r\n")
    line.send_for_ever(b"X-More: " + b"x" * 1000 + b"\r\n")


def one_endless_header(line: Line) -> None:
    line.send(b"HTTP/1.1 200 So\r\nX-Long: ")
    line.send_for_ever(b"x" * 65536)


def continues_without_end(line: Line) -> None:
    line.send_for_ever(b"HTTP/1.1 100 Go on\r\n\r\n" * 1000)


def ends_before_its_length(line: Line) -> None:
    line.send(head(Content_Length="1000000") + feed(1))


def goes_on_after_its_length(line: Line) -> None:
    line.send(head(Content_Length="40") + feed(1))


def promises_too_much(line: Line) -> None:
    line.send(head(Content_Length="100000000000"))
    line.wait()


def swells(gigabytes: int = 10, layers: int = 1) -> Manner:
    """Gzip that unpacks to so many gigabytes. Made of one block that is sent again and again."""

    def manner(line: Line) -> None:
        line.send(head(Content_Encoding=", ".join(["gzip"] * layers)))
        for block in _gigabytes(gigabytes):
            line.send(block)

    return manner


def _gigabytes(count: int) -> Iterator[bytes]:
    yield b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    packer = zlib.compressobj(9, wbits=-15)
    # After a full flush a block needs nothing of what came before.
    block = packer.compress(b" " * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(count * 10):
        yield block * 100
