"""What is searched for on Bilibili right now (热搜). Places that are paid for are left out."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from listening.collect.reading.shape import maybe, need
from listening.collect.reading.trouble import Answer, Trouble
from spiders import _bilibili as bilibili
from spiders._hotlist import Entry, Hotlist, word


class HotlistBilibili(Hotlist):
    platform = "bilibili"
    address = "https://s.search.bilibili.com/main/hotword?limit=50"
    home = "https://www.bilibili.com/"

    def refusal(self, answer: Answer) -> Trouble | None:
        return bilibili.refusal(answer)

    def entries(self, answer: Any) -> list[Any]:
        if bilibili.code_of(answer) != 0:
            raise bilibili.failure(answer, maybe(answer, "exp_str", str))
        return need(answer, "list", list)

    def is_paid(self, item: dict[str, Any]) -> bool:
        times = item.get("stat_datas")
        return isinstance(times, dict) and times.get("is_commercial") in (1, "1")

    def entry(self, item: Any) -> Entry:
        topic = word(item, "keyword")
        return Entry(
            topic=topic,
            title=maybe(item, "show_name", str) or topic,
            url=f"https://search.bilibili.com/all?keyword={quote(topic)}",
            heat=item.get("heat_score"),
        )
