"""YAML's own errors, told in words an analyst can act on, in English and Chinese, with a cure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from listening.errors import Mistake, Place
from listening.rules.yaml_tree.keyboard import shortened, shown, suspect

UNKNOWN = (
    "YAML cannot read this (YAML 语法错误): {problem}",
    "look at the indentation, colons, quotes and brackets of this line and the one above",
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What libyaml says: its problem, what it was doing, where it gave up, and where that had begun."""

    problem: str
    context: str
    place: Place
    began: Place | None = None


_FOR_YAML = re.compile(r"[\[\]{},]")
Told = tuple[Place, str, str]
Teller = Callable[[Trouble, Sequence[str]], Told | None]


def retold(trouble: Trouble, lines: Sequence[str]) -> Mistake:
    """The nearest thing a person did wrong: a Chinese keyboard first, then what YAML complains of."""
    file = trouble.place.file
    if found := suspect(lines, trouble.place.line):
        line, column, what, cure = found
        return Mistake(Place(file, line, column), what, cure)
    for teller in _TELLERS:
        if told := teller(trouble, lines):
            return Mistake(*told)
    what, cure = _BY_PROBLEM.get(trouble.problem, UNKNOWN)
    place = trouble.began if trouble.began and trouble.problem == _NO_COLON else trouble.place
    return Mistake(_in_file(place, lines), what.format(problem=trouble.problem), cure)


def _in_file(place: Place, lines: Sequence[str]) -> Place:
    """YAML gives up behind the last line when something is not closed; show the end of what there is."""
    last = next((n for n in range(len(lines), 0, -1) if lines[n - 1].strip()), 1)
    if place.line <= last:
        return place
    return Place(place.file, last, len(lines[last - 1].rstrip()) + 1)


def _line(place: Place | None, lines: Sequence[str]) -> str:
    return lines[place.line - 1] if place and 0 < place.line <= len(lines) else ""


def _pattern_in_list(trouble: Trouble, lines: Sequence[str]) -> Told | None:
    """`[/换.{0,4}宽带/]`: in a bracketed list, YAML takes { } [ ] and commas for its own."""
    line = _line(trouble.place, lines)
    if "flow" not in trouble.context:
        return None
    for found in re.finditer(r"(?<=[\[,\s])(?:raw)?/.*?[^\\]/(?=\s*[,\]}]|\s*$)", line):
        if found.start() < trouble.place.column and _FOR_YAML.search(found.group()):
            place = Place(trouble.place.file, trouble.place.line, found.start() + 1)
            what = "YAML takes the brackets or commas of this pattern for its own (正则要加引号)"
            return place, what, f"quote it: {_quoted(found.group())}"
    return None


def _reserved_sign(trouble: Trouble, lines: Sequence[str]) -> Told | None:
    """`[@云帆]`: a bare word must not begin with a sign that YAML keeps for itself."""
    reserved = trouble.problem == "found character that cannot start any token"
    named = any(name in trouble.context for name in ("an anchor", "an alias", "a tag", "a directive"))
    place = trouble.place if reserved else trouble.began
    if not (reserved or named) or place is None:
        return None
    line = _line(place, lines)
    word = re.match(r"[^,\]}\s]*", line[place.column - 1 :])
    if word is None or not word.group():
        return _tab(place) if line[place.column - 1 : place.column] == "\t" else None
    what = f"a bare word cannot begin with '{word.group()[0]}' in YAML (不能直接以该符号开头)"
    return place, what, f"quote it: {_quoted(word.group())}"


def _tab(place: Place) -> Told:
    return place, "a tab stands here (缩进用了制表符)", "indent with blanks"


def _comment_in_list(trouble: Trouble, lines: Sequence[str]) -> Told | None:
    """`[#断网]`: from # on everything is a comment, the closing bracket too."""
    if "flow" not in trouble.context:
        return None
    for number in (trouble.place.line, trouble.place.line - 1, trouble.began.line if trouble.began else 0):
        line = lines[number - 1] if 0 < number <= len(lines) else ""
        if found := re.search(r"(?<=[\[,{\s])#[^,\]}\s]*", line):
            place = Place(trouble.place.file, number, found.start() + 1)
            what = "from '#' on, YAML takes the line for a comment (# 之后是注释), and the list is not closed"
            return place, what, f"quote it, or leave it out: {_quoted(found.group())}"
    return None


