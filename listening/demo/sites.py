"""The made-up world on loopback: start it, crawl it, let a few minutes pass, stop it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from types import TracebackType

from listening.demo import blog, club, feed, forum, links, social
from listening.demo.server import LoopbackServer, Request, Response
from listening.demo.world import View

Answer = Callable[[View, Request], Response]


def _neighbour(view: View, request: Request) -> Response:
    return social.answer(view, request, social.NEIGHBOUR)


_ANSWERS: dict[str, Answer] = {
    "forum": forum.answer,
    "feed": feed.answer,
    "social": social.answer,
    "mirror": _neighbour,
    "links": links.answer,
    "blog": blog.answer,
    "club": club.answer,
}


class DemoSites:
    """Serves the made-up posts as if the demo had started at `now` (with a zone), until the block is left."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("the demo's start needs a zone")
        self._view = View(now, 1)
        self._servers: dict[str, LoopbackServer] = {}
        self._stack = ExitStack()
        self.requests: list[tuple[str, str, str]] = []

    def __enter__(self) -> DemoSites:
        with ExitStack() as stack:
            for name, answer in _ANSWERS.items():
                self._servers[name] = self._start(name, answer)
                stack.callback(self._servers[name].close)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def forum_url(self) -> str:
        return self._servers["forum"].url

    @property
    def feed_url(self) -> str:
        return self._servers["feed"].url

    @property
    def social_url(self) -> str:
        return self._servers["social"].url

    @property
    def mirror_url(self) -> str:
        """A second instance that shows some of the social server's posts: other ids, the same uri."""
        return self._servers["mirror"].url

    @property
    def links_url(self) -> str:
        return self._servers["links"].url

    @property
    def blog_url(self) -> str:
        return self._servers["blog"].url

    @property
    def club_url(self) -> str:
        return self._servers["club"].url

    @property
    def edition(self) -> int:
        return self._view.edition

    def advance(self) -> None:
        """A few minutes later: edits, deletions and new posts can be seen. There is no third edition."""
        self._view = View(self._view.now, 2)

    def _start(self, name: str, answer: Answer) -> LoopbackServer:
        def log(method: str, target: str) -> None:
            self.requests.append((name, method, target))

        return LoopbackServer(name, lambda request: answer(self._view, request), log)
