"""One row of somebody else's table as one of our posts, by the column map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from listening import codec
from listening.collect.importers import _values
from listening.collect.importers._map import Column, ColumnMap
from listening.errors import InvalidPost
from listening.model import Post, ids

_TIMES = ("published_at", "collected_at")

Row = Mapping[str, Any]
Reader = Callable[[Any, Column, ColumnMap], Any]


def post_from_row(row: Row, column_map: ColumnMap) -> Post:
    """The post; columns that are not mapped stand in its `extra`. Raises `InvalidPost` without a place."""
    record: dict[str, Any] = {"platform": column_map.platform}
    if column_map.kind:
        record["kind"] = column_map.kind.value
    if column_map.source:
        record["source"] = column_map.source
    for path, column in column_map.columns.items():
        value = _value(path, column, row, column_map)
        if value is not None:
            _put(record, path, value)
    record.setdefault("text", "")
    _finish_times(record)
    record["id"] = _id(record, column_map)
    mapped = {column.column for column in column_map.columns.values()}
    record["extra"] = {k: value for k, value in row.items() if k not in mapped and value not in ("", None)}
    return codec.post_from_dict(record)


def lookup(row: Row, column: str) -> Any:
    """A column, or for nested JSON the value at a dotted path; None where there is nothing."""
    if column in row:
        return row[column]
    value: Any = row
    for key in column.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value


def _value(path: str, column: Column, row: Row, column_map: ColumnMap) -> Any:
    raw = column.const if column.column is None else lookup(row, column.column)
    empty = raw is None or raw == "" or raw == []
    if empty and column.default is None:
        return None
    try:
        value = _reader(path)(column.default if empty else raw, column, column_map)
    except (ValueError, OverflowError) as error:
        shown = str(raw)[:60]
        raise InvalidPost("", f"{path} ({shown!r}) {error}", "mend the line, or the column map") from None
    return (value[0], True) if empty and path in _TIMES else value


def _reader(path: str) -> Reader:
    return _count if path.startswith("metrics.") else _READERS.get(path, _text)


def _put(record: dict[str, Any], path: str, value: Any) -> None:
    *parents, name = path.split(".")
    for parent in parents:
        record = record.setdefault(parent, {})
    record[name] = value


def _finish_times(record: dict[str, Any]) -> None:
    """A mere date, or the map's default, is a time all the same, but a guessed one."""
    for name in _TIMES:
        if name in record:
            moment, guessed = record[name]
            record[name] = codec.time_text(moment)
            if guessed and name == "published_at":
                record["published_guessed"] = True


def _id(record: Mapping[str, Any], column_map: ColumnMap) -> str:
    kind = column_map.kind.value if column_map.kind else None
    native = record.get("id")
    column = column_map.columns.get("id")
    if native is None and column is not None and not column.optional:
        cure = "fill the column, or write id: {column: …, optional: true} to have it made from the content"
        raise InvalidPost("", "has no id", cure)
    if native is None:
        author = record.get("author", {})
        published = record.get("published_at")
        native = ids.from_content(
            author.get("id") or author.get("name"),
            datetime.fromisoformat(published) if published else None,
            record.get("title"),
            record["text"],
        )
    return ids.imported(column_map.platform, native, column_map.site, kind)


def _text(raw: Any, _column: Column, _map: ColumnMap) -> str:
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        raise ValueError("is not a text")
    return raw if isinstance(raw, str) else str(raw)


def _native_id(raw: Any, column: Column, column_map: ColumnMap) -> str:
    if isinstance(raw, float):
        raise ValueError("is a fraction; write ids as text")
    return _values.native_id(_text(raw, column, column_map).strip())


def _reference_id(raw: Any, column: Column, column_map: ColumnMap) -> str:
    native = _native_id(raw, column, column_map)
    return ids.imported(column_map.platform, native, column_map.site, column.kind)


def _moment(raw: Any, column: Column, column_map: ColumnMap) -> tuple[datetime, bool]:
    read = _values.moment(_text(raw, column, column_map), column_map.zone, column_map.time_formats)
    return codec.utc(read.moment), read.guessed


def _count(raw: Any, column: Column, column_map: ColumnMap) -> int | None:
    return _values.count(_text(raw, column, column_map))


def _truth(raw: Any, column: Column, column_map: ColumnMap) -> bool:
    return raw if isinstance(raw, bool) else _values.truth(_text(raw, column, column_map))


def _texts(raw: Any, column: Column, column_map: ColumnMap) -> list[str]:
    items = raw if isinstance(raw, list) else [raw]
    texts = [_text(item, column, column_map) for item in items]
    if column.split is not None:
        texts = [part for text in texts for part in text.split(column.split)]
    return [text.strip() for text in texts if text.strip()]


_READERS: dict[str, Reader] = {
    "id": _native_id,
    "parent.id": _reference_id,
    "root.id": _reference_id,
    "author.id": _native_id,
    "published_at": _moment,
    "collected_at": _moment,
    "author.followers": _count,
    "author.verified": _truth,
    "deleted": _truth,
    "tags": _texts,
    "mentions": _texts,
}
