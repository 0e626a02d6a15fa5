"""Bytes of a YAML file to a tree with places. The only home of PyYAML.

libyaml's events are read, not PyYAML's objects: they carry every position, they come one by one, so that
depth and size are bounded before anything is built, and an alias is seen before it could be followed.
Only plain YAML is taken: no anchors, aliases, tags or second documents, no key twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from listening.errors import Mistake, Place
from listening.rules.yaml_tree.errors import UNKNOWN, Trouble, retold
from listening.rules.yaml_tree.keyboard import shown
from listening.rules.yaml_tree.tree import Document, Mapping, Node, Scalar, Sequence

MAX_BYTES = 20_000_000
MAX_TEXT = 4_000_000
MAX_NODES = 500_000
MAX_DEPTH = 30

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[^\t\r\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff")
_BOMS = (("utf-32", b"\xff\xfe\x00\x00"), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))


class _Stop(Exception):
    """The file cannot be read further; carries the mistake."""

    def __init__(self, mistake: Mistake) -> None:
        self.mistake = mistake


def parse(data: bytes, file: str) -> Document:
    """What the bytes say. Never raises: what is wrong stands in the document's `mistakes`."""
    try:
        text = _decoded(data, file)
    except _Stop as stop:
        return Document(file, (), None, (stop.mistake,), broken=True)
    lines = tuple(_BREAK.split(text))
    builder = _Builder(file, lines)
    try:
        _refuse_unprintable(text, file, lines)
        builder.read(text)
    except _Stop as stop:
        return Document(file, lines, None, (*builder.mistakes, stop.mistake), broken=True)
    return Document(file, lines, builder.root, tuple(builder.mistakes))


