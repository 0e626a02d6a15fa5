"""What Weibo's answers say besides posts: errors inside good answers, login pages, checks, what is gone."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from listening.collect.reading.shape import LayoutChanged, maybe, read_page
from listening.collect.reading.trouble import Answer, Trouble, said_error
from listening.model import RunStatus

SITE = "https://weibo.com"
_NOT_LOGGED_IN = (-100, 21301)
_TOO_MANY = (10022, 10023, 10024, 100005)
_NOT_TO_BE_SEEN = ("20101", "20112")
_IS_GONE = re.compile(
    r"不存在|已被[^，。]{0,8}删除|已删除|查看权限|does not exist|permission denied", re.IGNORECASE
)
_PASSPORTS = ("passport.weibo.com", "passport.weibo.cn", "login.sina.com.cn")
_LOGIN_PATH = re.compile(r"/(new)?login|/sso/|/signin|/visitor", re.IGNORECASE)
_CHECK_PATH = re.compile(r"/verify|captcha|/security", re.IGNORECASE)
_LOGIN_PAGE = re.compile(r"Sina Visitor System|/visitor/genvisitor|<title>[^<]{0,100}(通行证|登录)")


def answer_of(body: bytes) -> dict[str, Any]:
    """A good answer. Raises `LayoutChanged`, with what the site itself says to be wrong."""
    answer = read_page(body)
    if maybe(answer, "ok", int) == 1:
        return dict(answer)
    code, message = _said(answer)
    if code is None:
        raise LayoutChanged("has no 'ok'")
    target = answer.get("url")
    away = turned_away(target) if isinstance(target, str) else None
    trouble = away or said_error(code, message, login=_NOT_LOGGED_IN, limited=_TOO_MANY)
    raise LayoutChanged("is an error", trouble)


def is_gone(body: bytes) -> bool:
    """Whether the site says, with whatever status, that a post is not there any more, or not for us."""
    with suppress(LayoutChanged):
        answer = read_page(body)
        if maybe(answer, "ok", int) != 1:
            code, message = _said(answer)
            return str(code) in _NOT_TO_BE_SEEN or bool(_IS_GONE.search(message or ""))
    return False


def turned_away(target: str, url: str = SITE) -> Trouble | None:
    """What it means to be sent on from `url` to that address, if it is one."""
    try:
        parts = urlsplit(urljoin(url, target))
    except ValueError:
        return None
    if _CHECK_PATH.search(parts.path):
        return Trouble(RunStatus.BLOCKED, f"sent on to a check ({parts.hostname}{parts.path})")
    if parts.hostname in _PASSPORTS or _LOGIN_PATH.search(parts.path):
        return Trouble(RunStatus.LOGIN, f"sent on to the login page ({parts.hostname}{parts.path})")
    return None


def login_page(answer: Answer) -> Trouble | None:
    if answer.is_html and _LOGIN_PAGE.search(answer.text):
        return Trouble(RunStatus.LOGIN, "the login page instead of an answer")
    return None


def _said(answer: Any) -> tuple[int | str | None, str | None]:
    """The code and the words of an error, by all the names that they have."""
    codes = [answer.get(key) for key in ("error_code", "errno", "ok")]
    texts = [answer.get(key) for key in ("message", "msg", "error", "errmsg")]
    code = next((each for each in codes if isinstance(each, int | str)), None)
    return code, next((each for each in texts if isinstance(each, str)), None)


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def with_query(url: str, **asked: str) -> str:
    return f"{url.partition('?')[0]}?{urlencode(query_of(url) | asked)}"
