"""The marks of section 5 of the page: negated, question and hypothetical, each with its cue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from listening.rules.expression import TermKind
from tests.reference.clauses import CLAUSE_ENDS, clause_of, stretch_at
from tests.reference.fields import Field, Tokens, kept_by_field
from tests.reference.occurrences import Occurrence
from tests.reference.views import is_blank

NEGATIONS = (
    *("不", "没", "别", "未", "无", "没有", "不再", "不会", "不要", "不想", "不用", "不能", "没再", "别再"),
    *("从不", "从未", "并未", "无需", "不必", "不曾", "未曾", "毫无"),
)
CARRIERS = (
    *("再", "会", "有", "过", "怎么", "出现", "发生", "遇到", "遇", "见", "见过", "到", "要", "想"),
    *("能", "敢", "总", "老", "又", "任何", "什么", "这么", "那么", "太", "很", "了", "经常", "一直"),
    *("这种", "这样"),
)
MOST_CARRIERS = 4
QUESTIONS = (
    *("是不是", "有没有", "是否", "会不会", "能不能", "可不可以"),
    *("要不要", "行不行", "好不好", "对不对", "怎么办", "如何"),
)
HYPOTHESES = ("如果", "要是", "假如", "假设", "万一", "倘若", "若是", "一旦")


@dataclass(frozen=True)
class Marks:
    """The cue of each mark, as the written view spells it; None: no such mark."""

    negated: str | None
    question: str | None
    hypothetical: str | None

    def found(self) -> tuple[tuple[str, str], ...]:
        """(mark, cue), in the order of the page."""
        cues = (("negated", self.negated), ("question", self.question), ("hypothetical", self.hypothetical))
        return tuple((mark, cue) for mark, cue in cues if cue is not None)


@kept_by_field
def marks(kind: TermKind | None, field: Field, occurrence: Occurrence) -> Marks:
    """`kind` is the term's; None for the name of an account."""
    return Marks(
        _negated(kind, field, occurrence),
        _question(kind, field, occurrence),
        _hypothetical(field, occurrence),
    )


# -- negated ----------------------------------------------------------------------------------------------


def _negated(kind: TermKind | None, field: Field, occurrence: Occurrence) -> str | None:
    """The walk to the left, token by token, over at most four that carry a negation."""
    at = _start(kind, field, occurrence)
    if _is_doubled(field.written.text, at):
        return None
    carriers = 0
    while (token := _token_before(field, at)) is not None:
        at, word = token
        if word in NEGATIONS:
            undone = _asks(field.written.text, at, at + len(word)) or _is_negated_itself(field, at)
            return None if undone else word
        carriers += 1
        if word not in CARRIERS or carriers > MOST_CARRIERS:
            return None
    return None


def _is_negated_itself(field: Field, at: int) -> bool:
    """Another negation stands before the token at this place, in its clause."""
    text = field.written.text
    start, _ = stretch_at(text, at, CLAUSE_ENDS)
    before = (text[a:b] for a, b in field.written_readings[0] if start <= a and b <= at)
    return any(word in NEGATIONS for word in before)


def _asks(text: str, start: int, end: int) -> bool:
    """Is this token part of a question, like the 不会 of 会不会?"""
    places = ((m.start(), m.start() + len(q)) for q in QUESTIONS for m in re.finditer(f"(?={q})", text))
    return any(a < end and start < b for a, b in places)


def _token_before(field: Field, at: int) -> tuple[int, str] | None:
    """The token that ends here, blanks and tabs skipped, and where it begins; None if none ends here."""
    text, tokens = field.written.text, field.written_readings[0]
    while at > 0 and is_blank(text[at - 1]):
        at -= 1
    found = [(start, text[start:end]) for start, end in tokens if end == at]
    return found[0] if found else None


def _start(kind: TermKind | None, field: Field, occurrence: Occurrence) -> int:
    """Of a bare or case word that is nested in a longer token of the first reading: that token's start."""
    start, end = field.written.position(occurrence.start), field.written.position(occurrence.end)
    if kind in (TermKind.WORD, TermKind.CASE):
        return _start_of_holder(field.written_readings[0], start, end)
    return start


def _start_of_holder(tokens: Tokens, start: int, end: int) -> int:
    """Where the one longer token starts that holds it, else where it starts itself."""
    holders = [a for a, b in tokens if a <= start and end <= b and b - a > end - start]
    return holders[0] if holders else start


def _is_doubled(text: str, start: int) -> bool:
    """断不断网: a 不 or 没 directly before, and the same character on both sides of it."""
    return 2 <= start < len(text) and text[start - 1] in "不没" and text[start - 2] == text[start]


# -- question ---------------------------------------------------------------------------------------------


def _question(kind: TermKind | None, field: Field, occurrence: Occurrence) -> str | None:
    """The first that is found."""
    text = field.written.text
    start = _start(kind, field, occurrence)
    if _is_doubled(text, start):
        return text[start - 2 : start + 1]
    clause = text[slice(*clause_of(field, occurrence))]
    return _leftmost(QUESTIONS, clause) or _particle(clause) or ("?" if clause.endswith("?") else None)


_PARTICLE = re.compile(r"吗|(?<![什怎那这多要])么")


def _particle(clause: str) -> str | None:
    """吗 or 么 at the end, only signs behind it."""
    for found in _PARTICLE.finditer(clause):
        if not any(char.isalnum() or char == "_" for char in clause[found.end() :]):
            return found.group()
    return None


# -- hypothetical -----------------------------------------------------------------------------------------


def _hypothetical(field: Field, occurrence: Occurrence) -> str | None:
    text = field.written.text
    clause_start, clause_end = clause_of(field, occurrence)
    start, end = field.written.position(occurrence.start), field.written.position(occurrence.end)
    if before := _leftmost(HYPOTHESES, text[clause_start:start]):
        return before
    return "的话" if "的话" in text[end:clause_end] else None


def _leftmost(cues: Iterable[str], text: str) -> str | None:
    """The leftmost of the cues in a text; of two at one place the longer."""
    found = sorted((place, -len(cue), cue) for cue in cues for place in _places(cue, text))
    return found[0][2] if found else None


def _places(cue: str, text: str) -> Iterator[int]:
    return (n for n in range(len(text)) if text.startswith(cue, n))
