"""What V2EX, WeChat and Sogou really answered is read without a loss. Skipped where it is not there."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from listening.model import RunStatus
from spiders.sogou_wechat import SogouOptions, SogouWechat
from spiders.v2ex_node import V2exNode, V2exOptions
from spiders.wechat_articles import WechatArticles, WechatOptions

HTML = {"Content-Type": "text/html; charset=UTF-8"}
ARTICLE = WechatOptions(urls=("https://mp.weixin.qq.com/s/x",), delay=0)


def test_topics_of_v2ex(recordings: Path, read: Any, told: Any) -> None:
    body = (recordings / "v2ex" / "hot_2016.json").read_bytes()
    given = json.loads(body)
    result = read(
        V2exNode,
        V2exOptions(node="bb", delay=0),
        lambda request: told(body if "topics" in request.url else b"[]"),
    )
    assert result.unreadable == []
    assert len(result.posts) == len(given) == 9
    for post, raw in zip(result.posts, given, strict=True):
        assert post.id == f"v2ex:topic:{raw['id']}"
        assert post.published_at == datetime.fromtimestamp(raw["created"], UTC)
        assert post.author.name == raw["member"]["username"]
        assert post.metrics.comments == raw["replies"]
        assert bool(post.text) == bool(raw["content"].strip())
        assert not re.search(r"<\w+[ />]", post.text)


def test_an_article_of_wechat(recordings: Path, read: Any, told: Any) -> None:
    body = (recordings / "wechat" / "article_detail_iframe.html").read_bytes()
    (found,) = read(WechatArticles, ARTICLE, lambda _: told(body, headers=HTML)).posts
    told_time = re.search(rb'var ct = "([0-9]+)"', body)
    assert told_time is not None
    assert found.published_at == datetime.fromtimestamp(int(told_time[1]), UTC)
    assert re.fullmatch(r"wechat:article:[\w=]+:[0-9]+:[0-9]+", found.id)
    assert found.title and found.author.name and found.author.id.startswith("gh_")
    assert "function" not in found.text


def test_an_article_of_wechat_whose_address_has_expired(recordings: Path, read: Any, told: Any) -> None:
    body = (recordings / "wechat" / "article_detail_expired.html").read_bytes()
    result = read(WechatArticles, ARTICLE, lambda _: told(body, headers=HTML))
    assert (result.posts, result.verdict.status) == ([], RunStatus.FAILED)
    assert "permanent address" in result.verdict.reason


def test_hits_of_sogou(recordings: Path, read: Any, told: Any) -> None:
    body = (recordings / "wechat" / "search-gaokao-article.html").read_bytes()
    options = SogouOptions(words=("x",), delay=0, max_pages=1)
    result = read(SogouWechat, options, lambda _: told(body, headers=HTML), queries=("x",))
    assert result.unreadable == []
    assert len({post.id for post in result.posts}) == body.count(b'class="txt-info"') == 10
    assert all(post.title and post.text and post.author.id and post.published_at for post in result.posts)
    assert result.verdict.status is RunStatus.PARTIAL, "there are many more"
