"""What every spider keeps: true posts from a good site, and never a quiet day from a bad one.

A spider's own test module brings `OPTIONS` and `good_site`.
"""

from __future__ import annotations

import importlib
from collections import Counter
from dataclasses import replace
from datetime import UTC
from types import ModuleType
from typing import Any

import pytest

from listening.codec import post_from_json, post_to_json
from listening.collect.sources import load_spider, spider_module, spider_names
from listening.collect.spider.options import AccountOptions, WordOptions
from listening.model import RunStatus

GOOD = (RunStatus.OK, RunStatus.EMPTY)
HTML = {"Content-Type": "text/html; charset=utf-8"}
GBK = {"Content-Type": "text/html; charset=gb18030"}
LOGIN = '<!doctype html><html><body><form><input type="password" name="p">登录</form></body></html>'
CAPTCHA = "<!doctype html><html><head><title>百度安全验证</title></head><body>安全验证</body></html>"
DESIGN = "<!doctype html><html><body><div id='app'></div><script src='/app.js'></script></body></html>"

SAD: dict[str, dict[str, Any]] = {
    "a login form": {"body": LOGIN.encode(), "headers": HTML},
    "sent on to the login page": {"body": b"", "url": "https://x.example/login?next=/"},
    "a captcha": {"body": CAPTCHA.encode(), "headers": HTML},
    "a captcha in gb18030": {"body": CAPTCHA.encode("gb18030"), "headers": GBK},
    "a new design": {"body": DESIGN.encode(), "headers": HTML},
    "a shape nobody knows": {
        "body": b'{"unexpected": [1, 2]}',
        "headers": {"Content-Type": "application/json"},
    },
    "a bare word": {"body": b'"maintenance"', "headers": {"Content-Type": "application/json"}},
    "null": {"body": b"null", "headers": {"Content-Type": "application/json"}},
    "JSON that is cut off": {
        "body": b'{"data": {"list": [{"id": 1,',
        "headers": {"Content-Type": "application/json"},
    },
    "nothing": {"body": b""},
    "not text at all": {"body": bytes(range(256)) * 4},
    "401": {"body": b"", "status": 401},
    "403": {"body": b"", "status": 403},
    "418": {"body": b"", "status": 418},
    "429": {"body": b"", "status": 429},
    "432": {"body": b"", "status": 432},
    "500": {"body": b"", "status": 500},
    "503": {"body": b"", "status": 503},
}


class Subject:
    """A spider, its settings and its good site, as its own tests have them."""

    def __init__(self, name: str, read: Any, told: Any) -> None:
        self.kind = load_spider(spider_module(name))
        self.tests: ModuleType = importlib.import_module(f"tests.spiders.test_{name}")
        self._read, self._told = read, told

    @property
    def queries(self) -> tuple[str, ...]:
        options = self.tests.OPTIONS
        if isinstance(options, WordOptions):
            return options.words
        return options.accounts if isinstance(options, AccountOptions) else ("",)

    def good(self, marks: Any = None) -> Any:
        site = self.tests.good_site(self._told)
        return self._read(self.kind, self.tests.OPTIONS, site, marks, queries=self.queries)

    def sad(self, **told: Any) -> Any:
        answer = self._told(**told)
        return self._read(self.kind, self.tests.OPTIONS, lambda _: answer, queries=self.queries)


@pytest.fixture(params=spider_names())
def subject(request: pytest.FixtureRequest, read: Any, told: Any, monkeypatch: pytest.MonkeyPatch) -> Subject:
    found = Subject(request.param, read, told)
    for name in found.tests.OPTIONS.environment().values():
        monkeypatch.setenv(name, "made-up-secret")
    return found


def test_a_good_site_gives_true_posts(subject: Subject) -> None:
    result = subject.good()
    assert result.verdict.status is RunStatus.OK
    assert result.posts
    assert result.unreadable == []
    for post in result.posts:
        assert (post.source, bool(post.platform)) == ("来源", True)
        assert post.collected_at is not None
        assert post.published_at is None or post.published_at.tzinfo is UTC
        written = post_to_json(post)
        assert post_to_json(post_from_json(written)) == written


def test_no_id_is_given_to_two_posts(subject: Subject) -> None:
    given = Counter(post.id for post in subject.good().posts)
    assert [each for each, number in given.items() if number > 1] == []


def test_the_same_site_seen_again_gives_the_same_posts_and_no_trouble(subject: Subject) -> None:
    first = subject.good()
    marks = first.looks[0].marks if len(first.looks) == 1 else None
    second = subject.good(marks)
    assert second.verdict.status in GOOD
    texts = {post.id: replace(post, collected_at=None) for post in first.posts}
    assert all(texts.get(post.id) == replace(post, collected_at=None) for post in second.posts)
    assert len(second.requests) <= len(first.requests)


@pytest.mark.parametrize("sad", SAD)
def test_a_bad_site_is_never_a_quiet_day(subject: Subject, sad: str) -> None:
    result = subject.sad(**SAD[sad])
    assert result.verdict.status not in GOOD
    assert result.verdict.reason
    assert result.posts == []
    assert not any(look.reached or look.seen_from for look in result.looks)


def test_its_platform_and_settings_hold_no_secret(subject: Subject) -> None:
    result = subject.good()
    shown = b"".join(map(post_to_json, result.posts)) + repr(result.looks).encode()
    assert b"made-up-secret" not in shown
