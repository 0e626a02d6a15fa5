"""The column map: a small YAML file that says which column of somebody else's table is what to us."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from listening.collect.importers._encoding import ENCODINGS
from listening.errors import InputMistake, Mistake, Place
from listening.model import Kind
from listening.rules.yaml_tree import tree
from listening.rules.yaml_tree.reader import parse
from listening.suggest import cure

DEFAULT_ZONE = "Asia/Shanghai"
FORMATS = ("csv", "jsonl")
KEYS = (
    *("format", "encoding", "delimiter", "platform", "site", "kind", "source"),
    *("zone", "time_formats", "columns"),
)
_REFERENCE = ("id", "author.id", "author.name")
FIELDS = (
    *("id", "url", "kind", "title", "text", "published_at", "collected_at", "source", "region", "lang"),
    *("tags", "mentions", "deleted"),
    *(f"author.{name}" for name in ("id", "name", "url", "followers", "verified")),
    *(f"{post}.{name}" for post in ("parent", "root") for name in _REFERENCE),
    *(f"metrics.{name}" for name in ("likes", "comments", "reposts", "views")),
)
NEEDED = {
    "text": "every post has a text",
    "published_at": "a post without a time cannot be stored",
}
_COLUMN_KEYS = ("column", "const", "default", "split", "kind", "optional")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Where one field comes from: a column, with a word for rows where it is empty, or one word for all rows.

    `kind` is that of the post a reference points to; an `optional` column may be missing.
    """

    place: Place
    column: str | None = None
    const: str | None = None
    default: str | None = None
    split: str | None = None
    kind: str | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """What the map says, checked."""

    file: str
    zone: tzinfo
    platform: str
    site: str | None = None
    kind: Kind | None = None
    source: str | None = None
    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    time_formats: tuple[str, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict)


def read_map(path: Path, zone: tzinfo | None = None) -> ColumnMap:
    """The map in a file; `zone` goes before its own. Raises `InputMistake` with all mistakes at once."""
    try:
        data = path.read_bytes()
    except OSError as error:
        what = f"the column map cannot be read ({error.strerror})"
        raise InputMistake([Mistake(Place(str(path)), what, "check its name and rights")]) from None
    reader = _Reader(str(path), parse(data, str(path)))
    result = reader.read(zone)
    if reader.mistakes:
        raise InputMistake(reader.mistakes)
    return result


