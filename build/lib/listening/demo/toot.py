"""One status and one account in the shape that Mastodon's API gives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Any

from listening.demo import markup
from listening.demo.world import DemoPost, Person, View, history, jitter, person, spread

HOME = "yunzhou.example"
# Ids hold a time, as the real ones do, but counted from a fixed day: a post keeps its id over all demos.
_START_OF_IDS = datetime(2026, 9, 1, tzinfo=UTC)


def host_of(username: str) -> str:
    """The instance an account lives on."""
    return username.partition("@")[2] or HOME


def status_id(post: DemoPost, domain: str) -> int:
    """The post's id on that instance; ids grow with time."""
    milliseconds = int(_START_OF_IDS.timestamp() * 1000) - post.before * 60_000 - jitter(post)
    return milliseconds << 16 | spread(f"{domain}/{post.key}", 1 << 16)


def account_id(username: str, domain: str) -> str:
    """The account's id on that instance."""
    return str(115_000_000_000_000_000 + spread(f"{domain}/{username}", 1 << 32))


@lru_cache(maxsize=1)
def account_names() -> tuple[str, ...]:
    """Everybody who has ever posted here."""
    return tuple(dict.fromkeys(post.author for post in history("social")))


class Teller:
    """Tells posts and accounts as the instance `domain` does; `known` are the posts it has."""

    def __init__(self, view: View, domain: str, known: Sequence[DemoPost]) -> None:
        self._view = view
        self._domain = domain
        self._known = {post.key: post for post in known}

    def status(self, post: DemoPost) -> dict[str, Any]:
        boosted = self._known.get(post.reblog) if post.reblog else None
        above = self._known.get(post.reply_to) if post.reply_to else None
        edited = self._view.edited_at(post)
        text = self._view.text(boosted or post)
        return {
            "id": str(status_id(post, self._domain)),
            "created_at": _time(self._view.published(post)),
            "in_reply_to_id": str(status_id(above, self._domain)) if above else None,
            "in_reply_to_account_id": account_id(above.author, self._domain) if above else None,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": "public",
            "language": post.lang.partition("-")[0],
            **_addresses(post),
            "replies_count": sum(other.reply_to == post.key for other in self._known.values()),
            "reblogs_count": sum(other.reblog == post.key for other in self._known.values()),
            "favourites_count": post.likes or spread(post.key, 12),
            "edited_at": _time(edited) if edited else None,
            "content": text if post.html else self._content(text),
            "reblog": self.status(boosted) if boosted else None,
            "application": None if boosted else {"name": "Web", "website": None},
            "account": self.account(post.author),
            "media_attachments": [] if text or post.reblog else [_picture(post)],
            "mentions": [] if boosted else [self._mention(name) for name in _mentioned(text)],
            "tags": [] if boosted else [self._tag(tag) for tag in markup.tags_in(text)],
            "emojis": [],
            "card": None,
            "poll": None,
        }

    def account(self, username: str) -> dict[str, Any]:
        who, name = person(username), username.partition("@")[0]
        posts = [post for post in self._known.values() if post.author == username]
        last = max((self._view.published(post) for post in posts), default=None)
        home = f"https://{host_of(username)}"
        return {
            "id": account_id(username, self._domain),
            "username": name,
            "acct": self._acct(username),
            "display_name": who.name,
            "locked": False,
            "bot": who.bot,
            **_wishes(who),
            "group": False,
            "created_at": _time(
                (self._view.now - timedelta(days=400)).replace(hour=0, minute=0, second=0, microsecond=0)
            ),
            "note": f"<p>{escape(who.note, quote=False)}</p>" if who.note else "",
            "url": f"{home}/@{name}",
            "uri": f"{home}/users/{name}",
            "avatar": f"{home}/avatars/original/missing.png",
            "followers_count": who.followers,
            "following_count": spread(username[::-1], 300),
            "statuses_count": len(posts),
            "last_status_at": last.date().isoformat() if last else None,
            "emojis": [],
            "fields": [],
        }

    def _content(self, text: str) -> str:
        return markup.paragraphs(text, _link, self._name, self._hashtag).replace("<br>\n", "<br />")

    def _acct(self, username: str) -> str:
        name, host = username.partition("@")[0], host_of(username)
        return name if host == self._domain else f"{name}@{host}"

    def _name(self, name: str) -> str | None:
        if name not in _mentioned(f"@{name}"):
            return None
        return (
            f'<span class="h-card" translate="no"><a href="https://{HOME}/@{name}" class="u-url mention">'
            f"@<span>{name}</span></a></span>"
        )

    def _mention(self, name: str) -> dict[str, str]:
        where = f"https://{HOME}/@{name}"
        return {
            "id": account_id(name, self._domain),
            "username": name,
            "url": where,
            "acct": self._acct(name),
        }

    def _hashtag(self, tag: str) -> str:
        where = self._tag(tag)["url"]
        return f'<a href="{where}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'

    def _tag(self, tag: str) -> dict[str, str]:
        where = markup.address(f"https://{self._domain}/tags/{tag.lower()}")
        return {"name": tag.lower(), "url": where}


def _mentioned(text: str) -> list[str]:
    """The accounts of the home instance that the text names; others are just words to it."""
    return [name for name in markup.names_in(text) if name in account_names()]


def _wishes(who: Person) -> dict[str, bool]:
    return {"discoverable": who.discoverable, "indexable": who.indexable, "noindex": who.noindex}


def _addresses(post: DemoPost) -> dict[str, str]:
    """uri and url: where the post was written, whoever shows it. A boost is an activity, not a note."""
    name, home = post.author.partition("@")[0], host_of(post.author)
    number = status_id(post, home)
    uri = f"https://{home}/users/{name}/statuses/{number}"
    if post.reblog:
        return {"uri": f"{uri}/activity", "url": f"{uri}/activity"}
    return {"uri": uri, "url": f"https://{home}/@{name}/{number}"}


def _picture(post: DemoPost) -> dict[str, Any]:
    """A post without words is a picture."""
    where = f"https://{HOME}/media/{post.key}.jpeg"
    return {"id": str(spread(post.key, 1 << 32)), "type": "image", "url": where, "description": None}


def _link(url: str) -> str:
    scheme, _, rest = url.rpartition("://")
    prefix = f"{scheme}://" if scheme else ""
    shown, hidden = escape(rest[:30], quote=False), escape(rest[30:], quote=False)
    return (
        f'<a href="{markup.address(url)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{prefix}</span><span class="{"ellipsis" if hidden else ""}">{shown}</span>'
        f'<span class="invisible">{hidden}</span></a>'
    )


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
