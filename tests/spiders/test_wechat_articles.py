"""Articles of WeChat by their addresses: what a page tells, and what stands in an article's place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from listening.collect.spider.options import read_options
from listening.model import Author, Kind, Post, RunStatus
from spiders.wechat_articles import WechatArticles, WechatOptions, _variable

URL = "https://mp.weixin.qq.com/s/AbC-d_eFgHiJkLmNoPqRs"
LONG = "https://mp.weixin.qq.com/s?__biz=MzA4OTk5OTk5OQ==&mid=2650000009&idx=2&sn=0f0e#rd"
OPTIONS = WechatOptions(urls=(URL,), delay=0)
MADE = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
HTML = {"Content-Type": "text/html; charset=UTF-8"}
BODY = (
    '<p style="x"><span>星河宽带<br>又断网了</span></p><section><p>三天了</p></section><script>x()</script>'
)


def article(
    title: str = "三天没有网",
    *,
    body: str | None = BODY,
    biz: str = "MzA4OTk5OTk5OQ==",
    mid: str = "2650000001",
    made: str = str(int(MADE.timestamp())),
    head: str = "",
    name: str = '<a id="js_name">星河之声</a>',
) -> bytes:
    """An article in the platform's dress. Its script tells most of it, in strings of which some are empty."""
    content = f'<div class="rich_media_content" id="js_content" style="visibility: hidden;">{body}</div>'
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head>
<body id="activity-detail" class="zh_CN"><div id="img-content">
<h1 class="rich_media_title" id="activity-name">
  {title}
</h1>
<div id="meta_content">{name}<em id="publish_time"></em></div>
{content if body is not None else ""}
</div>
<script type="text/javascript" nonce="1">
  var biz = "" || "{biz}";
  var sn = "" || "" || "0a1b2c";
  var mid = "" || "" || "{mid}";
  var idx = "" || "" || "1";
</script>
<script type="text/javascript" nonce="1">
  var nickname = htmlDecode("星河之声&amp;友");
  var ct = "{made}";
  var user_name = "gh_0123456789ab";
  var msg_title = '三天没有网'.html(false);
  window.ip_wording = {{ countryName: '中国', provinceName: '广东', cityName: '' }};
</script></body></html>""".encode()


def notice(words: str, *, dress: str = "weui-msg__title warn") -> bytes:
    """What stands in an article's place."""
    return f"""<!DOCTYPE html><html><head><title></title></head><body id="activity-detail">
<div class="weui-msg"><div class="weui-msg__text-area"><h2 class="{dress}">
 {words} </h2></div></div><script>var uin = "";</script></body></html>""".encode()


def good_site(told: Any) -> Callable[[Request], Any]:
    return lambda _: told(article(), headers=HTML)


def run(read: Any, told: Any, body: bytes, *urls: str, **answer: Any) -> Any:
    options = replace(OPTIONS, urls=urls or (URL,))
    return read(WechatArticles, options, lambda _: told(body, **{"headers": HTML, **answer}))


def one(read: Any, told: Any, body: bytes, *urls: str) -> Post:
    (found,) = run(read, told, body, *urls).posts
    assert isinstance(found, Post)
    return found


def test_an_article_keeps_everything_the_page_tells(read: Any, told: Any) -> None:
    assert replace(one(read, told, article()), collected_at=None) == Post(
        id="wechat:article:MzA4OTk5OTk5OQ==:2650000001:1",
        platform="wechat",
        kind=Kind.ARTICLE,
        url=URL,
        title="三天没有网",
        text="星河宽带\n又断网了\n\n三天了",
        author=Author(id="gh_0123456789ab", name="星河之声"),
        published_at=MADE,
        source="来源",
        region="广东",
    )


def test_an_account_that_only_the_script_names_is_read_there(read: Any, told: Any) -> None:
    author = one(read, told, article(name="")).author
    assert author == Author(id="gh_0123456789ab", name="星河之声&友")


def test_the_old_dress_of_the_account_is_known(read: Any, told: Any) -> None:
    author = one(read, told, article(name='<a id="post-user">老星河</a>')).author
    assert author is not None and author.name == "老星河"


