"""contents and comments of MediaCrawler, old and new (CSV, JSON, JSON lines)"""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

from listening import codec
from listening.collect.importers._exports import Columns, Export
from listening.collect.importers._fields import Fields, author, metrics, published
from listening.collect.importers._weibo import time_of
from listening.collect.reading.times import Spoken
from listening.errors import InvalidPost
from listening.model import Author, Kind, Post, Reference, ids

# Addresses that soon lead nowhere, and what says nothing of the post and much of the person.
_LEFT_OUT = {"avatar", "user_avatar", "gender", "sex", "sign", "user_signature", "xsec_token", "add_ts"} | {
    *("image_list", "pictures", "cover_url", "video_cover_url", "video_play_url", "video_download_url"),
    "music_download_url",
}
_TIMES = ("create_time", "create_date_time", "publish_time")
_TITLES_MADE = (255, 500)
"""Where there is no title, the tool writes the beginning of the text in its place, cut at one of these."""


def _weibo_post(record: Fields) -> Post:
    mid = record.need(record.number("note_id"), "note_id")
    return Post(
        id=ids.weibo_post(mid),
        platform="weibo",
        kind=Kind.POST,
        text=unescape(record.text("content") or ""),  # the tool drops the tags of the HTML and no more
        url=record.word("note_url"),
        author=_author(record),
        **published(time_of(record, mid, *_TIMES)),
        metrics=metrics(
            record.count("liked_count"), record.count("comments_count"), record.count("shared_count")
        ),
        **_common(record),
    )


def _weibo_comment(record: Fields) -> Post:
    post = ids.weibo_post(record.need(record.number("note_id"), "note_id"))
    return _comment(record, "weibo", ids.weibo_comment, post, unescape(record.text("content") or ""))


def _xiaohongshu_note(record: Fields) -> Post:
    text = record.text("desc") or ""
    return Post(
        id=ids.xiaohongshu_note(record.need(record.native("note_id"), "note_id")),
        platform="xiaohongshu",
        kind=Kind.VIDEO if record.word("type") == "video" else Kind.POST,
        title=_title(record, text),
        text=text,
        tags=record.words("tag_list"),
        url=record.word("note_url"),
        author=_author(record),
        **published(record.need(record.time("time"), "time")),
        metrics=metrics(
            record.count("liked_count"), record.count("comment_count"), record.count("share_count")
        ),
        **_common(record, "video_url"),
    )


def _xiaohongshu_comment(record: Fields) -> Post:
    note = ids.xiaohongshu_note(record.need(record.native("note_id"), "note_id"))
    return _comment(record, "xiaohongshu", ids.xiaohongshu_comment, note)


def _douyin_video(record: Fields) -> Post:
    text = record.text("desc") or ""
    return Post(
        id=ids.douyin_video(record.need(record.number("aweme_id"), "aweme_id")),
        platform="douyin",
        kind=Kind.POST if record.word("note_download_url") else Kind.VIDEO,  # the addresses of its pictures
        title=_title(record, text),
        text=text,
        url=record.word("aweme_url"),
        author=_author(record),
        **published(record.need(_time(record), "time")),
        metrics=metrics(
            record.count("liked_count"), record.count("comment_count"), record.count("share_count")
        ),
        **_common(record),
    )


def _douyin_comment(record: Fields) -> Post:
    video = ids.douyin_video(record.need(record.number("aweme_id"), "aweme_id"))
    return _comment(record, "douyin", ids.douyin_comment, video)


def _bilibili_video(record: Fields) -> Post:
    text = record.text("desc") or ""
    return Post(
        id=ids.bilibili_video(record.need(record.number("video_id"), "video_id")),
        platform="bilibili",
        kind=Kind.VIDEO,
        title=_title(record, text),
        text="" if text == "-" else text,  # how Bilibili writes that there is no description
        url=record.word("video_url"),
        author=_author(record),
        **published(record.need(_time(record), "time")),
        metrics=metrics(
            record.count("liked_count"),
            record.count("video_comment"),
            record.count("video_share_count"),
            record.count("video_play_count"),
        ),
        **_common(record),
    )


def _bilibili_reply(record: Fields) -> Post:
    video = ids.bilibili_video(record.need(record.number("video_id"), "video_id"))
    return _comment(record, "bilibili", ids.bilibili_reply, video)


def _kuaishou_video(record: Fields) -> Post:
    text = record.text("desc") or ""
    return Post(
        id=ids.kuaishou_video(record.need(record.native("video_id"), "video_id")),
        platform="kuaishou",
        kind=Kind.VIDEO,
        title=_title(record, text),
        text=text,
        url=record.word("video_url"),
        author=_author(record),
        **published(record.need(_time(record), "time")),
        metrics=metrics(likes=record.count("liked_count"), views=record.count("viewd_count")),
        **_common(record),
    )


def _kuaishou_comment(record: Fields) -> Post:
    video = ids.kuaishou_video(record.need(record.native("video_id"), "video_id"))
    return _comment(record, "kuaishou", ids.kuaishou_comment, video)


_ZHIHU: dict[str, tuple[Kind, Callable[[str], str]]] = {
    "answer": (Kind.ANSWER, ids.zhihu_answer),
    "article": (Kind.ARTICLE, ids.zhihu_article),
    "zvideo": (Kind.VIDEO, ids.zhihu_video),
}


def _zhihu_content(record: Fields) -> Post:
    kind, content = _zhihu(record)
    asked = record.number("question_id")
    question = Reference(id=ids.zhihu_question(asked)) if asked and kind is Kind.ANSWER else None
    return Post(
        id=content,
        platform="zhihu",
        kind=kind,
        title=record.word("title"),
        text=record.text("content_text", "desc") or "",
        url=record.word("content_url"),
        author=_author(record, "user_nickname", "user_link"),
        parent=question,
        root=question,
        **published(record.need(record.time("created_time"), "time")),
        metrics=metrics(record.count("voteup_count"), record.count("comment_count")),
        **_common(record),
    )


