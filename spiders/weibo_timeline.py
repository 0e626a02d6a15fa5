"""Posts and reposts of Weibo accounts, newest first, whole texts included. Needs your own cookie."""

from __future__ import annotations

from typing import Any

from listening.model import Post
from spiders._weibo import WeiboAccounts
from spiders._weibo_posts import post_of


class WeiboTimeline(WeiboAccounts):
    listing_order = "created"

    def post(self, item: Any) -> Post | None:
        return post_of(item, self.now)
