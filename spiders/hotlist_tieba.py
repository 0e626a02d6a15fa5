"""The topics that are talked about on Tieba (热议榜)."""

from __future__ import annotations

import html
from typing import Any

from listening.collect.reading.shape import LayoutChanged, maybe, maybe_native, native, need
from listening.collect.reading.trouble import said_error
from spiders._hotlist import Entry, Hotlist, word


class HotlistTieba(Hotlist):
    platform = "tieba"
    address = "https://tieba.baidu.com/hottopic/browse/topicList"
    home = "https://tieba.baidu.com/"

    def entries(self, answer: Any) -> list[Any]:
        if code := maybe_native(answer, "errno"):
            trouble = said_error(code, maybe(answer, "errmsg", str))
            raise LayoutChanged(trouble.reason, trouble)
        return need(need(need(answer, "data", dict), "bang_topic", dict), "topic_list", list)

    def entry(self, item: Any) -> Entry:
        return Entry(
            topic=native(item, "topic_id"),
            title=word(item, "topic_name"),
            text=(maybe(item, "topic_desc", str) or "").strip(),
            url=html.unescape(word(item, "topic_url")),
            heat=item.get("discuss_num"),
            since=maybe(item, "create_time", int),
        )
