"""What answers say about why we do not get what we asked for."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.collect.reading.trouble import (
    Answer,
    Trouble,
    misunderstood,
    next_link,
    refused,
    retry_after,
    said_error,
    unanswered,
    without_secrets,
)
from listening.model import RunStatus

S = RunStatus
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://forum.example/posts.json"


def answer(
    status: int = 200, body: str = "", *, url: str = URL, html: bool = False, **headers: str
) -> Answer:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    if html:
        told["content-type"] = "text/html; charset=utf-8"
    return Answer(status, url, URL, told, body.encode())


CAPTCHA = "<html><script src='https://x/captcha.js'></script></html>"
REFUSED: dict[str, tuple[Answer, RunStatus | None]] = {
    "a good page": (answer(body="[]"), None),
    "a page that speaks of captchas": (answer(body='{"text": "the captcha never loads"}'), None),
    "401": (answer(401), S.LOGIN),
    "403 of a forum for members": (answer(403, '{"errors":["x"],"error_type":"not_logged_in"}'), S.LOGIN),
    "422 of a server without public timeline": (
        answer(422, '{"error":"This method requires an authenticated user"}'),
        S.LOGIN,
    ),
    "403 in Chinese that asks for a login": (answer(403, "<html>请先登录</html>", html=True), S.LOGIN),
    "403": (answer(403, "Forbidden"), S.BLOCKED),
    "403 with a captcha": (answer(403, CAPTCHA, html=True), S.BLOCKED),
    "503 with a bot check": (answer(503, "<html>Just a moment...</html>", html=True), S.BLOCKED),
    "503 with a challenge header": (answer(503, cf_mitigated="challenge"), S.BLOCKED),
    "403 in Chinese with a check": (answer(403, "<html>百度安全验证</html>", html=True), S.BLOCKED),
    "418": (answer(418), S.BLOCKED),
    "432": (answer(432), S.BLOCKED),
    "429": (answer(429), S.RATE_LIMITED),
    "404": (answer(404), S.FAILED),
    "500": (answer(500), S.FAILED),
    "sent on to a login page": (answer(url="https://forum.example/login"), S.LOGIN),
    "sent on to a sign-in page": (answer(url="https://social.example/auth/sign_in"), S.LOGIN),
    "sent on elsewhere": (answer(url="https://forum.example/blog-info/posts.json"), None),
}


@pytest.mark.parametrize(("given", "status"), REFUSED.values(), ids=REFUSED)
def test_what_a_refusal_means(given: Answer, status: RunStatus | None) -> None:
    trouble = refused(given)
    assert (trouble.status if trouble else None) is status


MISUNDERSTOOD: dict[str, tuple[Answer, RunStatus]] = {
    "a captcha page with status 200": (answer(body=CAPTCHA, html=True), S.BLOCKED),
    "a login form with status 200": (answer(body="<form><input type='password'>", html=True), S.LOGIN),
    "HTML that does not say that it is": (answer(body="<!DOCTYPE html><p>验证: captcha"), S.BLOCKED),
    "another HTML page": (answer(body="<html>Welcome</html>", html=True), S.LAYOUT),
    "JSON of another shape": (answer(body='{"posts": []}'), S.LAYOUT),
}


@pytest.mark.parametrize(("given", "status"), MISUNDERSTOOD.values(), ids=MISUNDERSTOOD)
def test_what_a_good_answer_of_the_wrong_shape_means(given: Answer, status: RunStatus) -> None:
    assert misunderstood(given, "has no 'latest_posts'").status is status


def test_a_changed_layout_names_the_page_and_the_problem() -> None:
    assert misunderstood(answer(body="{}"), "has no 'id'").reason == f"{URL} has no 'id'"


WAITS: dict[str, tuple[Answer, float | None]] = {
    "seconds": (answer(429, retry_after="120"), 120),
    "a date": (answer(429, retry_after="Mon, 23 Nov 2026 12:01:00 GMT"), 60),
    "a date that is over": (answer(429, retry_after="Mon, 23 Nov 2026 11:00:00 GMT"), 0),
    "Mastodon's reset": (answer(429, x_ratelimit_reset="2026-11-23T12:05:00.123456Z"), 300.123456),
    "Mastodon's reset while nothing is wrong": (answer(500, x_ratelimit_reset="2026-11-23T12:05:00Z"), None),
    "Discourse's body": (answer(429, '{"errors":[],"extras":{"wait_seconds":18}}'), 18),
    "a number beyond all": (answer(429, retry_after="9" * 400), math.inf),
    "a body with a number beyond all": (answer(429, '{"extras":{"wait_seconds":1' + "0" * 400 + "}}"), None),
    "a body with no number": (answer(429, '{"extras":{"wait_seconds":NaN}}'), None),
    "a body that goes back in time": (answer(429, '{"extras":{"wait_seconds":-5}}'), 0),
    "nonsense": (answer(429, "[]", retry_after="soon"), None),
    "nothing": (answer(429), None),
}


@pytest.mark.parametrize(("given", "seconds"), WAITS.values(), ids=WAITS)
def test_how_long_the_server_asks_us_to_wait(given: Answer, seconds: float | None) -> None:
    assert retry_after(given, NOW) == seconds


LINKS = {
    '<https://s.example/?max_id=3>; rel="next", <https://s.example/?min_id=9>; rel="prev"': "max_id=3",
    '<https://s.example/?min_id=9>; rel="prev", <https://s.example/?max_id=3>; rel="next"': "max_id=3",
    "<https://s.example/?max_id=3>;rel=next": "max_id=3",
    '<https://s.example/?max_id=3>; title="a, b"; rel="last next"': "max_id=3",
    '<https://s.example/?min_id=9>; rel="prev"': None,
    "": None,
    "<<>>;;rel=next,": None,
}


@pytest.mark.parametrize(("header", "query"), LINKS.items())
def test_the_next_page_of_a_link_header(header: str, query: str | None) -> None:
    assert next_link(header) == (f"https://s.example/?{query}" if query else None)


def page(text: str, charset: str, *, told: str = "", meta: str = "") -> Answer:
    head = f"<html><head>{f'<meta charset={meta}>' if meta else ''}</head><body>"
    headers = {"content-type": "text/html" + (f"; charset={told}" if told else "")}
    return Answer(200, URL, URL, headers, (head + text).encode(charset))


WALL = "请输入验证码"
CHARSETS: dict[str, Answer] = {
    "utf-8": page(WALL, "utf-8"),
    "gb18030 that the header tells": page(WALL, "gb18030", told="GB18030"),
    "gbk that the header tells": page(WALL, "gbk", told="gbk"),
    "gb2312 that the page tells": page(WALL, "gbk", meta='"gb2312"'),
    "gbk that nobody tells": page(WALL, "gbk"),
    "gbk that calls itself utf-8": page(WALL, "gbk", told="utf-8", meta="utf-8"),
    "utf-8 that calls itself gb2312": page(WALL + "…", "utf-8", told="gb2312"),
    "gbk of an unknown charset": page(WALL, "gbk", told="punycode", meta="no-such"),
    "gbk in an old form": Answer(
        200,
        URL,
        URL,
        {"content-type": "text/html"},
        f'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">{WALL}'.encode("gbk"),
    ),
    "a page that is cut within a character": page(WALL + "字" * 200_000, "gbk"),
}


@pytest.mark.parametrize("given", CHARSETS.values(), ids=CHARSETS)
def test_a_wall_is_recognised_in_every_charset(given: Answer) -> None:
    assert WALL in given.text
    assert misunderstood(given, "").status is S.BLOCKED


def test_other_charsets_of_the_region_are_read() -> None:
    assert "驗證碼" in page("驗證碼", "big5", told="Big5").text
    assert "認証" in page("認証", "shift_jis", told="Shift_JIS").text


@given(st.binary(), st.sampled_from(["utf-8", "gbk", "utf-16", "iso-2022-jp", "idna", "\x00"]))
def test_any_bytes_are_some_text(body: bytes, charset: str) -> None:
    assert isinstance(
        Answer(200, URL, URL, {"content-type": f"text/html; charset={charset}"}, body).text, str
    )


SAID: dict[str, tuple[Trouble, Trouble]] = {
    "a code for a login": (
        said_error(-100, "请先登录", login=[-100]),
        Trouble(S.LOGIN, "the platform says '请先登录' (-100)"),
    ),
    "a code as text": (
        said_error("-412", "", blocked=(-412,)),
        Trouble(S.BLOCKED, "the platform says error -412"),
    ),
    "a code for patience": (
        said_error(22, "  too\nfast ", limited={"22"}),
        Trouble(S.RATE_LIMITED, "the platform says 'too fast' (22)"),
    ),
    "an unknown code": (said_error(7, None), Trouble(S.FAILED, "the platform says error 7")),
    "an unknown code that speaks of a login": (
        said_error(7, "登录后才能查看"),
        Trouble(S.LOGIN, "the platform says '登录后才能查看' (7)"),
    ),
    "an unknown code that speaks of a check": (
        said_error(7, "请完成安全验证"),
        Trouble(S.BLOCKED, "the platform says '请完成安全验证' (7)"),
    ),
}


@pytest.mark.parametrize(("told", "expected"), SAID.values(), ids=SAID)
def test_what_a_platform_says_inside_of_a_good_answer(told: Trouble, expected: Trouble) -> None:
    assert told == expected


def test_a_platform_that_says_too_much_is_cut_short() -> None:
    assert len(said_error(1, "长" * 10_000).reason) < 300


class DownloadTimeoutError(Exception):
    pass


class HeadersTooLong(Exception):
    pass


class DownloadFailedError(Exception):
    """As Scrapy's: what happened is in the reasons of what it was raised from."""

    def __init__(self, *inner: Exception) -> None:
        super().__init__()
        self.__cause__ = Exception()
        self.__cause__.reasons = [type("Failure", (), {"value": each}) for each in inner]  # type: ignore[attr-defined]


