"""The questions that are hot on Zhihu (热榜)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from listening.collect.reading.shape import LayoutChanged, maybe, need
from listening.collect.reading.trouble import said_error
from listening.model import Kind
from spiders._hotlist import Entry, Hotlist, word

_QUESTION = re.compile(r"https://(?:www|api)\.zhihu\.com/questions?/([0-9]+)/?(?:\?.*)?")


class HotlistZhihu(Hotlist):
    platform = "zhihu"
    address = "https://www.zhihu.com/api/v3/feed/topstory/hot-list-web?limit=50&desktop=true"
    home = "https://www.zhihu.com/hot"

    def entries(self, answer: Any) -> list[Any]:
        if error := maybe(answer, "error", dict):
            trouble = said_error(
                maybe(error, "code", int) or "error", maybe(error, "message", str), login=(100,)
            )
            raise LayoutChanged(trouble.reason, trouble)
        return need(answer, "data", list)

    def entry(self, item: Any) -> Entry:
        target = need(item, "target", dict)
        url = word(need(target, "link", dict), "url")
        question = _QUESTION.fullmatch(url)
        heat = _text(target, "metrics_area")
        return Entry(
            topic=question[1] if question else _path(url),
            title=word(need(target, "title_area", dict), "text"),
            text=_text(target, "excerpt_area") or "",
            url=f"https://www.zhihu.com/question/{question[1]}" if question else url,
            kind=Kind.QUESTION if question else None,
            heat=heat.replace("热度", "") if heat else None,
            comments=maybe(maybe(item, "feed_specific", dict) or {}, "answer_count", int),
        )


def _text(target: Any, key: str) -> str | None:
    area = maybe(target, key, dict)
    return maybe(area, "text", str) if area else None


def _path(url: str) -> str:
    """What tells anything else than a question apart: a column's article, a page of its own."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"
