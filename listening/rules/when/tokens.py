"""The text of a `when` to tokens: terms, brackets, operators. What they come to is told in `when`."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import NoReturn

from listening.rules.expression import TermKind
from listening.rules.findings import Findings, suggestion
from listening.rules.terms.term import Item, read_pattern, read_term
from listening.rules.terms.word import Written, checked, read_word
from listening.rules.yaml_tree.keyboard import shortened, shown
from listening.rules.yaml_tree.positions import Positions
from listening.rules.yaml_tree.tree import Scalar
from listening.text.fold import fold

MAX_WITHIN = 1000
"""So many characters may `near/N` ask for at most; a word farther away is not near."""

FORMS = {"text": TermKind.TEXT, "case": TermKind.CASE, "prefix": TermKind.PREFIX}
"""`text:"…"`: how these terms are written, whatever stands in them."""


class Sign(enum.Enum):
    """What a token is."""

    TERM = "a term"
    OPEN = "("
    CLOSE = ")"
    NEAR = "near"
    NOT = "not"
    AND = "and"
    OR = "or"
    END = "the end"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the text. `item` is a TERM's; `within` and `ordered` are a NEAR's."""

    sign: Sign
    start: int
    end: int
    item: Item | None = None
    within: int = 0
    ordered: bool = False


OPERATORS = {"and": Sign.AND, "且": Sign.AND, "or": Sign.OR, "或": Sign.OR, "not": Sign.NOT, "非": Sign.NOT}
BRACKETS = {"(": Sign.OPEN, "（": Sign.OPEN, ")": Sign.CLOSE, "）": Sign.CLOSE}

_NEAR_LIKE = re.compile(r"(near|before)(?:[\W_0-9].*)?", re.DOTALL)
"""What can only be meant as `near/N`, on folded text."""

_FOREIGN = {"&": "and", "&&": "and", "|": "or", "||": "or", "+": "and", "-": "not"}
_NEAR = re.compile(r"(near|before)/([0-9]{1,9})")
_NUMBER = re.compile(r"[0-9]+")
_GLUED = re.compile(r"(?:near|before)/[0-9]+|\|\|?|&&")
_BLANK = re.compile(r"\s+")
_COMMENT = re.compile(r"#[^\n]*")
_BOTH_WAYS = re.compile(r"[ \t]+both[ \t]+ways(?![^\s()（）])", re.IGNORECASE)
_QUOTED = re.compile(
    "\"([^\"]*(?:\"\"[^\"]*)*)\"|'([^']*(?:''[^']*)*)'"
    "|[“”]([^“”]*)[“”]|[‘’]([^‘’]*)[‘’]|＂([^＂]*)＂|＇([^＇]*)＇|「([^「」]*)」|『([^『』]*)』"
)
_QUOTES = "\"'“”‘’＂＇「『"
_COMMAS = ",;，、；"
_FORM = re.compile(r"([A-Za-z]+)([:：])[ \t]*")
_PATTERN = re.compile(r"(raw)?/((?:\\.|[^/\\\n])*)/")
_BARE = re.compile('[^\\s()（）"“”＂「」『』]+')


class _Stop(Exception):
    """Nothing behind this can be told apart; the mistake is told."""


def read_tokens(node: Scalar, positions: Positions, findings: Findings) -> list[Token]:
    """The tokens and an END behind them; those that are mistakes are told and left out."""
    return _Reader(node, positions, findings).tokens()


