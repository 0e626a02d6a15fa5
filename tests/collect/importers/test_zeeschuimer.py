"""What Zeeschuimer records of a person's browsing, and 4CAT hands on; the records are made up."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from listening.collect.importers import BadLine
from listening.model import Author, Kind, Metrics, Post, Reference
from tests.collect.importers.reading import as_lines, one_post, read, written

SECONDS = 1_755_000_000
AT = datetime(2025, 8, 12, 12, 0, tzinfo=UTC)
SEEN = datetime(2025, 8, 13, 12, 0, tzinfo=UTC)
NOTE = "68a000000000000000000001"


def recorded(platform: str, data: Any) -> dict[str, Any]:
    return {
        "nav_index": "1:2:3",
        "item_id": "x",
        "timestamp_collected": 1_755_086_400_000,
        "source_platform": platform,
        "source_platform_url": f"https://www.{platform}/",
        "data": data,
    }


def from_4cat(platform: str, data: dict[str, Any]) -> dict[str, Any]:
    meta = recorded(platform, None)
    del meta["data"]
    return data | {"__import_meta": meta}


DOUYIN: dict[str, Any] = {
    "aweme_id": "7500000000000000001",
    "desc": "断网第三天 #断网",
    "create_time": SECONDS,
    "author": {"uid": "100001", "sec_uid": "MS4w", "nickname": "网速观察员", "follower_count": 0},
    "author_user_id": 100001,
    "statistics": {"digg_count": 5, "comment_count": 6, "share_count": 7, "play_count": 0},
    "text_extra": [{"hashtag_name": "断网", "start": 6, "end": 9}, {"sec_uid": "MS4x"}],
    "images": None,
    "video": {"bit_rate": []},
    "id": "7500000000000000001",
}
DOUYIN_PAGE: dict[str, Any] = {
    "awemeId": "7500000000000000001",
    "desc": "断网第三天 #断网",
    "createTime": SECONDS,
    "authorInfo": {"uid": "100001", "secUid": "MS4w", "nickname": "网速观察员"},
    "stats": {"diggCount": 5, "commentCount": 6, "shareCount": 7},
    "textExtra": [{"hashtagName": "断网"}],
    "cellRoom": "$undefined",
    "images": "$undefined",
    "ZS_collected_from_embed": True,
}
VIDEO = Post(
    id="douyin:video:7500000000000000001",
    platform="douyin",
    kind=Kind.VIDEO,
    text="断网第三天 #断网",
    tags=("断网",),
    url="https://www.douyin.com/video/7500000000000000001",
    author=Author(id="100001", name="网速观察员", url="https://www.douyin.com/user/MS4w"),
    published_at=AT,
    collected_at=SEEN,
    metrics=Metrics(likes=5, comments=6, reposts=7),
)
CARD: dict[str, Any] = {
    "type": "normal",
    "title": "光猫红灯怎么办",
    "desc": "星河宽带 #光猫红灯[话题]#",
    "time": SECONDS * 1000,
    "ip_location": "广东",
    "user": {"user_id": "5b0000000000000000000001", "nickname": "网速观察员", "avatar": "x"},
    "interact_info": {"liked_count": "1.2万", "comment_count": "3", "share_count": "分享"},
    "tag_list": [{"id": "1", "name": "光猫红灯", "type": "topic"}],
}
REDNOTE: dict[str, Any] = {"id": NOTE, "model_type": "note", "xsec_token": "x", "note_card": CARD}
REDNOTE_PAGE: dict[str, Any] = {
    "id": NOTE,
    "note": {
        "noteId": NOTE,
        "type": "normal",
        "title": "光猫红灯怎么办",
        "desc": "星河宽带 #光猫红灯[话题]#",
        "time": SECONDS * 1000,
        "ipLocation": "广东",
        "xsecToken": "x",
        "user": {"userId": "5b0000000000000000000001", "nickname": "网速观察员"},
        "interactInfo": {"likedCount": "1.2万", "commentCount": "3", "shareCount": ""},
        "tagList": [{"name": "光猫红灯"}],
    },
}
NOTE_POST = Post(
    id=f"xiaohongshu:note:{NOTE}",
    platform="xiaohongshu",
    kind=Kind.POST,
    title="光猫红灯怎么办",
    text="星河宽带 #光猫红灯[话题]#",
    tags=("光猫红灯",),
    url=f"https://www.xiaohongshu.com/explore/{NOTE}?xsec_token=x",
    author=Author(id="5b0000000000000000000001", name="网速观察员"),
    region="广东",
    published_at=AT,
    collected_at=SEEN,
    metrics=Metrics(likes=12_000, comments=3),
)
COMMENT: dict[str, Any] = {
    "id": "68a000000000000000000002",
    "note_id": NOTE,
    "content": "重启就好",
    "create_time": SECONDS * 1000,
    "like_count": "3",
    "ip_location": "上海",
    "user_info": {"user_id": "5b0000000000000000000002", "nickname": "小明", "image": "x"},
    "sub_comment_count": "1",
    "sub_comments": [],
}
COMMENT_POST = Post(
    id="xiaohongshu:comment:68a000000000000000000002",
    platform="xiaohongshu",
    kind=Kind.COMMENT,
    text="重启就好",
    url=f"https://www.xiaohongshu.com/explore/{NOTE}",
    author=Author(id="5b0000000000000000000002", name="小明"),
    parent=Reference(id=f"xiaohongshu:note:{NOTE}"),
    root=Reference(id=f"xiaohongshu:note:{NOTE}"),
    region="上海",
    published_at=AT,
    collected_at=SEEN,
    metrics=Metrics(likes=3, comments=1),
)
POSTS: dict[str, tuple[str, dict[str, Any], Post]] = {
    "douyin, from its interface": ("douyin.com", DOUYIN, VIDEO),
    "douyin, from its page": ("douyin.com", DOUYIN_PAGE, VIDEO),
    "rednote, from its interface": ("xiaohongshu.com", REDNOTE, NOTE_POST),
    "rednote, from its page": ("xiaohongshu.com", REDNOTE_PAGE, NOTE_POST),
    "a comment": ("xiaohongshu-comments", COMMENT, COMMENT_POST),
}


@pytest.mark.parametrize("wrap", [recorded, from_4cat], ids=["zeeschuimer", "4cat"])
@pytest.mark.parametrize(("platform", "data", "post"), POSTS.values(), ids=POSTS)
def test_what_was_seen_is_a_post(
    tmp_path: Path, platform: str, data: dict[str, Any], post: Post, wrap: Any
) -> None:
    path = written(tmp_path / "a.ndjson", as_lines([wrap(platform, data)]))
    assert one_post(path, "zeeschuimer") == post == one_post(path, "zeeschuimer")


def test_pictures_are_no_video_and_a_video_note_is_one(tmp_path: Path) -> None:
    pictures = recorded("douyin.com", DOUYIN | {"images": [{"url_list": ["https://img.example/1.jpg"]}]})
    film = recorded("xiaohongshu.com", REDNOTE | {"note_card": CARD | {"type": "video"}})
    found = read(written(tmp_path / "a.ndjson", as_lines([pictures, film])), "zeeschuimer")
    assert [one.kind for one in found if isinstance(one, Post)] == [Kind.POST, Kind.VIDEO]


def test_a_comment_on_a_comment_answers_that(tmp_path: Path) -> None:
    item = COMMENT | {"target_comment": {"id": "68a000000000000000000009"}}
    path = written(tmp_path / "a.ndjson", as_lines([recorded("xiaohongshu-comments", item)]))
    assert one_post(path, "zeeschuimer").parent == Reference(
        id="xiaohongshu:comment:68a000000000000000000009"
    )


def without(item: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in names}


SAD: dict[str, tuple[dict[str, Any], str]] = {
    "another platform": (
        recorded("tiktok.com", {"id": "1"}),
        "is of 'tiktok.com', which is not read from this format - there are: douyin.com, xiaohongshu.com,",
    ),
    "a card of a list": (
        recorded("xiaohongshu.com", REDNOTE | {"note_card": without(CARD, "desc", "time")}),
        "is only the card of a note, without its text - open the note while capturing",
    ),
    "a card of a profile": (
        recorded("xiaohongshu.com", {"id": NOTE, "type": "video", "display_title": "x"}),
        "is only the card of a note",
    ),
    "read from the page's look": (
        recorded("xiaohongshu.com", {"id": NOTE, "title": "x", "likes": "3", "_zs-origin": "html"}),
        "is only the card of a note",
    ),
    "a live stream": (
        recorded("douyin.com", DOUYIN | {"cell_room": {"rawdata": "{}"}}),
        "is a live stream, and no post",
    ),
    "no time": (recorded("douyin.com", without(DOUYIN, "create_time")), "has no time"),
    "no id": (recorded("douyin.com", without(DOUYIN, "aweme_id")), "has no aweme_id"),
    "no note": (recorded("xiaohongshu-comments", without(COMMENT, "note_id")), "has no note_id"),
    "not a number": (
        recorded("xiaohongshu-comments", COMMENT | {"like_count": "x"}),
        "like_count ('x') is not",
    ),
    "rounded": (recorded("douyin.com", DOUYIN | {"aweme_id": 7.5e18}), "aweme_id ('7.5e+18') is a fraction"),
    "data that is none": (recorded("douyin.com", "x"), "data ('x') is not an object"),
    "no platform": (recorded("", DOUYIN), "has no source_platform"),
}


@pytest.mark.parametrize(("record", "reason"), SAD.values(), ids=SAD)
def test_what_is_not_read_costs_only_its_own_line(
    tmp_path: Path, record: dict[str, Any], reason: str
) -> None:
    good = recorded("douyin.com", DOUYIN)
    first, bad, last = read(written(tmp_path / "a.ndjson", as_lines([good, record, good])), "zeeschuimer")
    assert first == last == VIDEO
    assert isinstance(bad, BadLine)
    assert bad.line == 2
    assert reason in bad.reason
