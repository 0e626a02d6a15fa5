"""Sogou's search of WeChat articles: what a hit tells, how many pages there are, and its captcha."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy import Request

from listening.model import Author, Kind, Post, RunStatus
from spiders.sogou_wechat import SogouOptions, SogouWechat

OPTIONS = SogouOptions(words=("星河宽带",), delay=0)
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HTML = {"Content-Type": "text/html; charset=utf-8"}
OLD = '<a class="account" target="_blank" i="oIWsFt2x" href="/x">{}</a>'
NEW = '<span class="all-time-y2">{}</span>'


def hit(
    number: int,
    *,
    title: str | None = None,
    account: str = NEW.format("星河之声"),
    made: str | None = None,
    link: str = "dn9a_x",
) -> str:
    """A hit in Sogou's dress, an hour older for each number. The address is another one at each search."""
    moment = made or str(int((START - timedelta(hours=number)).timestamp()))
    words = title or f"<em><!--red_beg-->断网<!--red_end--></em>三天，谁来管？ {number}"
    return f"""<li id="sogou_vr_11002601_box_{number}" d="ab73-6bee-{number}">
<div class="img-box"><a target="_blank" href="/link?url={link}"><img src="x"></a></div>
<div class="txt-box"><h3>
<a target="_blank" href="/link?url={link}&amp;type=2&amp;token=y" uigs="article_title_0">{words}</a>
</h3>
<p class="txt-info">针对<em><!--red_beg-->断网<!--red_end--></em>,客服&ldquo;说&rdquo;...</p>
<div class="s-p" t="{moment}">{account}
<span class="s2"><script>document.write(timeConvert('{moment}'))</script></span>
</div></div></li>"""


def page(hits: list[str], total: int | None = None, *, further: bool = False) -> bytes:
    following = '<a id="sogou_next" href="?page=2" class="np">下一页</a>' if further else ""
    count = f'<div class="mun">找到约{total:,}条结果<!--resultbarnum:{total:,}--></div>' if total else ""
    return f"""<!DOCTYPE html><html><head><title>断网的相关微信公众号文章 – 搜狗微信搜索</title></head><body>
<div class="news-box"><ul class="news-list">{"".join(hits)}</ul>
<div class="p-fy" id="pagebar_container"><span>1</span>{following}{count}</div>
</div></body></html>""".encode()


NOTHING = """<!DOCTYPE html><html><body><div class="news-box"><div id="noresult_part1_container">
<p class="tit">呃... 没有找到相关的微信公众号文章。</p><p>看看其他关键词吧</p>
</div></div></body></html>""".encode()


def search(told: Any, hits: int) -> Callable[[Request], Any]:
    """Sogou with so many hits, of which ten pages are shown."""

    def answer(request: Request) -> Any:
        number = int(parse_qs(urlsplit(request.url).query)["page"][0])
        assert number <= 10
        shown = [hit(n) for n in range((number - 1) * 10, min(hits, number * 10))]
        further = number * 10 < hits and number < 10
        return told(page(shown, hits, further=further) if shown else NOTHING, headers=HTML)

    return answer


def good_site(told: Any) -> Callable[[Request], Any]:
    return search(told, 15)


def run(read: Any, site: Any, options: SogouOptions = OPTIONS, query: str = "星河宽带", **how: Any) -> Any:
    return read(SogouWechat, options, site, queries=(query,), **how)


def one(read: Any, told: Any, given: str) -> Post:
    (found,) = run(read, lambda _: told(page([given]), headers=HTML)).posts
    assert isinstance(found, Post)
    return found


def test_a_hit_keeps_everything_the_search_tells(read: Any, told: Any) -> None:
    found = one(read, told, hit(0, account=OLD.format("星河之声")))
    assert replace(found, collected_at=None, id="") == Post(
        id="",
        platform="wechat",
        kind=Kind.ARTICLE,
        url="https://weixin.sogou.com/weixin?type=2&query=%E6%96%AD%E7%BD%91%E4%B8%89%E5%A4%A9%EF%BC%8C"
        "%E8%B0%81%E6%9D%A5%E7%AE%A1%EF%BC%9F+0&ie=utf8&page=1",
        title="断网三天，谁来管？ 0",
        text="针对断网,客服“说”...",
        author=Author(id="oIWsFt2x", name="星河之声"),
        published_at=START,
        source="来源",
        extra={"excerpt": True},
    )
    assert found.id.startswith("wechat:found:sha1-")


def test_the_new_dress_of_the_account_is_known(read: Any, told: Any) -> None:
    assert one(read, told, hit(0)).author == Author(name="星河之声")


def test_a_hit_is_the_same_whatever_address_leads_to_it_and_whatever_was_searched_for(
    read: Any, told: Any
) -> None:
    marked = hit(0, title="断网<em><!--red_beg-->三天<!--red_end--></em>，谁来管？ 0", link="other")
    assert one(read, told, hit(0)).id == one(read, told, marked).id


DIFFERENT = {
    "another account": hit(0, account=NEW.format("长河之声")),
    "another time": hit(1, title="断网三天，谁来管？ 0"),
    "another title": hit(0, title="断网三天，谁来管？ 1"),
}


@pytest.mark.parametrize("other", DIFFERENT.values(), ids=DIFFERENT)
def test_hits_that_differ_stay_apart(read: Any, told: Any, other: str) -> None:
    assert one(read, told, hit(0)).id != one(read, told, other).id


