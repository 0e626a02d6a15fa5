"""`when`: an expression over terms. Tokens to `Expression`, and what cannot be one, told with its cure.

near/N and before/N bind tightest and take terms, lists and bracketed `or` groups of them, nothing else; they
do not chain. Then come not, and, or.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

from listening.rules.expression import SUBJECT, And, Expression, Near, Not, Or, Stands, Term, both, either
from listening.rules.findings import Findings
from listening.rules.keyboard import shortened, shown
from listening.rules.lists import Lists
from listening.rules.positions import Positions
from listening.rules.term import SUBJECT_NAME, Item, Reference
from listening.rules.tokens import Sign, Token, read_tokens
from listening.rules.tree import Node, Scalar
from listening.rules.values import is_quoted

MAX_DEPTH = 30
"""So many brackets and `not` stand inside each other at most; nobody reads more."""

MAX_LENGTH = 1_000_000

_CURE = "write an expression on words: 断网 near/20 (怎么 or 想)"


class _Stop(Exception):
    """The rest cannot be understood; the mistake is told."""


def read_when(node: Node, lists: Lists, findings: Findings, *, subject: bool) -> Expression | None:
    """The expression; None if there are mistakes, which are told. `subject`: may $subject stand in it?"""
    scalar = findings.text(node, "'when'", _CURE)
    if scalar is None or not is_quoted(scalar, findings) or not _can_be_read(scalar, findings):
        return None
    before = len(findings.mistakes)
    positions = Positions(scalar, findings.lines(scalar.place.file))
    tokens = read_tokens(scalar, positions, findings)
    terms = {
        token: _terms(token.item, lists, findings, subject) for token in tokens if token.item is not None
    }
    if len(findings.mistakes) > before:
        return None
    expression = _Parser(scalar.text, tokens, terms, positions, findings).whole()
    return expression if len(findings.mistakes) == before else None


def _can_be_read(node: Scalar, findings: Findings) -> bool:
    if len(node.text) > MAX_LENGTH:
        what = f"this expression is {len(node.text):,} characters long, more than {MAX_LENGTH:,} (表达式过长)"
        findings.add(node.place, what, "move its words to `lists` and write $name")
        return False
    if not node.text.strip():
        findings.add(node.place, "nothing stands behind 'when' (内容为空)", _CURE)
        return False
    return True


def _terms(item: Item, lists: Lists, findings: Findings, subject: bool) -> tuple[Term, ...]:
    """What a term or a $list comes to."""
    if not isinstance(item, Reference) or item.name != SUBJECT_NAME:
        return lists.spelled_out((item,))
    if not subject:
        what = "$subject is the brand or competitor that a scenario is asked for (仅用于 scenarios)"
        findings.add(item.place, what, "name the words here")
    return (SUBJECT,)


class _Parser:
    """Goes through the tokens from left to right, one method a level of binding."""

    def __init__(
        self,
        text: str,
        tokens: Sequence[Token],
        terms: Mapping[Token, tuple[Term, ...]],
        positions: Positions,
        findings: Findings,
    ) -> None:
        self._text = text
        self._tokens = tokens
        self._terms = terms
        self._positions = positions
        self._findings = findings
        self._next = 0

    def whole(self) -> Expression | None:
        try:
            expression = self._or(0)
            if self._sign is Sign.CLOSE:
                self._stop(self._token, "this ) closes nothing (括号多余)", "remove it, or add its (")
        except _Stop:
            return None
        return expression

    def _or(self, depth: int) -> Expression:
        parts = [self._and(depth)]
        while self._take(Sign.OR):
            parts.append(self._and(depth))
        return either(parts)

    def _and(self, depth: int) -> Expression:
        parts = [self._not(depth)]
        while self._take(Sign.AND):
            parts.append(self._not(depth))
        if self._sign in (Sign.TERM, Sign.OPEN, Sign.NOT):
            self._refuse_neighbours()
        return both(parts)

    def _not(self, depth: int) -> Expression:
        count = 0
        while self._take(Sign.NOT):
            count += 1
            self._check_depth(depth + count)
        expression = self._near(depth + count)
        for _ in range(count):
            expression = Not(expression)
        return expression

    def _near(self, depth: int) -> Expression:
        start = self._next
        left = self._operand(depth)
        near = self._take(Sign.NEAR)
        if near is None:
            return left
        middle = self._next
        self._refuse_not_behind(near, start)
        right = self._operand(depth)
        while (chained := self._take(Sign.NEAR)) is not None:
            end = self._next
            self._operand(depth)
            self._refuse_chain((start, near, middle), (chained, end))
            start, near, middle = middle, chained, end
        if not isinstance(left, Stands) or not isinstance(right, Stands):
            self._refuse_group(near, right if isinstance(left, Stands) else left)
            return left
        return Near(left.terms, right.terms, near.within, near.ordered)

    def _operand(self, depth: int) -> Expression:
        token = self._token
        if self._take(Sign.TERM):
            return Stands(self._terms[token])
        if not self._take(Sign.OPEN):
            self._refuse_missing()
        self._check_depth(depth + 1)
        if self._sign is Sign.CLOSE:
            self._stop(
                token, "nothing stands in these brackets (空括号)", "write a term in them, or remove them"
            )
        expression = self._or(depth + 1)
        if not self._take(Sign.CLOSE):
            self._stop(token, "the ( here is not closed (括号没有闭合)", "add ) where the group ends")
        return expression

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    @property
    def _sign(self) -> Sign:
        return self._token.sign

    def _take(self, sign: Sign) -> Token | None:
        token = self._token
        if token.sign is not sign:
            return None
        self._next += 1
        return token

    def _check_depth(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            what = f"brackets and `not` stand more than {MAX_DEPTH} deep (嵌套过深)"
            self._stop(self._tokens[self._next - 1], what, "write it flatter, or as two rules")

    def _refuse_neighbours(self) -> None:
        before, token = self._tokens[self._next - 1], self._token
        if token.sign is Sign.NOT:
            what, cure = "no operator stands before this `not` (缺少运算符)", "write and not, or or not"
            self._stop(token, what, cure)
        left, right = self._written(before, before), self._written(token, token)
        meant = _CHINESE_OPERATORS.get(right) or _CHINESE_OPERATORS.get(left)
        if meant:
            word = right if right in _CHINESE_OPERATORS else left
            self._stop(
                token,
                f"'{word}' is a word here, no operator (不是运算符)",
                f'write {meant}, or quote it: "{word}"',
            )
        what = f"no operator stands between '{left}' and '{right}' (缺少运算符)"
        words = (
            f'; one term with a blank in it is quoted: "{left} {right}"' if token.sign is Sign.TERM else ""
        )
        self._stop(token, what, f"write or, and, or near/20 between them{words}")

    def _refuse_missing(self) -> NoReturn:
        token = self._token
        if self._next == 0:
            here = (
                "the expression begins with" if token.sign is not Sign.END else "the expression is empty at"
            )
            self._stop(token, f"{here} {self._name(token)} (缺少词)", "write a term before it")
        before = self._tokens[self._next - 1]
        what = f"no term stands between {self._name(before)} and {self._name(token)} (缺少词)"
        self._stop(
            token if token.sign is not Sign.END else before, what, "write one there, or remove the operator"
        )

    def _refuse_not_behind(self, near: Token, start: int) -> None:
        if self._sign is Sign.NOT:
            left = self._written(self._tokens[start], near, before=True)
            name = self._written(near, near)
            what = f"'not' cannot stand behind {name} (not 的位置有误)"
            self._stop(self._token, what, f"write it before the whole: {left} and not ({left} {name} …)")

    def _refuse_chain(self, first: tuple[int, Token, int], second: tuple[Token, int]) -> None:
        start, near, middle = first
        chained, end = second
        tokens = self._tokens
        left = self._written(tokens[start], near, before=True)
        shared = self._written(tokens[middle], chained, before=True)
        right = self._written(tokens[end], tokens[self._next - 1])
        one, other = self._written(near, near), self._written(chained, chained)
        cure = f"write: {left} {one} {shared} and {shared} {other} {right}"
        self._tell(chained, "near and before do not chain (near 不能连用)", cure)

    def _refuse_group(self, near: Token, group: Expression) -> None:
        name = self._written(near, near)
        what = (
            f"{name} takes terms, $lists and bracketed `or` groups of them, nothing else (near 两边只能是词)"
        )
        match group:
            case And():
                cure = f"write a {name} b and a {name} c for a {name} (b and c)"
            case Not():
                cure = f"write not (a {name} b) for a {name} (not b)"
            case Or():
                cure = f"give each part of that `or` a {name} of its own"
            case _:
                cure = f"write a {name} b and b {name} c for (a {name} b) {name} c"
        self._tell(near, what, cure)

    def _name(self, token: Token) -> str:
        if token.sign is Sign.END:
            return "the end"
        return f"'{self._written(token, token)}'"

    def _written(self, first: Token, last: Token, *, before: bool = False) -> str:
        """The text from one token to behind another one, or to before it."""
        text = self._text[first.start : last.start if before else last.end]
        return shortened(shown(" ".join(text.split())), 30)

    def _tell(self, token: Token, what: str, cure: str) -> None:
        self._findings.add(self._positions[token.start], what, cure)

    def _stop(self, token: Token, what: str, cure: str) -> NoReturn:
        self._tell(token, what, cure)
        raise _Stop


_CHINESE_OPERATORS = {
    "和": "and",
    "与": "and",
    "并": "and",
    "并且": "and",
    "而且": "and",
    "同时": "and",
    "或者": "or",
    "不": "not",
}
