"""A web page as the article on it: title, text, author, times. The only home of readability-lxml.

What a page says of itself for machines (JSON-LD, meta tags, microdata, `time`) comes first; the text is what
the library takes for the article, or else what the page itself marks as it. Times stay as they are written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from lxml import html
from lxml.etree import ParserError
from readability import Document
from readability.readability import Unparseable
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding

from listening.collect.reading.html import text_of

_LARGEST = 2_000_000  # characters: no article is so long, and the library takes its time
_SHORT, _RETRY = 10, 80  # the library counts characters; ten Han say as much as its 25 letters
# What is not here is not tried: Python also has codecs that are none of text, or take for ever.
_CHARSETS = frozenset(
    ["utf-8", "utf-16", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "iso2022_jp", "koi8-r"]
) | {f"cp125{number}" for number in range(9)}
_KEPT = frozenset({"class", "id", "itemprop", "href", "hidden", "role"})
_ARTICLES = frozenset(
    ["Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "AnalysisNewsArticle", "Report"]
) | {"OpinionNewsArticle", "TechArticle", "ScholarlyArticle", "LiveBlogPosting", "SocialMediaPosting"}
_NO_ARTICLE = "//nav | //aside | //script | //style | (//header | //footer)[not(ancestor::article)]"
# As pages name the time of publication in meta tags, the surest first; the last ones are Chinese portals'.
_PUBLISHED = (
    *("article:published_time", "og:article:published_time", "datepublished", "dc.date.issued"),
    *("dcterms.created", "dc.date", "og:release_date", "publishdate", "pubdate", "publish_date", "date"),
    *("bytedance:published_time", "weibo: article:create_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What a page says. `published` are its times of publication as written, the surest first.

    `is_marked`: the page itself says that it is an article; else its text is only what stands on it.
    """

    title: str | None = None
    text: str = ""
    author: str | None = None
    author_url: str | None = None
    published: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    lang: str | None = None
    is_marked: bool = False


def decoded(body: bytes, content_type: str) -> str:
    """The page's text, in the charset that leaves the fewest broken characters: what is told may be wrong."""
    told = (http_content_type_encoding(content_type), html_body_declared_encoding(body))
    best, fewest = "", -1
    for charset in dict.fromkeys(name for name in (*told, "utf-8", "gb18030") if name in _CHARSETS):
        text = body.decode(charset, "replace")
        broken = text.count("\ufffd")
        if fewest < 0 or broken < fewest:
            best, fewest = text, broken
        if not broken:
            break
    return best.removeprefix("\ufeff")


def read_article(page: str) -> Article | None:
    """The article on a page; None where it is no HTML, or longer than any article is."""
    root = _parsed(page) if len(page) <= _LARGEST else None
    if root is None:
        return None
    told, meta = _json_ld(root), _meta(root)
    author, author_url = _author(told.get("author"))
    article = Article(
        title=_title(root, told, meta),
        author=author or _name(meta.get("author")) or _name(meta.get("article:author")),
        author_url=author_url,
        published=tuple(filter(None, dict.fromkeys(_published(root, told, meta)))),
        tags=_tags(told.get("keywords"), root),
        lang=root.get("lang") or None,
        is_marked=bool(told) or meta.get("og:type") == "article" or "article:published_time" in meta,
    )
    text = _text(root) or text_of(_string(told.get("articleBody")) or "")  # last: it takes the page apart
    return replace(article, text=_tidy(text, article.title))


def _parsed(page: str) -> Any:
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    with suppress(ParserError):
        return html.document_fromstring(page.replace("\x00", "\ufffd").encode("utf-8", "replace"), parser)
    return None


# What a page says of itself.