NO_ANSWER: dict[str, tuple[Exception, str]] = {
    "by its own name": (DownloadTimeoutError(), "the server took too long"),
    "by the name of its cause": (DownloadFailedError(HeadersTooLong()), "the answer is headers without end"),
    "by no name": (KeyError("x"), "no answer (KeyError)"),
}


@pytest.mark.parametrize(("error", "reason"), NO_ANSWER.values(), ids=NO_ANSWER)
def test_why_no_answer_came(error: Exception, reason: str) -> None:
    assert unanswered(error) == Trouble(S.FAILED, reason)


SECRETS = {
    "https://a.example/f?access_token=s3cret&page=2": "https://a.example/f?access_token=…&page=2",
    "https://a.example/f?page=2&key=s3cret": "https://a.example/f?page=2&key=…",
    "<GET http://a.example/?api_key=s3cret> (failed)": "<GET http://a.example/?api_key=…> (failed)",
    "next=https%3A%2F%2Fb%2F%3Ftoken%3Ds3cret%26x": "next=https%3A%2F%2Fb%2F%3Ftoken%3D…%26x",
    "SUB=_2As3cret; SUBP=s3cret; XSRF-TOKEN=s3cret": "SUB=…; SUBP=…; XSRF-TOKEN=…",
    "SESSDATA=s3cret%2C1; bili_jct=s3cret": "SESSDATA=…; bili_jct=…",
    "{b'Cookie': [b'sid=s3cret; a=s3cret']}": "{b'Cookie': [b'…']}",
    "Cookie: sid=s3cret": "Cookie: …",
    "Authorization: Bearer s3cret": "Authorization: Bearer …",
    "{'Api-Key': 's3cret', 'Accept': '*/*'}": "{'Api-Key': '…', 'Accept': '*/*'}",
    "http://me:s3cret@a.example/": "http://…@a.example/",
}


