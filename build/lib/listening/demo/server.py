"""A little web server on loopback: a plain function answers, and closing leaves nothing open."""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer, TCPServer
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked. `base` is the server's address as the client wrote it, `raw_path` keeps its escapes."""

    base: str
    raw_path: str
    query: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    number: int = 1

    @property
    def path(self) -> str:
        return unquote(self.raw_path)

    def value(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[-1]

    def whole(self, name: str) -> int | None:
        """The parameter as a whole number above 0; anything else is as good as absent."""
        text = self.value(name)
        return int(text) if text.isascii() and text.isdigit() and int(text) > 0 else None

    def flag(self, name: str) -> bool:
        return self.value(name).lower() in {"1", "true"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What is answered."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: Headers = ()


def json_response(value: Any, *, status: int = 200, headers: Headers = ()) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status=status, body=body, content_type="application/json; charset=utf-8", headers=headers)


def text_response(text: str, *, content_type: str, status: int = 200) -> Response:
    return Response(status=status, body=text.encode(), content_type=f"{content_type}; charset=utf-8")


V = TypeVar("V")
Route = tuple[re.Pattern[str], Callable[[V, Request, re.Match[str]], Response | None]]


def dispatch(routes: Sequence[Route[V]], view: V, request: Request) -> Response | None:
    """The answer of the first route that fits the path; None where there is none, or it found nothing."""
    for pattern, handler in routes:
        if match := pattern.fullmatch(request.path):
            return handler(view, request, match)
    return None


class LoopbackServer:
    """One site on a port the system chose. `log(method, target)` hears of each request before its answer."""

    def __init__(
        self, name: str, answer: Callable[[Request], Response], log: Callable[[str, str], None]
    ) -> None:
        self._server = _Server(answer, log)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, name=f"demo-{name}"
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop listening, hang up on clients that keep a connection open, and wait for every thread."""
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that server_close() waits for them
    request_queue_size = 64

    def __init__(self, answer: Callable[[Request], Response], log: Callable[[str, str], None]) -> None:
        self.answer = answer
        self.log = log
        self._served = 0
        self._open: set[Any] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        # HTTPServer's own would look the host's name up, which can take seconds where there is no network.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def next_number(self) -> int:
        with self._lock:
            self._served += 1
            return self._served

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        with self._lock:
            for connection in self._open:
                with suppress(OSError):  # the client was faster
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a client that left is its own business
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "demo"
    sys_version = ""
    # One packet an answer; with Nagle's algorithm the small second write would wait 40 ms.
    wbufsize = -1
    disable_nagle_algorithm = True

    def __init__(self, request: Any, client_address: Any, server: BaseServer) -> None:
        assert isinstance(server, _Server)
        self._site = server
        super().__init__(request, client_address, server)

    def do_GET(self) -> None:
        self._site.log(self.command, self.path)
        self._send(self._site.answer(self._request()))

    do_HEAD = do_GET

    def _request(self) -> Request:
        parts = urlsplit(self.path)
        return Request(
            base=f"http://{self.headers.get('Host', '127.0.0.1')}",
            raw_path=parts.path,
            query=parse_qs(parts.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            number=self._site.next_number(),
        )

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        if response.status != 304:
            self.send_header("Content-Type", response.content_type)
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD" and response.status != 304:
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet: `log` has heard of it."""
