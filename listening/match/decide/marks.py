"""Marks on evidence: is it negated, asked about, or only supposed? Each with the words that say so.

`docs/matching.md` 5 is the definition. All is sought in the written view of a field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from listening.match.reading.fields import Field
from listening.match.reading.judge import PARTED
from listening.match.reading.occurrence import Occurrence
from listening.match.reading.tokens import Standing
from listening.rules.expression import Term, TermKind

NEGATED, QUESTION, HYPOTHETICAL = "negated", "question", "hypothetical"

_CARRIED = 4
_A_NOT_A = "不没"


def _words(*lines: str) -> list[str]:
    return [word for line in lines for word in line.split()]


def _any_of(cues: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(cues, key=len, reverse=True)))


_NEGATIONS = frozenset(
    _words(
        "不 没 别 未 无 没有 不再 不会 不要 不想 不用 不能 没再 别再",
        "从不 从未 并未 无需 不必 不曾 未曾 毫无",
    )
)
_CARRIERS = frozenset(
    _words(
        "再 会 有 过 怎么 出现 发生 遇到 遇 见 见过 到 要 想 能 敢 总 老 又",
        "任何 什么 这么 那么 太 很 了 经常 一直 这种 这样",
    )
)
"""What may stand between a negation and what it negates: 没有 遇到 过 断网."""
_LAST = frozenset(word[-1] for word in _NEGATIONS | _CARRIERS)
_NEGATES = re.compile("[不没别未无]")
"""Each negation holds one of these."""
_REACH = _CARRIED * max(map(len, _CARRIERS)) + max(map(len, _NEGATIONS))
"""Characters, without blanks, that the walk from a word to what negates it may take."""

_ASKS = _any_of(_words("是不是 有没有 是否 会不会 能不能 可不可以 要不要 行不行 好不好 对不对 怎么办 如何"))
_ASKS_ANYWHERE = re.compile(f"(?=({_ASKS.pattern}))")
_MAY_ASK = re.compile("[吗么?]")
_FINAL = re.compile(r"(?:吗|(?<![什怎那这多要])么)(?=\W*\Z)")
_SUPPOSES = _any_of(_words("如果 要是 假如 假设 万一 倘若 若是 一旦"))
_SUPPOSED = "的话"

Marks = tuple[tuple[str, str], ...]
"""(mark, cue), in the order negated, question, hypothetical."""


def marks_of(found: Occurrence, term: Term | None = None) -> Marks:
    """The marks of an occurrence of this term, or of an account's name."""
    field, begin = found.field, _begin(term, found)
    negation = question = supposition = ""
    if _may_be_negated(field.views.written.text, begin):
        question = _asks_itself(field, begin)
        negation = "" if question else _negation(field, begin)
    if field.may_hold("question", _may_ask):
        question = question or _question(found)
    if field.may_hold("supposition", _may_suppose):
        supposition = _supposition(found)
    if not (negation or question or supposition):
        return ()
    sought = ((NEGATED, negation), (QUESTION, question), (HYPOTHETICAL, supposition))
    return tuple((mark, cue) for mark, cue in sought if cue)


def _begin(term: Term | None, found: Occurrence) -> int:
    """Where it starts; for a word that is nested in a longer token, where that token starts."""
    start, end = found.written
    if found.verdict is PARTED:
        return start
    tokens = found.field.judge.tokens(1)
    as_word = term is not None and term.kind in (TermKind.WORD, TermKind.CASE)
    if as_word and tokens.stand(start, end)[0] is Standing.NESTED:
        return tokens.at(start)[1]
    return start


def _negation(field: Field, begin: int) -> str:
    """The negation that the walk to the left over carriers ends at; "" if it ends at anything else."""
    for carried, (token, start) in enumerate(_tokens_before(field, begin)):
        if token in _NEGATIONS:
            undone = _is_in_question(field, start, start + len(token)) or _is_negated_itself(field, start)
            return "" if undone else token
        if token not in _CARRIERS or carried == _CARRIED:
            break
    return ""


def _may_be_negated(text: str, begin: int) -> bool:
    """Does a carrier or a negation end here, with a negation before it? Most words follow something else.

    断不 of 断不断网 is as good as a negation here, so what cannot be negated does not ask itself either.
    """
    while begin > 0 and text[begin - 1] in " \t":
        begin -= 1
    if begin == 0 or text[begin - 1] not in _LAST:
        return False
    before = text[max(begin - _REACH, 0) : begin]
    if " " in before or "\t" in before:
        return True
    return _NEGATES.search(before) is not None


def _is_in_question(field: Field, start: int, end: int) -> bool:
    """Is this token part of a question, like the 不会 of 会不会?"""
    found = _ASKS_ANYWHERE.finditer(field.views.written.text)
    return any(cue.start() < end and start < cue.start() + len(cue[1]) for cue in found)


def _is_negated_itself(field: Field, start: int) -> bool:
    """没有一天不断网: two negations in a clause are none."""
    clause = field.clauses.span(start)[0]
    return any(token in _NEGATIONS for token in field.judge.tokens(1).between(clause, start))


def _tokens_before(field: Field, begin: int) -> Iterator[tuple[str, int]]:
    """The tokens before a boundary with their starts, from right to left, blanks and tabs left out."""
    text, tokens = field.views.written.text, field.judge.tokens(1)
    while True:
        while begin > 0 and text[begin - 1] in " \t":
            begin -= 1
        if begin == 0 or not tokens.is_boundary(begin):
            return
        token, begin = tokens.at(begin - 1)
        yield token, begin


def _asks_itself(field: Field, begin: int) -> str:
    """断不断 of 断不断网: a negation between a character and itself is a question."""
    text = field.views.written.text
    asked = text[max(begin - 2, 0) : begin + 1]
    return asked if len(asked) == 3 and asked[1] in _A_NOT_A and asked[0] == asked[2] else ""


def _question(found: Occurrence) -> str:
    clause = found.field.clause(found)[0]
    if cue := _ASKS.search(clause) or _FINAL.search(clause):
        return cue.group()
    return "?" if clause.endswith("?") else ""


def _may_ask(text: str) -> bool:
    return _MAY_ASK.search(text) is not None or _ASKS.search(text) is not None


def _may_suppose(text: str) -> bool:
    return _SUPPOSED in text or _SUPPOSES.search(text) is not None


def _supposition(found: Occurrence) -> str:
    clause, start = found.field.clause(found)
    before = clause[: found.written[0] - start]
    if cue := _SUPPOSES.search(before):
        return cue.group()
    return _SUPPOSED if _SUPPOSED in clause[found.written[1] - start :] else ""
