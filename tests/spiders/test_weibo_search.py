"""The search of Weibo: cards as posts, and how a stretch of time is cut until its pages suffice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy import Request

from listening.codec import content_digest
from listening.collect.reading.times import weibo_mid_time
from listening.model import Author, Kind, Mention, Metrics, Post, Reference, RunStatus, ids
from spiders._weibo import WeiboAccountOptions
from spiders.weibo_search import WeiboSearch, WeiboSearchOptions
from spiders.weibo_timeline import WeiboTimeline
from tests.spiders.weibo_pages import (
    BEIJING,
    HTML,
    JSON_WALLS,
    START,
    VISITOR,
    before,
    mid_at,
    status,
    told_json,
    user,
    weibo,
)

OPTIONS = WeiboSearchOptions(words=("星河宽带",), cookie_env="WEIBO_COOKIE", delay=0)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
UID = "2000000002"
MID = str(mid_at(START))
NO_RESULT = (
    '<div class="card card-no-result s-pt20b40"><p>抱歉，未找到相关结果。</p></div>'
    '<div class="m-error">以下是您可能感兴趣的微博</div>'
)


def card(
    mid: int | str = MID,
    text: str = '又<em class="s-color-red">断网</em>了',
    *,
    time: str = "",
    counts: tuple[str, str, str] = ("转发 3", "评论 2", "5"),
    full: str = "",
    inside: str = "",
) -> str:
    """A card of the results, as the site has it."""
    forward, comments, like = counts
    time = time or f"{weibo_mid_time(mid) or START:%m月%d日 %H:%M}"  # in another zone: its mid knows better
    whole = (
        f'<p class="txt" node-type="feed_list_content_full" nick-name="阿青" style="display: none">{full}</p>'
    )
    return f"""
<div class="card-wrap" action-type="feed_list_item" mid="{mid}" >
 <div class="card"><div class="card-feed">
  <div class="avator"><a href="//weibo.com/{UID}?refer_flag=1001030103_"><img src="x.jpg"></a></div>
  <div class="content" node-type="like">
   <div class="info"><div class="menu s-fr"><a href="javascript:void(0);">c</a></div>
    <div><a href="//weibo.com/{UID}?refer_flag=1001030103_" class="name" nick-name="阿青">阿青</a></div></div>
   <div class="from"><a href="//weibo.com/{UID}/x?refer_flag=1001030103_" target="_blank">
        {time}
    </a> &nbsp;来自 <a href="//weibo.com/" rel="nofollow">iPhone客户端</a></div>
   <p class="txt" node-type="feed_list_content" nick-name="阿青">
     {text} \u200b</p>{whole if full else ""}{inside}
  </div></div>
  <div class="card-act"><ul>
   <li><a action-type="feed_list_forward" action-data="allowForward=1&mid={mid}">{forward}</a></li>
   <li><a action-type="feed_list_comment">{comments}</a></li>
   <li><a action-type="feed_list_like" action-data="mid={mid}"><button>
     <span class="woo-like-count">{like}</span></button></a></li>
  </ul></div></div>
</div><!--/card-wrap-->"""


def quoted(mid: str, text: str, name: str = "老周", uid: str = "3000000003") -> str:
    """What a card repeats, as it stands in it."""
    return f"""
