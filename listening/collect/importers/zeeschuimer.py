"""the NDJSON of Zeeschuimer and 4CAT: douyin, rednote (xiaohongshu) and its comments"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from listening import codec
from listening.collect.importers._exports import Columns, Export
from listening.collect.importers._fields import Fields, author, metrics, published
from listening.errors import InvalidPost
from listening.model import Kind, Post, Reference, ids

_META = "__import_meta"  # where 4CAT puts what Zeeschuimer writes around an item


def _recognises(columns: Columns) -> bool:
    return columns >= {"source_platform", "data"} or _META in columns


def _post(record: Fields) -> Post:
    meta, item = (record.part(_META), record) if _META in record else (record, record.part("data"))
    platform = meta.need(meta.word("source_platform"), "source_platform")
    if platform not in _READERS:
        cure = f"there are: {', '.join(_READERS)}"
        raise InvalidPost("", f"is of '{platform}', which is not read from this format", cure)
    seen = meta.time("timestamp_collected")
    return _READERS[platform](item, codec.utc(seen.moment) if seen else None)


def _douyin(item: Fields, seen: datetime | None) -> Post:
    """A video as the app's interface or as the page itself holds it: the same names, written differently."""
    if _is_stream(item):
        raise InvalidPost("", "is a live stream, and no post", "leave it out")
    native = item.need(item.number("aweme_id", "awemeId"), "aweme_id")
    writer, figures = item.part("author", "authorInfo"), item.part("statistics", "stats")
    tags = (tag.word("hashtag_name", "hashtagName") for tag in item.parts("text_extra", "textExtra"))
    sec_uid = writer.word("sec_uid", "secUid")
    return Post(
        id=ids.douyin_video(native),
        platform="douyin",
        kind=Kind.POST if item.parts("images") else Kind.VIDEO,
        text=item.text("desc") or "",
        tags=tuple(dict.fromkeys(filter(None, tags))),
        url=f"https://www.douyin.com/video/{native}",
        author=author(
            writer.number("uid") or item.number("author_user_id", "authorUserId"),
            writer.word("nickname"),
            f"https://www.douyin.com/user/{sec_uid}" if sec_uid else None,
        ),
        **published(item.need(item.time("create_time", "createTime"), "time")),
        collected_at=seen,
        metrics=metrics(  # how often it was played the web is told as 0, whatever it is
            figures.count("digg_count", "diggCount"),
            figures.count("comment_count", "commentCount"),
            figures.count("share_count", "shareCount"),
        ),
    )


def _is_stream(item: Fields) -> bool:
    room = item.part("cell_room", "cellRoom")
    return bool(item.values.get("rawdata") or room.values.get("rawdata"))


def _rednote(item: Fields, seen: datetime | None) -> Post:
    """A note that was opened. In a list it is only a card without its words, which must not replace them."""
    note = item.part("note", "note_card")
    if "desc" not in note:
        raise InvalidPost("", "is only the card of a note, without its text", "open the note while capturing")
    native = item.need(item.native("id") or note.native("note_id", "noteId"), "id")
    writer, figures = note.part("user"), note.part("interact_info", "interactInfo")
    text, title = note.text("desc") or "", note.text("title", "display_title", "displayTitle")
    tags = (tag.word("name") for tag in note.parts("tag_list", "tagList"))
    token = item.word("xsec_token") or note.word("xsecToken")  # without it the address leads nowhere
    return Post(
        id=ids.xiaohongshu_note(native),
        platform="xiaohongshu",
        kind=Kind.VIDEO if note.word("type") == "video" else Kind.POST,
        title=title,
        text=text,
        tags=tuple(dict.fromkeys(filter(None, tags))),
        url=f"https://www.xiaohongshu.com/explore/{native}" + (f"?xsec_token={token}" if token else ""),
        author=author(writer.native("user_id", "userId"), writer.word("nickname", "nick_name")),
        region=note.region("ip_location", "ipLocation"),
        **published(note.need(note.time("time"), "time")),
        collected_at=seen,
        metrics=metrics(
            figures.count("liked_count", "likedCount"),
            figures.count("comment_count", "commentCount"),
            figures.count("share_count", "shared_count", "shareCount"),
        ),
    )


def _rednote_comment(item: Fields, seen: datetime | None) -> Post:
    native = item.need(item.native("id"), "id")
    note = item.need(item.native("note_id"), "note_id")
    root = Reference(id=ids.xiaohongshu_note(note))
    answered, writer = item.part("target_comment").native("id"), item.part("user_info")
    return Post(
        id=ids.xiaohongshu_comment(native),
        platform="xiaohongshu",
        kind=Kind.COMMENT,
        text=item.text("content") or "",
        url=f"https://www.xiaohongshu.com/explore/{note}",
        author=author(writer.native("user_id"), writer.word("nickname")),
        parent=Reference(id=ids.xiaohongshu_comment(answered)) if answered else root,
        root=root,
        region=item.region("ip_location"),
        **published(item.need(item.time("create_time"), "time")),
        collected_at=seen,
        metrics=metrics(item.count("like_count"), item.count("sub_comment_count")),
    )


_READERS: dict[str, Callable[[Fields, datetime | None], Post]] = {
    "douyin.com": _douyin,
    "xiaohongshu.com": _rednote,
    "xiaohongshu-comments": _rednote_comment,
}
EXPORT = Export("zeeschuimer", _recognises, _post)
importer = EXPORT.importer
