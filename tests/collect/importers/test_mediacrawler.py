"""What MediaCrawler writes, with the columns of its old and of its 2026 versions; the rows are made up."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from listening.collect.importers import BadLine
from listening.errors import InputMistake
from listening.model import Author, Kind, Metrics, Post, Reference
from tests.collect.importers.reading import as_array, as_csv, as_lines, one_post, read, reasons, written

SECONDS = 1_755_000_000  # 12 August 2025, 12:00 UTC
AT = datetime(2025, 8, 12, 12, 0, tzinfo=UTC)
SEEN = datetime(2025, 8, 13, 12, 0, tzinfo=UTC)
TOUCHED = {"last_modify_ts": 1_755_086_400_000}
OLD = {
    "user_id": "1000000001",
    "nickname": "网速观察员",
    "gender": "f",
    "avatar": "https://img.example/a.jpg",
    "ip_location": "广东",
}
NEW = {"creator_hash": "0123456789abcdef", "nickname": "网***员"}
OLD_AUTHOR = Author(id="1000000001", name="网速观察员")
NEW_AUTHOR = Author(id="hash:0123456789abcdef", name="网***员")

WEIBO: dict[str, Any] = {
    "note_id": "5200000000000001",
    "content": "星河宽带又断网了 &gt;_&lt;",
    "create_time": SECONDS,
    "create_date_time": "2025-08-12 20:00:00+08:00",
    "liked_count": "12",
    "comments_count": "3",
    "shared_count": "100万+",
    "note_url": "https://m.weibo.cn/detail/5200000000000001",
    "source_keyword": "断网",
}
WEIBO_POST = Post(
    id="weibo:5200000000000001",
    platform="weibo",
    kind=Kind.POST,
    text="星河宽带又断网了 >_<",
    url="https://m.weibo.cn/detail/5200000000000001",
    published_at=AT,
    collected_at=SEEN,
    metrics=Metrics(likes=12, comments=3, reposts=1_000_000),
    extra={"source_keyword": "断网"},
)
WEIBO_COMMENT: dict[str, Any] = {
    "comment_id": "5200000000000009",
    "note_id": "5200000000000001",
    "content": "我家也是",
    "create_time": SECONDS,
    "create_date_time": "2025-08-12 20:00:00+08:00",
    "comment_like_count": "2",
    "sub_comment_count": "1",
    "parent_comment_id": "5200000000000009",
}
XHS: dict[str, Any] = {
    "note_id": "68a000000000000000000001",
    "type": "video",
    "title": "光猫红灯怎么办",
    "desc": "星河宽带 #光猫红灯[话题]#",
    "video_url": "",
    "time": SECONDS * 1000,
    "last_update_time": 0,
    "liked_count": "1.2万",
    "collected_count": "30",
    "comment_count": "4",
    "share_count": "",
    "image_list": "https://img.example/1.jpg",
    "tag_list": "光猫红灯,星河宽带",
    "note_url": "https://www.xiaohongshu.com/explore/68a000000000000000000001?xsec_token=x",
    "source_keyword": "",
    "xsec_token": "x",
}
XHS_COMMENT: dict[str, Any] = {
    "comment_id": "68a000000000000000000002",
    "create_time": SECONDS * 1000,
    "note_id": "68a000000000000000000001",
    "content": "重启就好",
    "sub_comment_count": 1,
    "pictures": "",
    "parent_comment_id": 0,
    "like_count": 5,
}
DOUYIN: dict[str, Any] = {
    "aweme_id": "7500000000000000001",
    "aweme_type": "0",
    "title": "断网第三天",
    "desc": "断网第三天",
    "create_time": SECONDS,
    "liked_count": "5",
    "collected_count": "6",
    "comment_count": "7",
    "share_count": "None",
    "aweme_url": "https://www.douyin.com/video/7500000000000000001",
    "cover_url": "https://img.example/c.jpg",
    "note_download_url": "",
    "source_keyword": "断网",
}
DOUYIN_COMMENT: dict[str, Any] = {
    "comment_id": "7500000000000000002",
    "create_time": SECONDS,
    "aweme_id": "7500000000000000001",
    "content": "换一家",
    "sub_comment_count": "0",
    "like_count": 1,
    "parent_comment_id": "0",
    "pictures": "",
}
BILI: dict[str, Any] = {
    "video_id": "115000000000001",
    "video_type": "video",
    "title": "宽带测速",
    "desc": "-",
    "create_time": SECONDS,
    "liked_count": "8",
    "video_play_count": "2.5万",
    "video_favorite_count": "1",
    "video_share_count": "2",
    "video_coin_count": "3",
    "video_danmaku": "4",
    "video_comment": "5",
    "video_url": "https://www.bilibili.com/video/av115000000000001",
    "video_cover_url": "https://img.example/c.jpg",
    "source_keyword": "测速",
}
BILI_REPLY: dict[str, Any] = {
    "comment_id": "270000000001",
    "parent_comment_id": "270000000000",
    "create_time": SECONDS,
    "video_id": "115000000000001",
    "content": "楼上说得对",
    "sub_comment_count": "0",
    "like_count": 3,
}
KUAISHOU: dict[str, Any] = {
    "video_id": "3xmadeup000000a",
    "video_type": "1",
    "title": "没网了",
    "desc": "没网了",
    "create_time": SECONDS * 1000,
    "liked_count": "1",
    "viewd_count": "90",
    "video_url": "https://www.kuaishou.com/short-video/3xmadeup000000a",
    "video_cover_url": "",
    "video_play_url": "https://img.example/v.mp4",
    "source_keyword": "",
}
KUAISHOU_COMMENT: dict[str, Any] = {
    "comment_id": "900000000001",
    "create_time": SECONDS * 1000,
    "video_id": "3xmadeup000000a",
    "content": "加油",
    "sub_comment_count": "0",
}
ZHIHU: dict[str, Any] = {
    "content_id": "800001",
    "content_type": "answer",
    "content_text": "先看光猫。",
    "content_url": "https://www.zhihu.com/question/700001/answer/800001",
    "question_id": "700001",
    "title": "断网怎么办？",
    "desc": "",
    "created_time": SECONDS,
    "updated_time": SECONDS + 60,
    "voteup_count": 9,
    "comment_count": 2,
    "source_keyword": "断网",
}
ZHIHU_COMMENT: dict[str, Any] = {
    "comment_id": "900001",
    "parent_comment_id": "",
    "content": "有用",
    "publish_time": SECONDS,
    "sub_comment_count": 0,
    "like_count": 1,
    "dislike_count": 0,
    "content_id": "800001",
    "content_type": "answer",
}
TIEBA: dict[str, Any] = {
    "note_id": "9900000001",
    "title": "求助，晚上掉线",
    "desc": "每天八点",
    "note_url": "https://tieba.baidu.com/p/9900000001",
    "publish_time": "2025-08-12 20:00",
    "tieba_name": "星河宽带吧",
    "tieba_link": "https://tieba.baidu.com/f?kw=x",
    "total_replay_num": 15,
    "total_replay_page": 1,
}
TIEBA_POST: dict[str, Any] = {
    "comment_id": "150000000001",
    "content": "同掉线",
    "publish_time": "2025-08-12 20:00",
    "sub_comment_count": 2,
    "note_id": "9900000001",
    "note_url": "https://tieba.baidu.com/p/9900000001",
    "tieba_name": "星河宽带吧",
    "tieba_link": "https://tieba.baidu.com/f?kw=x",
}
POSTS: dict[str, tuple[dict[str, Any], Post]] = {
    "weibo post": (WEIBO, WEIBO_POST),
    "weibo comment": (
        WEIBO_COMMENT,
        Post(
            id="weibo:comment:5200000000000009",
            platform="weibo",
            kind=Kind.COMMENT,
            text="我家也是",
            parent=Reference(id="weibo:5200000000000001"),
            root=Reference(id="weibo:5200000000000001"),
            published_at=AT,
            collected_at=SEEN,
            metrics=Metrics(likes=2, comments=1),
        ),
    ),
    "xiaohongshu note": (
        XHS,
        Post(
            id="xiaohongshu:note:68a000000000000000000001",
            platform="xiaohongshu",
            kind=Kind.VIDEO,
            title="光猫红灯怎么办",
            text="星河宽带 #光猫红灯[话题]#",
            tags=("光猫红灯", "星河宽带"),
            url="https://www.xiaohongshu.com/explore/68a000000000000000000001?xsec_token=x",
            published_at=AT,
            collected_at=SEEN,
            metrics=Metrics(likes=12_000, comments=4),
            extra={"last_update_time": 0, "collected_count": "30"},
        ),
    ),
    "xiaohongshu comment": (
        XHS_COMMENT,
        Post(
            id="xiaohongshu:comment:68a000000000000000000002",
            platform="xiaohongshu",
            kind=Kind.COMMENT,
            text="重启就好",
            parent=Reference(id="xiaohongshu:note:68a000000000000000000001"),
            root=Reference(id="xiaohongshu:note:68a000000000000000000001"),
            published_at=AT,
            collected_at=SEEN,
            metrics=Metrics(likes=5, comments=1),
        ),
    ),
    "douyin video": (
        DOUYIN,
        Post(
            id="douyin:video:7500000000000000001",
            platform="douyin",
            kind=Kind.VIDEO,
            text="断网第三天",
            url="https://www.douyin.com/video/7500000000000000001",
            published_at=AT,
            collected_at=SEEN,
            metrics=Metrics(likes=5, comments=7),
            extra={"aweme_type": "0", "collected_count": "6", "source_keyword": "断网"},
        ),
    ),
    "douyin comment": (
        DOUYIN_COMMENT,
        Post(
            id="douyin:comment:7500000000000000002",
            platform="douyin",
            kind=Kind.COMMENT,
            text="换一家",
            parent=Reference(id="douyin:video:7500000000000000001"),
            root=Reference(id="douyin:video:7500000000000000001"),
            published_at=AT,
            collected_at=SEEN,
            metrics=Metrics(likes=1, comments=0),
        ),
    ),
    "bilibili video": (
        BILI,
        Post(
            id="bilibili:video:115000000000001",
            platform="bilibili",
            kind=Kind.VIDEO,
            title="宽带测速",
            text="",
            url="https://www.bilibili.com/video/av115000000000001",
            published_at=AT,
            collected_at=SEEN,
            metrics=Metrics(likes=8, comments=5, reposts=2, views=25_000),
            extra={
                "video_type": "video",
                "video_favorite_count": "1",
                "video_coin_count": "3",
                "video_danmaku": "4",
                "source_keyword": "测速",
            },
        ),
    ),
    "bilibili reply to a reply": (
        BILI_REPLY,
        Post(
            id="bilibili:reply:270000000001",
            platform="bilibili",
            kind=Kind.COMMENT,
            text="楼上说得对",
            parent=Reference(id="bilibili:reply:270000000000"),
            root=Reference(id="bilibili:video:115000000000001"),
            published_at=AT,
            collected_at=SEEN,
            metrics=Metrics(likes=3, comments=0),
        ),
    ),
    "kuaishou video": (
        KUAISHOU,
        Post(
            id="kuaishou:video:3xmadeup000000a",
            platform="kuaishou",
            kind=Kind.VIDEO,
            text="没网了",
            url="https://www.kuaishou.com/short-video/3xmadeup000000a",
            published_at=AT,
            collected_at=SEEN,
            metrics=Metrics(likes=1, views=90),
            extra={"video_type": "1"},
        ),
    ),
    "zhihu answer": (
        ZHIHU,
        Post(
            id="zhihu:answer:800001",
            platform="zhihu",
            kind=Kind.ANSWER,
            title="断网怎么办？",
            text="先看光猫。",
            url="https://www.zhihu.com/question/700001/answer/800001",
            parent=Reference(id="zhihu:question:700001"),
            root=Reference(id="zhihu:question:700001"),
            published_at=AT,
            collected_at=SEEN,
            metrics=Metrics(likes=9, comments=2),
            extra={"updated_time": SECONDS + 60, "source_keyword": "断网"},
        ),
    ),
    "zhihu article": (
        ZHIHU | {"content_type": "article", "question_id": ""},
        Post(
            id="zhihu:article:800001",
            platform="zhihu",
            kind=Kind.ARTICLE,
            title="断网怎么办？",
            text="先看光猫。",
            url="https://www.zhihu.com/question/700001/answer/800001",
            published_at=AT,
            collected_at=SEEN,
            metrics=Metrics(likes=9, comments=2),
            extra={"updated_time": SECONDS + 60, "source_keyword": "断网"},
        ),
    ),
    "zhihu video": (
        ZHIHU | {"content_type": "zvideo", "question_id": "", "content_text": "", "desc": "看视频"},
        Post(
            id="zhihu:video:800001",
            platform="zhihu",
            kind=Kind.VIDEO,
            title="断网怎么办？",
            text="看视频",
            url="https://www.zhihu.com/question/700001/answer/800001",
            published_at=AT,
            collected_at=SEEN,
            metrics=Metrics(likes=9, comments=2),
            extra={"updated_time": SECONDS + 60, "source_keyword": "断网"},
        ),
    ),
    "zhihu comment": (
        ZHIHU_COMMENT,
        Post(
            id="zhihu:comment:900001",
            platform="zhihu",
            kind=Kind.COMMENT,
            text="有用",
            parent=Reference(id="zhihu:answer:800001"),
            root=Reference(id="zhihu:answer:800001"),
            published_at=AT,
            collected_at=SEEN,
            metrics=Metrics(likes=1, comments=0),
            extra={"dislike_count": 0},
        ),
    ),
    "tieba thread": (
        TIEBA,
        Post(
            id="tieba:thread:9900000001",
            platform="tieba",
            kind=Kind.POST,
            title="求助，晚上掉线",
            text="每天八点",
            url="https://tieba.baidu.com/p/9900000001",
            published_at=AT,
            collected_at=SEEN,
            metrics=Metrics(comments=15),
            extra={
                "tieba_name": "星河宽带吧",
                "tieba_link": "https://tieba.baidu.com/f?kw=x",
                "total_replay_page": 1,
            },
        ),
    ),
    "tieba post": (
        TIEBA_POST,
        Post(
            id="tieba:post:150000000001",
            platform="tieba",
            kind=Kind.COMMENT,
            text="同掉线",
            url="https://tieba.baidu.com/p/9900000001",
            parent=Reference(id="tieba:thread:9900000001"),
            root=Reference(id="tieba:thread:9900000001"),
            published_at=AT,
            collected_at=SEEN,
            metrics=Metrics(comments=2),
            extra={"tieba_name": "星河宽带吧", "tieba_link": "https://tieba.baidu.com/f?kw=x"},
        ),
    ),
}


def aged(row: dict[str, Any], age: dict[str, Any]) -> dict[str, Any]:
    """The row with the columns of an old or of a new version; Tieba and Zhihu call the name otherwise."""
    named = "user_nickname" if {"tieba_name", "content_type"} & row.keys() else "nickname"
    return row | {named if key == "nickname" else key: value for key, value in age.items()} | TOUCHED


def expected(post: Post, age: dict[str, Any]) -> Post:
    fields = {name: getattr(post, name) for name in Post.__slots__}
    return Post(
        **fields | ({"author": OLD_AUTHOR, "region": "广东"} if age is OLD else {"author": NEW_AUTHOR})
    )


@pytest.mark.parametrize("age", [OLD, NEW], ids=["old", "2026"])
@pytest.mark.parametrize(("row", "post"), POSTS.values(), ids=POSTS)
def test_a_row_of_either_age_is_the_same_post_but_for_its_author(
    tmp_path: Path, row: dict[str, Any], post: Post, age: dict[str, Any]
) -> None:
    path = written(tmp_path / "search_contents_2025-08-13.jsonl", as_lines([aged(row, age)]))
    assert one_post(path, "mediacrawler") == expected(post, age)


@pytest.mark.parametrize(("row", "post"), POSTS.values(), ids=POSTS)
def test_the_three_kinds_of_file_and_a_second_import_give_the_same_posts(
    tmp_path: Path, row: dict[str, Any], post: Post
) -> None:
    rows = [aged(row, NEW)]
    csv_file = written(tmp_path / "a.csv", "\ufeff" + as_csv(rows))
    array = written(tmp_path / "a.json", as_array(rows))
    lines = written(tmp_path / "a.jsonl", as_lines(rows))
    found = [one_post(path, "mediacrawler") for path in (csv_file, array, lines, lines)]
    assert [each.id for each in found] == [post.id] * 4
    assert found[1] == found[2] == found[3]
    assert (found[0].text, found[0].published_at) == (post.text, post.published_at)
    assert found[0].metrics == post.metrics


def test_comments_of_kuaishou_are_told_from_old_ones_of_bilibili_by_their_folder(tmp_path: Path) -> None:
    rows = as_lines([aged(KUAISHOU_COMMENT | {"video_id": "115000000000001"}, OLD)])
    kuaishou = one_post(written(tmp_path / "kuaishou/json/c.jsonl", rows), "mediacrawler")
    bilibili = one_post(written(tmp_path / "bili/json/c.jsonl", rows), "mediacrawler")
    assert (kuaishou.id, kuaishou.root) == (
        "kuaishou:comment:900000000001",
        Reference(id="kuaishou:video:115000000000001"),
    )
    assert (bilibili.id, bilibili.root) == (
        "bilibili:reply:900000000001",
        Reference(id="bilibili:video:115000000000001"),
    )
    (bad,) = reasons(read(written(tmp_path / "c.jsonl", rows), "mediacrawler"))
    assert bad == (
        1,
        "may be a comment of Bilibili or of Kuaishou - keep it in its folder: data/bili or data/kuaishou",
    )


PARENTS = {
    "weibo, second level": (
        WEIBO_COMMENT | {"parent_comment_id": "5200000000000007"},
        "weibo:comment:5200000000000007",
    ),
    "xiaohongshu, second level": (
        XHS_COMMENT | {"parent_comment_id": "68a000000000000000000007"},
        "xiaohongshu:comment:68a000000000000000000007",
    ),
    "douyin, second level": (
        DOUYIN_COMMENT | {"parent_comment_id": "7500000000000000007"},
        "douyin:comment:7500000000000000007",
    ),
    "bilibili, first level": (BILI_REPLY | {"parent_comment_id": "0"}, "bilibili:video:115000000000001"),
    "tieba, as old versions spell it": (
        TIEBA_POST | {"parment_comment_id": "150000000000"},
        "tieba:post:150000000000",
    ),
    "zhihu, second level": (ZHIHU_COMMENT | {"parent_comment_id": "900000"}, "zhihu:comment:900000"),
}


@pytest.mark.parametrize(("row", "parent"), PARENTS.values(), ids=PARENTS)
def test_a_comment_answers_a_comment_or_what_stands_above(
    tmp_path: Path, row: dict[str, Any], parent: str
) -> None:
    post = one_post(written(tmp_path / "c.jsonl", as_lines([aged(row, NEW)])), "mediacrawler")
    assert post.parent == Reference(id=parent)
    assert "parent_comment_id" not in post.extra


def test_kinds_with_equal_numbers_stay_apart(tmp_path: Path) -> None:
    seven = {"note_id": "7", "comment_id": "7", "aweme_id": "7", "video_id": "7", "content_id": "7"}
    rows = [aged(row | {k: v for k, v in seven.items() if k in row}, NEW) for row, _ in POSTS.values()]
    found = read(written(tmp_path / "all.jsonl", as_lines(rows)), "mediacrawler")
    assert len({one.id for one in found if isinstance(one, Post)}) == len(POSTS)


def test_pictures_on_douyin_are_no_video(tmp_path: Path) -> None:
    row = DOUYIN | {"note_download_url": "https://img.example/1.jpg,https://img.example/2.jpg"}
    assert one_post(written(tmp_path / "a.jsonl", as_lines([row])), "mediacrawler").kind is Kind.POST


@pytest.mark.parametrize(("cut", "made"), [(0, "满" * 300), (255, "满" * 300), (500, "满" * 600)])
def test_a_title_that_the_tool_made_of_the_text_is_none(tmp_path: Path, cut: int, made: str) -> None:
    row = XHS | {"desc": made, "title": made[: cut or None]}
    assert one_post(written(tmp_path / "a.jsonl", as_lines([row])), "mediacrawler").title is None


def test_a_weibo_post_without_a_time_has_that_of_its_mid_as_a_guess(tmp_path: Path) -> None:
    row = WEIBO | {"create_time": "", "create_date_time": ""}
    post = one_post(written(tmp_path / "a.jsonl", as_lines([row])), "mediacrawler")
    assert (post.published_at, post.published_guessed) == (
        datetime(2025, 8, 15, 12, 14, 34, tzinfo=UTC),
        True,
    )


def test_a_file_that_a_spreadsheet_saved_again_is_read(tmp_path: Path) -> None:
    rows = [aged(WEIBO | {"create_time": "1755000000.0"}, OLD)]
    post = one_post(written(tmp_path / "a.csv", as_csv(rows).encode("gb18030")), "mediacrawler")
    assert (post.text, post.published_at) == ("星河宽带又断网了 >_<", AT)
    tabs = as_csv(rows).replace(",", "\t")
    assert one_post(written(tmp_path / "b.csv", tabs), "mediacrawler") == post


def test_the_zone_is_for_times_without_one(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", as_lines([TIEBA]))
    assert one_post(path, "mediacrawler", "Asia/Tokyo").published_at == AT.replace(hour=11)


SAD = {
    "rounded id": (WEIBO | {"note_id": "5.2E+15"}, "note_id ('5.2E+15') was rounded by a spreadsheet"),
    "id of another kind": (WEIBO | {"note_id": "Kxx1"}, "note_id ('Kxx1') is not a number like"),
    "id as a fraction": (WEIBO | {"note_id": 5.2}, "note_id ('5.2') is a fraction"),
    "no id": (XHS | {"note_id": None}, "has no note_id - mend the line"),
    "a bvid": (BILI | {"video_id": "BV1xx411c7mD"}, "video_id ('BV1xx411c7mD') is not a number"),
    "no time": (DOUYIN | {"create_time": 0}, "has no time - mend the line"),
    "no time that can be read": (
        TIEBA | {"publish_time": "5分钟前"},
        "publish_time ('5分钟前') is not a time",
    ),
    "a time to come": (TIEBA | {"publish_time": "2125-08-12 20:00"}, "lies in the future"),
    "not a number": (WEIBO | {"liked_count": "很多"}, "liked_count ('很多') is not a whole number"),
    "an unknown content": (
        ZHIHU | {"content_type": "pin"},
        "content_type ('pin') is none of answer, article",
    ),
    "a text that is none": (WEIBO | {"content": ["x"]}, "content (\"['x']\") is not a text"),
    "too long": (WEIBO | {"content": "x" * 1_000_001}, "has a text of 1,000,001 characters"),
    "an account": ({"user_id": "1", "nickname": "x", "fans": "3"}, "has the columns of no content and no"),
}


@pytest.mark.parametrize(("row", "reason"), SAD.values(), ids=SAD)
def test_a_bad_row_costs_only_its_own_line(tmp_path: Path, row: dict[str, Any], reason: str) -> None:
    path = written(tmp_path / "a.jsonl", as_lines([aged(WEIBO, OLD), row, aged(WEIBO, OLD)]))
    first, bad, last = read(path, "mediacrawler")
    assert first == last == expected(WEIBO_POST, OLD)
    assert isinstance(bad, BadLine)
    assert bad.line == 2
    assert reason in bad.reason


def test_a_file_of_accounts_is_refused_as_a_whole(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", as_csv([{"user_id": "1", "nickname": "x", "fans": "3"}]))
    with pytest.raises(
        InputMistake, match=r"a.csv: is no export that 'mediacrawler' knows \(it has: fans, nick"
    ):
        read(path, "mediacrawler")