class _Reader:
    def __init__(self, file: str, document: tree.Document) -> None:
        self.file = file
        self.root = document.root
        self.broken = document.broken
        self.mistakes = list(document.mistakes)

    def read(self, zone: tzinfo | None) -> ColumnMap:
        values = dict(self._pairs(self.root, KEYS, "the map"))
        own_zone = self._zone(values.get("zone"))
        platform = self._text(values.get("platform"))
        if platform is None and not self.broken:
            self._wrong(
                Place(self.file),
                "'platform' is missing",
                "say where the posts are from, like platform: weibo",
            )
        kind = self._one_of(values.get("kind"), [kind.value for kind in Kind])
        return ColumnMap(
            file=self.file,
            zone=zone or own_zone,
            platform=platform or "",
            site=self._text(values.get("site")),
            kind=Kind(kind) if kind else None,
            source=self._text(values.get("source")),
            format=self._one_of(values.get("format"), FORMATS),
            encoding=self._one_of(values.get("encoding"), ENCODINGS),
            delimiter=self._delimiter(values.get("delimiter")),
            time_formats=self._time_formats(values.get("time_formats")),
            columns=self._columns(values.get("columns")),
        )

    def _columns(self, node: tree.Node | None) -> dict[str, Column]:
        if node is None:
            if not self.broken:
                cure = "name at least the columns of text and published_at"
                self._wrong(Place(self.file), "'columns' is missing", cure)
            return {}
        columns = {name: self._column(value) for name, value in self._pairs(node, FIELDS, "columns")}
        for name, why in NEEDED.items():
            if name not in columns and not self.broken:
                self._wrong(node.place, f"no column is given for '{name}'", f"{why}; write {name}: <column>")
        return columns

    def _column(self, node: tree.Node) -> Column:
        if isinstance(node, tree.Mapping):
            return self._long_column(node)
        return Column(place=node.place, column=self._text(node))

    def _long_column(self, node: tree.Mapping) -> Column:
        values = dict(self._pairs(node, _COLUMN_KEYS, "a column"))
        column, const = self._text(values.get("column")), self._text(values.get("const"))
        if (column is None) == (const is None):
            self._wrong(
                node.place, "needs either 'column' or 'const'", "write {column: name} or {const: word}"
            )
        split = values.get("split")
        optional = values.get("optional")
        return Column(
            place=values["column"].place if "column" in values else node.place,
            column=column,
            const=const,
            default=self._text(values.get("default")),
            split=self._text(split, strip=False),
            kind=self._one_of(values.get("kind"), [kind.value for kind in Kind]),
            optional=self._truth(optional),
        )

    def _pairs(
        self, node: tree.Node | None, known: Iterable[str], name: str
    ) -> Iterable[tuple[str, tree.Node]]:
        if not isinstance(node, tree.Mapping):
            if not self.broken:
                place = node.place if node else Place(self.file)
                what = f"{name} should be keys and values, not {tree.noun(node) if node else 'nothing'}"
                self._wrong(place, what, f"there are: {', '.join(known)}")
            return
        for key, value in node.pairs:
            if key.text in known:
                yield key.text, value
            else:
                self._wrong(key.place, f"unknown key '{key.text}'", cure(key.text, known))

    def _text(self, node: tree.Node | None, *, strip: bool = True) -> str | None:
        if node is None:
            return None
        if not isinstance(node, tree.Scalar) or node.empty or not node.text:
            found = "an empty text" if isinstance(node, tree.Scalar) and not node.empty else tree.noun(node)
            self._wrong(node.place, f"should be a word, not {found}", "write one word, quoted if need be")
            return None
        return node.text.strip() if strip else node.text

    def _one_of(self, node: tree.Node | None, known: Iterable[str]) -> str | None:
        word = self._text(node)
        if word is None or node is None or word in known:
            return word
        self._wrong(node.place, f"unknown word '{word}'", cure(word, known))
        return None

    def _truth(self, node: tree.Node | None) -> bool:
        answer = tree.yes_or_no(node) if node else False
        if answer is None and node is not None:
            self._wrong(node.place, "should be yes or no", "write true or false")
        return bool(answer)

    def _zone(self, node: tree.Node | None) -> ZoneInfo:
        name = self._text(node) or DEFAULT_ZONE
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            place = node.place if node else Place(self.file)
            self._wrong(place, f"unknown time zone '{name}'", "write one like Asia/Shanghai or UTC")
            return ZoneInfo(DEFAULT_ZONE)

    def _delimiter(self, node: tree.Node | None) -> str | None:
        sign = self._text(node, strip=False)
        if sign is not None and node is not None and (len(sign) != 1 or sign in '"\r\n'):
            self._wrong(node.place, f"'{sign}' is no delimiter", 'write one character, a tab as "\\t"')
            return None
        return sign

    def _time_formats(self, node: tree.Node | None) -> tuple[str, ...]:
        items = node.items if isinstance(node, tree.Sequence) else [node] if node else []
        return tuple(form for item in items if (form := self._time_format(item)))

    def _time_format(self, node: tree.Node) -> str | None:
        form = self._text(node)
        try:
            datetime.strptime("", form or "")  # noqa: DTZ007 - only the format is looked at
        except ValueError as error:
            if "does not match" not in str(error):
                self._wrong(
                    node.place, f"'{form}' is no time format ({error})", "write one like %Y/%m/%d %H:%M"
                )
                return None
        return form

    def _wrong(self, place: Place, what: str, cure: str) -> None:
        self.mistakes.append(Mistake(place, what, cure))
