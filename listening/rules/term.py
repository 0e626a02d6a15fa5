"""One term as it is written: 断网, /…/, raw/…/, iphone*, $list; and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from listening.errors import Place
from listening.rules.expression import Term, TermKind
from listening.rules.findings import Findings
from listening.rules.keyboard import corrected, parts, shown, wrong_signs
from listening.rules.patterns import pattern_mistake
from listening.text.views import compacted

MAX_TERM = 200
"""Longer ones are no words but whole posts, most often a list whose separators were lost."""

HASHES = frozenset("#＃﹟")
"""All that folds to #."""


@dataclass(frozen=True, slots=True)
class Reference:
    """`$name`: the terms of a list."""

    name: str
    place: Place


Item: TypeAlias = Term | Reference


@dataclass(frozen=True, slots=True)
class Written:
    """A term's text, its place, and its shape: `flow` list, `item` behind a dash, `one`, block `line`, `when`."""

    text: str
    place: Place
    shape: str


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
        cure = f"write the beginning before it: iphone*; or {_as_text('*', written)} for the sign itself"
        findings.add(written.place, what, cure)
        return None
    if text[-1] == "*":
        return read_word(TermKind.PREFIX, Written(text[:-1], written.place, written.shape), findings)
    return read_word(TermKind.WORD, written, findings)


_BACKWARDS = "a prefix ends with *, nothing can stand behind it (前缀写法是 iphone*)"
_ALONE = "a * alone would be found everywhere (不能只写 *)"


def _as_text(text: str, written: Written) -> str:
    """How this text is written so that it is found as it stands."""
    return f'text:"{shown(text)}"' if written.shape == "when" else f"{{text: '{shown(text)}'}}"


def _reference(written: Written, findings: Findings) -> Reference | None:
    name = written.text[1:].strip()
    if written.text[0] == "＄":
        findings.add(written.place, "the $ is full width (全角 ＄)", f"write: ${shown(name)}")
        return None
    if signs := wrong_signs(name):
        meant = ", ".join("$" + part.lstrip("$") for part in parts(name))
        _tell_signs(signs, written, meant, findings)
        return None
    if not name:
        cure = f"write $name, or {_as_text('$', written)}"
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


def read_word(kind: TermKind, written: Written, findings: Findings) -> Term | None:
    text = written.text
    if refuse_signs(written, findings):
        return None
    if not HASHES.isdisjoint(text):
        what = f"'#' is a boundary and never part of a word: {shown(text)} (# 不能在词内)"
        bare = "".join(char for char in text if char not in HASHES)
        cure = f"write {_as_text(text, written)}"
        findings.add(written.place, what, f"{cure}, or the word without it: {shown(bare)}" if bare else cure)
        return None
    if text != text.strip():
        findings.add(written.place, f"'{shown(text)}' begins or ends with a blank (首尾空格)", "leave it out")
        return None
    return checked(kind, written, findings)


def checked(kind: TermKind, written: Written, findings: Findings) -> Term | None:
    text = written.text
    if len(text) > MAX_TERM:
        what = f"this term is {len(text):,} characters long, more than {MAX_TERM} (词太长)"
        findings.add(written.place, what, "separate its words; one term is one word")
        return None
    # a letter is left of any word that has one; to fold a hundred thousand words for it would take seconds
    if not any(map(str.isalnum, text)) and not compacted(text).strip():
        what = "nothing is left of this term when blanks and invisible characters are dropped (空词)"
        findings.add(written.place, f"{what}: '{shown(text)}'", "write a word, or remove it")
        return None
    return Term(kind, text, written.place)


def refuse_signs(written: Written, findings: Findings) -> bool:
    """Tell it if full-width separators or quotes stand inside."""
    if signs := wrong_signs(written.text):
        _tell_signs(signs, written, ", ".join(parts(written.text)), findings)
    return bool(signs)


def _tell_signs(signs: str, written: Written, meant: str, findings: Findings) -> None:
    text, place = written.text, written.place
    separate = meant.split(", ")
    if written.shape == "item" and len(separate) > 1:
        cure = "write one term an item: " + " ".join(f"- {part}" for part in separate)
    elif written.shape == "line":
        cure = "write one term a line: " + " | ".join(separate)
    elif written.shape == "when":
        cure = f"write: {shown(' or '.join(separate))}"
    else:
        if written.shape == "one" and len(separate) > 1:
            meant = f"[{meant}]"
        cure = f"write: {corrected(findings.line(place), place.column, text, meant)}"
    what = f"{signs} stands inside the term '{shown(text)}' (词内有标点)"
    findings.add(place, what, f"{cure}; or {_as_text(text, written)} if it is one text")
