"""Web pages as articles: pages in the shapes that Chinese and other sites use, all made up."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listening.collect.reading.articles import Article, decoded, read_article

LINES = (
    "星河宽带昨日在东城区发生大面积断网，持续约三小时，多名用户在社交平台反映无法上网。",
    "记者从星河宽带客服处了解到，此次故障系光缆被施工挖断所致，抢修人员已于当晚恢复服务。",
    "“我家的光猫红灯一直亮着，打客服电话也打不通。”家住幸福小区的刘女士说。",
    "星河宽带表示，将对受影响的用户按天减免费用，具体办法将在官网公布。",
)
BODY = "".join(f"<p>{line}</p>" for line in LINES)
TEXT = "\n\n".join(LINES)
CHANNELS = "".join(f"<li><a href=/{n}>频道{n}</a></li>" for n in range(8))
MENU = f'<div class="nav"><ul>{CHANNELS}</ul></div>'
OTHERS = """<div class="related"><h3>相关阅读</h3><ul>
    <li><a href="/a1">长河通信推出新套餐，月费仅需九十九元</a></li>
    <li><a href="/a2">多地断网，用户不满</a></li>
</ul></div>"""
SAID = '<div class="comments"><h3>网友评论</h3><div class="c">长河通信也断网，太气人了！</div></div>'
FOOT = '<div class="footer"><p>关于我们 | 联系我们</p><p>京ICP备12345678号</p><p>© 2026 版权所有</p></div>'


def page(body: str, head: str = "", lang: str = "zh") -> str:
    title = "<title>星河宽带断网三小时_某某网</title>"
    return f'<!DOCTYPE html><html lang="{lang}"><head>{title}{head}</head><body>{body}</body></html>'


def read(html: str) -> Article:
    article = read_article(html)
    assert article is not None
    return article


def linked(**data: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'


def each(form: str) -> str:
    """The lines of the article, each in such a form."""
    return "".join(form.format(line) for line in LINES)


SHAPES = {
    "paragraphs in a box": f"""{MENU}<div class="main"><h1>断网</h1>
        <div class="content">{BODY}</div>{OTHERS}{SAID}</div>{FOOT}""",
    "lines broken by br, indented": f"""{MENU}<div class="w"><h1>断网</h1>
        <div id="artibody">{each("　　{}<br><br>")}</div>{OTHERS}</div>{FOOT}""",
    "an article": f"""<header>{MENU}</header>
        <main><article><h1>断网</h1>{BODY}</article>{OTHERS}</main><footer>{FOOT}</footer>""",
    "a table": f"""<table><tr><td>{MENU}</td></tr><tr><td class="txt">{BODY}</td></tr>
        <tr><td>{FOOT}</td></tr></table>""",
    "boxes instead of paragraphs": f"""{MENU}<div class="art"><h1>断网</h1>{each("<div>{}</div>")}</div>
        {OTHERS}{FOOT}""",
    "sections and spans": f"""<div id="js_content">{each("<section><span>{}</span></section>")}</div>
        {FOOT}""",
    "a blog with comments": f"""<header><h1 class="site-title">某某博客</h1></header>
        <main><article class="hentry"><div class="entry-content">{BODY}</div></article>
        <div id="comments"><ol><li class="comment"><p>长河通信也断网了，客服不接电话。</p></li></ol></div>
        </main>""",
}


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES)
def test_the_words_of_the_article_are_read_and_nobody_elses(body: str) -> None:
    text = read(page(body)).text
    assert [line for line in text.splitlines() if line] == list(LINES)


def test_a_list_and_a_quote_within_the_article_are_its_words() -> None:
    items = "<ul><li>重启光猫</li><li>打客服电话报障，记下工单号</li></ul>"
    text = read(
        page(
            f'{MENU}<div class="content">{BODY}{items}<blockquote><p>{LINES[0]}</p></blockquote></div>{FOOT}'
        )
    ).text
    assert text == "\n\n".join([*LINES, "重启光猫", "打客服电话报障，记下工单号", LINES[0]])


@pytest.mark.parametrize(
    "body",
    [
        "<article><h1>今晚断网</h1><div><p>今晚断网。</p></div></article>",
        '<h1>今晚断网</h1><div itemprop="articleBody"><p>今晚断网。</p></div>',
        "<h1>今晚断网</h1>" + linked(**{"@type": "NewsArticle", "articleBody": "今晚断网。"}),
    ],
    ids=["in the only article", "in the marked body", "told for machines"],
)
def test_an_article_of_one_short_line_is_read_where_the_page_marks_it(body: str) -> None:
    article = read(page(f"{MENU}{body}{FOOT}"))
    assert (article.title, article.text) == ("今晚断网", "今晚断网。")


NO_ARTICLE = {
    "a list of articles": MENU
    + "".join(f'<div><a href="/n{n}">{LINES[n % 4][:20]}</a></div>' for n in range(16))
    + FOOT,
    "a page that a script fills": '<div id="app"></div><script>var words = "断网"</script>',
    "nothing": "",
}


@pytest.mark.parametrize("body", NO_ARTICLE.values(), ids=NO_ARTICLE)
def test_a_page_without_an_article_has_no_text(body: str) -> None:
    article = read(page(body))
    assert (article.text, article.is_marked) == ("", False)


def test_what_a_page_says_of_itself_for_machines_holds() -> None:
    told = linked(
        **{
            "@context": "https://schema.org",
            "@graph": [
                {"@type": "WebSite", "name": "某某网"},
                {
                    "@type": ["NewsArticle"],
                    "headline": "星河宽带断网三小时",
                    "datePublished": "2026-11-23T10:20:00+08:00",
                    "author": [
                        {"@type": "Person", "name": "李明", "url": "https://news.example/liming"},
                        {"name": "王芳"},
                    ],
                    "keywords": ["断网", "星河宽带"],
                },
            ],
        }
    )
    assert read(page(f"<article>{BODY}</article>", told)) == Article(
        title="星河宽带断网三小时",
        text=TEXT,
        author="李明",
        author_url="https://news.example/liming",
        published=("2026-11-23T10:20:00+08:00",),
        tags=("断网", "星河宽带"),
        lang="zh",
        is_marked=True,
    )


def test_without_that_the_meta_tags_do() -> None:
    head = (
        '<meta property="og:type" content="article"><meta property="og:title" content="断网三小时">'
        '<meta property="article:published_time" content="2026-11-23T02:20:00Z">'
        '<meta name="Author" content="李 明">'
        '<meta property="article:tag" content="断网"><meta property="article:tag" content="宽带">'
    )
    article = read(page(f"<article>{BODY}</article>", head))
    assert (article.title, article.author, article.is_marked) == ("断网三小时", "李 明", True)
    assert (article.published, article.tags) == (("2026-11-23T02:20:00Z",), ("断网", "宽带"))


TIMES = {
    "a name of its own": ('<meta name="PubDate" content="2026-11-23 10:20">', "2026-11-23 10:20"),
    "a portal's name": (
        '<meta name="weibo: article:create_at" content="2026-11-23 10:20:00">',
        "2026-11-23 10:20:00",
    ),
    "microdata": ('<meta itemprop="datePublished" content="2026-11-23">', "2026-11-23"),
    "marked in the text": (
        '<article><span itemprop="datePublished">2026年11月23日</span></article>',
        "2026年11月23日",
    ),
    "a time in the article": (
        '<time datetime="2020-01-01T00:00:00Z"></time>'
        '<article><time datetime="2026-11-23T10:20Z">x</time></article>',
        "2026-11-23T10:20Z",
    ),
}


@pytest.mark.parametrize(("html", "time"), TIMES.values(), ids=TIMES)
def test_the_time_of_publication_is_found_wherever_it_is_told(html: str, time: str) -> None:
    assert read(page(html)).published == (time,)


def test_all_times_that_are_told_are_kept_the_surest_first() -> None:
    head = (
        linked(**{"@type": "Article", "datePublished": "昨天"})
        + '<meta name="pubdate" content="2026-11-23T10:20Z">'
    )
    assert read(page("", head)).published == ("昨天", "2026-11-23T10:20Z")


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("<h1>断网</h1>", "断网"),
        ("<h1>某某网</h1><h1>断网</h1>", "星河宽带断网三小时_某某网"),
        ("", "星河宽带断网三小时_某某网"),
    ],
    ids=["the only heading", "two of them say nothing", "the page's own"],
)
def test_a_title_that_is_not_told_is_the_heading(body: str, title: str) -> None:
    assert read(page(body)).title == title


def test_the_address_of_a_profile_is_no_name() -> None:
    assert (
        read(page("", '<meta property="article:author" content="https://facebook.example/p">')).author is None
    )


@pytest.mark.parametrize(
    "script",
    [
        "{",
        "[[[[",
        "null",
        '"x"',
        "[1, 2]",
        '{"@type": {"a": 1}}',
        '{"@type": "Article", "author": 7}',
        "[" * 100_000,
    ],
    ids=[
        "broken",
        "open lists",
        "null",
        "a text",
        "numbers",
        "a strange type",
        "a strange author",
        "very deep",
    ],
)
def test_broken_data_for_machines_does_no_harm(script: str) -> None:
    html = page(f"<article>{BODY}</article>", f'<script type="application/ld+json">{script}</script>')
    assert read(html).text == TEXT


def test_a_line_break_within_data_for_machines_is_borne_with() -> None:
    html = page("", '<script type="application/ld+json">{"@type": "Article", "headline": "断\n网"}</script>')
    assert read(html).title == "断\n网"


def test_xhtml_with_a_declaration_is_read() -> None:
    html = f'<?xml version="1.0" encoding="gb2312"?>{page(f"<article>{BODY}</article>")}'
    assert read(html).text == TEXT


@pytest.mark.parametrize(
    "nothing", ["", "   ", "<!-- -->", "断" * 2_000_001], ids=["empty", "blank", "a comment", "too long"]
)
def test_what_is_no_page_is_no_article(nothing: str) -> None:
    assert read_article(nothing) is None


PIECES = st.sampled_from(
    [*"<>/=\"' &;断网a\x00\ud83d", "<p>", "</div>", "<ul><li>", "<article>", "<br>", "<h1 "]
)


@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_page_is_read_without_a_fault(html: str) -> None:
    read_article(html)


BIG5 = "<p>光纜中斷，使用者抱怨</p>"
CHARSETS = {
    "told in the header": ("gb18030", "text/html; charset=gb2312", BODY),
    "told in the page": ("gb18030", "text/html", f'<meta charset="gbk">{BODY}'),
    "told wrongly in the header": ("gb18030", "text/html; charset=utf-8", BODY),
    "told wrongly in the page": ("utf-8", "text/html", f'<meta charset="gb2312">{BODY}'),
    "told nowhere": ("gb18030", "text/html", BODY),
    "utf-8, told nowhere": ("utf-8", "", BODY),
    "traditional": ("big5", "text/html; charset=big5", BIG5),
    "a charset that nobody knows": ("utf-8", "text/html; charset=klingon", BODY),
    "a codec that is no charset": ("utf-8", "text/html; charset=hex", BODY),
    "a codec that takes for ever": ("utf-8", "text/html; charset=punycode", BODY * 100),
}


@pytest.mark.parametrize(("charset", "content_type", "text"), CHARSETS.values(), ids=CHARSETS)
def test_the_charset_is_the_one_that_fits(charset: str, content_type: str, text: str) -> None:
    assert decoded(text.encode(charset), content_type) == text


def test_one_broken_byte_does_not_change_the_charset() -> None:
    body = page(BODY).encode() + b"\xff" + page(BODY).encode()
    assert decoded(body, "text/html").count("星河宽带") == page(BODY).count("星河宽带") * 2
