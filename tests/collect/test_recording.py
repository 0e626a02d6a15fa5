"""Answers as files: whole, in order, and without anything secret."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.http import Request, Response
from scrapy.settings import Settings

from listening.collect.spider.recording import Recorder, recording

ADDRESS = "https://news.example/api"


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    monkeypatch.setenv("COOKIE", "SUB=abcdefgh1234; theme=dark")
    monkeypatch.setenv("TOKEN", 'to"ken')
    settings = Settings(recording(str(tmp_path / "pages"), {"cookie_env": "COOKIE", "token_env": "TOKEN"}))
    crawler: Any = SimpleNamespace(settings=settings)
    return Recorder(crawler)


def record(recorder: Recorder, body: bytes, *, kind: str = "application/json", **meta: Any) -> None:
    request = Request(ADDRESS, meta=meta)
    headers = {"Content-Type": kind, "Set-Cookie": "sid=theirs", "X-Page": "1"}
    recorder.process_response(request, Response(ADDRESS, headers=headers, body=body, request=request))


def kept(tmp_path: Path) -> list[dict[str, Any]]:
    lines = (tmp_path / "pages" / "index.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_each_answer_is_a_file_named_by_its_number_and_kind(recorder: Recorder, tmp_path: Path) -> None:
    for kind in (
        "application/json",
        "text/html; charset=gbk",
        "application/rss+xml",
        "text/plain",
        "image/png",
    ):
        record(recorder, b"x", kind=kind)
    assert [each["file"] for each in kept(tmp_path)] == [
        "001.json",
        "002.html",
        "003.xml",
        "004.txt",
        "005.bin",
    ]
    assert kept(tmp_path)[0]["headers"] == {"content-type": "application/json", "x-page": "1"}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"you sent SUB=abcdefgh1234; theme=dark", b"you sent <COOKIE>"),
        (b'{"sub": "abcdefgh1234"}', b'{"sub": "<COOKIE>"}'),
        (b'{"token": "to\\"ken"}', b'{"token": "<TOKEN>"}'),
        (b'theme is "dark"', b'theme is "dark"'),
    ],
    ids=["a whole cookie", "its part", "as JSON writes it", "too short to be one"],
)
def test_secrets_are_replaced_by_their_names(
    recorder: Recorder, tmp_path: Path, body: bytes, told: bytes
) -> None:
    record(recorder, body)
    assert (tmp_path / "pages" / "001.json").read_bytes() == told


def test_what_opens_a_session_is_not_kept(recorder: Recorder, tmp_path: Path) -> None:
    record(recorder, b'{"accessJwt": "ey"}', secret=True)
    record(recorder, b"{}")
    assert [each["file"] for each in kept(tmp_path)] == ["001.json"]
