"""Answers of a crawl as files: pages to write a spider's tests by. Nothing secret gets into them.

    index.jsonl      one line an answer: address, status, headers, file
    001.json …       the bodies, as they came (decompressed)

The operator's own secrets are replaced by their names, cookies that the site sets are left out, and so is the
answer to a request that is marked `secret` in its meta. What a page
says of people is still in it: such files are for looking at, and not for publishing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scrapy.crawler import Crawler
from scrapy.http import Request, Response

SETTING = "RECORD_IN"
SECRETS = "RECORD_WITHOUT"
_LEFT_OUT = frozenset(
    {"set-cookie", "set-cookie2", "authorization", "proxy-authorization", "www-authenticate"}
)
_ENDINGS = (("json", ".json"), ("html", ".html"), ("xml", ".xml"), ("rss", ".xml"), ("text/", ".txt"))


class Recorder:
    """Keeps every answer that a spider is given. A downloader middleware."""

    def __init__(self, crawler: Crawler) -> None:
        self._folder = Path(crawler.settings[SETTING])
        self._secrets: Mapping[str, str] = crawler.settings.getdict(SECRETS)
        self._number = 0
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "index.jsonl").write_bytes(b"")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Recorder:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        if request.meta.get("secret"):  # a session that was opened: its answer is one secret
            return response
        self._number += 1
        name = f"{self._number:03}{_ending(response)}"
        (self._folder / name).write_bytes(self._without_secrets(response.body))
        entry = {
            "asked": request.meta.get("asked", request.url),
            "url": response.url,
            "status": response.status,
            "headers": _headers(response),
            "file": name,
        }
        line = self._without_secrets(json.dumps(entry, ensure_ascii=False).encode())
        with (self._folder / "index.jsonl").open("ab") as index:
            index.write(line + b"\n")
        return response

    def _without_secrets(self, data: bytes) -> bytes:
        """Longest first: one secret may be a part of another."""
        for name, secret in sorted(self._secrets.items(), key=lambda pair: -len(pair[1])):
            for form in _forms(secret):
                data = data.replace(form, f"<{name}>".encode())
        return data


def recording(folder: str, names: Mapping[str, str]) -> dict[str, Any]:
    """The settings of a crawler that records. `names`: the environment variables that hold secrets."""
    secrets = {name: os.environ.get(name, "") for name in names.values()}
    return {SETTING: folder, SECRETS: {name: secret for name, secret in secrets.items() if secret}}


def _forms(secret: str) -> list[bytes]:
    """As it is, as JSON writes it, and the parts of a Cookie header: a site may show one of them alone."""
    values = [part.partition("=")[2].strip() for part in secret.split(";") if "=" in part]
    long_enough = [value for value in values if len(value) >= 8]
    texts = dict.fromkeys([secret, json.dumps(secret)[1:-1], *long_enough])
    return [text.encode() for text in texts if text]


def _headers(response: Response) -> dict[str, str]:
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    return {name: value for name, value in headers.items() if name not in _LEFT_OUT}


def _ending(response: Response) -> str:
    told = (response.headers.get("Content-Type") or b"").decode("latin-1").lower()
    return next((ending for word, ending in _ENDINGS if word in told), ".bin")
