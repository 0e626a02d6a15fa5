"""What cannot be an expression, and the cure, in the words of the expression itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from listening.rules.expression import And, Expression, Not, Or
from listening.rules.findings import Findings
from listening.rules.when.tokens import Sign, Token
from listening.rules.yaml_tree.keyboard import shortened, shown
from listening.rules.yaml_tree.positions import Positions

_SHOWN = 30
"""So much of a part of the expression is repeated, in characters."""

_CHINESE_OPERATORS = {
    **dict.fromkeys(("和", "与", "并", "并且", "而且", "同时"), "and"),
    "或者": "or",
    "不": "not",
}
"""Words that somebody may take for operators; they are words here."""


class Stop(Exception):
    """The rest of the expression cannot be understood; the mistake is told."""


class Refusals:
    """Tells the mistakes of one expression. Those behind which nothing can be understood raise `Stop`."""

    def __init__(self, text: str, tokens: Sequence[Token], positions: Positions, findings: Findings) -> None:
        self._text = text
        self._tokens = tokens
        self._positions = positions
        self._findings = findings

    def stop(self, token: Token, what: str, cure: str) -> NoReturn:
        self._tell(token, what, cure)
        raise Stop

    def neighbours(self, at: int) -> NoReturn:
        """No operator stands before the token at this place."""
        before, token = self._tokens[at - 1], self._tokens[at]
        if token.sign is Sign.NOT:
            what = "no operator stands before this `not` (缺少运算符)"
            self.stop(token, what, "write and not, or or not")
        left, right = self._written(before, before), self._written(token, token)
        word = right if right in _CHINESE_OPERATORS else left
        if meant := _CHINESE_OPERATORS.get(word):
            what = f"'{word}' is a word here, no operator (不是运算符)"
            self.stop(token, what, f'write {meant}, or quote it: "{word}"')
        cure = "write or, and, or near/20 between them"
        if token.sign is Sign.TERM:
            cure = f'{cure}; one term with a blank in it is quoted: "{left} {right}"'
        self.stop(token, f"no operator stands between '{left}' and '{right}' (缺少运算符)", cure)

    def missing(self, at: int) -> NoReturn:
        """No term stands before the token at this place."""
        token = self._tokens[at]
        if at == 0 and token.sign is Sign.END:
            self.stop(token, "no term stands in this expression (缺少词)", "write one: 断网")
        if at == 0:
            what = f"the expression begins with {self._name(token)} (缺少词)"
            self.stop(token, what, "write a term before it")
        before = self._tokens[at - 1]
        what = f"no term stands between {self._name(before)} and {self._name(token)} (缺少词)"
        place = before if token.sign is Sign.END else token
        self.stop(place, what, "write one there, or remove the operator")

    def not_behind(self, near: Token, left: Token, token: Token) -> NoReturn:
        side, name = self._written(left, near, before=True), self._written(near, near)
        what = f"'not' cannot stand behind {name} (not 的位置有误)"
        self.stop(token, what, f"write it before the whole: {side} and not ({side} {name} …)")

    def chain(self, nears: tuple[Token, Token], starts: tuple[int, int, int], end: int) -> None:
        """`a near/5 b near/5 c`: its operators, where its three sides start, and where the last one ends."""
        one, other = nears
        left, shared, right = (self._tokens[start] for start in starts)
        first = f"{self._written(left, one, before=True)} {self._written(one, one)}"
        middle = self._written(shared, other, before=True)
        second = f"{self._written(other, other)} {self._written(right, self._tokens[end - 1])}"
        cure = f"write: {first} {middle} and {middle} {second}"
        self._tell(other, "near and before do not chain (near 不能连用)", cure)

    def group(self, near: Token, group: Expression) -> None:
        """A side of a near that is more than terms."""
        name = self._written(near, near)
        takes = "takes terms, $lists and bracketed `or` groups of them, nothing else"
        match group:
            case And():
                cure = f"write a {name} b and a {name} c for a {name} (b and c)"
            case Not():
                cure = f"write not (a {name} b) for a {name} (not b)"
            case Or():
                cure = f"give each part of that `or` a {name} of its own"
            case _:
                cure = f"write a {name} b and b {name} c for (a {name} b) {name} c"
        self._tell(near, f"{name} {takes} (near 两边只能是词)", cure)

    def _name(self, token: Token) -> str:
        return "the end" if token.sign is Sign.END else f"'{self._written(token, token)}'"

    def _written(self, first: Token, last: Token, *, before: bool = False) -> str:
        """The text from one token to behind another one, or to before it."""
        text = self._text[first.start : last.start if before else last.end]
        return shortened(shown(" ".join(text.split())), _SHOWN)

    def _tell(self, token: Token, what: str, cure: str) -> None:
        self._findings.add(self._positions[token.start], what, cure)
