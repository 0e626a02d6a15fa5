"""A web server on loopback that answers as a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `promised` is the Content-Length to tell, where it is to differ from the truth."""

    body: bytes = b""
    status: int = 200
    type: str = "application/rss+xml; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the path with its query, the headers by lower-case name, and when it came."""

    path: str
    headers: Mapping[str, str]
    at: float


Answer = Callable[[Asked], Reply]
NOTHING = Reply(status=404, body=b"nothing here", type="text/plain")


class Site:
    """Serves `answer` until the block is left. robots.txt is not there unless `robots` is given."""

    def __init__(self, answer: Answer, robots: str | None = None) -> None:
        self.asked: list[Asked] = []
        self._answer, self._robots = answer, robots

    def __enter__(self) -> Site:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, robots.txt aside."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        if asked.path != "/robots.txt":
            return self._answer(asked)
        return NOTHING if self._robots is None else Reply(self._robots.encode(), type="text/plain")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = site.reply(Asked(self.path, headers, time.monotonic()))
                self.send_response(reply.status)
                length = len(reply.body) if reply.promised is None else reply.promised
                fixed = {"Content-Type": reply.type, "Content-Length": str(length)}
                for name, value in {**fixed, **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, format: str, *args: Any) -> None:
                """Keep quiet."""

        return Handler


def rss(*items: str, end: str = "</channel></rss>") -> bytes:
    """An RSS feed of the items."""
    head = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>T</title>'
    return (head + "".join(items) + end).encode()


def item(guid: str, text: str = "星河宽带断网了", date: str = "Mon, 23 Nov 2026 16:00:00 +0800") -> str:
    """An item of an RSS feed."""
    return (
        f'<item><guid isPermaLink="false">{guid}</guid>'
        f"<title>t {guid}</title><description>{text}</description>"
        f"<pubDate>{date}</pubDate></item>"
    )
