"""A made-up WordPress site: the REST interface with its pages, its Link headers and its errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from scrapy import Request

START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "a login in 401": (error := {"code": "rest_not_logged_in", "message": "您还没有登录。"}, "login"),
    "a login with status 200": ({**error, "status": 200}, "login"),
    "closed by a plug-in, with status 200": (
        {"code": "rest_disabled", "message": "The REST API is off.", "status": 200},
        "blocked",
    ),
    "closed, with 403": (
        {"code": "rest_forbidden", "message": "抱歉，您不能这么做。", "status": 403},
        "blocked",
    ),
    "another error with status 200": ({"code": "odd", "message": "出错了", "status": 200}, "failed"),
    "no REST interface": ({"code": "rest_no_route", "message": "No route", "status": 404}, "failed"),
}


def written(age: float) -> str:
    """A time so many minutes before the start, as the site writes it: in UTC, and without saying so."""
    return (START - timedelta(minutes=age)).strftime("%Y-%m-%dT%H:%M:%S")


def site(items: list[dict[str, Any]], told: Any) -> Callable[[Request], Any]:
    """A site with these items, newest first."""

    def answer(request: Request) -> Any:
        parts = urlsplit(request.url)
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        limit = asked.get("before")
        older = [each for each in items if limit is None or each["date_gmt"] < limit.removesuffix("Z")]
        size, number = int(asked["per_page"]), int(asked.get("page", 1))
        pages = max(-(-len(older) // size), 1)
        if number > pages and parts.path.endswith("/posts"):
            return refusal({"code": "rest_post_invalid_page_number", "message": "太大", "status": 400}, told)
        following = f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode({**asked, 'page': number + 1})}"
        links = [f'<{following}>; rel="next"'] if number < pages else []
        return told(
            json.dumps(older[(number - 1) * size : number * size]).encode(),
            headers={"Link": ", ".join(['<https://x.example/wp-json/>; rel="https://api.w.org/"', *links])},
        )

    return answer


def refusal(error: dict[str, Any], told: Any) -> Any:
    status = error.get("status", 401)
    return told(json.dumps({**error, "data": {"status": status}}).encode(), status=status)