def test_an_article_is_the_same_whatever_address_leads_to_it(read: Any, told: Any) -> None:
    assert one(read, told, article(), URL).id == one(read, told, article(), LONG).id


def test_where_the_script_does_not_say_which_article_it_is_the_address_does(read: Any, told: Any) -> None:
    assert one(read, told, article(biz="", mid=""), LONG).id == "wechat:article:MzA4OTk5OTk5OQ==:2650000009:1"
    head = '<meta property="og:url" content="http://mp.weixin.qq.com/s?__biz=Mz==&amp;mid=7&amp;idx=1">'
    assert one(read, told, article(biz="", mid="", head=head)).id == "wechat:article:Mz==:7:1"


@pytest.mark.parametrize("mid", ["2650000001", '" || 2650000001 || "'], ids=["a text", "a number"])
def test_a_number_and_a_text_are_the_same_article(read: Any, told: Any, mid: str) -> None:
    assert one(read, told, article(mid=mid)).id == "wechat:article:MzA4OTk5OTk5OQ==:2650000001:1"


def test_two_accounts_with_the_same_number_stay_apart(read: Any, told: Any) -> None:
    assert one(read, told, article(biz="MzA==")).id != one(read, told, article(biz="MzB==")).id


def test_a_post_of_pictures_has_its_description_for_a_text(read: Any, told: Any) -> None:
    head = (
        '<meta property="og:title" content="断网三天"><meta property="og:description" '
        'content="第一行\\x0a第二行 &amp;quot;断网&amp;quot;">'
    )
    found = one(read, told, article("", body=None, head=head))
    assert (found.title, found.text) == ("断网三天", '第一行\n第二行 "断网"')


def test_an_article_of_pictures_alone_has_an_empty_text(read: Any, told: Any) -> None:
    assert one(read, told, article(body='<img data-src="x">')).text == ""


def test_a_long_article_is_read_to_its_end(read: Any, told: Any) -> None:
    filler = '<p><img data-src="' + "x" * 300_000 + '"></p>'
    assert one(read, told, article(body=filler + BODY)).text.endswith("三天了")


def test_each_address_is_asked_for_once(read: Any, told: Any) -> None:
    result = run(read, told, article(), URL, LONG, URL)
    assert [request.url for request in result.requests] == [URL, LONG]
    assert (len(result.posts), result.tally.duplicates) == (1, 1), "both lead to one article"
    assert result.verdict.status is RunStatus.OK


def test_a_second_run_asks_again(read: Any, told: Any) -> None:
    first = run(read, told, article())
    site = good_site(told)
    second = read(WechatArticles, OPTIONS, site, marks=first.look.marks)
    assert ([each.id for each in second.posts], second.verdict.status) == (
        [each.id for each in first.posts],
        RunStatus.OK,
    )
    assert not second.look.seen_from


GONE = [
    "该内容已被发布者删除",
    "此内容因违规无法查看",
    "此内容被投诉且经审核涉嫌侵权，无法查看。",
    "此账号已被屏蔽, 内容无法查看",
    "此帐号已自主注销，内容无法查看",
]


@pytest.mark.parametrize("words", GONE)
@pytest.mark.parametrize("dress", ["weui-msg__title warn", "weui-msg__title", "tips global_error_msg warn"])
def test_an_article_that_is_gone_is_left_out(read: Any, told: Any, words: str, dress: str) -> None:
    result = run(read, told, notice(words, dress=dress))
    assert (result.posts, result.verdict) == ([], (RunStatus.EMPTY, "1 items were left out on purpose"))


def test_a_gone_article_takes_no_other_along(read: Any, told: Any) -> None:
    def answer(request: Request) -> Any:
        return told(notice("该内容已被发布者删除") if request.url == LONG else article(), headers=HTML)

    result = read(WechatArticles, replace(OPTIONS, urls=(LONG, URL)), answer)
    assert (len(result.posts), result.verdict.status) == (1, RunStatus.OK)


def test_words_of_deletion_inside_of_an_article_are_no_deletion(read: Any, told: Any) -> None:
    body = '<p>该内容已被发布者删除</p><p class="weui-msg__title">环境异常</p>'
    assert "该内容已被发布者删除" in one(read, told, article(body=body)).text


