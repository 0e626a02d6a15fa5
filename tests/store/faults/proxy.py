"""A proxy before a real server that does to each request what a test tells it to."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from socket import SHUT_RDWR, socket
from threading import Event, Lock, Thread
from types import TracebackType
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, and the how-manieth it is; header names are in lower case."""

    number: int
    method: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pass:
    """To the server and back, the answer `late` by so many seconds, or by less if the proxy ends."""

    late: float = 0.0


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection ends: before the server hears of the request, or after it has done it."""

    after: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What the proxy says in the server's place."""

    status: int
    body: bytes = b'{"error":{"type":"made_up","reason":"a test says so"}}'


Fate = Pass | Cut | Reply
Rule = Callable[[Asked], Fate]


def unharmed(_: Asked) -> Fate:
    return Pass()


class Proxy:
    """Forwards to `target` until the block is left. `rule` may be changed at any time; `asked`: what came."""

    def __init__(self, target: str, tls: ssl.SSLContext | None = None) -> None:
        self.rule: Rule = unharmed
        self.asked: list[Asked] = []
        self.ended = Event()
        self._numbers, self._lock = count(1), Lock()
        self._scheme = "https" if tls else "http"
        self._server = _Listening(self, urlsplit(target).netloc, tls)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    def fate(self, method: str, path: str, headers: Mapping[str, str]) -> Fate:
        with self._lock:
            asked = Asked(next(self._numbers), method, path, headers)
            self.asked.append(asked)
        return self.rule(asked)

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()


class _Listening(ThreadingHTTPServer):
    daemon_threads = False  # so that the end waits for every one of them
    request_queue_size = 64

    def __init__(self, proxy: Proxy, target: str, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Forwarder)
        self.proxy, self.target, self._tls = proxy, target, tls
        self._open: set[socket] = set()

    def finish_request(self, request: object, client_address: object) -> None:
        """In the connection's own thread, so a slow or failed handshake holds up nobody."""
        assert isinstance(request, socket)
        self._open.add(request)
        try:
            talk = self._tls.wrap_socket(request, server_side=True) if self._tls else request
            with talk:
                self._open.add(talk)
                _Forwarder(talk, client_address, self)
        except OSError:
            return  # the client does not trust us, or has gone
        finally:
            self._open.discard(request)

    def hang_up(self) -> None:
        for each in list(self._open):
            try:
                each.shutdown(SHUT_RDWR)
            except OSError:
                continue


class _Forwarder(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listening

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        fate = self.server.proxy.fate(self.command, self.path, headers)
        match fate:
            case Reply(status, text):
                self._answer(status, {"content-type": "application/json"}, text)
            case Cut(after=False):
                self.close_connection = True
            case Cut():
                self._ask(headers, body)
                self.close_connection = True
            case Pass(late):
                status, told, text = self._ask(headers, body)
                if late:
                    self.server.proxy.ended.wait(late)
                self._answer(status, told, text)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _forward

    def _ask(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = HTTPConnection(self.server.target, timeout=120)
        try:
            kept = {k: v for k, v in headers.items() if k not in ("host", "connection", "authorization")}
            connection.request(self.command, self.path, body or None, kept)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, told, answer.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name not in ("content-length", "transfer-encoding", "connection", "content-encoding"):
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests look at `asked`."""
