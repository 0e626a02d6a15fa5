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


def weibo_post(mid: int | str) -> str:
    """A post or a repost on Weibo, by its mid; a bid is changed into one first (`weibo_mid`)."""
    return f"weibo:{mid}"


def weibo_comment(comment_id: int | str) -> str:
    """A comment under a Weibo post."""
    return f"weibo:comment:{comment_id}"


_BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def weibo_mid(bid: str) -> str:
    """The mid behind the bid that stands in a post's address (…/1234567890/z0JH2lOMb). Raises ValueError."""
    if not bid.isalnum() or not bid.isascii() or len(bid) > 12:
        raise ValueError(f"'{bid}' is no bid")
    fours = [bid[max(0, end - 4) : end] for end in range(len(bid), 0, -4)]
    numbers = [sum(_BASE62.index(sign) * 62**n for n, sign in enumerate(reversed(four))) for four in fours]
    return str(int("".join(f"{number:07d}" for number in reversed(numbers))))


def weibo_bid(mid: int | str) -> str:
    """The bid of a mid, for addresses: weibo.com/<user>/<bid>. Raises ValueError."""
    digits = str(mid)
    if not digits.isdecimal() or not digits.isascii():
        raise ValueError(f"'{mid}' is no mid")
    sevens = [int(digits[max(0, end - 7) : end]) for end in range(len(digits), 0, -7)]
    return "".join(_in_base62(number) for number in reversed(sevens)).lstrip("0")


