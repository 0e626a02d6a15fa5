"""Separable words: 断..网 stands in 断网 and in 断了网; `断..网 both ways` in 网断了 too."""

from __future__ import annotations

import re

from listening.rules.expression import BOTH_WAYS, Term, TermKind
from listening.rules.findings import Findings
from listening.rules.terms.word import MAX_TERM, Written, read_word, refuse_signs
from listening.rules.yaml_tree.keyboard import shown
from listening.text.fold import fold
from listening.text.views import compacted

_DOTS = re.compile(r"\.{2,}")
_WIDE_DOTS = re.compile("(?<=.)(?=[.]*[．。])[.．。]{2,}(?=.)")
_BOTH_WAYS = re.compile(r"[ \t]+both[ \t]+ways\Z")


def looks_separable(text: str) -> bool:
    """Was it meant as one? Dots of a Chinese keyboard and `both ways` alone are so too."""
    if len(text) > MAX_TERM:
        return False
    ends_so = text[-1] in "sSｓＳ" and _BOTH_WAYS.search(fold(text)) is not None
    return ".." in text or ends_so or _WIDE_DOTS.search(text) is not None


def read_separable(written: Written, findings: Findings) -> Term | None:
    text = written.text
    both_ways = _BOTH_WAYS.search(fold(text))
    bare = text[: both_ways.start()] if both_ways else text
    if _WIDE_DOTS.search(bare):
        meant = _WIDE_DOTS.sub("..", bare)
        cure = f"write: {shown(meant)}; or {written.as_text(text)} if it is one text"
        findings.add(written.place, f"the dots in '{shown(text)}' are full width (全角点)", cure)
        return None
    if refuse_signs(written, findings):
        return None
    pieces = _DOTS.split(bare)
    if mistake := _mistake(bare, pieces):
        cure = f"write 断..网 or 断..网{BOTH_WAYS}, or {written.as_text(text)} for the text itself"
        findings.add(written.place, f"'{shown(text)}' is no separable word: {mistake}", cure)
        return None
    if not all(read_word(TermKind.WORD, Written(p, written.place, written.shape), findings) for p in pieces):
        return None
    return Term(TermKind.SEPARABLE, "..".join(pieces) + (BOTH_WAYS if both_ways else ""), written.place)


def _mistake(text: str, pieces: list[str]) -> str:
    if len(pieces) == 1:
        return "'both ways' stands behind a word without two dots (缺少 ..)"
    if len(pieces) > 2 or not all(compacted(piece).strip() for piece in pieces):
        return (
            f"it needs one word before its dots and one behind them, it has {_counted(pieces)} (要有两个部分)"
        )
    if any(char.isspace() for char in text):
        return "a blank stands in it (含空格)"
    if _DOTS.findall(text) != [".."]:
        return "it has more than two dots (点数有误)"
    return "a prefix cannot be a piece of it (不能用 *)" if "*" in text else ""


def _counted(pieces: list[str]) -> str:
    return str(sum(bool(compacted(piece).strip()) for piece in pieces))
