"""What is searched for on Weibo right now (热搜). Places that are paid for are left out."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from listening.collect.reading.shape import LayoutChanged, maybe, need
from listening.collect.reading.trouble import Answer, Trouble, said_error
from listening.model import RunStatus
from spiders._hotlist import Entry, Hotlist, word


class HotlistWeibo(Hotlist):
    platform = "weibo"
    address = "https://weibo.com/ajax/side/hotSearch"
    home = "https://weibo.com/"

    def refusal(self, answer: Answer) -> Trouble | None:
        if "://passport.weibo." in answer.url:
            return Trouble(RunStatus.LOGIN, "Weibo sends us to its door for visitors - set cookie_env")
        return super().refusal(answer)

    def entries(self, answer: Any) -> list[Any]:
        if (code := maybe(answer, "ok", int)) not in (1, None):
            said = maybe(answer, "message", str) or maybe(answer, "msg", str)
            trouble = said_error(code, said, login=(-100,))
            raise LayoutChanged(trouble.reason, trouble)
        return need(need(answer, "data", dict), "realtime", list)

    def is_paid(self, item: dict[str, Any]) -> bool:
        return bool(item.get("is_ad") or item.get("topic_ad")) or item.get("icon_desc") in ("荐", "商")

    def entry(self, item: Any) -> Entry:
        topic = word(item, "word")
        asked = maybe(item, "word_scheme", str) or topic
        return Entry(
            topic=topic,
            title=maybe(item, "note", str) or topic,
            url=f"https://s.weibo.com/weibo?q={quote(asked)}",
            heat=item.get("num"),
            since=maybe(item, "onboard_time", int),
            label=maybe(item, "label_name", str),
        )
