"""What every list of what is hot keeps. A list's own test module brings its shape and what is its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from scrapy import Request

from listening.codec import content_digest
from listening.model import Metrics, Post, RunStatus
from spiders._hotlist import Hotlist, HotlistOptions
from tests.desk import open_desk
from tests.spiders.conftest import NOW

HTML = {"Content-Type": "text/html; charset=utf-8"}
SINCE = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
STAMP = int(SINCE.timestamp())
OUTAGE = "星河宽带断网"

Json = dict[str, Any]
Said = dict[str, tuple[Json, RunStatus]]


class HotlistTests:
    """`entry(1)` must be what `expected` is made of; its title is "星河宽带断网", the heat 1,234,567."""

    kind: ClassVar[type[Hotlist]]
    options = HotlistOptions(delay=0)
    expected: ClassVar[Post]
    list_key: ClassVar[str]
    title_key: ClassVar[str]
    heat_key: ClassVar[str]
    said: ClassVar[Said]

    @staticmethod
    def entry(number: int) -> Json:
        raise NotImplementedError

    @staticmethod
    def answer(entries: list[Json]) -> Json:
        raise NotImplementedError

    def site(self, told: Any, entries: list[Json]) -> Callable[[Request], Any]:
        return lambda _: told(json.dumps(self.answer(entries)).encode())

    def read(self, read: Any, told: Any, entries: list[Json], **how: Any) -> Any:
        return read(self.kind, self.options, self.site(told, entries), **how)

    def test_an_entry_keeps_everything_the_list_tells(self, read: Any, told: Any) -> None:
        (found,) = self.read(read, told, [self.entry(1)]).posts
        assert replace(found, collected_at=None) == replace(self.expected, source="来源")

    def test_the_order_is_the_rank(self, read: Any, told: Any) -> None:
        result = self.read(read, told, [self.entry(number) for number in (5, 3, 9)])
        assert [found.metrics.rank for found in result.posts] == [1, 2, 3]
        assert len({found.id for found in result.posts}) == 3
        assert result.verdict == (RunStatus.OK, "")
        assert not result.look.seen_from, "a list of what is hot vouches for no time"

    def test_seen_again_later_it_is_the_same_post_with_another_rank(self, read: Any, told: Any) -> None:
        first = self.read(read, told, [self.entry(1), self.entry(2)])
        later = {"now": NOW + timedelta(hours=2), "marks": first.look.marks}
        second = self.read(read, told, [self.entry(2), self.entry(1)], **later)
        assert second.verdict.status is RunStatus.OK
        assert {found.id: content_digest(found) for found in first.posts} == {
            found.id: content_digest(found) for found in second.posts
        }
        assert [found.metrics.rank for found in second.posts] == [1, 2]
        assert second.posts[0].id == first.posts[1].id

    def test_the_way_of_a_hits_rank_is_kept(self, read: Any, told: Any, tmp_path: Path) -> None:
        others = [self.entry(number) for number in range(2, 6)]
        with ExitStack() as stack:
            desk = open_desk(tmp_path, stack)
            for hour, place in enumerate((2, 0, 0, 3)):
                entries = [*others[:place], self.entry(1), *others[place:]]
                result = self.read(read, told, entries, now=NOW + timedelta(hours=hour))
                desk.take(*result.posts)
            kept = desk.store.get(self.expected.id)
            assert kept is not None
            assert [seen.metrics.rank for seen in kept.metrics_history] == [3, 1, 4]
            assert kept.post.published_at == self.expected.published_at
            assert len(list(desk.archive.scan())) > 0
            assert sum(len(batch) for batch in desk.archive.scan()) == 5, "nothing is archived twice"

    def test_an_empty_list_is_not_a_quiet_day(self, read: Any, told: Any) -> None:
        result = self.read(read, told, [])
        assert result.verdict.status is RunStatus.LAYOUT

    def test_a_list_with_another_name_is_a_changed_layout(self, read: Any, told: Any) -> None:
        body = json.dumps(self.answer([self.entry(1)])).replace(f'"{self.list_key}"', '"other"').encode()
        result = read(self.kind, self.options, lambda _: told(body))
        assert (result.posts, result.verdict.status) == ([], RunStatus.LAYOUT)

    def test_titles_with_another_name_are_a_changed_layout(self, read: Any, told: Any) -> None:
        body = json.dumps(self.answer([self.entry(1), self.entry(2)]))
        body = body.replace(f'"{self.title_key}"', '"other"')
        result = read(self.kind, self.options, lambda _: told(body.encode()))
        assert (result.posts, result.verdict.status) == ([], RunStatus.LAYOUT)

    @pytest.mark.parametrize("broken", [{}, None, 5, [1]], ids=["no keys", "null", "a number", "a list"])
    def test_a_broken_entry_is_told_and_keeps_its_place(self, read: Any, told: Any, broken: Any) -> None:
        result = self.read(read, told, [self.entry(1), broken, self.entry(3)])
        assert [found.metrics.rank for found in result.posts] == [1, 3]
        assert len(result.unreadable) == 1
        assert result.verdict == (RunStatus.OK, "1 items could not be read")

    @pytest.mark.parametrize("heat", [0, "0", "", None, "very hot", -5, True])
    def test_a_heat_that_is_not_told_is_unknown(self, read: Any, told: Any, heat: Any) -> None:
        text = json.dumps(self.entry(1)).replace(json.dumps(self.entry(1)[self.heat_key]), json.dumps(heat))
        (found,) = self.read(read, told, [json.loads(text)]).posts
        assert found.metrics == replace(self.expected.metrics or Metrics(), views=None)

    def test_what_the_platform_says_inside_of_a_good_answer(self, read: Any, told: Any) -> None:
        assert self.said
        for name, (body, status) in self.said.items():
            result = read(self.kind, self.options, lambda _, body=body: told(json.dumps(body).encode()))
            assert (result.posts, result.verdict.status) == ([], status), name

    def test_our_own_cookie_comes_from_the_environment(
        self, read: Any, told: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OWN_COOKIE", "SUB=made-up")
        site = self.site(told, [self.entry(1)])
        (with_it,) = read(self.kind, replace(self.options, cookie_env="OWN_COOKIE"), site).requests
        (without,) = read(self.kind, self.options, site).requests
        assert with_it.headers["Cookie"] == b"SUB=made-up"
        assert "Cookie" not in without.headers
        assert without.headers["Referer"].startswith(b"https://")

    WALLS: ClassVar[Said] = {
        "too many requests": ({"body": b"", "status": 429}, RunStatus.RATE_LIMITED),
        "refused": ({"body": b"", "status": 403}, RunStatus.BLOCKED),
        "a captcha": (
            {"body": "<!doctype html><title>安全验证</title>".encode(), "headers": HTML},
            RunStatus.BLOCKED,
        ),
        "a captcha in gb18030": (
            {"body": "<html><title>安全验证</title>".encode("gb18030"), "headers": HTML},
            RunStatus.BLOCKED,
        ),
        "a login form": ({"body": b"<html><input type='password'>", "headers": HTML}, RunStatus.LOGIN),
        "a web page": ({"body": b"<!doctype html><div id='app'></div>", "headers": HTML}, RunStatus.LAYOUT),
        "broken JSON": ({"body": b'{"data": [{'}, RunStatus.LAYOUT),
        "another shape": ({"body": b"[]"}, RunStatus.LAYOUT),
    }

    @pytest.mark.parametrize(("answer", "status"), WALLS.values(), ids=WALLS)
    def test_a_wall_is_never_a_quiet_day(self, read: Any, told: Any, answer: Json, status: RunStatus) -> None:
        result = read(self.kind, self.options, lambda _: told(**answer))
        assert (result.posts, result.verdict.status) == ([], status)