def _in_base62(number: int) -> str:
    return "".join(_BASE62[number // 62**n % 62] for n in (3, 2, 1, 0))


def xiaohongshu_note(note_id: str) -> str:
    """A note on Xiaohongshu (RedNote), with pictures or a video."""
    return f"xiaohongshu:note:{note_id}"


def xiaohongshu_comment(comment_id: str) -> str:
    """A comment under a note, or under another comment."""
    return f"xiaohongshu:comment:{comment_id}"


def douyin_video(aweme_id: int | str) -> str:
    """A work on Douyin: pictures with music have an aweme_id, too."""
    return f"douyin:video:{aweme_id}"


def douyin_comment(comment_id: int | str) -> str:
    """A comment under a work, by its cid."""
    return f"douyin:comment:{comment_id}"


def bilibili_video(aid: int | str) -> str:
    """A video on Bilibili, by the number (aid) that its replies know it by, never by its bvid."""
    return f"bilibili:video:{aid}"


def bilibili_reply(rpid: int | str) -> str:
    """A reply under a video, or under another reply."""
    return f"bilibili:reply:{rpid}"


def kuaishou_video(photo_id: str) -> str:
    """A video on Kuaishou."""
    return f"kuaishou:video:{photo_id}"


def kuaishou_comment(comment_id: int | str) -> str:
    """A comment under a video."""
    return f"kuaishou:comment:{comment_id}"


def zhihu_question(question_id: int | str) -> str:
    """A question on Zhihu: the `root` of its answers."""
    return f"zhihu:question:{question_id}"


def zhihu_answer(answer_id: int | str) -> str:
    """An answer to a question."""
    return f"zhihu:answer:{answer_id}"


def zhihu_article(article_id: int | str) -> str:
    """An article of a column; answers and articles have numberings of their own."""
    return f"zhihu:article:{article_id}"


def zhihu_video(video_id: int | str) -> str:
    """A video (zvideo)."""
    return f"zhihu:video:{video_id}"


def zhihu_comment(comment_id: int | str) -> str:
    """A comment under any of them."""
    return f"zhihu:comment:{comment_id}"


def tieba_thread(tid: int | str) -> str:
    """A thread of Tieba and its first floor in one: lists of threads do not know the floor's own number."""
    return f"tieba:thread:{tid}"


def tieba_post(pid: int | str) -> str:
    """A floor of a thread from the second on, or a post within a floor: they share one numbering."""
    return f"tieba:post:{pid}"


def nodebb_post(site: str, pid: int | str) -> str:
    """A post of a NodeBB forum; one that came from another server goes by its URI (`fediverse`)."""
    return f"nodebb/{site.lower()}:post:{pid}"


def nodebb_topic(site: str, tid: int | str) -> str:
    """The thread of a NodeBB forum, as the `root` of the posts in it."""
    return f"nodebb/{site.lower()}:topic:{tid}"


def mediawiki_revision(site: str, revision: int | str) -> str:
    """One change of a page of a wiki."""
    return f"mediawiki/{site.lower()}:revision:{revision}"


def mediawiki_page(site: str, page: int | str) -> str:
    """A page of a wiki, as the `root` of its changes."""
    return f"mediawiki/{site.lower()}:page:{page}"


def hackernews_item(number: int | str) -> str:
    """A story, a poll or a comment on Hacker News: they share one numbering."""
    return f"hackernews:{number}"


def telegram_message(channel: str, number: int | str) -> str:
    """A message in a public channel of Telegram; each channel counts its own."""
    return f"telegram/{channel.lower()}:{number}"


def v2ex_topic(topic_id: int | str) -> str:
    """A topic on V2EX, which is its first post, too."""
    return f"v2ex:topic:{topic_id}"


def v2ex_reply(reply_id: int | str) -> str:
    """A reply under a topic."""
    return f"v2ex:reply:{reply_id}"


def wechat_article(account: str, message: int | str, place: int | str) -> str:
    """An article of a WeChat account, by what its own page calls biz, mid and idx."""
    return f"wechat:article:{account}:{message}:{place}"


def wechat_found(account: str | None, published_at: datetime | None, title: str) -> str:
    """An article as a search shows it, which does not tell its biz, mid and idx."""
    return f"wechat:found:{from_content(account, published_at, title, '')}"


def hot_topic(platform: str, topic: int | str) -> str:
    """An entry of a platform's list of what is hot: the topic's own number, or the word where it has none."""
    return f"{platform}:hot:{topic}"


def youtube_video(video_id: str) -> str:
    """A video on YouTube."""
    return f"youtube:video:{video_id}"


def bluesky_post(uri: str) -> str:
    """A post on Bluesky, by its at:// URI: the account's DID is in it, its name is not."""
    return f"bluesky:{uri.removeprefix('at://')}"


def bluesky_repost(did: str, uri: str) -> str:
    """What an account (DID) reposted; not every answer tells the URI of the repost itself."""
    return f"bluesky:repost:{did}:{uri.removeprefix('at://')}"


def wordpress_post(site: str, post_id: int | str) -> str:
    """A post or a page of a WordPress site: all that it publishes shares one numbering."""
    return f"wordpress/{site.lower()}:post:{post_id}"


def wordpress_comment(site: str, comment_id: int | str) -> str:
    """A comment on a WordPress site."""
    return f"wordpress/{site.lower()}:comment:{comment_id}"


def isso_comment(site: str, comment_id: int | str) -> str:
    """A comment on an Isso server, whatever page it stands under."""
    return f"isso/{site.lower()}:comment:{comment_id}"


def isso_page(site: str, path: str) -> str:
    """The page that comments on an Isso server stand under, as their `root`."""
    return f"isso/{site.lower()}:page:{path}"


def web_article(address: str) -> str:
    """An article on the open web, by its address without the fragment."""
    return f"web:{address.partition('#')[0]}"


def imported(platform: str, native_id: str, site: str | None = None, kind: str | None = None) -> str:
    """A post from somebody else's export that has an id column; `kind` keeps comments apart from posts."""
    place = f"{platform}/{site.lower()}" if site else platform
    return f"{place}:{kind}:{native_id}" if kind else f"{place}:{native_id}"


def from_content(author: str | None, published_at: datetime | None, title: str | None, text: str) -> str:
    """The native id of an export without ids: `sha1-` and the sha1 of what makes a post the same post."""
    moment = published_at.isoformat(timespec="milliseconds") if published_at else ""
    parts = [author or "", moment, title or "", text]
    return "sha1-" + hashlib.sha1("\x1f".join(parts).encode()).hexdigest()
