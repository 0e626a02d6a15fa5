"""An installation in a folder of its own, and the commands as a person gives them in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listening.cli.entry import run

RULES = """\
brands:
  星河宽带: {any: [星河宽带, 星河光纤]}
competitors:
  长河通信: {any: [长河通信]}
scenarios:
  宽带报障: {any: [断网, 掉线], queue: 技术支持, priority: high, respond_within: 30m}
  挖角机会: {of: competitors, any: [涨价], queue: 市场拓展}
ignore: {any: [抽奖]}
"""
BROKEN_RULES = "brands:\n  星河宽带: {any: [星河宽带], exept: [星河宽带杯]}\n"
HIT, MENTION, UNMATCHED, EXCLUDED = "星河宽带又断网了", "星河宽带不错", "今天天气真好", "抽奖：星河宽带断网"


def post(number: int, text: object = HIT, **more: Any) -> dict[str, Any]:
    """A post that can be stored; the higher its number, the older it is (in minutes)."""
    at = datetime.now(UTC) - timedelta(minutes=number)
    given = {"id": f"weibo:{number}", "platform": "weibo", "text": text, "published_at": at.isoformat()}
    return {key: value for key, value in (given | more).items() if value is not None}


def json_line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[Any]:
        """Its JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def ids(self) -> list[str]:
        return [record["id"] for record in self.records]


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one installation."""

    folder: Path
    capture: pytest.CaptureFixture[Any]

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def store(self) -> Path:
        return self.folder / "store.sqlite"

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    @property
    def rules(self) -> Path:
        return self.folder / "rules" / "telecom.yaml"

    def lay_out(self, rules: str = RULES, **settings: Any) -> Place:
        """Config and rules; `settings` go into config.yaml as they are."""
        self.rules.parent.mkdir(parents=True, exist_ok=True)
        self.rules.write_text(rules, "utf-8")
        values = {"store": "sqlite:store.sqlite", "archive": "archive", "rules": "rules"} | settings
        lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
        self.config.write_text("".join(lines), "utf-8")
        return self

    def feed(self, url: str, name: str = "晚报", **settings: Any) -> dict[str, Any]:
        """A source of config.yaml."""
        return {name: {"spider": "feed_entries", "url": url, "delay": 0} | settings}

    def write(self, *lines: bytes | dict[str, Any], name: str = "posts.jsonl") -> Path:
        """A file of posts, or of lines as they are."""
        file = self.folder / name
        file.write_bytes(b"".join(each if isinstance(each, bytes) else json_line(each) for each in lines))
        return file

    def run(self, *args: str | Path) -> Answer:
        """A command that reads no config."""
        self.capture.readouterr()
        code = run([str(arg) for arg in args])
        out, err = self.capture.readouterr()
        return Answer(code, out, err)

    def call(self, verb: str, *args: str | Path) -> Answer:
        """A command of this installation: `call("queue list", "技术支持")`."""
        return self.run(*verb.split(), "--config", self.config, *args)

    def take(self, *lines: bytes | dict[str, Any], name: str = "posts.jsonl") -> Answer:
        """Import these lines."""
        return self.call("import", self.write(*lines, name=name))

    def record(self, post_id: str) -> Any:
        """The record of a post, withdrawn or not."""
        found = self.call("search", "--json", f'id:"{post_id}"').records
        return (found or self.call("search", "--json", f'id:"{post_id}" status:withdrawn').records)[0]
