"""A test's corner of a real server, asked past the store that is tested."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

_PART = 20_000
KINDS = ("hits", "events", "documents")


def ask(address: str, method: str, path: str, body: object = None) -> Any:
    """What the server says; None for 404."""
    data = json.dumps(body).encode() if body is not None else None
    request = Request(f"{address}{path}", data, {"content-type": "application/json"}, method=method)
    try:
        with urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")
    except HTTPError as error:
        with error:
            if error.code == 404:
                return None
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()[:500]}") from None


def forget(address: str, prefix: str) -> None:
    """Remove all that a store has made under a prefix."""
    made = ask(address, "GET", f"/{prefix}-*/_alias?expand_wildcards=all") or {}
    if made:
        ask(address, "DELETE", "/" + ",".join(made))
    for kind in KINDS:
        ask(address, "DELETE", f"/_index_template/{prefix}-{kind}")


def clear(address: str, prefix: str) -> None:
    """Remove all documents under a prefix, and leave the indices."""
    indices = ",".join(f"{prefix}-{kind}" for kind in KINDS)
    ask(address, "POST", f"/{indices}/_refresh")
    everything: object = {"query": {"match_all": {}}}
    # in parts: a server tells a warning for each of its steps, and 100 headers are the most that is read
    part = f"/{indices}/_delete_by_query?refresh=true&conflicts=proceed&max_docs={_PART}"
    while ask(address, "POST", part, everything)["total"]:
        pass