class _Reader:
    """Goes through the text from left to right; each step takes one token."""

    def __init__(self, node: Scalar, positions: Positions, findings: Findings) -> None:
        self._text = node.text
        self._in_block = node.style == "|"
        self._positions = positions
        self._findings = findings
        self._at = 0
        self._start = 0

    def tokens(self) -> list[Token]:
        out = []
        try:
            while self._skip_blanks():
                self._start = self._at
                if (token := self._token()) is not None:
                    out.append(token)
        except _Stop:
            self._at = len(self._text)
        return [*out, Token(Sign.END, self._at, self._at)]

    def _skip_blanks(self) -> bool:
        """Is anything left behind the blanks? A `#` begins a comment where YAML leaves one in the text."""
        while self._take(_BLANK) or (self._in_block and self._take(_COMMENT)):
            pass
        return self._at < len(self._text)

    def _token(self) -> Token | None:
        char = self._text[self._at]
        if sign := BRACKETS.get(char):
            self._at += 1
            return Token(sign, self._start, self._at)
        if char in _QUOTES:
            return self._term(read_word(TermKind.WORD, self._written(self._quoted()), self._findings))
        if found := self._take(_FORM):
            return self._form(found.group(1), found.group(2))
        if char in "/／" or self._text.startswith("raw/", self._at):
            return self._pattern()
        if char in "$＄" and self._text[self._at + 1 : self._at + 2] in [*_QUOTES]:
            return self._list()
        return self._bare()

    def _form(self, name: str, colon: str) -> Token | None:
        """`text:"断网"`, `case:LTE`."""
        kind = FORMS.get(name.lower())
        value = self._quoted() if self._next_is(_QUOTES) else self._run()
        if kind is None:
            cure = f"{suggestion(name.lower(), FORMS)}; a word that holds a colon is quoted"
            return self._refuse(f"unknown kind of term '{shown(name)}{colon}' (未知的词类型)", cure)
        if colon == "：":
            return self._refuse("the colon is full width (全角冒号)", f"write: {name}:")
        if not value:
            return self._refuse(f"nothing stands behind '{name}:' (内容为空)", f'write {name}:"…"')
        read = checked if kind is TermKind.TEXT else read_word
        return self._term(read(kind, self._written(value), self._findings))

    def _quoted(self) -> str:
        """What stands in the quotes here; a doubled one stands for itself, a newline for a blank."""
        found = self._take(_QUOTED)
        if found is None:
            cure = "close it with the same kind of quote: \"…\", '…' or “…”"
            self._stop("the quote that begins here is not closed (引号没有闭合)", cure)
        inside: str = next(group for group in found.groups() if group is not None)
        if (quote := found.group()[0]) in "\"'":
            inside = inside.replace(quote * 2, quote)
        return inside.replace("\n", " ")

    def _pattern(self) -> Token | None:
        if self._next_is("／"):
            self._stop("the slashes of this pattern are full width (全角斜杠)", "write it as /…/")
        found = self._take(_PATTERN)
        if found is None or not found.group(2):
            what = "a pattern begins here and has no end, or is empty (正则要写成 /…/)"
            self._stop(what, "write it as /…/ or raw/…/ on one line; a word that begins with / is quoted")
        if rest := self._run():
            what = f"this stands directly behind a pattern: {shown(shortened(rest, 20))} (正则后多余)"
            cure = "a slash inside a pattern is written \\/; behind its end comes a blank, and no flags"
            return self._refuse(what, cure)
        kind = TermKind.RAW_PATTERN if found.group(1) else TermKind.PATTERN
        return self._term(read_pattern(kind, found.group(2), self._positions[self._start], self._findings))

    def _list(self) -> Token | None:
        """`$"a name with blanks"`."""
        sign = self._text[self._at]
        self._at += 1
        return self._term(read_term(self._written(sign + self._quoted()), self._findings))

    def _bare(self) -> Token | None:
        run = self._run()
        word = fold(run)
        if sign := OPERATORS.get(word):
            return Token(sign, self._start, self._at)
        if _NEAR_LIKE.fullmatch(word):
            return self._near(run, word)
        if not run or run[0] in "[{［｛【」』":
            return self._bracket()
        if run[0] in _COMMAS or run[-1] in _COMMAS:
            return self._comma(run)
        if word[0] == "!" or word in _FOREIGN:
            return self._foreign(run, word)
        if glued := _GLUED.search(word):
            return self._glued(run, glued)
        if ".." in run and self._take(_BOTH_WAYS):
            run = self._text[self._start : self._at]
        return self._term(read_term(self._written(run), self._findings))

    def _near(self, run: str, word: str) -> Token | None:
        found = _NEAR.fullmatch(word)
        name = "before" if word.startswith("before") else "near"
        if found is None:
            number = _NUMBER.search(word)
            what = f"'{shown(run)}' is not {name}/N, a slash and a number (距离有误)"
            meant = f"{name}/{number.group()[:4] if number else 20}"
            return self._refuse(what, f'write {meant}; the word itself is quoted: "{name}"')
        if int(found.group(2)) > MAX_WITHIN:
            what = f"'{shown(run)}' is farther than {MAX_WITHIN} characters (距离过大)"
            return self._refuse(what, f"write {name}/0 to {name}/{MAX_WITHIN}, or `and` for the whole post")
        return Token(Sign.NEAR, self._start, self._at, within=int(found.group(2)), ordered=name == "before")

    def _bracket(self) -> Token | None:
        self._at = max(self._at, self._start + 1)
        cure = 'group with ( ), and write text:"断网" or case:LTE'
        return self._refuse(f"'{self._text[self._start]}' groups nothing in an expression (括号有误)", cure)

    def _comma(self, run: str) -> Token | None:
        sign = run[0] if run[0] in _COMMAS else run[-1]
        cure = "write or between words of which one is enough, and between words that must all stand"
        return self._refuse(f"'{sign}' separates nothing in an expression (表达式中不用逗号)", cure)

    def _foreign(self, run: str, word: str) -> Token | None:
        rest = word.lstrip("!") if word[0] == "!" else ""
        cure = f"write not {shown(rest)}" if rest else f"write {_FOREIGN.get(word, 'not')}"
        return self._refuse(
            f"'{shown(run)}' is no operator here (运算符有误)", f"{cure}; what is a word is quoted"
        )

    def _glued(self, run: str, glued: re.Match[str]) -> Token | None:
        sign, (start, end) = glued.group(), glued.span()
        operator = _FOREIGN.get(sign, sign)
        what = f"'{shown(sign)}' stands inside a word: {shown(run)} (缺少空格)"
        meant = f"{run[:start]} {operator} {run[end:]}".strip()
        return self._refuse(what, f"write: {shown(meant)}; or quote it if it is one word")

    def _run(self) -> str:
        found = self._take(_BARE)
        return found.group() if found else ""

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        if found := pattern.match(self._text, self._at):
            self._at = found.end()
        return found

    def _next_is(self, chars: str) -> bool:
        return self._at < len(self._text) and self._text[self._at] in chars

    def _written(self, text: str) -> Written:
        return Written(text, self._positions[self._start], "when")

    def _term(self, item: Item | None) -> Token | None:
        return Token(Sign.TERM, self._start, self._at, item) if item is not None else None

    def _refuse(self, what: str, cure: str) -> Token | None:
        """Tell it; what is a mistake is no token."""
        self._findings.add(self._positions[self._start], what, cure)
        return None

    def _stop(self, what: str, cure: str) -> NoReturn:
        self._refuse(what, cure)
        raise _Stop