@pytest.mark.parametrize(("text", "expected"), SECRETS.items())
def test_a_secret_is_left_out(text: str, expected: str) -> None:
    assert without_secrets(text) == expected
    assert Trouble(S.FAILED, text).reason == expected, "no reason can hold one"


@pytest.mark.parametrize(
    "text",
    [
        "page has 'key' as a text, not a list",
        "the site asks for a login (401) - renew your token or cookie: see the page",
        "https://social.example/@name?max_id=3&limit=40",
        "https://a.example/?q=a@b&subject=x",
        "环境变量 'WEIBO_COOKIE' (cookie_env) is not set",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert without_secrets(text) == text


LONG: dict[str, Any] = {
    "input": lambda: misunderstood(answer(body="<input" * 40_000, html=True), ""),
    "meta": lambda: answer(body="<meta" * 40_000, html=True).text,
    "words": lambda: without_secrets("token" * 40_000 + "://" * 10_000 + "cookie:" * 10_000),
    "links": lambda: next_link("<a>;" * 4_000 + " " * 4_000),
    "waits": lambda: retry_after(answer(503, "[" * 100_000), NOW),
}


@pytest.mark.parametrize("work", LONG.values(), ids=LONG)
def test_a_page_made_to_keep_us_busy_does_not(work: Any) -> None:
    began = time.process_time()
    work()
    assert time.process_time() - began < 3, "seconds; what is not linear here takes minutes"