def _not_closed(trouble: Trouble, lines: Sequence[str]) -> Told | None:
    """A bracket that is never closed: YAML complains lines later, so show where it was opened."""
    if trouble.began is None or "flow" not in trouble.context or trouble.began.line >= trouble.place.line:
        return None
    sign = _line(trouble.began, lines)[trouble.began.column - 1 : trouble.began.column]
    closing = "]" if sign == "[" else "}"
    what = f"the '{sign}' here is not closed (括号没有闭合)"
    return trouble.began, what, f"add '{closing}' at the end, half width; items are separated by ','"


def _ends_inside(trouble: Trouble, lines: Sequence[str]) -> Told | None:
    """`any: [断网,` and then nothing more."""
    place = _in_file(trouble.place, lines)
    if trouble.problem != "did not find expected node content" or place == trouble.place:
        return None
    return place, "the file ends inside brackets (括号没有闭合)", "close them, half width"


def _quote_not_closed(trouble: Trouble, lines: Sequence[str]) -> Told | None:
    if trouble.context != "while scanning a quoted scalar" or trouble.began is None:
        return None
    line = _line(trouble.began, lines)
    wide = next((sign for sign in "”’“‘＂＇" if sign in line), "")
    cure = f"close it with the same half-width quote, not with {wide}" if wide else "add the closing quote"
    return trouble.began, "the quote that begins here is not closed (引号没有闭合)", cure


def _behind_value(trouble: Trouble, lines: Sequence[str]) -> Told | None:
    """`any: [x] y`, `note: 'it's'`: something stands behind what is already complete."""
    rest = _line(trouble.place, lines)[trouble.place.column - 1 :]
    if trouble.problem not in ("did not find expected key", "did not find expected ',' or ']'") or not rest:
        return None
    if rest.startswith("- "):
        what = "a list item stands where a key belongs (这里应该是键)"
        return trouble.place, what, "indent the items alike, below their key"
    before = _line(trouble.place, lines)[: trouble.place.column - 1].rstrip()
    if before.endswith(("'", '"', "]", "}")):
        what = f"this stands behind what is closed (引号或括号之后多余): {shown(shortened(rest, 20))}"
        return trouble.place, what, "quote the whole text; inside '…' a quote is written twice: ''"
    return None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_TELLERS: tuple[Teller, ...] = (
    _pattern_in_list,
    _reserved_sign,
    _quote_not_closed,
    _comment_in_list,
    _behind_value,
    _not_closed,
    _ends_inside,
)

_INDENTED = "this line is indented otherwise than the ones above (缩进不一致)"
_ESCAPE = ("a \\ in double quotes begins an escape that YAML does not know (转义)", "use single quotes: '…'")
_TAB = ("a tab stands where blanks belong (缩进用了制表符)", "indent with blanks")
_COLON = (
    "a colon stands where none can (此处不能有冒号)",
    "quote a text that holds ': ', or look at the indentation and at the line above",
)
_MISSING = ("something is missing here (此处缺内容)", "remove a comma that is too many, or close the bracket")
_SEPARATOR = (
    "an item of this list does not end here (列表项之间缺逗号, 或括号没有闭合)",
    "separate the items with ',' and close the bracket; quote a text that holds brackets",
)
_NO_COLON = "could not find expected ':'"
_BY_PROBLEM: dict[str, tuple[str, str]] = {
    "mapping values are not allowed in this context": _COLON,
    "found unexpected ':'": _COLON,
    _NO_COLON: (
        "this line is no `key: value` (缺少冒号)",
        "put ': ' behind the key, or '- ' with its blank before an item",
    ),
    "did not find expected key": (_INDENTED, "indent the keys of one mapping alike"),
    "did not find expected '-' indicator": (
        "this stands among the items of a list and is none (列表中混入了别的内容)",
        "begin each item with '- ', and indent keys less than the items above",
    ),
    "did not find expected <document start>": (_INDENTED, "indent it like the lines above"),
    "did not find expected node content": _MISSING,
    "did not find expected ',' or ']'": _SEPARATOR,
    "did not find expected ',' or '}'": _SEPARATOR,
    "block sequence entries are not allowed in this context": (
        "a list item cannot stand here (此处不能有列表项)",
        "put '- ' on a line of its own below the key",
    ),
    "mapping keys are not allowed in this context": (
        "a '?' cannot stand here (此处不能有 ?)",
        "quote the text",
    ),
    "did not find expected comment or line break": (
        "behind | or > nothing may stand in the line (| 之后应换行)",
        "begin the text in the next line",
    ),
    "found a tab character where an indentation space is expected": _TAB,
    "found a tab character that violates indentation": _TAB,
    "found unknown escape character": _ESCAPE,
    "did not find expected hexdecimal number": _ESCAPE,
    "found invalid Unicode character escape code": _ESCAPE,
}
