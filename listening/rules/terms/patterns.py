"""Patterns: RE2, checked when the rules are read, and folded like words.

A `/…/` pattern runs on folded text, so its literals are folded too: `/LTE套餐/` finds ＬＴＥ套餐. Only what
stands for a character is folded; escapes (\\D, \\S, \\pL), group syntax and repeats are left as they are.
A range keeps its own characters and gains the ones they fold to: `[A-Z]` becomes `[A-Za-z]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import re2

from listening.text.chars import zero_width
from listening.text.fold import fold, table

MAX_PATTERN = 2_000
"""Longer ones are lists of words in disguise; so the time to compile one is bounded."""

_SPECIAL = frozenset("\\.+*?()|[]{}^$-&~")
_GROUP = re.compile(r"\(\?(?:P?<[^>]*>|[A-Za-z-]*[:)])")
_REPEAT = re.compile(r"\{\d*,?\d*\}")
_POSIX = re.compile(r"\[:\^?[a-z]*:\]")
_PROPERTY = re.compile(r"\\[pP](?:\{[^}]*\}|.)", re.DOTALL)
_CODE = re.compile(r"\\(?:x\{([0-9A-Fa-f]{1,8})\}|x([0-9A-Fa-f]{2})|(0[0-7]{0,2}|[1-7][0-7]{1,2}))")
_QUOTE = re.compile(r"\\Q(.*?)(?:\\E|\Z)", re.DOTALL)
_UPPER = re.compile(r"\\[pP]\{?\^?L[ut]|\[:\^?upper:\]")
_HALF = re.compile(r"(?<!\\)(?:\\\\)*\\C")
_RANGE_END = re.compile(r"-(?!\])")


def folded_pattern(text: str) -> str:
    """The pattern as it is held against folded text. What RE2 cannot read stays unreadable to it."""
    folded = "".join(_Walk(text).pieces())
    # folded text has no upper case, so only with the flag can \p{Lu} find anything
    return f"(?i){folded}" if _UPPER.search(text) else folded


def pattern_mistake(text: str, *, raw: bool) -> tuple[str, str] | None:
    """Why a pattern cannot be used, and the cure; None if it can."""
    if len(text) > MAX_PATTERN:
        return f"this pattern is {len(text):,} characters long, more than {MAX_PATTERN:,}", "split it"
    if not raw and (found := _invisible().search(text)):
        what = f"an invisible character stands in this pattern: <U+{ord(found.group()):04X}> (不可见字符)"
        return what, "remove it; it is dropped from every text before patterns are held against it"
    if _HALF.search(text):
        return "'\\C' takes a byte, which is a piece of a character", "write . for any character"
    try:
        pattern = compiled(text)
        pattern = pattern if raw else compiled(folded_pattern(text))
    except re2.error as error:
        return _retold(error.args[0].decode("utf-8", "replace") if error.args else "")
    if pattern.search("") is not None:
        what = "this pattern matches the empty text, so it would stand everywhere (可匹配空文本)"
        return what, "let it ask for at least one character, for example + instead of *"
    return None


def compiled(pattern: str) -> Any:
    """RE2's object; unlike `re2.compile` alone, it says nothing on stderr about a pattern it cannot read."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


@cache
def _invisible() -> re.Pattern[str]:
    return re.compile(f"[{zero_width()}]")


@dataclass(slots=True)
class _Walk:
    """Goes through a pattern from left to right; each step takes one piece of its syntax."""

    text: str
    at: int = 0

    def pieces(self) -> list[str]:
        out = []
        while self.at < len(self.text):
            out.append(self._outside())
        return out

    def _outside(self) -> str:
        if quoted := self._take(_QUOTE):
            return "".join(map(_literal, quoted.group(1)))
        for syntax in (_GROUP, _PROPERTY, _REPEAT):
            if found := self._take(syntax):
                return found.group()
        if self.text[self.at] == "[":
            return self._class()
        char, kept = self._char()
        return kept if char is None else _literal(char, kept)

    def _class(self) -> str:
        """A class in brackets. A `]` directly behind the opening one is a character of it."""
        out = [self._skip(2 if self.text.startswith("[^", self.at) else 1)]
        first = True
        while self.at < len(self.text) and (first or self.text[self.at] != "]"):
            first = False
            out.append(self._in_class())
        out.append(self._skip(1))
        return "".join(out)

    def _in_class(self) -> str:
        for syntax in (_POSIX, _PROPERTY):
            if found := self._take(syntax):
                return found.group()
        begin = self.at
        char, kept = self._char()
        if char is None:
            return kept
        if not self._take(_RANGE_END) or self.at >= len(self.text):
            return _literal(char, kept)
        last, _ = self._char()
        written = self.text[begin : self.at]
        return written if last is None else written + _images(char, last)

    def _char(self) -> tuple[str | None, str]:
        """The next character and how it is written; None for what stands for no one character."""
        if found := self._take(_CODE):
            code = int(found.group(1) or found.group(2) or found.group(3), 8 if found.group(3) else 16)
            return (chr(code) if code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else None), found.group()
        if self.text[self.at] == "\\":
            return None, self._skip(2)
        char = self._skip(1)
        return char, char

    def _take(self, syntax: re.Pattern[str]) -> re.Match[str] | None:
        if found := syntax.match(self.text, self.at):
            self.at = found.end()
        return found

    def _skip(self, count: int) -> str:
        piece = self.text[self.at : self.at + count]
        self.at += count
        return piece


