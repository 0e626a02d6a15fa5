"""What answers say about why we do not get what we asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from listening.collect.trouble import Answer, misunderstood, next_link, refused, retry_after
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
