"""Mistakes that a Chinese keyboard makes: ，for a comma，：for a colon, “ ” for quotes, ［ ］ for brackets.

None of them may fail silently. Each function looks at a text or a line and gives the corrected one, or None.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

SEPARATORS = "，、；："
QUOTES = "“”‘’＂＇「」『』"
BRACKETS = str.maketrans("［］｛｝【】", "[]{}[]")
_SHOWN = 60
"""So much of a corrected line is shown, in characters; lines of a thousand words stay readable."""

_LOOKED_BACK = 200
"""So many lines above the one where YAML gave up are looked at."""

_INSIDE = re.compile(f"[{SEPARATORS}]|(?<![A-Za-z])’|’(?![A-Za-z])|[{QUOTES.replace('’', '')}]")
_HALF_WIDTH_SEPARATOR = re.compile(r"(?<=[\u3400-\u9fff])[,;](?=[\u3400-\u9fff])")
_KEY_COLON = re.compile(r"([\s\u3000]*(?:- )?[A-Za-z_]+)\s*：\s*(.*)", re.DOTALL)
_NAME_COLON = re.compile(r"(\s*[^\s：:#'\"\[\]{},-][^\s：:#'\"\[\]{},]{0,40})：\s*([\[{|［｛].*)?", re.DOTALL)
_INNER_COLON = re.compile(r"[{,]\s*([A-Za-z_]+)：")
_WIDE_BLANK = re.compile(r"[ ]*(?:- )?[\u3000\xa0]|[^#'\"]*?:[\u3000\xa0]")


def wrong_signs(text: str) -> str:
    """The full-width separators and quotes inside a term, each once; the ’ of L’Oréal is none."""
    return "".join(dict.fromkeys(_INSIDE.findall(text) + _HALF_WIDTH_SEPARATOR.findall(text)))


def parts(text: str) -> list[str]:
    """A term with such signs inside as the terms that were meant."""
    split = re.split(f"[{SEPARATORS}]", _HALF_WIDTH_SEPARATOR.sub("，", text))
    return [bare for part in split if (bare := part.strip().strip(QUOTES).strip())]


def corrected(line: str, column: int, written: str, meant: str) -> str:
    """The line with what is written at the column (from 1) replaced, cut to what can be shown."""
    head, tail = line[: column - 1], line[column - 1 :]
    for quote in ("'", '"'):
        if tail.startswith(quote + written + quote):
            written = quote + written + quote
    whole = (head + tail.replace(written, meant, 1)).strip()
    at = max(0, len(head.lstrip()) - _SHOWN // 2)
    piece = whole[at : at + _SHOWN + len(meant)]
    return ("…" if at else "") + piece + ("…" if at + len(piece) < len(whole) else "")


def with_colon(text: str) -> str | None:
    """`any：[断网]` as `any: [断网]`: a key whose colon is full width, its value with half-width brackets."""
    found = _KEY_COLON.match(text) or _NAME_COLON.fullmatch(text)
    if found is None:
        return None
    key, value = found.group(1), found.group(2) or ""
    first = value.split("\n")[0].rstrip()
    return shortened(f"{key.strip()}: {first.translate(BRACKETS)}".rstrip())


def with_brackets(text: str) -> str | None:
    """`［断网，掉线］` as `[断网, 掉线]`: a whole list or mapping in full-width brackets."""
    text = text.strip()
    if not text or text[0] not in "［｛【" or text[-1] not in "］｝】]}":
        return None
    inner = [*parts(text[1:-1].replace(",", "，"))] if text[0] != "｛" else [text[1:-1].replace("：", ": ")]
    return shortened(f"{text[0]}{', '.join(inner)}{text[-1]}".translate(BRACKETS))


def shortened(text: str, limit: int = _SHOWN) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def shown(text: str) -> str:
    """A text for a message: short, on one line, with the characters that nobody sees written out."""
    out = "".join(c if _visible(c) else f"<U+{ord(c):04X}>" for c in text[: _SHOWN + 1])
    return shortened(out)


def _visible(char: str) -> bool:
    return char == " " or unicodedata.category(char) not in ("Cc", "Cf", "Cn", "Co", "Cs", "Zs", "Zl", "Zp")


def suspect(lines: Sequence[str], number: int) -> tuple[int, int, str, str] | None:
    """Why YAML stumbled at a line (from 1): (line, column, what, cure) of the nearest such mistake above.

    Where YAML gives up is often below the mistake: a key with ： runs on as a text until the next colon.
    """
    number = min(number, len(lines))
    above = next((n for n in range(number - 1, 0, -1) if lines[n - 1].strip()), number)
    for n in range(number, max(0, number - _LOOKED_BACK), -1):
        line = lines[n - 1]
        near = n in (number, above)
        if line.lstrip().startswith("#"):
            continue
        if _KEY_COLON.match(line) or (near and _NAME_COLON.fullmatch(line)):
            what = "the colon is full width (全角冒号)"
            return n, line.index("：") + 1, what, f"write: {with_colon(line)}"
        if near and (inner := _INNER_COLON.search(line)):
            return n, inner.end(), "the colon is full width (全角冒号)", f"write: {inner.group(1)}: "
        if near and (found := _WIDE_BLANK.match(line)):
            what = f"a full-width blank stands here (全角空格): {shown(line[found.end() - 1])}"
            return n, found.end(), what, "write a half-width blank"
    return None