def _literal(char: str, kept: str | None = None) -> str:
    """A character as it stands in folded text; escaped where folding made it a sign of syntax."""
    folded = fold(char)
    if folded == char and kept is not None:
        return kept
    return "\\" + folded if folded in _SPECIAL else folded


@cache
def _changed() -> npt.NDArray[np.intp]:
    """The few thousand code points that fold to another one, so that a range costs no walk over Unicode."""
    return np.flatnonzero(table() != np.arange(len(table())))


def _images(first: str, last: str) -> str:
    """The characters outside a range that characters inside it fold to, as ranges."""
    low, high = ord(first), ord(last)
    changed = _changed()
    inside = changed[np.searchsorted(changed, low) : np.searchsorted(changed, high, "right")]
    images = np.unique(table()[inside])
    images = images[(images < low) | (images > high)]
    if not len(images):
        return ""
    runs = np.split(images, np.flatnonzero(np.diff(images) > 1) + 1)
    return "".join(f"\\x{{{run[0]:x}}}-\\x{{{run[-1]:x}}}" for run in runs)


def _retold(message: str) -> tuple[str, str]:
    """RE2's words as ours."""
    problem, _, part = message.partition(": ")
    what, cure = next((told for asks, told in _TOLD if asks(problem, part)), _UNTOLD)
    return what.format(problem=problem, part=part), cure


_Asks = Callable[[str, str], bool]


def _is(problem: str, *parts: str) -> _Asks:
    return lambda told, part: told == problem and (not parts or part in parts)


_UNTOLD = ("this pattern cannot be read (正则有误): {problem} {part}", "see the RE2 syntax")
_PLAIN_CURE = "write it without; what must not stand there goes under `none` or `except`"
_TOLD: tuple[tuple[_Asks, tuple[str, str]], ...] = (
    (
        _is("invalid perl operator", "(?=", "(?!", "(?<=", "(?<!"),
        ("a pattern cannot look around: '{part}' (不支持环视)", _PLAIN_CURE),
    ),
    (
        lambda problem, part: problem == "invalid escape sequence" and part[1:2].isdigit(),
        ("a pattern cannot refer back to a group: '{part}' (不支持反向引用)", "write the text out"),
    ),
    (
        _is("invalid escape sequence"),
        ("'{part}' is no escape in a pattern (转义有误)", "write the character without the backslash"),
    ),
    (
        _is("invalid repetition size"),
        ("a repeat is too large or upside down: '{part}' (重复次数过大)", "repeat at most 1000 times in all"),
    ),
    (_is("bad repetition operator"), ("'{part}' repeats a repeat (重复符号连用)", "use one of * + ? {n,m}")),
    (
        _is("no argument for repetition operator"),
        ("nothing stands before '{part}' to be repeated (缺少重复对象)", "escape it with \\ or remove it"),
    ),
    (_is("missing )"), ("a ( is not closed (括号没有闭合)", "close it with ), or write \\(")),
    (_is("unexpected )"), ("a ) closes nothing (括号多余)", "remove it, or write \\)")),
    (_is("missing ]"), ("a [ is not closed (方括号没有闭合)", "close it with ], or write \\[")),
    (_is("invalid character class range"), ("'{part}' is no range (字符范围有误)", "write it like [a-z]")),
    (
        lambda problem, _: "too large" in problem or "too deep" in problem,
        ("this pattern is too large (正则过大)", "use smaller repeats, or split it in two"),
    ),
    (_is("trailing \\"), ("the pattern ends with a single \\ (末尾反斜杠)", "write \\\\, or remove it")),
)
