"""An installation of made-up posts: config, rules, a file to import, pages to crawl."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.collect.site import NOTHING, Asked, Reply

RULES = """
brands:
  星河宽带: {any: [星河宽带, 星河光纤]}
competitors:
  长河通信: {any: [长河通信]}
scenarios:
  宽带报障: {any: [断网, 掉线], queue: 技术支持, respond_within: 30m}
ignore: {any: [抽奖]}
"""
TEXTS = (
    "星河宽带又断网了",
    "今天天气真好",
    "长河通信涨价",
    "星河光纤晚上掉线",
    "抽奖：星河宽带",
    "请先判断网络是否正常",
)
IMPORTED = 520
PAGE, PAGES = 24, 8
PAUSE = 0.03  # between two pages, so that the crawler is at work while posts are stored


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one installation."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    def segments(self) -> list[Path]:
        """The archive's segments, the one written last at the end."""
        return sorted(self.archive.rglob("*.zst"), key=lambda path: path.stat().st_mtime_ns)


def lay_out(folder: Path, feed: str | None = None) -> Place:
    """Config and rules in a new folder; `feed` is the address of a source called 晚报."""
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / "telecom.yaml").write_text(RULES, "utf-8")
    sources = {"晚报": {"spider": "feed_entries", "url": feed, "delay": PAUSE}} if feed else {}
    lines = ["store: sqlite:store.sqlite", "archive: archive", "rules: rules"]
    lines.append(f"sources: {json.dumps(sources, ensure_ascii=False)}")
    (folder / "config.yaml").write_text("\n".join(lines), "utf-8")
    return Place(folder)


def write_posts(file: Path, count: int = IMPORTED) -> Path:
    """A file with every kind of line: posts, repeats, edits, new figures, posts nobody can store, rubbish."""
    file.write_bytes(b"".join(_lines(count, datetime.now(UTC) - timedelta(hours=1))))
    return file


def write_few(file: Path, latest: datetime, **changes: Any) -> Path:
    """A file with a few posts, the same ones each time, and what has changed of all of them."""
    posts = (_post(n, latest - timedelta(minutes=n)) for n in range(12))
    file.write_bytes(b"".join(_line(post | changes) for post in posts))
    return file


def _lines(count: int, latest: datetime) -> Iterator[bytes]:
    for n in range(count):
        post = _post(n, latest - timedelta(minutes=7 * n))
        yield _line(post)
        if n % 40 == 7:
            yield _line(post | {"text": TEXTS[(n + 1) % len(TEXTS)] + "（已编辑）"})
        if n % 50 == 11:
            yield _line(post)
        if n % 55 == 13:
            yield _line(post | {"metrics": {"likes": n}})
        if n % 200 == 17:
            yield b'{"id": "x:%d", "text": "cut off\n' % n
        if n % 300 == 19:
            yield _line({"id": f"timeless:{n}", "text": "星河宽带断网", "platform": "weibo"})


def _post(n: int, at: datetime) -> dict[str, Any]:
    return {
        "id": f"weibo:{n}",
        "text": f"{TEXTS[n % len(TEXTS)]} {n}",
        "platform": "weibo",
        "author": {"id": str(n % 97)},
        "published_at": at.isoformat(),
        "metrics": {"likes": n % 5},
    }


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


class Newspaper:
    """A paged JSON feed. `withdraw` empties it: what was shown before is not shown again."""

    def __init__(self, pages: int = PAGES) -> None:
        latest = datetime.now(UTC) - timedelta(hours=1)
        items = [_item(n, latest - timedelta(minutes=n)) for n in range(pages * PAGE)]
        self._pages: Sequence[Sequence[dict[str, str]]] = [
            items[start : start + PAGE] for start in range(0, len(items), PAGE)
        ]

    def withdraw(self) -> None:
        self._pages = [[]]

    def __call__(self, asked: Asked) -> Reply:
        number = int(asked.path.rpartition("/")[2])
        if number >= len(self._pages):
            return NOTHING
        feed: dict[str, Any] = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "晚报",
            "items": self._pages[number],
        }
        if number + 1 < len(self._pages):
            feed["next_url"] = f"/feed/{number + 1}"
        return Reply(json.dumps(feed, ensure_ascii=False).encode(), type="application/feed+json")


def _item(n: int, at: datetime) -> dict[str, str]:
    item = {"id": f"item-{n}", "content_text": f"{TEXTS[n % len(TEXTS)]} {n}"}
    return item if n % 100 == 23 else item | {"date_published": at.isoformat()}
