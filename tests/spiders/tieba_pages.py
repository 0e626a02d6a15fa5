"""A made-up forum of Tieba, in the shape in which the site tells it to its own pages for phones."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from scrapy import Request

START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
FORUM = "星河宽带"
HTML = {"Content-Type": "text/html; charset=utf-8"}
CHECK = "<!doctype html><html><head><title>百度安全验证</title></head><body></body></html>"

Site = Callable[[Request], Any]


def before(minutes: float) -> datetime:
    return START - timedelta(minutes=minutes)


def seconds(minutes: float) -> int:
    return int(before(minutes).timestamp())


def author(number: int = 501, name: str = "阿青", **other: Any) -> dict[str, Any]:
    shown = {"name": "aqing01", "name_show": name, "show_nickname": name, "portrait": "tb.1.x", "type": 1}
    return {"id": number, **shown, "userhide": 0, **other}


def thread(number: int, minutes: float, last: float | None = None, **other: Any) -> dict[str, Any]:
    """A thread in the list, begun and last answered so many minutes before START."""
    return {
        "id": number,
        "tid": number,
        "title": f"又断网 {number}",
        "author": author(),
        "create_time": seconds(minutes),
        "last_time_int": seconds(minutes if last is None else last),
        "reply_num": 7,
        "is_top": 0,
        "is_good": 0,
        "abstract": [{"type": 0, "text": "从昨晚开始"}],
        "media": [],
        **other,
    }


def floor(number: int, minutes: float, at: int = 2, text: str = "我也是", **other: Any) -> dict[str, Any]:
    return {
        "id": number,
        "floor": at,
        "title": "",
        "time": seconds(minutes),
        "content": [{"type": 0, "text": text}],
        "author": author(502, "老周"),
        "agree": {"agree_num": 3, "disagree_num": 0, "has_agree": 0},
        "sub_post_number": 0,
        "reply_num": 0,
        **other,
    }


def forum(
    told: Any, threads: Sequence[Any], floors: Mapping[int, Sequence[Any]] | None = None, *, size: int = 30
) -> Site:
    """A forum with these threads, in their order, `size` on a page; a thread without floors has one."""

    def answer(request: Request) -> Any:
        parts = urlsplit(request.url)
        asked = dict(parse_qsl(parts.query))
        page = int(asked["pn"])
        if parts.path.endswith("getFrsData"):
            found = threads[size * (page - 1) : size * page]
            paging = {"current_page": page, "has_more": int(size * page < len(threads))}
            about = {"id": 9, "name": FORUM, "thread_num": len(threads)}
            return told_json(told, {"forum": about, "thread_list": found, "page": paging})
        number = int(asked["kz"])
        written = (floors or {}).get(number) or first_floor(threads, number)
        last = -(-len(written) // size)
        shown = min(page, last)
        paging = {"current_page": shown, "total_page": last, "has_more": int(shown > 1), "page_size": size}
        posts = written[size * (shown - 1) : size * shown]
        about = {"id": number, "title": f"又断网 {number}"}
        return told_json(
            told, {"forum": {"name": FORUM}, "thread": about, "post_list": posts, "page": paging}, "0"
        )

    return answer


def first_floor(threads: Sequence[Any], number: int) -> list[Any]:
    (found,) = (each for each in threads if isinstance(each, dict) and each.get("tid") == number)
    text = [{"type": 0, "text": "从昨晚开始"}]
    return [floor(number * 100, 0, 1, time=found["create_time"], author=author(), content=text)]


def told_json(told: Any, data: Mapping[str, Any], errno: int | str = 0, **how: Any) -> Any:
    """The list tells its error as a number, a thread as a text."""
    return told(json.dumps({"errno": errno, "errmsg": "success", "data": data}).encode(), **how)


WALLS: dict[str, tuple[dict[str, Any], str]] = {
    "the security check": ({"body": CHECK.encode(), "headers": HTML}, "blocked"),
    "the security check in gb18030": (
        {"body": CHECK.encode("gb18030"), "headers": {"Content-Type": "text/html; charset=gbk"}},
        "blocked",
    ),
    "refused": ({"body": b"", "status": 403, "headers": {"Server": "bfe"}}, "blocked"),
    "too many": ({"body": b"", "status": 429}, "rate_limited"),
    "a login is asked for": ({"body": '{"errno":1,"errmsg":"请先登录"}'.encode()}, "login"),
    "an error as a number": ({"body": '{"errno":110003,"errmsg":"参数错误"}'.encode()}, "failed"),
    "an error as a text": ({"body": '{"errno":"110003","errmsg":"参数错误"}'.encode()}, "failed"),
    "an error by another name": ({"body": b'{"error_code":29,"error_msg":"busy","data":{}}'}, "failed"),
    "a check told with 200": ({"body": '{"errno":5,"errmsg":"请完成安全验证"}'.encode()}, "blocked"),
    "the server is down": ({"body": b"", "status": 500}, "failed"),
    "broken JSON": ({"body": b'{"errno":0,"data":{"thread_list":['}, "layout"),
    "nothing": ({"body": b""}, "layout"),
    "a list": ({"body": b"[]"}, "layout"),
    "no errno": ({"body": b'{"data":{"thread_list":[]}}'}, "layout"),
    "no data": ({"body": b'{"errno":0}'}, "layout"),
    "another key": ({"body": b'{"errno":0,"data":{"forum":{"name":"x"},"threads":[]}}'}, "layout"),
}
"""What comes instead of an answer -> how the run ends."""
