"""What an answer says about why we do not get what we asked for: a login wall, a captcha, too many requests.

Pure functions over status, address, headers and body. None of these outcomes looks like a quiet day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from listening.model import RunStatus

_LOOKED_AT = 200_000  # bytes of a page; a wall says so early
_LOGIN_PATH = re.compile(
    r"/(log-?in|sign-?_?in|sso|passport|session/new|auth/sign_in|account/login)(\.\w+)?(/|$)", re.IGNORECASE
)
_LOGIN_WORDS = re.compile(
    r"not_logged_in|requires? an authenticated|log ?in to|sign ?in to|must be logged in|login required"
    r"|请先?登录|需要登录|登录后",
    re.IGNORECASE,
)
_PASSWORD_FIELD = re.compile(r"<input[^>]+type\s*=\s*[\"']?password", re.IGNORECASE)
_CAPTCHA_WORDS = re.compile(
    r"captcha|challenge-platform|cf-chl|just a moment\.\.\.|are you (a )?(human|robot)|unusual traffic"
    r"|安全验证|人机验证|环境异常|请输入验证码|滑动验证|访问过于频繁",
    re.IGNORECASE,
)
_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]+))*)")
_RELATION = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)


class Trouble(NamedTuple):
    """Why something was not read: the run status it leads to, and a reason for a person."""

    status: RunStatus
    reason: str


class Answer(NamedTuple):
    """What came back. Header names are lower case; `asked` is the address before redirects."""

    status: int
    url: str
    asked: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body[:_LOOKED_AT].decode("utf-8", "replace")

    @property
    def is_html(self) -> bool:
        start = self.body[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return "html" in self.headers.get("content-type", "") or start.startswith(
            (b"<!doctype html", b"<html")
        )


def refused(answer: Answer) -> Trouble | None:
    """What is wrong with an answer before anybody reads its body; None where it may be read."""
    if 200 <= answer.status < 300:
        return _to_login(answer)
    if answer.status == 429:
        return Trouble(RunStatus.RATE_LIMITED, f"too many requests (429){_how_long(answer)}")
    if answer.headers.get("cf-mitigated") == "challenge" or (
        answer.is_html and _CAPTCHA_WORDS.search(answer.text)
    ):
        return Trouble(RunStatus.BLOCKED, f"a captcha or bot check instead of the page ({answer.status})")
    if _asks_for_login(answer):
        return Trouble(RunStatus.LOGIN, f"the site asks for a login ({answer.status})")
    if answer.status in (403, 418, 451):
        return Trouble(RunStatus.BLOCKED, f"access refused ({answer.status})")
    if answer.status in (404, 410):
        return Trouble(
            RunStatus.FAILED, f"there is nothing at {answer.url} ({answer.status}) - check the address"
        )
    return Trouble(RunStatus.FAILED, f"the server answered {answer.status}")


def misunderstood(answer: Answer, problem: str) -> Trouble:
    """A good answer of the wrong shape: perhaps it is a wall all the same, else the layout has changed."""
    if answer.is_html and _CAPTCHA_WORDS.search(answer.text):
        return Trouble(RunStatus.BLOCKED, "a captcha or bot check instead of the page")
    if answer.is_html and _PASSWORD_FIELD.search(answer.text):
        return Trouble(RunStatus.LOGIN, "a login form instead of the page")
    return Trouble(RunStatus.LAYOUT, f"{answer.url} {problem}")


def retry_after(answer: Answer, now: datetime) -> float | None:
    """How many seconds the server asks us to wait, in any of the ways there are; None: it does not say."""
    told = answer.headers.get("retry-after", "").strip()
    if told.isdecimal():
        return float(told)
    # Mastodon tells on every answer when its count starts anew; it matters only where we are over it.
    reset = answer.headers.get("x-ratelimit-reset", "") if answer.status == 429 else ""
    for moment in (_http_date(told), _iso_date(reset)):
        if moment is not None:
            return max(0.0, (moment - now).total_seconds())
    return _told_in_body(answer.body)


def next_link(link_header: str) -> str | None:
    """The address with rel=next in a Link header."""
    for match in _LINK.finditer(link_header):
        relation = _RELATION.search(match[2])
        if relation and "next" in (relation[1] or relation[2] or "").lower().split():
            return match[1]
    return None


def _to_login(answer: Answer) -> Trouble | None:
    if answer.url != answer.asked and _LOGIN_PATH.search(urlsplit(answer.url).path):
        return Trouble(RunStatus.LOGIN, f"sent on to the login page {urlsplit(answer.url).path}")
    return None


def _asks_for_login(answer: Answer) -> bool:
    if answer.status == 401 or _to_login(answer):
        return True
    return answer.status in (403, 422) and _LOGIN_WORDS.search(answer.text) is not None


def _how_long(answer: Answer) -> str:
    told = answer.headers.get("retry-after", "").strip()
    return f", wait {told} s" if told.isdecimal() else f", wait until {told}" if told else ""


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # HTTP dates are always GMT


def _iso_date(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _told_in_body(body: bytes) -> float | None:
    """Discourse says it in {"extras": {"wait_seconds": …}}."""
    try:
        value: Any = json.loads(body)["extras"]["wait_seconds"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