def _json_ld(root: Any) -> Mapping[str, Any]:
    """The first object on the page that is an article."""
    for script in root.xpath("//script[@type='application/ld+json']"):
        with suppress(ValueError, RecursionError):
            for each in _objects(json.loads(script.text or "", strict=False)):
                kinds = each.get("@type")
                if _ARTICLES.intersection(map(str, kinds if isinstance(kinds, list) else [kinds])):
                    return each
    return {}


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """All objects at the top, in lists and graphs, and what a page says it is about."""
    if isinstance(value, list):
        for each in value:
            yield from _objects(each)
    elif isinstance(value, dict):
        yield value
        yield from _objects(value.get("@graph"))
        yield from _objects(value.get("mainEntity"))


def _meta(root: Any) -> dict[str, str]:
    """The page's meta tags by their lower-case name; the first one of a name holds."""
    found: dict[str, str] = {}
    for tag in root.iter("meta"):
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").strip().lower()
        if content := (tag.get("content") or "").strip():
            found.setdefault(name, content)
    return found


def _title(root: Any, told: Mapping[str, Any], meta: Mapping[str, str]) -> str | None:
    headings = [" ".join(each.text_content().split()) for each in root.iter("h1")]
    page = " ".join(root.findtext(".//title", "").split())
    forms = (_string(told.get("headline")), meta.get("og:title"), *(headings if len(headings) == 1 else ()))
    return next(filter(None, (*forms, page)), None)


def _author(value: Any) -> tuple[str | None, str | None]:
    """The first author that has a name, and the address of a page about it."""
    for each in value if isinstance(value, list) else [value]:
        if name := _name(each.get("name") if isinstance(each, dict) else each):
            url = _string(each.get("url")) if isinstance(each, dict) else None
            return name, url if url and url.startswith("http") else None
    return None, None


def _name(value: Any) -> str | None:
    """A name; some pages give the address of a profile in its place."""
    text = " ".join((_string(value) or "").split())
    return text if text and "://" not in text else None


def _published(root: Any, told: Mapping[str, Any], meta: Mapping[str, str]) -> Iterator[str]:
    if text := _string(told.get("datePublished")):
        yield text
    yield from (meta[name] for name in _PUBLISHED if name in meta)
    marked = root.xpath("//*[@itemprop='datePublished' and not(self::meta)]")
    for tag in (*marked, *root.xpath("//time[@pubdate]"), *root.xpath("//article//time[@datetime]")[:1]):
        yield (tag.get("datetime") or tag.get("content") or tag.text_content()).strip()


def _tags(value: Any, root: Any) -> tuple[str, ...]:
    words = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    tags = root.xpath("//meta[@property='article:tag']/@content")
    return tuple(dict.fromkeys(word.strip() for word in (*filter(_string, words), *tags) if word.strip()))


def _string(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


# What stands on it.


def _text(root: Any) -> str:
    """The article as the library finds it; one that is too short for it, if the page marks only one."""
    _prepare(root)
    bare = html.tostring(root, encoding="unicode")
    with suppress(Unparseable):
        if text := text_of(Document(bare, min_text_length=_SHORT, retry_length=_RETRY).summary()):
            return text
    bodies = root.xpath("//*[@itemprop='articleBody']") or root.xpath("//article")
    return text_of(html.tostring(bodies[0], encoding="unicode", with_tail=False)) if len(bodies) == 1 else ""


def _tidy(text: str, title: str | None) -> str:
    """Without the blanks that indent Chinese paragraphs, and without the title, which stands by itself."""
    lines = [line.strip() for line in text.splitlines()]
    return "\n".join(lines[1:] if lines and lines[0] == title else lines).strip()


def _prepare(root: Any) -> None:
    """Take away what is no article anywhere. A list without links is text, which the library would drop."""
    for tag in root.xpath(
        "//nav | //aside | //script | //style | (//header | //footer)[not(ancestor::article)]"
    ):
        if tag.getparent() is not None:
            tag.drop_tree()
    for tag in root.xpath("(//ul | //ol)[not(.//a)]"):
        for item in tag.iterchildren("li"):
            item.tag = "p"
        tag.drop_tag()
    for tag in root.iter(html.etree.Element):
        kept = {name: value for name, value in tag.attrib.items() if name in _KEPT}
        tag.attrib.clear()
        tag.attrib.update(kept)
