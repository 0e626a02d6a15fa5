"""Plain text as the HTML that each kind of site makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import quote

# Addresses may hold Han characters here, as people paste them; escaping happens when the link is made.
_URL = r"https?://[^\s，。；）]+|www\.[^\s，。；）]+"
_TAGGED = re.compile(r"(?<![\w/&])#(\w+)")
_NAMED = re.compile(r"(?<![A-Za-z0-9/])@([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)")
_LINKED = re.compile(_URL)

Link = Callable[[str], str | None]


def paragraphs(text: str, url: Link, name: Link, tag: Link) -> str:
    """The text as <p> and <br>; `url`, `name` and `tag` make anchors, or leave plain what gives None."""
    if not text:
        return ""
    blocks = (block for block in text.split("\n\n") if block)
    return "\n".join(f"<p>{_inline(block, url, name, tag)}</p>" for block in blocks)


def names_in(text: str) -> list[str]:
    """Account names after @, each once, in order; addresses are skipped."""
    return list(dict.fromkeys(_NAMED.findall(_LINKED.sub(" ", text))))


def tags_in(text: str) -> list[str]:
    """Hashtags without #, each once, in order; addresses are skipped."""
    return list(dict.fromkeys(_TAGGED.findall(_LINKED.sub(" ", text))))


def plain(markup: str) -> str:
    """Markup without its tags, for titles and excerpts."""
    return unescape(re.sub(r"<[^>]+>", "", markup)).replace("\xa0", " ")


def address(url: str) -> str:
    """The address as a link's target: percent-encoded, with a scheme."""
    target = url if url.startswith("http") else f"http://{url}"
    return quote(target, safe=":/?#[]@!$&'()*+,;=%")


def nothing(_: str) -> str | None:
    """No anchor: the words stay as they are."""
    return None


def _inline(text: str, url: Link, name: Link, tag: Link) -> str:
    makers = ((_LINKED, url, 0), (_NAMED, name, 1), (_TAGGED, tag, 1))
    return _replace(text, makers).replace("\n", "<br>\n")


def _replace(text: str, makers: tuple[tuple[re.Pattern[str], Link, int], ...]) -> str:
    if not makers:
        return escape(text, quote=False)
    (pattern, maker, group), rest = makers[0], makers[1:]
    done, out = 0, []
    for match in pattern.finditer(text):
        anchor = maker(match[group])
        if anchor is not None:
            out += [_replace(text[done : match.start()], rest), anchor]
            done = match.end()
    return "".join(out) + _replace(text[done:], rest)