def test_a_word_is_quoted(read: Any, told: Any) -> None:
    (request,) = run(read, lambda _: told(NOTHING, headers=HTML), query="a&b 断网#").requests
    assert parse_qs(urlsplit(request.url).query)["query"] == ["a&b 断网#"]
    assert not urlsplit(request.url).fragment


def test_paging_reads_all_hits(read: Any, told: Any) -> None:
    result = run(read, search(told, 35))
    assert (len(result.posts), len(result.requests)) == (35, 4)
    assert result.verdict == (RunStatus.OK, "")
    assert not result.look.seen_from, "not sorted by time: it vouches for none"


def test_paging_ends_where_the_count_promised_too_much(read: Any, told: Any) -> None:
    def answer(request: Request) -> Any:
        return told(page([hit(0)], 25) if request.url.endswith("page=1") else NOTHING, headers=HTML)

    result = run(read, answer)
    assert (len(result.posts), len(result.requests), result.verdict.status) == (1, 2, RunStatus.OK)


def test_more_hits_than_are_shown_are_a_truncation(read: Any, told: Any) -> None:
    result = run(read, search(told, 57_817))
    assert (len(result.posts), len(result.requests)) == (100, 10)
    assert result.verdict == (
        RunStatus.PARTIAL,
        "Sogou shows 100 of about 57817 hits - search for a word that is rarer",
    )


def test_a_page_cap_is_partial(read: Any, told: Any) -> None:
    result = run(read, search(told, 35), replace(OPTIONS, max_pages=2))
    assert (len(result.posts), result.verdict.status) == (20, RunStatus.PARTIAL)


def test_the_second_run_sees_the_same_hits(read: Any, told: Any) -> None:
    first = run(read, search(told, 15))
    second = run(read, search(told, 15), marks=first.look.marks)
    assert [found.id for found in second.posts] == [found.id for found in first.posts]


def test_no_hits_are_empty(read: Any, told: Any) -> None:
    assert run(read, lambda _: told(NOTHING, headers=HTML)).verdict == (RunStatus.EMPTY, "")


def test_our_own_cookie_comes_from_the_environment(
    read: Any, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOGOU", "SNUID=made-up")
    result = run(read, search(told, 15), replace(OPTIONS, cookie_env="SOGOU"))
    assert [request.headers["Cookie"] for request in result.requests] == [b"SNUID=made-up"] * 2


BROKEN = {
    "no title": hit(1, title=" "),
    "no account": hit(1, account=""),
    "no time": hit(1).replace("timeConvert", "convert"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_one_broken_hit_is_told_and_the_others_are_read(read: Any, told: Any, broken: str) -> None:
    result = run(read, lambda _: told(page([hit(0), broken, hit(2)]), headers=HTML))
    assert [found.title[-1] for found in result.posts] == ["0", "2"]
    assert result.verdict == (RunStatus.OK, "1 items could not be read")


def test_a_time_that_cannot_be_is_absent_and_kept_as_it_was_written(read: Any, told: Any) -> None:
    found = one(read, told, hit(0, made="5"))
    assert (found.published_at, found.extra["published_text"]) == (None, "5")


ANTISPIDER = "https://weixin.sogou.com/antispider/?from=%2Fweixin%3Ftype%3D2&antip=wx_hb"
WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    "sent to the captcha": ({"body": b"<html>", "url": ANTISPIDER}, RunStatus.BLOCKED),
    "a captcha in the page": ({"body": "<html>请输入验证码".encode()}, RunStatus.BLOCKED),
    "a captcha in gb18030": ({"body": "<html>请输入验证码".encode("gb18030")}, RunStatus.BLOCKED),
    "a login form": ({"body": b"<html><input type='password'></html>"}, RunStatus.LOGIN),
    "too many requests": ({"body": b"", "status": 429}, RunStatus.RATE_LIMITED),
    "refused": ({"body": b"", "status": 403}, RunStatus.BLOCKED),
    "another page": ({"body": b"<html><body>Welcome</body></html>"}, RunStatus.LAYOUT),
    "another list": ({"body": page([hit(0)]).replace(b"news-list", b"list")}, RunStatus.LAYOUT),
    "another dress": ({"body": page([hit(0)]).replace(b"s-p", b"p")}, RunStatus.LAYOUT),
    "hits in gb18030": ({"body": page([hit(0)]).decode().encode("gb18030")}, RunStatus.LAYOUT),
    "nothing": ({"body": b""}, RunStatus.LAYOUT),
    "JSON": ({"body": b'{"code": 1}', "headers": {}}, RunStatus.LAYOUT),
}


@pytest.mark.parametrize(("answer", "status"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], status: RunStatus
) -> None:
    result = run(read, lambda _: told(**{"headers": HTML, **answer}))
    assert (result.posts, result.verdict.status) == ([], status)


def test_a_captcha_after_some_pages_keeps_its_name_and_takes_no_other_word_along(
    read: Any, told: Any
) -> None:
    site = search(told, 35)

    def answer(request: Request) -> Any:
        word = parse_qs(urlsplit(request.url).query)["query"][0]
        is_wall = word == "星河宽带" and request.url.endswith("page=2")
        return told(b"<html>", url=ANTISPIDER) if is_wall else site(request)

    result = read(SogouWechat, OPTIONS, answer, queries=("星河宽带", "星河光纤"))
    first, second = result.looks
    assert (first.facts.posts, second.facts.posts) == (10, 35 - 10), "the same hits are posts once"
    assert result.verdict.status is RunStatus.BLOCKED
    assert not first.reached
    assert second.reached
