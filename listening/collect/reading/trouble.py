"""What an answer says about why we do not get what we asked for: a login wall, a captcha, too many requests.

Pure functions over status, address, headers and body. None of these outcomes looks like a quiet day, and no
reason tells a secret.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Collection, Iterator, Mapping
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
_PASSWORD_FIELD = re.compile(r"<input[^>]{1,500}?type\s*=\s*[\"']?password", re.IGNORECASE)
_CAPTCHA_WORDS = re.compile(
    r"captcha|challenge-platform|cf-chl|just a moment\.\.\.|are you (a )?(human|robot)|unusual traffic"
    r"|安全验证|人机验证|环境异常|请输入验证码|滑动验证|访问过于频繁",
    re.IGNORECASE,
)
_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]+))*)")
_RELATION = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)
_TOLD_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
# Names of charsets as pages write them. What is not here is not tried: some of Python's codecs take for ever.
_CHARSETS = {
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb18030", "gb_2312-80", "cp936"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("shift_jis", "shift-jis", "x-sjis", "windows-31j"), "cp932"),
    **{name: name for name in ("euc-jp", "euc-kr")},
    **dict.fromkeys(("iso-8859-1", "latin1", "windows-1252"), "cp1252"),
}
_SECRET_NAME = (
    r"[\w.-]{0,40}(?:token|secret|passw(?:or)?d|passwd|api[_-]?key|signature|session|credential|cookie)[\w.-]{0,40}+"
    r"|key|appkey|auth|sig|sign|pwd|pass|sid|ticket|sessdata|bili_jct|z_c0|bduss|stoken|web_session|a1"
    r"|(?-i:SUB|SUBP|SUHB|ALF|SCF|SSOLoginState)"
)
_SECRETS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w.-])((?:{_SECRET_NAME})(?:=|%3D))(?:(?!%26)[^&;\s\"'<>()\[\]{{}}])+",
        r"(cookie[\"']?\s*:\s*\[?(?:b?[\"'])?)[^\r\n\"'\]=]{1,200}=[^\r\n\"'\]]*",
        r"(authorization[\"']?\s*:\s*\[?(?:b?[\"'])?(?:(?:bearer|basic|token)\s+)?+)[^\s\"'\]]+",
        r"([\w-]{0,40}(?:api-?key|-token)[\"']?\s*:\s*\[?(?:b?[\"'])?)[^\s\"'\]]+",
        r"(://)[^/\s@\"'?#]+(?=@)",
    )
)


class _Told(NamedTuple):
    status: RunStatus
    reason: str


class Trouble(_Told):
    """Why something was not read: the run status it leads to, and a reason for a person, without secrets."""

    __slots__ = ()

    def __new__(cls, status: RunStatus, reason: str) -> Trouble:
        return super().__new__(cls, status, without_secrets(reason))


class Answer(NamedTuple):
    """What came back. Header names are lower case; `asked` is the address before redirects."""

    status: int
    url: str
    asked: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The page's beginning, in the charset that fits: what a page tells of itself may be wrong."""
        start = self.body[:_LOOKED_AT]
        for charset in _charsets(self.headers.get("content-type", ""), start):
            try:
                return codecs.getincrementaldecoder(charset)("strict").decode(start)
            except UnicodeError:
                continue
        return start.decode("utf-8", "replace")

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
    if answer.status == 432:  # Weibo's own; it looks at cookie and pace
        cure = "renew your own cookie, or crawl less often"
        return Trouble(RunStatus.BLOCKED, f"the platform's risk control refuses (432) - {cure}")
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


def said_error(
    code: int | str,
    message: str | None,
    *,
    login: Collection[int | str] = (),
    blocked: Collection[int | str] = (),
    limited: Collection[int | str] = (),
) -> Trouble:
    """An error that the platform tells inside of a good answer. `login` and so on are its codes for that.

    A code that is in none of them is `failed`, unless the message speaks of a login or a check.
    """
    said = " ".join((message or "").split())[:200]
    told = f"the platform says '{said}' ({code})" if said else f"the platform says error {code}"
    lists = ((RunStatus.LOGIN, login), (RunStatus.BLOCKED, blocked), (RunStatus.RATE_LIMITED, limited))
    for status, codes in lists:
        if str(code) in map(str, codes):
            return Trouble(status, told)
    if _CAPTCHA_WORDS.search(said):
        return Trouble(RunStatus.BLOCKED, told)
    return Trouble(RunStatus.LOGIN if _LOGIN_WORDS.search(said) else RunStatus.FAILED, told)


_NO_ANSWER = {
    "CannotResolveHostError": "the name of the host is not known",
    "DownloadConnectionRefusedError": "the connection was refused",
    "DownloadTimeoutError": "the server took too long",
    "DownloadCancelledError": "the answer was too large",
    "ResponseDataLossError": "the answer was cut off",
    "HeadersTooLong": "the answer is headers without end",
    "VerificationError": "the server's certificate is not for this host",
    "CertificateError": "the server's certificate is not for this host",
    "SSL.Error": "no secure connection (TLS): the certificate or the protocol is not good",
    "ResponseNeverReceived": "the connection was closed without an answer",
    "ConnectionLost": "the connection was lost",
    "ConnectionDone": "the connection was closed within the answer",
    "ParseError": "what came is no HTTP",
    "TunnelError": "the proxy does not let us through",
}


def unanswered(error: BaseException) -> Trouble:
    """Why no answer came: an exception of the network, judged by the names of its causes."""
    names = list(_names(error))
    reason = next((words for name, words in _NO_ANSWER.items() if name in names), None)
    return Trouble(RunStatus.FAILED, reason or f"no answer ({names[0]})")


def without_secrets(text: str) -> str:
    """The text with dots in the place of what looks like a secret: the values of `access_token=`, `SUB=` …"""
    for pattern in _SECRETS:
        text = pattern.sub(r"\1…", text)
    return text


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


def _charsets(content_type: str, start: bytes) -> Iterator[str]:
    yield "utf-8"  # first: what is none seldom looks like it, and what is it is often called something else
    told = _TOLD_CHARSET.search(content_type)
    meta = _META_CHARSET.search(start[:4096])
    for name in (told[1] if told else "", meta[1].decode("latin-1") if meta else ""):
        if charset := _CHARSETS.get(name.lower()):
            yield charset
    yield "gb18030"


def _names(error: BaseException | None) -> Iterator[str]:
    """The names of an exception, of what it was raised from, and of Twisted's failures inside of it."""
    while error is not None:
        name = type(error).__name__
        yield "SSL.Error" if type(error).__module__ == "OpenSSL.SSL" and name == "Error" else name
        for failure in getattr(error, "reasons", None) or ():
            yield from _names(getattr(failure, "value", None))
        error = error.__cause__


def _to_login(answer: Answer) -> Trouble | None:
    if answer.url != answer.asked and _LOGIN_PATH.search(urlsplit(answer.url).path):
        return Trouble(RunStatus.LOGIN, f"sent on to the login page {urlsplit(answer.url).path}")
    return None


def _asks_for_login(answer: Answer) -> bool:
    if answer.status == 401 or _to_login(answer):
        return True
    return answer.status in (403, 422) and _LOGIN_WORDS.search(answer.text) is not None


def _how_long(answer: Answer) -> str:
    told = answer.headers.get("retry-after", "").strip()[:40]
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
    if len(body) > _LOOKED_AT:
        return None
    try:
        value: Any = json.loads(body)["extras"]["wait_seconds"]
        seconds = float(value) if type(value) in (int, float) else math.nan
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
