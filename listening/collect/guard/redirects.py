"""Redirects: at most as many as `REDIRECT_MAX_TIMES`, and what was meant for one host is not told to another.

Scrapy takes Cookie and Authorization away where a redirect leaves the host. A key in a header of its own, or
in a body, would go along.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Request, Response

from listening.collect.guard.addresses import place
from listening.collect.guard.refusal import Refused
from listening.collect.reading.trouble import Trouble
from listening.model import RunStatus

_FOR_EVERYBODY = frozenset(
    (
        b"Accept",
        b"Accept-Language",
        b"Accept-Encoding",
        b"User-Agent",
        b"If-None-Match",
        b"If-Modified-Since",
        b"Proxy-Authorization",  # the proxy is the same; Scrapy takes it away where it is not
    )
)


class Redirects(RedirectMiddleware):
    """In the place of Scrapy's own."""

    def process_response(  # type: ignore[override]  # without what Scrapy has given up
        self, request: Request, response: Response
    ) -> Request | Response:
        try:
            following = super().process_response(request, response)
        except ValueError:
            raise _failed("sent on to what is no address") from None
        if isinstance(following, Response):
            _check_scheme(request, following)
        elif _leaves(request.url, following.url):
            if following.body:
                raise _failed("sent on to another host with what was posted")
            for name in [name for name in following.headers if name not in _FOR_EVERYBODY]:
                del following.headers[name]
        return following


def _check_scheme(request: Request, response: Response) -> None:
    location = (response.headers.get("Location") or b"").decode("latin-1")
    scheme = urlsplit(urljoin(request.url, location)).scheme
    if 300 <= response.status < 400 and scheme not in ("http", "https"):
        raise _failed(f"sent on to an address of '{scheme}', not of http")


def _failed(reason: str) -> Refused:
    return Refused(Trouble(RunStatus.FAILED, reason))


def _leaves(url: str, following: str) -> bool:
    """Whether a redirect leads to another host or port, or from https to http."""
    try:
        (host, port), (next_host, next_port) = place(url), place(following)
    except ValueError:
        return True
    before, after = urlsplit(url).scheme, urlsplit(following).scheme
    if (before, port, after, next_port) == ("http", 80, "https", 443):
        return host != next_host
    return (host, port) != (next_host, next_port) or (before, after) == ("https", "http")
