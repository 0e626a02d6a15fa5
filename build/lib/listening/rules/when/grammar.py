"""`when`: an expression over terms. Tokens to `Expression`, and what cannot be one, told with its cure.

near/N and before/N bind tightest and take terms, lists and bracketed `or` groups of them, nothing else; they
do not chain. Then come not, and, or.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from listening.rules.expression import SUBJECT, Expression, Near, Not, Stands, Term, both, either
from listening.rules.findings import Findings
from listening.rules.keys.values import is_quoted
from listening.rules.lists import Lists
from listening.rules.terms.term import SUBJECT_NAME, Item, Reference
from listening.rules.when.mistakes import Refusals, Stop
from listening.rules.when.tokens import Sign, Token, read_tokens
from listening.rules.yaml_tree.positions import Positions
from listening.rules.yaml_tree.tree import Node, Scalar

MAX_DEPTH = 30
"""So many brackets and `not` stand inside each other at most; nobody reads more."""

MAX_LENGTH = 1_000_000

_CURE = "write an expression on words: 断网 near/20 (怎么 or 想)"


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
    expression = _Parser(tokens, terms, Refusals(scalar.text, tokens, positions, findings)).whole()
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
        self, tokens: Sequence[Token], terms: Mapping[Token, tuple[Term, ...]], refusals: Refusals
    ) -> None:
        self._tokens = tokens
        self._terms = terms
        self._refuse = refusals
        self._next = 0

    def whole(self) -> Expression | None:
        try:
            expression = self._or(0)
            if self._sign is Sign.CLOSE:
                self._refuse.stop(self._token, "this ) closes nothing (括号多余)", "remove it, or add its (")
        except Stop:
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
            self._refuse.neighbours(self._next)
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
        if self._sign is Sign.NOT:
            self._refuse.not_behind(near, self._tokens[start], self._token)
        middle = self._next
        right = self._operand(depth)
        self._refuse_chain(near, start, middle, depth)
        if isinstance(left, Stands) and isinstance(right, Stands):
            return Near(left.terms, right.terms, near.within, near.ordered)
        self._refuse.group(near, right if isinstance(left, Stands) else left)
        return left

    def _refuse_chain(self, near: Token, start: int, middle: int, depth: int) -> None:
        while (chained := self._take(Sign.NEAR)) is not None:
            end = self._next
            self._operand(depth)
            self._refuse.chain((near, chained), (start, middle, end), self._next)
            start, near, middle = middle, chained, end

    def _operand(self, depth: int) -> Expression:
        token = self._token
        if self._take(Sign.TERM):
            return Stands(self._terms[token])
        if not self._take(Sign.OPEN):
            self._refuse.missing(self._next)
        self._check_depth(depth + 1)
        if self._sign is Sign.CLOSE:
            self._refuse.stop(
                token, "nothing stands in these brackets (空括号)", "write a term in them, or remove them"
            )
        expression = self._or(depth + 1)
        if not self._take(Sign.CLOSE):
            self._refuse.stop(token, "the ( here is not closed (括号没有闭合)", "add ) where the group ends")
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
            self._refuse.stop(self._tokens[self._next - 1], what, "write it flatter, or as two rules")
