"""The events that are hot on Toutiao (热榜)."""

from __future__ import annotations

from typing import Any

from listening.collect.reading.shape import LayoutChanged, maybe, maybe_native, native, need
from listening.collect.reading.trouble import said_error
from spiders._hotlist import Entry, Hotlist, word


class HotlistToutiao(Hotlist):
    platform = "toutiao"
    address = "https://www.toutiao.com/hot-event/hot-board/?origin=toutiao_pc"
    home = "https://www.toutiao.com/"

    def entries(self, answer: Any) -> list[Any]:
        status = maybe(answer, "status", str)
        if status not in ("success", None):
            trouble = said_error(status, maybe(answer, "message", str))
            raise LayoutChanged(trouble.reason, trouble)
        return need(answer, "data", list)

    def entry(self, item: Any) -> Entry:
        topic = maybe_native(item, "ClusterIdStr") or native(item, "ClusterId")
        return Entry(
            topic=topic,
            title=word(item, "Title"),
            url=f"https://www.toutiao.com/trending/{topic}/",
            heat=item.get("HotValue"),
            label=maybe(item, "LabelDesc", str),
        )
