"""Made-up posts as the API of Bluesky shows them, and an AppView that gives feeds page by page."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scrapy import Request

START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
AQING, XINGHE, KEKE = "did:plc:aqing", "did:plc:xinghe", "did:plc:keke"
NAMES = {AQING: "aqing.example.com", XINGHE: "xinghe.example.com", KEKE: "keke.example.com"}


def time(number: int) -> str:
    """A minute older for each number less than 1000."""
    moment = START - timedelta(minutes=1000 - number)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def profile(did: str = AQING, **other: Any) -> dict[str, Any]:
    return {
        "did": did,
        "handle": NAMES.get(did, "x.example.com"),
        "displayName": "某人",
        "labels": [],
        **other,
    }


def uri(number: int | str, did: str = AQING) -> str:
    return f"at://{did}/app.bsky.feed.post/{number}"


def view(
    number: int,
    text: str | None = None,
    *,
    by: str = AQING,
    record: Mapping[str, Any] | None = None,
    **other: Any,
) -> dict[str, Any]:
    """A post; `record` is what of the author's own record is different."""
    return {
        "uri": uri(number, by),
        "cid": f"bafy{number}",
        "author": profile(by),
        "record": {
            "$type": "app.bsky.feed.post",
            "createdAt": time(number),
            "langs": ["zh"],
            "text": f"断网 {number}" if text is None else text,
            **(record or {}),
        },
        "replyCount": 2,
        "repostCount": 3,
        "likeCount": 1,
        "quoteCount": 0,
        "indexedAt": time(number),
        "labels": [],
        **other,
    }


def item(number: int, **other: Any) -> dict[str, Any]:
    return {"post": view(number, **other)}


def reposted(original: dict[str, Any], number: int, by: str = XINGHE) -> dict[str, Any]:
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "by": profile(by), "indexedAt": time(number)}
    return {"post": original, "reason": reason}


def answering(parent: str, root: str | None = None) -> dict[str, Any]:
    """A record's own word on what it answers."""
    return {"reply": {"parent": {"uri": parent, "cid": "c"}, "root": {"uri": root or parent, "cid": "c"}}}


def thread(post: dict[str, Any], *answers: dict[str, Any]) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.defs#threadViewPost", "post": post, "replies": list(answers)}


def appview(
    feeds: Mapping[str, list[dict[str, Any]]],
    told: Any,
    *,
    threads: Mapping[str, dict[str, Any]] | None = None,
    per_page: int = 100,
) -> Callable[[Request], Any]:
    """Feeds by the name or DID of their account, and threads by the URI of their first post."""

    def answer(request: Request) -> Any:
        query = {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}
        if "getPostThread" in request.url:
            found = (threads or {}).get(query["uri"])
            if found is None:
                error = {"error": "NotFound", "message": f"Post not found: {query['uri']}"}
                return told(json.dumps(error).encode(), status=400)
            return told(json.dumps({"thread": found}).encode())
        feed = feeds.get(query["actor"])
        if feed is None:
            return told(b'{"error": "InvalidRequest", "message": "Profile not found"}', status=400)
        first = int(query.get("cursor", "0"))
        cursor = {"cursor": str(first + per_page)} if first + per_page < len(feed) else {}
        return told(json.dumps({"feed": feed[first : first + per_page], **cursor}).encode())

    return answer
