"""The page: whole in itself, readable in both languages, and nothing a post says becomes markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from listening.report.backtest.page import to_html
from listening.report.backtest.tally import RuleKey
from tests.report.backtesting import NOW, a_post, compared

EVIL = "<script>alert('星河没网')</script><img src=x onerror=alert(1)>"
VOID = {"meta", "br"}


class Tags(HTMLParser):
    """Every tag and attribute; complains where one is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def page(tmp_path: Path) -> str:
    posts = [
        a_post("evil", EVIL, source="<b>论坛</b>"),
        a_post("l", "星河掉线"),
        a_post("c", "星河断网又没网"),
        a_post("k", "长河断网"),
    ]
    told, _ = compared(tmp_path, posts, labels={(RuleKey("scenario", "报障"), "k"): True})
    return to_html(told, NOW)


def test_it_needs_nothing_from_elsewhere(page: str) -> None:
    tags = Tags(page)
    assert not tags.seen & {"script", "link", "img", "iframe", "a", "form"}
    assert not tags.attributes & {"src", "href", "srcset", "action"}
    assert not re.search(r"https?:|//[a-z]|@import|url\(", page)


def test_what_a_post_says_stays_text(page: str) -> None:
    assert "&lt;script&gt;alert(&#39;星河<mark>没网</mark>&#39;)&lt;/script&gt;" in page
    assert "&lt;b&gt;论坛&lt;/b&gt;" in page
    assert "onerror=alert(1)>" not in page


def test_it_is_made_for_a_phone_too(page: str) -> None:
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert page.count('<div class="wide"><table>') == page.count("<table>")


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("去向", "Outcomes"),
        ("规则", "Rules"),
        ("对象与场景", "Subjects and scenarios"),
        ("准确率", "Precision"),
        ("示例", "Samples"),
        ("每日命中", "Hits per day"),
        ("队列负荷", "Queue load"),
        ("存档", "What the archive holds for this time"),
    ],
)
def test_every_heading_is_in_both_languages(page: str, chinese: str, english: str) -> None:
    assert f"<h2>{chinese} <small>{english}</small></h2>" in page


def test_nothing_to_tell_is_said(tmp_path: Path) -> None:
    told, _ = compared(tmp_path)
    page = to_html(told, NOW)
    Tags(page)
    for said in ("没有帖子改变去向。", "没有规则发生变化。", "没有命中。"):
        assert said in page


def test_what_could_not_be_read_stands_on_top(tmp_path: Path) -> None:
    compared(tmp_path, [a_post("1", "星河断网")])
    (segment,) = (tmp_path / "archive").rglob("*.zst")
    segment.write_bytes(segment.read_bytes()[:-1])
    told, _ = compared(tmp_path)
    page = to_html(told, NOW)
    assert "1 posts of the archive could not be read and are in none of these figures." in page
    assert page.index("is damaged at byte 0") < page.index("<h2>")
