"""Real posts and the rules of a telecom operator, for tests that skip where the posts are not at hand."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any

from listening.model import Mention, Post

RULES = Path(__file__).parent.parent / "telecom" / "rules"


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as raw:
        yield TextIOWrapper(raw, encoding="utf-8", newline="")


def _from_jsonl(text: Callable[[dict[str, Any]], str], path: Path) -> Iterator[Post]:
    with _opened(path) as lines:
        for n, line in enumerate(lines):
            record = json.loads(line)
            title = record.get("留言主题")
            yield Post(id=str(n), text=text(record) or "", title=title, mentions=(Mention(name="小明"),))


def _from_csv(column: str, path: Path) -> Iterator[Post]:
    with _opened(path) as lines:
        for n, row in enumerate(csv.DictReader(lines)):
            yield Post(id=str(n), text=row[column])


def _key(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda record: record[name]


REAL = {
    "telecom_mentions.jsonl": partial(_from_jsonl, _key("text")),
    "telecom_events_timelines.jsonl.gz": partial(_from_jsonl, _key("text")),
    "citizen_messages.jsonl.gz": partial(_from_jsonl, _key("留言详情")),
    "citizen_messages_7_classes.jsonl": partial(_from_jsonl, _key("留言详情")),
    "weibo_emotion_6_classes.jsonl.gz": partial(_from_jsonl, _key("content")),
    "weibo2018_train.csv": partial(_from_csv, "text"),
    "hot_search_62_days.csv.gz": partial(_from_csv, "title"),
    "hot_search_telecom_titles.csv": partial(_from_csv, "title"),
}
