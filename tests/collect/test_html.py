"""HTML becomes the text that a reader sees."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.collect.reading.html import mentions_in, text_of

CASES = {
    "line breaks": ("第一行<br>第二行<br/>第三行", "第一行\n第二行\n第三行"),
    "two breaks keep an empty line": ("a<br><br>b", "a\n\nb"),
    "paragraphs": ("<p>断网了</p>\n<p>求助</p>", "断网了\n\n求助"),
    "blocks": ("<div>a</div><div>b<div>c</div></div>", "a\nb\nc"),
    "lists": ("买了：<ul><li>光猫</li><li>路由</li></ul>没用", "买了：\n\n光猫\n路由\n\n没用"),
    "table": ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
    "entities": ("5G &amp; 4G &lt;快&gt; &#26029;&#x7F51; &nbsp;", "5G & 4G <快> 断网 \xa0"),
    "source line ends are blanks": ("<p>one\n  two</p>", "one two"),
    "blanks between tags are one": ("a <b> b</b> c", "a b c"),
    "pre keeps its lines": ("<pre>a\n  b</pre>", "a\nb"),
    "scripts and styles": ("断<script>alert('网')</script><style>p{}</style>网", "断网"),
    "comments": ("断<!-- 不 -->网", "断网"),
    "names and tags keep their marks": (
        '<a class="mention" href="/u/x">@<span>xinghe</span></a> <a rel="tag">#<span>断网</span></a>',
        "@xinghe #断网",
    ),
    "a shortened address comes back whole": (
        '<a href="x"><span class="invisible">https://</span><span class="ellipsis">a.example/very</span>'
        '<span class="invisible">/long</span></a>',
        "https://a.example/very/long",
    ),
    "other people's words": (
        '<aside class="quote no-group" data-username="x"><blockquote><p>断网了</p></blockquote></aside>'
        "<p>我没断</p>",
        "我没断",
    ),
    "previews of links": ('<p>看</p><aside class="onebox"><p>断网</p></aside>', "看"),
    "file names of pictures": ('图<div class="lightbox-wrapper"><div class="meta">1.png</div></div>', "图"),
    "the fallback line of a quote": ('<p class="quote-inline">RE: https://x</p><p>同意</p>', "同意"),
    "emoji pictures": ('好<img class="emoji" alt=":+1:" src="x"><img alt="photo" src="y">', "好:+1:"),
    "unclosed tags": ("<p>a<b>b<p>c", "ab\n\nc"),
    "no tags": ("星河宽带 5G", "星河宽带 5G"),
    "a bare less-than": ("速度 < 10M", "速度 < 10M"),
    "nothing": ("", ""),
    "only blanks": (" \n ", ""),
    "an XML declaration": ('<?xml version="1.0" encoding="gb2312"?><p>断网</p>', "断网"),
    "a page of its own": ("<html><head><title>t</title></head><body><p>x</p></body></html>", "x"),
}


@pytest.mark.parametrize(("html", "text"), CASES.values(), ids=CASES)
def test_the_text_of(html: str, text: str) -> None:
    assert text_of(html) == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_plain_text_comes_back_but_for_its_blanks(text: str) -> None:
    assert text_of(escape(text)).split() == text.split()


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    assert "\x00" not in text_of(text)
    assert "\x00" not in text_of(f"<p>{text}<pre>{text}")


def test_a_deep_page_is_read_to_its_bottom() -> None:
    assert text_of("<div>" * 5_000 + "断网" + "</div>" * 5_000) == "断网"


def test_half_a_character_does_not_spoil_the_rest() -> None:
    assert text_of("<p>断网\ud83d了</p>") == "断网?了"


def test_mentions_are_links_of_that_class_and_not_in_quotes() -> None:
    html = (
        '<aside class="quote"><a class="mention" href="/u/q">@quoted</a></aside><p>@nobody '
        '<a class="mention" href="/u/b">@bo</a> <a class="mention-group mention">@ann</a> '
        '<a class="mention">@bo</a> <a class="mentions">@other</a></p>'
    )
    assert mentions_in(html) == ["bo", "ann"]
