"""HTML of posts as the text a reader sees: lines kept, entities resolved, other people's words left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

_DROPPED = frozenset({"script", "style", "template", "noscript", "head", "title", "svg", "iframe", "object"})
_PARAGRAPHS = frozenset(
    {"p", "ul", "ol", "dl", "blockquote", "pre", "table", "h1", "h2", "h3", "h4", "h5", "h6"}
)
_LINES = frozenset(
    ["address", "article", "aside", "body", "dd", "details", "div", "dt", "figcaption", "figure", "footer"]
) | {"form", "header", "hr", "li", "main", "nav", "section", "summary", "tr"}
# Quoted and embedded words are somebody else's; the last is the fallback line of a Mastodon quote.
_NOT_OWN = frozenset(
    {("aside", "quote"), ("aside", "onebox"), ("div", "lightbox-wrapper"), ("p", "quote-inline")}
)
_TAG = re.compile(rb"<[^>]*>")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_NO_CHARACTER = str.maketrans("\x00", "\ufffd")  # what the HTML standard makes of it
_LINE, _PARAGRAPH, _BR = "\n", "\n\n", "\r"


def text_of(html: str) -> str:
    """The text of a piece of HTML. Never fails: broken markup is read as browsers read it."""
    root = _root(html)
    return _joined(_pieces(root)) if root is not None else ""


def mentions_in(html: str) -> list[str]:
    """The names that Discourse links as mentions, without @, in their order, quotes left out."""
    root = _root(html)
    if root is None:
        return []
    links = root.xpath(
        "//a[contains(concat(' ', @class, ' '), ' mention ')]"
        "[not(ancestor::aside[contains(concat(' ', @class, ' '), ' quote ')])]"
    )
    names = ("".join(link.itertext()).strip().removeprefix("@") for link in links)
    return list(dict.fromkeys(name for name in names if name))


def _root(html: str) -> etree._Element | None:
    if not html.strip():
        return None
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    data = html.translate(_NO_CHARACTER).encode("utf-8", "replace")
    root = etree.fromstring(b"<html><body>" + data, parser)
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        # Nested deeper than the parser goes (2,048): better the bare words than none.
        root = etree.fromstring(b"<html><body>" + _TAG.sub(b"\n", data), parser)
    return root


def _pieces(root: etree._Element) -> Iterator[str]:
    """Runs of text, and the breaks between them, in the order of the page."""
    hidden = preformatted = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        tag, start = str(node.tag), event == "start"
        if _is_hidden(node, tag):
            hidden += 1 if start else -1
        if tag == "pre":
            preformatted += 1 if start else -1
        if hidden:
            continue
        yield from _marks(node, tag) if start else _breaks(tag)
        if text := node.text if start else node.tail:
            yield text if preformatted else _BLANKS.sub(" ", text)


def _is_hidden(node: etree._Element, tag: str) -> bool:
    return tag in _DROPPED or any((tag, name) in _NOT_OWN for name in (node.get("class") or "").split())


def _marks(node: etree._Element, tag: str) -> Iterator[str]:
    yield from _breaks(tag)
    if tag == "br":
        yield _BR
    elif tag == "img" and "emoji" in (node.get("class") or "").split():
        yield node.get("alt") or ""


def _breaks(tag: str) -> Iterator[str]:
    if tag in _PARAGRAPHS:
        yield _PARAGRAPH
    elif tag in _LINES:
        yield _LINE
    elif tag in ("td", "th"):
        yield " "


def _collapsed(pieces: Iterator[str]) -> Iterator[str]:
    """Breaks of neighbouring blocks are one break, the larger one; blanks beside a break or a blank go."""
    pending, last = "", " "
    for piece in pieces:
        if piece in (_LINE, _PARAGRAPH):
            pending = max(pending, piece, key=len)
            continue
        text = piece.lstrip(" ") if pending or last == " " else piece
        if text:
            yield pending + text
            pending, last = "", text[-1]


def _joined(pieces: Iterator[str]) -> str:
    """The text with no blanks at the ends of lines and never two empty lines in a row."""
    lines: list[str] = []
    for line in "".join(_collapsed(pieces)).replace(_BR, "\n").split("\n"):
        kept = line.strip(" \t")
        if kept or (lines and lines[-1]):
            lines.append(kept)
    return "\n".join(lines).strip("\n")
