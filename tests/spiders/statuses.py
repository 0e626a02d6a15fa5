"""Made-up statuses of Mastodon servers, and a server that gives them page by page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scrapy import Request

START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def account(name: str, **other: Any) -> dict[str, Any]:
    host = name.partition("@")[2] or "social.example"
    user = name.partition("@")[0]
    return {
        "id": f"id-{name}",
        "username": user,
        "acct": name,
        "display_name": "",
        "url": f"https://{host}/@{user}",
        **other,
    }


def status(number: int, **other: Any) -> dict[str, Any]:
    made = (START - timedelta(minutes=1000 - number)).isoformat().replace("+00:00", "Z")
    return {
        "id": str(number),
        "created_at": made,
        "uri": f"https://social.example/users/aqing/statuses/{number}",
        "url": f"https://social.example/@aqing/{number}",
        "in_reply_to_id": None,
        "spoiler_text": "",
        "visibility": "public",
        "language": "zh",
        "content": f"<p>断网 {number}</p>",
        "reblog": None,
        "account": account("aqing", display_name="阿青", followers_count=5),
        "mentions": [],
        "tags": [{"name": "断网", "url": "x"}],
        "favourites_count": 1,
        "replies_count": 2,
        "reblogs_count": 3,
        **other,
    }


def server(statuses: list[dict[str, Any]], told: Any) -> Callable[[Request], Any]:
    def answer(request: Request) -> Any:
        query = parse_qs(urlsplit(request.url).query)
        below = [each for each in statuses if int(each["id"]) < int(query.get("max_id", ["99999"])[0])][:40]
        path = request.url.partition("?")[0]
        link = f'<{path}?limit=40&max_id={below[-1]["id"]}>; rel="next"' if below else ""
        return told(json.dumps(below).encode(), headers={"Link": f'{link}, <{path}?min_id=9>; rel="prev"'})

    return answer