def _zhihu(record: Fields) -> tuple[Kind, str]:
    kind = record.need(record.word("content_type"), "content_type")
    if kind not in _ZHIHU:
        raise InvalidPost("", f"content_type ('{kind}') is none of {', '.join(_ZHIHU)}", "mend the line")
    noun, make = _ZHIHU[kind]
    return noun, make(record.need(record.number("content_id"), "content_id"))


def _zhihu_comment(record: Fields) -> Post:
    return _comment(record, "zhihu", ids.zhihu_comment, _zhihu(record)[1])


def _tieba_thread(record: Fields) -> Post:
    text = record.text("desc") or ""
    return Post(
        id=ids.tieba_thread(record.need(record.number("note_id"), "note_id")),
        platform="tieba",
        kind=Kind.POST,
        title=_title(record, text),
        text=text,
        url=record.word("note_url"),
        author=_author(record, "user_nickname", "user_link"),
        **published(record.need(_time(record), "time")),
        metrics=metrics(comments=record.count("total_replay_num")),
        **_common(record),
    )


def _tieba_post(record: Fields) -> Post:
    thread = ids.tieba_thread(record.need(record.number("note_id"), "note_id"))
    return _comment(record, "tieba", ids.tieba_post, thread)


# What they share.


def _comment(
    record: Fields, platform: str, make: Callable[[str], str], root: str, text: str | None = None
) -> Post:
    """A comment answers another one, or what stands above all of them."""
    own = record.need(record.native("comment_id"), "comment_id")
    answered = record.native("parent_comment_id", "parment_comment_id")  # as old versions spell it
    # A comment of the first level has 0 there, or on Weibo itself.
    parent = make(answered) if answered and answered not in ("0", own) else root
    return Post(
        id=make(own),
        platform=platform,
        kind=Kind.COMMENT,
        text=text if text is not None else record.text("content") or "",
        url=record.word("note_url"),
        author=_author(record, "nickname", "profile_url", "user_nickname", "user_link"),
        parent=Reference(id=parent),
        root=Reference(id=root),
        **published(record.need(_time(record), "time")),
        metrics=metrics(record.count("like_count", "comment_like_count"), record.count("sub_comment_count")),
        **_common(record),
    )


def _time(record: Fields) -> Spoken | None:
    return record.time(*_TIMES)


def _title(record: Fields, text: str) -> str | None:
    title = record.text("title") or ""
    return title if title and title not in (text, *(text[:n] for n in _TITLES_MADE)) else None


def _author(record: Fields, *names: str) -> Author | None:
    """Newer versions hide the account: a hash that holds an author's posts together takes its id's place."""
    hidden = record.word("creator_hash")
    name, url, *others = names or ("nickname", "profile_url")
    return author(
        id=record.native("user_id") or (f"hash:{hidden}" if hidden else None),
        name=record.word(name, *others[:1]),
        url=record.word(url, *others[1:]),
    )


def _common(record: Fields, *also_left_out: str) -> dict[str, Any]:
    """The last fields: everything else has been asked for."""
    seen = record.time("last_modify_ts")
    region = record.region("ip_location")
    return {
        "region": region,
        "collected_at": codec.utc(seen.moment) if seen else None,
        "extra": record.rest(_LEFT_OUT | set(also_left_out)),
    }


def _video_comment(record: Fields) -> Post:
    """Old comments of Bilibili look like those of Kuaishou: then the folder decides."""
    folders = record.origin.file.absolute().parts[:-1]
    if (
        any(name in record for name in ("parent_comment_id", "like_count", "sex", "sign"))
        or "bili" in folders
    ):
        return _bilibili_reply(record)
    if "kuaishou" in folders:
        return _kuaishou_comment(record)
    cure = "keep it in its folder: data/bili or data/kuaishou"
    raise InvalidPost("", "may be a comment of Bilibili or of Kuaishou", cure)


_SHAPES: tuple[tuple[Columns, Callable[[Fields], Post]], ...] = (
    (frozenset({"comment_id", "aweme_id", "content"}), _douyin_comment),
    (frozenset({"comment_id", "content_id", "content_type"}), _zhihu_comment),
    (frozenset({"comment_id", "note_id", "tieba_name"}), _tieba_post),
    (frozenset({"comment_id", "note_id", "comment_like_count"}), _weibo_comment),
    (frozenset({"comment_id", "note_id", "create_date_time"}), _weibo_comment),
    (frozenset({"comment_id", "note_id", "content"}), _xiaohongshu_comment),
    (frozenset({"comment_id", "video_id", "content"}), _video_comment),
    (frozenset({"aweme_id", "desc"}), _douyin_video),
    (frozenset({"content_id", "content_type", "voteup_count"}), _zhihu_content),
    (frozenset({"note_id", "tieba_name"}), _tieba_thread),
    (frozenset({"note_id", "create_date_time", "content"}), _weibo_post),
    (frozenset({"note_id", "desc", "time"}), _xiaohongshu_note),
    (frozenset({"video_id", "video_play_count"}), _bilibili_video),
    (frozenset({"video_id", "viewd_count"}), _kuaishou_video),
)


def _recognises(columns: Columns) -> bool:
    return any(needed <= columns for needed, _ in _SHAPES)


def _post(record: Fields) -> Post:
    columns = record.values.keys()
    for needed, make in _SHAPES:
        if needed <= columns:
            return make(record)
    raise InvalidPost("", "has the columns of no content and no comment", "import its own kind of file")


EXPORT = Export("mediacrawler", _recognises, _post)
importer = EXPORT.importer