BROKEN = {
    "no title": article(""),
    "no number": article(mid=""),
    "no account": article(name="").replace("星河之声&amp;友".encode(), b""),
    "no time": article().replace(b"var ct", b"var made"),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_an_article_that_lacks_something_is_told(read: Any, told: Any, body: bytes) -> None:
    result = run(read, told, body)
    assert (result.posts, result.verdict.status) == ([], RunStatus.LAYOUT)
    assert len(result.unreadable) == 1


def test_a_time_that_cannot_be_is_absent_and_kept_as_it_was_written(read: Any, told: Any) -> None:
    found = one(read, told, article(made="5"))
    assert (found.published_at, found.extra) == (None, {"published_text": "5"})


WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "an address that has expired": ({"body": notice("链接已过期")}, RunStatus.FAILED),
    "an account that has moved": ({"body": notice("该公众号已迁移")}, RunStatus.FAILED),
    "a wrong address": ({"body": notice("参数错误")}, RunStatus.FAILED),
    "a check": ({"body": notice("环境异常")}, RunStatus.BLOCKED),
    "a check in another dress": (
        {"body": "<html><body><p>当前环境异常，完成验证后即可继续访问。</p>".encode()},
        RunStatus.BLOCKED,
    ),
    "sent to the captcha": (
        {"body": b"<html>", "url": "https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?poc_token=x"},
        RunStatus.BLOCKED,
    ),
    "a captcha in gb18030": ({"body": "<html>安全验证".encode("gb18030")}, RunStatus.BLOCKED),
    "a login form": ({"body": b"<html><input type='password'></html>"}, RunStatus.LOGIN),
    "too many requests": ({"body": b"", "status": 429}, RunStatus.RATE_LIMITED),
    "no such page": ({"body": b"", "status": 404}, RunStatus.FAILED),
    "an article in another charset": ({"body": article().decode().encode("gb18030")}, RunStatus.LAYOUT),
    "another dress": ({"body": b"<html><div id='app'></div></html>"}, RunStatus.LAYOUT),
    "nothing": ({"body": b""}, RunStatus.LAYOUT),
    "JSON": ({"body": b'{"base_resp": {"ret": -3}}'}, RunStatus.LAYOUT),
}


@pytest.mark.parametrize(("answer", "status"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], status: RunStatus
) -> None:
    result = run(read, told, **answer)
    assert (result.posts, result.verdict.status) == ([], status)


def test_an_address_that_has_expired_is_told_with_a_cure(read: Any, told: Any) -> None:
    reason = run(read, told, notice("链接已过期")).verdict.reason
    assert f"'链接已过期' of {URL}" in reason
    assert "permanent address" in reason


@pytest.mark.parametrize("url", ["", "http://example.com/s/x", "https://mp.weixin.qq.com/", "javascript:x"])
def test_what_is_no_article_is_told(url: str) -> None:
    _, problems = read_options(WechatOptions, {"urls": [url]})
    assert [problem.key for problem in problems] == ["urls"]


def test_no_addresses_are_told() -> None:
    _, problems = read_options(WechatOptions, {"urls": []})
    assert [problem.key for problem in problems] == ["urls"]


VALUES = {
    "the first that is not empty": ('var mid = "" || "" || "7";', "7"),
    "single quotes": ("var ct='7';", "7"),
    "a number": ("window.ct = 7;", "7"),
    "in a call": ('var ct = htmlDecode("7");', "7"),
    "a semicolon inside": ('var ct = htmlDecode("a&amp;7");', "a&7"),
    "on the same line": ('var ct="";var x="7";', None),
    "all of them empty": ('var ct = "" || "";', None),
    "not there": ('var act = "7";', None),
    "another one's value": ('var ct = "";\nvar x = "7";', None),
}


@pytest.mark.parametrize(("text", "value"), VALUES.values(), ids=VALUES)
def test_a_variable_of_the_script(text: str, value: str | None) -> None:
    name = "mid" if "mid" in text else "ct"
    assert _variable(text, name) == value


@given(st.text(max_size=200), st.sampled_from(["ct", "biz", "mid"]))
def test_a_script_of_any_kind_is_read_without_an_error(text: str, name: str) -> None:
    _variable(f"var {name} = {text}", name)
