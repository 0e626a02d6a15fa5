"""A made-up Weibo: posts, comments and reposts in the shape in which weibo.com/ajax tells them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from scrapy import Request

START = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
BEIJING = timezone(timedelta(hours=8))
UID, NAME = "1000000001", "星河宽带"
LOGIN = {"ok": -100, "url": "https://passport.weibo.com/sso/signin?entry=miniblog&source=miniblog"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
VISITOR = "<!doctype html><html><head><title>Sina Visitor System</title></head><body></body></html>"

Site = Callable[[Request], Any]


def mid_at(moment: datetime, number: int = 0) -> int:
    """A mid that carries this time."""
    return (int(moment.timestamp()) - 515483463 << 22) + number


def before(minutes: float) -> datetime:
    return START - timedelta(minutes=minutes)


def written(moment: datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%a %b %d %H:%M:%S %z %Y")


def user(uid: str | int = UID, name: str = NAME, **other: Any) -> dict[str, Any]:
    given = {"id": int(uid), "idstr": str(uid), "screen_name": name, "verified": True, "verified_type": 2}
    return {**given, "profile_url": f"/u/{uid}", "avatar_hd": "https://tvax1.sinaimg.cn/x.jpg", **other}


def status(minutes: float = 0, text: str = "今晚检修", **other: Any) -> dict[str, Any]:
    """A post, so many minutes older than START."""
    mid = mid_at(before(minutes))
    return {
        "visible": {"type": 0, "list_id": 0},
        "created_at": written(before(minutes)),
        "id": mid,
        "idstr": str(mid),
        "mid": str(mid),
        "mblogid": "unused",
        "user": user(),
        "can_edit": False,
        "text_raw": f"{text} \u200b\u200b\u200b",
        "text": text,
        "source": '<a href="http://weibo.com/" rel="nofollow">微博网页版</a>',
        "pic_ids": [],
        "pic_num": 0,
        "reposts_count": 3,
        "comments_count": 2,
        "attitudes_count": 5,
        "isLongText": False,
        "mblogtype": 0,
        "region_name": "发布于 广东",
        **other,
    }


def comment(minutes: float = 0, text: str = "又断网了", **other: Any) -> dict[str, Any]:
    number = mid_at(before(minutes), 77)
    return {
        "created_at": written(before(minutes)),
        "id": number,
        "rootid": number,
        "rootidstr": str(number),
        "floor_number": 1,
        "text": text,
        "text_raw": text,
        "source": "来自广东",
        "user": user("2000000002", "阿青", verified=False),
        "mid": str(number),
        "idstr": str(number),
        "comments": [],
        "max_id": 0,
        "total_number": 0,
        "like_counts": 4,
        **other,
    }


def weibo(
    told: Any,
    timeline: Sequence[Any] = (),
    *,
    size: int = 20,
    whole: Mapping[str, Any] | None = None,
    names: Mapping[str, str] | None = None,
    comments: Mapping[str, Sequence[Any]] | None = None,
    reposts: Mapping[str, Sequence[Any]] | None = None,
) -> Site:
    """The site: one timeline for whatever account, `size` things a page; all else by its number."""

    def answer(request: Request) -> Any:
        parts = urlsplit(request.url)
        asked = dict(parse_qsl(parts.query))
        door = parts.path.rpartition("/")[2]
        if door == "mymblog":
            page = int(asked["page"])
            found = timeline[size * (page - 1) : size * page]
            since = found[-1].get("id", "") if found else ""
            return told_json(told, {"data": {"since_id": since, "list": found, "total": len(timeline)}})
        if door == "longtext":
            return told_json(told, {"data": (whole or {}).get(asked["id"], {})})
        if door == "info":
            return _account(told, (names or {}).get(asked["screen_name"]))
        if door == "buildComments":
            return _by_cursor(
                told, (comments or {}).get(asked["id"], ()), int(asked.get("max_id", "0")), size
            )
        if door == "repostTimeline":
            return _by_page(told, (reposts or {}).get(asked["id"], ()), int(asked["page"]), size)
        raise AssertionError(f"nobody asks for {request.url}")

    return answer


def told_json(told: Any, answer: Mapping[str, Any], **how: Any) -> Any:
    return told(json.dumps({"ok": 1, **answer}, ensure_ascii=False).encode(), **how)


def _account(told: Any, number: str | None) -> Any:
    if number is None:
        return told_json(told, {"ok": 0, "message": "该昵称当前没有人使用"})
    return told_json(told, {"data": {"user": user(number)}})


def _by_cursor(told: Any, things: Sequence[Any], start: int, size: int) -> Any:
    further = start + size if start + size < len(things) else 0
    page = {"data": things[start : start + size], "max_id": further, "total_number": len(things)}
    return told_json(told, {**page, "trendsText": "已加载全部评论"})


def _by_page(told: Any, things: Sequence[Any], page: int, size: int) -> Any:
    last = -(-len(things) // size)
    found = things[size * (page - 1) : size * page]
    return told_json(told, {"data": found, "max_page": last, "total_number": len(things)})


JSON_WALLS: dict[str, tuple[dict[str, Any], str]] = {
    "no cookie any more": ({"body": json.dumps(LOGIN).encode()}, "login"),
    "relogin": ({"body": b'{"error":"relogin!","error_code":21301}'}, "login"),
    "sent to the passport": (
        {
            "body": b"",
            "status": 302,
            "headers": {"Location": "https://passport.weibo.com/visitor/visitor?a=1"},
        },
        "login",
    ),
    "sent to the login page": (
        {"body": b"", "status": 302, "headers": {"Location": "/newlogin?tabtype=weibo"}},
        "login",
    ),
    "the visitor page": ({"body": VISITOR.encode(), "headers": HTML}, "login"),
    "the passport page in gb18030": (
        {"body": "<html><title>新浪通行证</title></html>".encode("gb18030"), "headers": HTML},
        "login",
    ),
    "a check": (
        {"body": b'{"ok":0,"url":"https://passport.weibo.com/verify?from=x","message":"check"}'},
        "blocked",
    ),
    "sent to a check": (
        {"body": b"", "status": 302, "headers": {"Location": "https://passport.weibo.com/verify?from=x"}},
        "blocked",
    ),
    "a check in words": ({"body": '{"ok":0,"msg":"请完成安全验证"}'.encode()}, "blocked"),
    "risk control": ({"body": b"", "status": 432}, "blocked"),
    "the address is shut out": ({"body": b"", "status": 418}, "blocked"),
    "too many": ({"body": b"", "status": 429}, "rate_limited"),
    "too many, told with 200": (
        {"body": '{"ok":0,"errno":"100005","msg":"请求过于频繁"}'.encode()},
        "rate_limited",
    ),
    "an error told with 200": ({"body": b'{"ok":0,"error_code":10001,"error":"System error"}'}, "failed"),
    "sent elsewhere": (
        {"body": b"", "status": 302, "headers": {"Location": "https://weibo.com/sorry?pagenotfound"}},
        "failed",
    ),
    "sent to what is no address": (
        {"body": b"", "status": 302, "headers": {"Location": "http://["}},
        "failed",
    ),
    "told of what is no address": ({"body": b'{"ok":0,"url":"http://["}'}, "failed"),
    "the server is down": ({"body": b"", "status": 502}, "failed"),
    "broken JSON": ({"body": b'{"ok":1,"data":{"list":['}, "layout"),
    "nothing": ({"body": b""}, "layout"),
    "a list": ({"body": b"[]"}, "layout"),
    "no ok": ({"body": b'{"data":{"list":[]}}'}, "layout"),
    "another key": ({"body": b'{"ok":1,"data":{"statuses":[]}}'}, "layout"),
    "no data": ({"body": b'{"ok":1}'}, "layout"),
}
"""What comes instead of a timeline -> how the run ends."""
