"""Real exports through the maps kept here; the files themselves stay where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from listening.collect.importers import Options, find, read_posts
from listening.model import Post

MAPS = Path(__file__).parent / "maps"
FILES = {
    "telecom_mentions.jsonl": (680, 30),
    "citizen_messages.jsonl.gz": (4_326, 0),
    "weibo2018_train.csv": (10_000, 0),
}


@pytest.mark.parametrize("name", FILES)
def test_every_line_of_a_real_export_becomes_a_post(real_data: Path, name: str) -> None:
    posts, guessed = FILES[name]
    importer = find("mapped", Options(map=MAPS / f"{name.partition('.')[0]}.yaml"))
    found = list(read_posts(real_data / name, importer))
    assert [one for one in found if not isinstance(one, Post)] == []
    read = [one for one in found if isinstance(one, Post)]
    assert len({post.id for post in read}) == len(read) == posts
    assert all(post.text and post.published_at and post.platform for post in read)
    assert sum(bool(post.published_guessed) for post in read) == guessed
