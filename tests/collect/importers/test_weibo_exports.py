"""The exports of weibo-search, WeiboSpider and Bazhuayu: made-up rows with the columns they publish."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from listening.collect.importers import BadLine
from listening.errors import InputMistake
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, ids
from tests.collect.importers.reading import as_csv, as_lines, one_post, read, reasons, written

MID = "5200000000000001"
BID = ids.weibo_bid(MID)
AT = datetime(2025, 8, 12, 12, 0, tzinfo=UTC)
MID_TIME = datetime(2025, 8, 15, 12, 14, 34, tzinfo=UTC)

SEARCH: dict[str, Any] = {
    "id": MID,
    "bid": BID,
    "user_id": "1000000001",
    "用户昵称": "网速观察员",
    "微博正文": "星河宽带又断网了@星河客服",
    "头条文章url": "",
    "发布位置": "广州",
    "艾特用户": "星河客服,小明",
    "话题": "断网,星河宽带",
    "转发数": "1",
    "评论数": "2",
    "点赞数": "1.2万",
    "发布时间": "2025-08-12 20:00",
    "发布工具": "手机",
    "微博图片url": "",
    "微博视频url": "",
    "retweet_id": "",
}
SEARCH_NEW = SEARCH | {
    "ip": "发布于 广东",
    "user_authentication": "蓝V",
    "会员类型": "微博会员",
    "会员等级": "3",
}
SEARCH_POST = Post(
    id=f"weibo:{MID}",
    platform="weibo",
    kind=Kind.POST,
    text="星河宽带又断网了@星河客服",
    url=f"https://weibo.com/1000000001/{BID}",
    author=Author(id="1000000001", name="网速观察员", url="https://weibo.com/u/1000000001"),
    mentions=(Mention(name="星河客服"), Mention(name="小明")),
    tags=("断网", "星河宽带"),
    published_at=AT,
    metrics=Metrics(likes=12_000, comments=2, reposts=1),
    extra={"发布位置": "广州", "发布工具": "手机"},
)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_weibo_search_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path / "断网.csv", as_csv([SEARCH, SEARCH]).encode(encoding))
    assert read(path, "weibo_search") == read(path, "weibo_search") == [SEARCH_POST, SEARCH_POST]


def test_newer_columns_of_weibo_search_tell_the_region_and_who_is_verified(tmp_path: Path) -> None:
    post = one_post(written(tmp_path / "a.csv", as_csv([SEARCH_NEW])), "weibo_search")
    assert (post.region, post.author and post.author.verified) == ("广东", True)
    assert post.extra == {"发布位置": "广州", "发布工具": "手机", "会员类型": "微博会员", "会员等级": "3"}
    nobody = SEARCH_NEW | {"user_authentication": "普通用户"}
    post = one_post(written(tmp_path / "b.csv", as_csv([nobody])), "weibo_search")
    assert post.author is not None
    assert post.author.verified is False


def test_a_repost_in_weibo_search_points_to_the_original(tmp_path: Path) -> None:
    row = SEARCH | {"retweet_id": "5200000000000000"}
    post = one_post(written(tmp_path / "a.csv", as_csv([row])), "weibo_search")
    original = Reference(id="weibo:5200000000000000")
    assert (post.kind, post.parent, post.root) == (Kind.REPOST, original, original)


def test_the_zone_is_for_the_times_of_an_export(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", as_csv([SEARCH]))
    assert one_post(path, "weibo_search", "Asia/Tokyo").published_at == AT.replace(hour=11)


def test_a_row_without_a_time_has_that_of_its_mid_as_a_guess(tmp_path: Path) -> None:
    post = one_post(written(tmp_path / "a.csv", as_csv([SEARCH | {"发布时间": ""}])), "weibo_search")
    assert (post.published_at, post.published_guessed) == (MID_TIME, True)


ROUNDED = str(int(MID) - 1)  # 15 digits of it, as a spreadsheet keeps them
SAD_SEARCH = {
    "rounded and shown so": ({"id": "5.2E+15"}, "id ('5.2E+15') was rounded by a spreadsheet"),
    "rounded without a trace": (
        {"id": ROUNDED},
        f"id ('{ROUNDED}') was rounded by a spreadsheet: by its bid it is {MID} - export the column as text",
    ),
    "no id": ({"id": ""}, "has no id"),
    "no number": ({"点赞数": "很多"}, "点赞数 ('很多') is not a whole number"),
    "a time that only meant something then": (
        {"发布时间": "5分钟前"},
        "发布时间 ('5分钟前') is not a time that",
    ),
    "neither a time nor a mid that tells it": ({"id": "12", "bid": "", "发布时间": ""}, "has no time"),
}


@pytest.mark.parametrize(("wrong", "reason"), SAD_SEARCH.values(), ids=SAD_SEARCH)
def test_a_bad_row_costs_only_its_own_line(tmp_path: Path, wrong: dict[str, Any], reason: str) -> None:
    path = written(tmp_path / "a.csv", as_csv([SEARCH, SEARCH | wrong, SEARCH]))
    first, bad, last = read(path, "weibo_search")
    assert first == last == SEARCH_POST
    assert isinstance(bad, BadLine)
    assert bad.line == 3
    assert reason in bad.reason


def test_an_id_that_is_not_of_its_bid_is_kept_unless_it_looks_rounded(tmp_path: Path) -> None:
    rows = [SEARCH | {"bid": "z0JH2lOMb"}, SEARCH | {"bid": "no_bid"}]
    found = read(written(tmp_path / "a.csv", as_csv(rows)), "weibo_search")
    assert [one.id for one in found if isinstance(one, Post)] == [f"weibo:{MID}"] * 2


# WeiboSpider

SPIDER: dict[str, Any] = {
    "_id": MID,
    "mblogid": BID,
    "created_at": "2025-08-12 20:00:00",
    "geo": {"type": "Point", "coordinates": [1, 2]},
    "ip_location": "发布于 德国",
    "reposts_count": 1,
    "comments_count": 2,
    "attitudes_count": 3,
    "source": "网页版",
    "content": "星河宽带又断网了",
    "pic_urls": ["https://img.example/1.jpg"],
    "pic_num": 1,
    "isLongText": False,
    "user": {"_id": "1000000001", "nick_name": "网速观察员", "verified": False, "followers_count": 40},
    "url": f"https://weibo.com/1000000001/{BID}",
    "keyword": "断网",
    "crawl_time": 1_755_086_400,
}
SPIDER_COMMENT: dict[str, Any] = {
    "created_at": "2025-08-12 20:00:00",
    "_id": 5200000000000009,
    "like_counts": 4,
    "ip_location": "来自广东",
    "content": "我家也是",
    "comment_user": {"_id": "1000000002", "nick_name": "小明", "verified": True},
    "crawl_time": 1_755_086_400,
}
SEEN = datetime(2025, 8, 13, 12, 0, tzinfo=UTC)


def test_posts_and_comments_of_weibospider(tmp_path: Path) -> None:
    path = written(tmp_path / "tweet.jsonl", as_lines([SPIDER, SPIDER_COMMENT]))
    assert read(path, "weibospider") == [
        Post(
            id=f"weibo:{MID}",
            platform="weibo",
            kind=Kind.POST,
            text="星河宽带又断网了",
            url=f"https://weibo.com/1000000001/{BID}",
            author=Author(id="1000000001", name="网速观察员", followers=40, verified=False),
            published_at=AT,
            collected_at=SEEN,
            region="德国",
            metrics=Metrics(likes=3, comments=2, reposts=1),
            extra={"source": "网页版", "pic_num": 1, "isLongText": False, "keyword": "断网"},
        ),
        Post(
            id="weibo:comment:5200000000000009",
            platform="weibo",
            kind=Kind.COMMENT,
            text="我家也是",
            author=Author(id="1000000002", name="小明", verified=True),
            published_at=AT,
            collected_at=SEEN,
            region="广东",
            metrics=Metrics(likes=4),
        ),
    ]


def test_one_weibo_post_has_one_id_whoever_exported_it(tmp_path: Path) -> None:
    search = one_post(written(tmp_path / "a.csv", as_csv([SEARCH])), "weibo_search")
    spider = one_post(written(tmp_path / "a.jsonl", as_lines([SPIDER])), "weibospider")
    assert search.id == spider.id == ids.weibo_post(ids.weibo_mid(BID))


SAD_SPIDER = {
    "an account": (
        {"_id": "1", "nick_name": "小明", "followers_count": 3},
        "is neither a post nor a comment",
    ),
    "a comment of 2020": (
        {
            "_id": "C_1",
            "comment_user_id": "1",
            "weibo_id": "x",
            "content": "y",
            "created_at": "2020-01-01 00:00",
        },
        "is neither a post nor a comment of WeiboSpider since 2022 - accounts and followers are not read",
    ),
    "rounded": (SPIDER | {"_id": int(ROUNDED)}, "was rounded by a spreadsheet"),
    "a user that is none": (SPIDER | {"user": "小明"}, "user ('小明') is not an object"),
    "a comment without a time": (SPIDER_COMMENT | {"created_at": None}, "has no time"),
    "no truth": (SPIDER | {"user": {"verified": "也许"}}, "verified ('也许') is neither yes nor no"),
}


@pytest.mark.parametrize(("row", "reason"), SAD_SPIDER.values(), ids=SAD_SPIDER)
def test_what_weibospider_wrote_wrongly_is_told(tmp_path: Path, row: dict[str, Any], reason: str) -> None:
    found = read(written(tmp_path / "a.jsonl", as_lines([SPIDER, row])), "weibospider")
    ((line, told),) = reasons(found)
    assert line == 2
    assert reason in told


# Bazhuayu

BAZHUAYU = {"标题": "网速观察员", "txt": "星河宽带又断网了", "from1": "03月12日 10:20", "图片": ""}


def of_april(path: Path) -> Path:
    """A file that was last written on 2 April 2025."""
    moment = datetime(2025, 4, 2, tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    return path


BAZHUAYU_TIMES = {
    "03月12日 10:20": (datetime(2025, 3, 12, 2, 20, tzinfo=UTC), True),
    "12月12日 10:20": (datetime(2024, 12, 12, 2, 20, tzinfo=UTC), True),
    "2023年12月12日 10:20": (datetime(2023, 12, 12, 2, 20, tzinfo=UTC), None),
    "2025-08-12 20:00": (AT, None),  # after the file was written, by its clock: a copy may do that
    "5分钟前": (datetime(2025, 4, 1, 23, 55, tzinfo=UTC), True),
}


@pytest.mark.parametrize(("shown", "expected"), BAZHUAYU_TIMES.items(), ids=BAZHUAYU_TIMES)
def test_a_time_in_bazhuayu_counts_from_when_the_file_was_written(
    tmp_path: Path, shown: str, expected: tuple[datetime, bool | None]
) -> None:
    path = of_april(written(tmp_path / "a.csv", as_csv([BAZHUAYU | {"from1": shown}])))
    post = one_post(path, "bazhuayu")
    assert (post.published_at, post.published_guessed) == expected
    assert (post.text, post.author) == ("星河宽带又断网了", Author(name="网速观察员"))
    assert post.extra == {"from1": shown}


def test_the_id_of_a_row_does_not_depend_on_the_year_that_is_guessed(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", as_csv([BAZHUAYU, BAZHUAYU | {"txt": "好了"}]))
    now = read(path, "bazhuayu")
    then = read(of_april(path), "bazhuayu")
    found = [[one.id for one in posts if isinstance(one, Post)] for posts in (now, then)]
    assert found[0] == found[1]
    assert len(set(found[0])) == 2
    assert all(one.startswith("weibo:sha1-") for one in found[0])


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        pytest.param("", "has no time", id="none"),
        pytest.param("转发微博", "from1 ('转发微博') is not a time that can be read", id="words"),
        pytest.param("02月30日 10:20", "is not a time that can be read", id="an impossible day"),
        pytest.param("2125-08-12 20:00", "lies in the future", id="to come"),
    ],
)
def test_a_row_of_bazhuayu_without_a_time_is_told(tmp_path: Path, shown: str, reason: str) -> None:
    found = read(written(tmp_path / "a.csv", as_csv([BAZHUAYU, BAZHUAYU | {"from1": shown}])), "bazhuayu")
    ((line, told),) = reasons(found)
    assert line == 3
    assert reason in told


@pytest.mark.parametrize("name", ["weibo_search", "weibospider", "bazhuayu"])
def test_a_file_of_another_shape_is_refused_as_a_whole(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / "a.csv", "编号,内容\n1,断网\n")
    with pytest.raises(
        InputMistake, match=rf"a.csv: is no export that '{name}' knows \(it has: 内容, 编号\) - see"
    ):
        read(path, name)
