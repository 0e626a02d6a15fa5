"""A word as it is written, and what is wrong with it: signs of a Chinese keyboard, blanks, a length."""

from __future__ import annotations

from dataclasses import dataclass

from listening.errors import Place
from listening.rules.expression import Term, TermKind
from listening.rules.findings import Findings
from listening.rules.yaml_tree.keyboard import corrected, parts, shown, wrong_signs
from listening.text.views import compacted

MAX_TERM = 200
"""Longer ones are no words but whole posts, most often a list whose separators were lost."""

HASHES = frozenset("#＃﹟")
"""All that folds to #."""


@dataclass(frozen=True, slots=True)
class Written:
    """A term's text, its place, its shape: `flow` list, `item` behind a dash, `one`, block `line`, `when`."""

    text: str
    place: Place
    shape: str

    def as_text(self, text: str) -> str:
        """How this text is written here so that it is found as it stands."""
        if self.shape == "when":
            return 'text:"' + shown(text).replace('"', '""') + '"'
        return f"{{text: '{shown(text)}'}}"


def read_word(kind: TermKind, written: Written, findings: Findings) -> Term | None:
    text = written.text
    if refuse_signs(written, findings):
        return None
    if not HASHES.isdisjoint(text):
        what = f"'#' is a boundary and never part of a word: {shown(text)} (# 不能在词内)"
        bare = "".join(char for char in text if char not in HASHES)
        cure = f"write {written.as_text(text)}"
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
        tell_signs(signs, written, ", ".join(parts(written.text)), findings)
    return bool(signs)


def tell_signs(signs: str, written: Written, meant: str, findings: Findings) -> None:
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
    findings.add(place, what, f"{cure}; or {written.as_text(text)} if it is one text")