<div class="card-comment"><div class="con"><div node-type="feed_list_forwardContent">
  <a href="//weibo.com/{uid}" class="name" nick-name="{name}">@{name}</a>
  <p class="txt" node-type="feed_list_content" nick-name="{name}">{text}</p>
  <div class="func"><ul class="act s-fr"><li><a href="x">转发 900</a></li>
   <li><a action-type="feed_list_like" action-data="mid={mid}"><em>800</em></a></li></ul>
   <p class="from"><a href="//weibo.com/{uid}/y">11月20日 08:00</a></p></div></div></div></div>"""


def results(cards: Sequence[str], *, pages: int = 1, further: str = "") -> str:
    """A page of the search, with the list of its pages."""
    listed = "".join(f'<li><a href="/weibo?page={n}">第{n}页</a></li>' for n in range(1, pages + 1))
    more = f'<ul class="s-scroll" node-type="feed_list_page_morelist">{listed}</ul>' if pages > 1 else ""
    following = f'<a href="{further}" class="next">下一页</a>' if further else ""
    login = '<a href="https://passport.weibo.com/sso/signin">登录</a>'
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>微博搜索</title></head><body>{login}'
        f'<div id="pl_feedlist_index">{"".join(cards)}<div class="m-page">{more}{following}</div></div>'
        "</body></html>"
    )


def scope_of(request: Request) -> tuple[datetime, datetime]:
    """The stretch of time a request asks for."""
    asked = dict(parse_qsl(urlsplit(request.url).query))
    _, begin, end = asked["timescope"].split(":")
    first, last = (datetime.strptime(each, "%Y-%m-%d-%H").replace(tzinfo=BEIJING) for each in (begin, end))
    return first, last


def search(
    told: Any, moments: Sequence[datetime], *, size: int = 10, most: int = 50
) -> Callable[[Request], Any]:
    """The search over posts of these times: `size` on a page, `most` pages of any one search."""
    ordered = sorted(set(moments), reverse=True)

    def answer(request: Request) -> Any:
        begin, end = scope_of(request)
        page = int(dict(parse_qsl(urlsplit(request.url).query))["page"])
        found = [each for each in ordered if begin <= each < end]
        pages = min(most, -(-len(found) // size))
        cards = (
            [card(mid_at(each)) for each in found[size * (page - 1) : size * page]] if page <= pages else []
        )
        following = f"/weibo?q=x&page={page + 1}" if page < pages else ""
        body = results(cards or [NO_RESULT], pages=pages, further=following)
        return told(body.encode(), headers=HTML)

    return answer


def good_site(told: Any) -> Callable[[Request], Any]:
    return search(told, [before(minutes) for minutes in range(25)])


def shown(told: Any, *cards: str) -> Callable[[Request], Any]:
    return lambda _: told(results(cards).encode(), headers=HTML)


def run(read: Any, site: Any, options: WeiboSearchOptions = OPTIONS, **how: Any) -> Any:
    how = {"wanted": before(120), **how}
    return read(WeiboSearch, options, site, queries=("星河宽带",), **how)


def one(read: Any, told: Any, given: str) -> Post:
    (found,) = run(read, shown(told, given)).posts
    post: Post = replace(found, collected_at=None)
    return post


def mids(result: Any) -> set[str]:
    return {found.id.partition(":")[2] for found in result.posts}


# Cards.


def test_a_card_keeps_everything_the_search_tells(read: Any, told: Any) -> None:
    text = (
        '<a href="//s.weibo.com/weibo?q=%23x%23">#光纤入户#</a> 又<em class="s-color-red">断网</em>了'
        '<img src="x.png" title="[怒]" alt="[怒]" class="face" /><br/>'
        '<a href="//weibo.com/n/%E6%98%9F" target="_blank">@星河<em class="s-color-red">宽带</em></a> 管不管'
    )
    assert one(read, told, card(text=text)) == Post(
        id=f"weibo:{MID}",
        platform="weibo",
        kind=Kind.POST,
        url=f"https://weibo.com/{UID}/{ids.weibo_bid(MID)}",
        text="#光纤入户# 又断网了[怒]\n@星河宽带 管不管",
        author=Author(id=UID, name="阿青", url=f"https://weibo.com/u/{UID}"),
        published_at=START,
        source="来源",
        mentions=(Mention(name="星河宽带"),),
        tags=("光纤入户",),
        metrics=Metrics(likes=5, comments=2, reposts=3),
    )


def test_a_repost_quotes_what_it_repeats(read: Any, told: Any) -> None:
    given = card(
        text="真的//<a href='//weibo.com/n/x'>@老李</a>:求助", inside=quoted("5368000000000000", "家里断网")
    )
    found = one(read, told, given)
    reference = Reference(
        id="weibo:5368000000000000",
        author=Author(id="3000000003", name="老周", url="https://weibo.com/u/3000000003"),
    )
    assert (found.kind, found.parent, found.root) == (Kind.REPOST, reference, reference)
    assert found.text == "真的//@老李:求助 //@老周: 家里断网"
    assert found.author is not None
    assert found.author.id == UID
    assert found.metrics == Metrics(likes=5, comments=2, reposts=3)


def test_a_repost_of_what_is_gone_has_its_own_words_alone(read: Any, told: Any) -> None:
    gone = '<div class="card-comment"><div class="con"><p>抱歉，此微博已被作者删除。</p></div></div>'
    found = one(read, told, card(text="怎么删了", inside=gone))
    assert (found.kind, found.parent, found.text) == (Kind.REPOST, None, "怎么删了")


def test_a_long_text_is_taken_whole_where_the_page_has_it(read: Any, told: Any) -> None:
    more = '开头<a href="x" action-type="fl_unfold">展开<i class="wbicon">c</i></a>'
    fold = '开头<br/>结尾<a href="x" action-type="fl_fold">收起<i class="wbicon">d</i></a>'
    result = run(read, shown(told, card(text=more, full=fold)))
    assert [found.text for found in result.posts] == ["开头\n结尾"]
    assert len(result.requests) == 1


def test_a_long_text_that_the_page_does_not_have_is_asked_for(
    read: Any, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEIBO_COOKIE", "SUB=made-up")
    more = '开头<a href="x" action-type="fl_unfold">展开<i class="wbicon">c</i></a>'
    page = shown(told, card(text=more))
    whole = told_json(told, {"data": {"longTextContent": "开头 结尾"}})
    result = run(read, lambda request: whole if "longtext" in request.url else page(request))
    assert [(found.text, found.extra) for found in result.posts] == [("开头 结尾", {})]
    assert result.requests[1].url == f"https://weibo.com/ajax/statuses/longtext?id={MID}"
    assert result.requests[1].headers["Cookie"] == b"SUB=made-up"
    cut = run(read, lambda request: told(b'{"ok":-100}') if "longtext" in request.url else page(request))
    assert [(found.text, found.extra) for found in cut.posts] == [("开头", {"cut_off": True})]
    assert cut.verdict.status is RunStatus.LOGIN


COUNTS = {
    "with the button's name in front": (("转发 28", "评论 11", "7"), (7, 11, 28)),
    "bare": (("28", "11", "7"), (7, 11, 28)),
    "large": (("转发 1.2万", "评论 100万+", "2,345"), (2345, 1000000, 12000)),
    "none told": (("转发", "评论", "赞"), (None, None, None)),
}


@pytest.mark.parametrize(("counts", "expected"), COUNTS.values(), ids=COUNTS)
def test_counts_as_the_buttons_show_them(read: Any, told: Any, counts: Any, expected: Any) -> None:
    found = one(read, told, card(counts=counts)).metrics
    assert found is not None
    assert (found.likes, found.comments, found.reposts) == expected


TIMES = {
    "just now": "刚刚",
    "minutes ago": "59分钟前",
    "today": "今天19:00",
    "with how much it was liked": "今天19:00 转赞人数超过20",
    "a day without a year": "11月23日 19:00",
    "nothing that can be read": "某天",
}


@pytest.mark.parametrize("time", TIMES.values(), ids=TIMES)
def test_the_time_of_a_card_is_that_of_its_mid(read: Any, told: Any, time: str) -> None:
    mid = mid_at(NOW - timedelta(seconds=20)) if time == "刚刚" else MID
    found = one(read, told, card(mid, time=time))
    expected = NOW - timedelta(seconds=20) if time == "刚刚" else START
    assert (found.published_at, found.published_guessed) == (expected, None)


def test_a_mid_that_carries_no_time_leaves_the_page_its_word(read: Any, told: Any) -> None:
    found = one(read, told, card("123", time="2小时前"))
    assert found.published_at is not None
    assert found.published_at - (NOW - timedelta(hours=2)) < timedelta(seconds=9)
    assert found.published_guessed is True
    unreadable = one(read, told, card("124", time="某天"))
    assert (unreadable.published_at, unreadable.extra) == (None, {"published_text": "某天"})


def test_a_post_is_the_same_here_and_in_its_authors_timeline(read: Any, told: Any) -> None:
    html = (
        '<a href="//s.weibo.com/weibo?q=x">#断网#</a> 三天<img class="face" alt="[怒]"><br/>'
        '<a href="//weibo.com/n/x">@星河宽带</a> <a href="http://t.cn/A6x"><i class="wbicon">O</i>链接</a>'
    )
    plain = "#断网# 三天[怒]\n@星河宽带 http://t.cn/A6x \u200b\u200b"
    here = one(read, told, card(text=html))
    given = status(0, text_raw=plain, text='<a href="/n/x">@星河宽带</a>', user=user(UID, "阿青"))
    options = WeiboAccountOptions(accounts=(UID,), cookie_env="WEIBO_COOKIE", delay=0)
    (there,) = read(WeiboTimeline, options, weibo(told, [given]), queries=(UID,)).posts
    assert (here.id, content_digest(here)) == (there.id, content_digest(there))


BROKEN = {
    "no number": card().replace(f'mid="{MID}"', 'mid="x"', 1),
    "no author": card().replace('class="name"', 'class="other"'),
    "an author without a number": card().replace(f"//weibo.com/{UID}?", "//weibo.com/x?"),
    "no text": card().replace('class="txt"', 'class="text"'),
    "no time": card().replace('class="from"', 'class="when"'),
}


@pytest.mark.parametrize("bad", BROKEN.values(), ids=BROKEN)
def test_one_broken_card_is_told_and_the_others_are_read(read: Any, told: Any, bad: str) -> None:
    result = run(read, shown(told, card(mid_at(before(1))), bad, card(mid_at(before(2)))))
    assert mids(result) == {str(mid_at(before(1))), str(mid_at(before(2)))}
    assert len(result.unreadable) == 1
    assert result.verdict == (RunStatus.OK, "1 items could not be read")


def test_a_page_in_another_charset_is_read(read: Any, told: Any) -> None:
    body = results([card()]).encode("gb18030")
    (found,) = run(read, lambda _: told(body, headers={"Content-Type": "text/html; charset=gb18030"})).posts
    assert found.text == "又断网了"


def test_one_broken_letter_does_not_spoil_a_page(read: Any, told: Any) -> None:
    body = (
        results([card(), card(mid_at(before(1)), "坏\ufffe字")]).encode().replace("\ufffe".encode(), b"\xff")
    )
    texts = [found.text for found in run(read, lambda _: told(body, headers=HTML)).posts]
    assert texts == ["又断网了", "坏\ufffd字"]


# Stretches of time.


def test_the_word_and_the_hours_are_asked_for_in_beijing_time(read: Any, told: Any) -> None:
    options = replace(OPTIONS, words=("星河 宽带&",))
    result = read(WeiboSearch, options, search(told, []), queries=("星河 宽带&",), wanted=before(100))
    (request,) = result.requests
    asked = dict(parse_qsl(urlsplit(request.url).query))
    assert asked == {
        "q": "星河 宽带&",
        "typeall": "1",
        "suball": "1",
        "nodup": "1",
        "timescope": "custom:2026-11-23-17:2026-11-23-21",
        "page": "1",
    }
    assert "timescope=custom:2026-11-23-17:2026-11-23-21" in request.url


def test_a_word_that_nobody_uses_is_empty_and_vouched_for(read: Any, told: Any) -> None:
    result = run(read, search(told, []))
    assert result.verdict == (RunStatus.EMPTY, "")
    assert (result.look.reached, result.look.seen_from) == (True, before(120))
    assert result.look.seen_until is not None
    assert NOW - timedelta(minutes=16) < result.look.seen_until <= NOW - timedelta(minutes=14)


def test_what_else_we_may_like_is_no_result(read: Any, told: Any) -> None:
    result = run(read, shown(told, NO_RESULT, card()))
    assert (result.posts, result.verdict) == ([], (RunStatus.EMPTY, ""))


def test_all_pages_of_a_stretch_are_read_in_whatever_order_they_are(read: Any, told: Any) -> None:
    result = run(read, good_site(told))
    assert mids(result) == {str(mid_at(before(minutes))) for minutes in range(25)}
    assert [path.rpartition("=")[2] for path in result.paths] == ["1", "2", "3"]
    assert (result.look.reached, result.verdict) == (True, (RunStatus.OK, ""))


def every(seconds: int, hours: float) -> list[datetime]:
    """Times so many seconds apart, over the hours before START."""
    return [START - timedelta(seconds=each) for each in range(0, int(hours * 3600), seconds)]


def test_a_stretch_with_as_many_pages_as_are_shown_is_cut_in_half_until_they_suffice(
    read: Any, told: Any
) -> None:
    moments = every(200, 8)  # 18 pages an hour
    result = run(read, search(told, moments, size=1), wanted=START - timedelta(hours=8))
    assert mids(result) == {str(mid_at(each)) for each in moments}
    stretches = list(
        dict.fromkeys((end - begin) // timedelta(hours=1) for begin, end in map(scope_of, result.requests))
    )
    assert stretches == [11, 6, 3, 2, 1, 5]
    assert (result.look.reached, result.look.seen_from) == (True, START - timedelta(hours=8))
    assert result.verdict == (RunStatus.OK, "")


def test_the_newest_stretch_is_read_first_and_no_stretch_twice(read: Any, told: Any) -> None:
    result = run(read, search(told, every(200, 8), size=1), wanted=START - timedelta(hours=8))
    read_whole = [scope_of(each) for each in result.requests if each.meta["number"] > 1]
    begins = list(dict.fromkeys(begin for begin, _ in read_whole))
    assert begins == sorted(begins, reverse=True)
    asked = [each.url for each in result.requests]
    assert len(asked) == len(set(asked))


def test_an_hour_that_is_full_is_a_recorded_truncation_and_not_vouched_for(read: Any, told: Any) -> None:
    crowded = [START - timedelta(hours=3, seconds=40 * each) for each in range(70)]  # 70 pages in an hour
    moments = [*crowded, *every(600, 2), START - timedelta(hours=6)]
    result = run(read, search(told, moments, size=1), replace(OPTIONS, max_pages=500), wanted=before(420))
    assert result.verdict.status is RunStatus.PARTIAL
    assert result.verdict.reason == (
        "the search shows 50 pages of the hour from 2026-11-23 15:00 Beijing time, and there may be more"
        " - search for rarer words"
    )
    assert str(mid_at(START - timedelta(hours=6))) in mids(result)
    look = result.look
    assert (look.reached, look.seen_from) == (False, datetime(2026, 11, 23, 8, 0, tzinfo=UTC))


def test_a_page_list_that_is_missing_is_made_up_for_by_counting(read: Any, told: Any) -> None:
    def answer(request: Request) -> Any:
        begin, end = scope_of(request)
        number = request.meta["number"]
        middle = begin + (end - begin) / 2 - timedelta(seconds=number)
        many = end - begin > timedelta(hours=1)
        page = results([card(mid_at(middle))], further="/weibo?next" if many else "")
        return told(page.encode(), headers=HTML)

    result = run(read, answer, replace(OPTIONS, max_pages=500))
    assert max(each.meta["number"] for each in result.requests) == 46
    assert (result.look.reached, result.verdict.status) == (True, RunStatus.OK)


def test_the_second_run_asks_only_for_the_hours_since_the_first(read: Any, told: Any) -> None:
    moments = every(600, 30)
    first = run(read, search(told, moments[30:]), wanted=START - timedelta(hours=20))
    second = run(read, search(told, moments), marks=first.look.marks, wanted=first.look.seen_until)
    assert len(second.requests) < len(first.requests)
    assert mids(second) >= {str(mid_at(each)) for each in moments[:30]}
    assert second.look.reached


def test_a_gap_is_filled_from_its_upper_end(read: Any, told: Any) -> None:
    site = search(told, every(600, 40))
    result = run(read, site, wanted=START - timedelta(hours=20), start=START - timedelta(hours=10))
    begin, end = scope_of(result.requests[0])
    assert (begin, end) == (
        (START - timedelta(hours=21)).astimezone(BEIJING),
        (START - timedelta(hours=10)).astimezone(BEIJING),
    )
    look = result.look
    assert (look.seen_from, look.seen_until) == (START - timedelta(hours=20), START - timedelta(hours=10))


def test_a_page_cap_vouches_for_the_stretches_that_were_read(read: Any, told: Any) -> None:
    result = run(
        read,
        search(told, every(200, 8), size=1),
        replace(OPTIONS, max_pages=60),
        wanted=START - timedelta(hours=8),
    )
    look = result.look
    assert result.verdict.status is RunStatus.PARTIAL
    assert "raise max_pages" in result.verdict.reason
    assert (look.reached, len(result.requests)) == (False, 60)
    assert look.seen_from is not None
    seen = {str(mid_at(each)) for each in every(200, 8) if each >= look.seen_from}
    assert seen
    assert seen <= mids(result)


def test_a_wall_in_the_middle_vouches_for_what_was_read_before_it(read: Any, told: Any) -> None:
    site = search(told, every(200, 8), size=1)
    result = run(
        read,
        lambda request: told(b"", status=432) if scope_of(request)[1] <= before(180) else site(request),
        wanted=START - timedelta(hours=8),
    )
    assert result.verdict.status is RunStatus.BLOCKED
    assert result.look.reached is False
    assert result.look.seen_from is not None
    assert result.look.seen_from >= before(181)


def test_a_search_that_heeds_no_time_is_not_believed(read: Any, told: Any) -> None:
    page = told(results([card(mid_at(before(minutes))) for minutes in range(5)]).encode(), headers=HTML)
    result = run(read, lambda _: page, wanted=START - timedelta(days=9), start=START - timedelta(days=8))
    assert result.verdict.status is RunStatus.LAYOUT
    assert (result.posts, result.look.seen_from) == ([], None)


@settings(max_examples=40, deadline=None)
@given(
    minutes=st.lists(st.integers(0, 60 * 30), max_size=80),
    size=st.integers(1, 3),
    most=st.just(50),
    back=st.integers(1, 30 * 60),
)
def test_no_post_in_a_stretch_that_is_vouched_for_is_ever_missed(
    minutes: list[int], size: int, most: int, back: int
) -> None:
    from tests.spiders.conftest import Told, _read  # a fixture does not go together with drawn values

    moments = [before(each) for each in minutes]
    options = replace(OPTIONS, max_pages=40)
    site = search(Told, moments, size=size, most=most)
    result = _read(WeiboSearch, options, site, queries=("星河宽带",), wanted=before(back))
    look = result.look
    if look.seen_from and look.seen_until:
        seen = {f"weibo:{mid_at(each)}" for each in moments if look.seen_from <= each <= look.seen_until}
        assert seen <= {found.id for found in result.posts}
    assert (look.reached and look.seen_from == before(back)) or result.tally.capped


# Sad pages.

WALLS: dict[str, tuple[dict[str, Any], RunStatus]] = {
    **{
        name: (answer, RunStatus(ends)) for name, (answer, ends) in JSON_WALLS.items() if answer.get("status")
    },
    "the visitor page": ({"body": VISITOR.encode(), "headers": HTML}, RunStatus.LOGIN),
    "followed to the passport": (
        {"body": b"<html>", "url": "https://passport.weibo.com/visitor/visitor?entry=miniblog"},
        RunStatus.LOGIN,
    ),
    "the login page in gb18030": (
        {"body": "<html><title>新浪通行证</title></html>".encode("gb18030"), "headers": HTML},
        RunStatus.LOGIN,
    ),
    "posts as strangers see them": (
        {"body": results([card().replace("feed_list_forward", "login")]).encode(), "headers": HTML},
        RunStatus.LOGIN,
    ),
    "a code to be typed": (
        {"body": "<html><body>您的搜索过于频繁，请输入验证码</body></html>".encode(), "headers": HTML},
        RunStatus.BLOCKED,
    ),
    "a new design": (
        {"body": b"<html><body><div id='app'></div></body></html>", "headers": HTML},
        RunStatus.LAYOUT,
    ),
    "renamed cards": (
        {"body": results([card().replace("feed_list_item", "feed_item")]).encode(), "headers": HTML},
        RunStatus.LAYOUT,
    ),
    "results without any": ({"body": results([]).encode(), "headers": HTML}, RunStatus.LAYOUT),
    "half a page": (
        {"body": results([card()]).partition("<div class=")[0].encode(), "headers": HTML},
        RunStatus.LAYOUT,
    ),
    "JSON": ({"body": b'{"ok":1}'}, RunStatus.LAYOUT),
    "nothing": ({"body": b""}, RunStatus.LAYOUT),
}


@pytest.mark.parametrize(("answer", "ends"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], ends: RunStatus
) -> None:
    result = run(read, lambda _: told(**answer))
    assert result.posts == []
    assert result.verdict.status is ends
    assert (result.look.reached, result.look.seen_from) == (False, None)


def test_where_nothing_is_new_the_canary_is_asked_for(read: Any, told: Any) -> None:
    options = replace(OPTIONS, canary="https://s.weibo.com/weibo?q=old", canary_text="老帖")
    quiet = search(told, [])
    result = run(read, lambda request: told(b"<html>") if "old" in request.url else quiet(request), options)
    assert result.verdict.status is RunStatus.LAYOUT
    assert result.look.reached is False
