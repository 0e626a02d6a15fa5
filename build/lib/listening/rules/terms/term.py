"""One term as it is written: 断网, 断..网, /…/, raw/…/, iphone*, $list; and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from listening.errors import Place
from listening.rules.expression import Term, TermKind
from listening.rules.findings import Findings
from listening.rules.terms.patterns import pattern_mistake
from listening.rules.terms.separable import looks_separable, read_separable
from listening.rules.terms.word import Written, checked, read_word, tell_signs
from listening.rules.yaml_tree.keyboard import parts, shown, wrong_signs

SUBJECT_NAME = "subject"
"""`$subject` is no list: it stands for the places of the subject itself."""


@dataclass(frozen=True, slots=True)
class Reference:
    """`$name`: the terms of a list."""

    name: str
    place: Place


Item: TypeAlias = Term | Reference


def read_term(written: Written, findings: Findings) -> Item | None:
    """What is told from the text itself: $list, /pattern/, raw/pattern/, prefix*, or a word."""
    text = written.text
    if not text.strip():
        return checked(TermKind.WORD, written, findings)
    if text[0] in "$＄":
        return _reference(written, findings)
    if text[0] in "/／" or text.startswith("raw/"):
        return _pattern(written, findings)
    if text[-1] == "＊":
        findings.add(written.place, "the * is full width (全角星号)", f"write: {shown(text[:-1])}*")
        return None
    if text[0] == "*":
        what = _BACKWARDS if text.strip("*") else _ALONE
        cure = f"write the beginning before it: iphone*; or {written.as_text('*')} for the sign itself"
        findings.add(written.place, what, cure)
        return None
    if looks_separable(text):
        return read_separable(written, findings)
    if text[-1] == "*":
        return read_word(TermKind.PREFIX, Written(text[:-1], written.place, written.shape), findings)
    return read_word(TermKind.WORD, written, findings)


_BACKWARDS = "a prefix ends with *, nothing can stand behind it (前缀写法是 iphone*)"
_ALONE = "a * alone would be found everywhere (不能只写 *)"


def _reference(written: Written, findings: Findings) -> Reference | None:
    name = written.text[1:].strip()
    if written.text[0] == "＄":
        findings.add(written.place, "the $ is full width (全角 ＄)", f"write: ${shown(name)}")
        return None
    if signs := wrong_signs(name):
        meant = ", ".join("$" + part.lstrip("$") for part in parts(name))
        tell_signs(signs, written, meant, findings)
        return None
    if not name:
        cure = f"write $name, or {written.as_text('$')}"
        findings.add(written.place, "a $ names a list, and no name stands behind it", cure)
        return None
    return Reference(name, written.place)


def _pattern(written: Written, findings: Findings) -> Term | None:
    text = written.text
    raw = text.startswith("raw/")
    inside = text[4:] if raw else text[1:]
    if text[0] == "／" or text.endswith("／"):
        findings.add(
            written.place, "the slashes of this pattern are full width (全角斜杠)", "write it as /…/"
        )
        return None
    if not inside.endswith("/") or len(inside) < 2:
        what = f"a pattern begins here and has no end, or is empty: {shown(text)} (正则要写成 /…/)"
        findings.add(written.place, what, "write it as /…/ or raw/…/, without flags behind; or {text: …}")
        return None
    kind = TermKind.RAW_PATTERN if raw else TermKind.PATTERN
    return read_pattern(kind, inside[:-1], written.place, findings)


def read_pattern(kind: TermKind, text: str, place: Place, findings: Findings) -> Term | None:
    """`text` is without the slashes."""
    if mistake := pattern_mistake(text, raw=kind is TermKind.RAW_PATTERN):
        findings.add(place, *mistake)
        return None
    return Term(kind, text, place)