def _decoded(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        what = f"is {len(data):,} bytes long, more than {MAX_BYTES:,} (文件过大)"
        raise _Stop(Mistake(Place(file), what, "split the file"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _refuse_encoding(data, error, file)


def _refuse_encoding(data: bytes, error: UnicodeDecodeError, file: str) -> str:
    line = len(_BREAK.split(data[: error.start].decode("utf-8-sig", "replace")))
    name = next((name for name, bom in _BOMS if data.startswith(bom)), "gb18030")
    try:
        data.decode(name)
    except UnicodeDecodeError:
        name = ""
    looks = f", it looks like {name.upper()}" if name else ""
    what = f"is not UTF-8{looks} (文件编码不是 UTF-8)"
    cure = f"save it as UTF-8; for example: iconv -f {name} -t utf-8 {file}" if name else "save it as UTF-8"
    raise _Stop(Mistake(Place(file, line), what, cure)) from None


def _refuse_unprintable(text: str, file: str, lines: tuple[str, ...]) -> None:
    if _UNPRINTABLE.search(text) is None:
        return
    for n, line in enumerate(lines, 1):
        if found := _UNPRINTABLE.search(line):
            what = f"an invisible character stands here: {shown(found.group())} (不可见字符)"
            raise _Stop(Mistake(Place(file, n, found.start() + 1), what, "remove it"))


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read; a mapping's items are its keys and values in turn."""

    place: Place
    mapping: bool
    flow: bool
    items: list[Node] = field(default_factory=list)


class _Builder:
    """Takes libyaml's events one by one and puts the tree together, without recursion."""

    def __init__(self, file: str, lines: tuple[str, ...]) -> None:
        self.file = file
        self.lines = lines
        self.mistakes: list[Mistake] = []
        self.root: Node | None = None
        self._open: list[_Open] = []
        self._nodes = 0
        self._documents = 0

    def read(self, text: str) -> None:
        try:
            for event in yaml.parse(text, Loader=yaml.CSafeLoader):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            trouble = _trouble(error, self.file)
            too_deep = "maximum nesting depth" in trouble.problem  # libyaml 0.2.6 looks that far ahead
            raise _Stop(_depth(trouble.place) if too_deep else retold(trouble, self.lines)) from None
        except yaml.YAMLError as error:
            what, cure = UNKNOWN
            raise _Stop(Mistake(Place(self.file), what.format(problem=error), cure)) from None

    def _take(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():
                self._add(self._scalar(event))
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._begin(event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                done = self._open.pop()
                self._add(self._mapping(done) if done.mapping else _sequence(done))
            case yaml.AliasEvent():
                self._refuse_alias(event)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    what = "a second document begins here (--- 之后是另一个文档)"
                    self._stop(event, what, "remove this line, or move what follows to a file of its own")

    def _begin(self, event: Any) -> None:
        self._refuse_properties(event)
        if len(self._open) >= MAX_DEPTH:
            raise _Stop(_depth(self._place(event)))
        mapping = isinstance(event, yaml.MappingStartEvent)
        self._open.append(_Open(self._place(event), mapping, bool(event.flow_style)))

    def _add(self, node: Node) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise _Stop(Mistake(node.place, f"more than {MAX_NODES:,} entries (条目过多)", "split the file"))
        if self._open:
            self._open[-1].items.append(node)
        else:
            self.root = node

    def _scalar(self, event: Any) -> Scalar:
        self._refuse_properties(event)
        text, place = event.value, self._place(event)
        if len(text) > MAX_TEXT:
            self._stop(event, f"a text of {len(text):,} characters (文本过长)", "split it")
        if found := _UNPRINTABLE.search(text):
            what = f"an invisible character stands in this text: {shown(found.group())} (不可见字符)"
            self.mistakes.append(Mistake(place, what, "remove it"))
            text = _UNPRINTABLE.sub("", text)
        style = event.style or ""
        lines = event.end_mark.line - event.start_mark.line + 1
        return Scalar(text, place, style, lines, self._indent(text, place) if style == "|" else 0)

    def _indent(self, text: str, place: Place) -> int:
        """How far a block stands from the left: its first line in the file against the same line read."""
        read = text.split("\n")
        n = next((n for n, line in enumerate(read) if line.strip()), 0)
        written = self.lines[min(place.line + n, len(self.lines) - 1)]
        return max(0, len(written.rstrip()) - len(read[n].rstrip()))

    def _mapping(self, done: _Open) -> Mapping:
        pairs: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(done.items[::2], done.items[1::2], strict=True):
            if not isinstance(key, Scalar) or key.empty:
                self._mistake(key.place, "a key must be a word (键必须是一个词)", "write `key: value`")
            elif key.text in pairs:
                first = pairs[key.text][0].place.line
                what = f"key '{shown(key.text)}' stands twice (键重复), first in line {first}"
                self._mistake(key.place, what, "keep one of the two")
            else:
                pairs[key.text] = (key, value)
        return Mapping(tuple(pairs.values()), done.place)

    def _refuse_properties(self, event: Any) -> None:
        """Anchors and tags are refused; what they stand before is read all the same."""
        if event.anchor is not None:
            name = shown(event.anchor)
            what = f"'&{name}' is an anchor to YAML, and anchors are not used here (锚点)"
            self._mistake(self._place(event), what, f"quote a word that begins with &: '&{name}'")
        if event.tag is not None:
            written = event.tag.replace("tag:yaml.org,2002:", "!!")
            what = f"'{shown(written)}' is a tag to YAML, and tags are not used here (标签)"
            self._mistake(self._place(event), what, "remove it, or quote a word that begins with !")

    def _refuse_alias(self, event: Any) -> None:
        name = shown(event.anchor)
        what = f"'*{name}' is an alias to YAML, and aliases are not used here (别名)"
        cure = f"quote a word that begins with *; a prefix is written '{name}*'"
        self._mistake(self._place(event), what, cure)
        self._add(Scalar(event.anchor, self._place(event), "'"))

    def _place(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _mistake(self, place: Place, what: str, cure: str) -> None:
        self.mistakes.append(Mistake(place, what, cure))

    def _stop(self, event: Any, what: str, cure: str) -> None:
        raise _Stop(Mistake(self._place(event), what, cure))


def _depth(place: Place) -> Mistake:
    return Mistake(place, f"lists and mappings stand {MAX_DEPTH} deep (嵌套过深)", "write it flatter")


def _sequence(done: _Open) -> Sequence:
    return Sequence(tuple(done.items), done.place, done.flow)


def _trouble(error: yaml.MarkedYAMLError, file: str) -> Trouble:
    mark = error.problem_mark or error.context_mark
    began = error.context_mark
    return Trouble(
        problem=error.problem or error.context or "",
        context=error.context or "",
        place=Place(file, mark.line + 1, mark.column + 1) if mark else Place(file),
        began=Place(file, began.line + 1, began.column + 1) if began else None,
    )
