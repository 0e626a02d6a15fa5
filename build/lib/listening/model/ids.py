"""Identity: one function a platform, shared by its spider and its importers.

An id reads `<platform>[/<site>]:[<kind>:]<native id>`. Two sites, or a post and a comment, with the same
number stay apart. An id is opaque: nothing ever takes one apart again.
"""

from __future__ import annotations

import hashlib
from datetime import datetime


def discourse_post(site: str, post_id: int) -> str:
    """A post of a Discourse forum; topics have no id of their own here, their first post stands for them."""
    return f"discourse/{site.lower()}:post:{post_id}"


def discourse_topic(site: str, topic_id: int) -> str:
    """The thread of a Discourse forum, as the `root` of the posts in it."""
    return f"discourse/{site.lower()}:topic:{topic_id}"


def fediverse(uri: str) -> str:
    """A federated post: its ActivityPub URI, so that two instances that show it give one post."""
    return f"fediverse:{uri}"


def feed_entry(feed: str, entry_id: str) -> str:
    """An entry of a feed; `feed` is the feed's address, since a guid is unique only within its feed."""
    return f"feed/{feed}:{entry_id}"


def imported(platform: str, native_id: str, site: str | None = None, kind: str | None = None) -> str:
    """A post from somebody else's export that has an id column; `kind` keeps comments apart from posts."""
    place = f"{platform}/{site.lower()}" if site else platform
    return f"{place}:{kind}:{native_id}" if kind else f"{place}:{native_id}"


def from_content(author: str | None, published_at: datetime | None, title: str | None, text: str) -> str:
    """The native id of an export without ids: `sha1-` and the sha1 of what makes a post the same post."""
    moment = published_at.isoformat(timespec="milliseconds") if published_at else ""
    parts = [author or "", moment, title or "", text]
    return "sha1-" + hashlib.sha1("\x1f".join(parts).encode()).hexdigest()
