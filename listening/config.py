"""config.yaml: where things are. One table of keys with type, default and a sentence; nothing is guessed.

The operator's file. Secrets never stand in it: a source names the environment variable that holds one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from listening.collect.sources import Source, check_settings, spider_names
from listening.errors import ConfigMistakes, Mistake, Place
from listening.rules.findings import Findings, suggestion
from listening.rules.keys.values import read_duration
from listening.rules.yaml_tree.keyboard import QUOTES, shown
from listening.rules.yaml_tree.reader import parse
from listening.rules.yaml_tree.tree import Document, Node, Scalar, plain_value
from listening.store import DEFAULT as DEFAULT_STORE

_Read = Callable[["_Reader", Node], Any]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of config.yaml."""

    name: str
    default: Any
    says: str
    read: _Read


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What config.yaml says, defaults filled in; paths are absolute, taken from the folder of the file."""

    file: Path
    store: str
    archive: Path
    rules: Path
    timezone: str
    queue_max_age: timedelta
    sources: tuple[Source, ...]
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)

    @property
    def base(self) -> Path:
        return self.file.parent

    def check_sources(self, names: tuple[str, ...] = ()) -> list[Mistake]:
        """What is wrong with the settings of these sources, or of all. Loads their spiders."""
        chosen = [s for s in self.sources if not names or s.name in names]
        return [
            Mistake(self.places.get((s.name, p.key), self.places[s.name, ""]), p.problem, p.cure)
            for s in chosen
            for p in check_settings(s)
        ]


def read_config(file: Path) -> Config:
    """The config of a file. Raises `ConfigMistakes` with all that is wrong with it."""
    try:
        data = file.read_bytes()
    except OSError as error:
        cure = "name the file with --config, or run the command where it is"
        raise ConfigMistakes(
            [Mistake(Place(str(file)), f"cannot be read ({error.strerror})", cure)]
        ) from None
    return _Reader(file.resolve(), parse(data, str(file))).config()


class _Reader:
    """Reads one document; mistakes are collected, so that all are told at once."""

    def __init__(self, file: Path, document: Document) -> None:
        self.file = file
        self.findings = Findings([document])
        self.places: dict[tuple[str, str], Place] = {}
        self._root = document.root

    def config(self) -> Config:
        found = dict(self._values())
        if self.findings.mistakes:
            raise ConfigMistakes(dict.fromkeys(self.findings.mistakes))
        values = {key.name: found.get(key.name, key.default) for key in KEYS}
        values |= {name: self.file.parent / values[name] for name in ("archive", "rules")}
        return Config(file=self.file, places=self.places, **values)

    def _values(self) -> Iterator[tuple[str, Any]]:
        if self._root is None:
            return
        known = {key.name: key for key in KEYS}
        root = self.findings.mapping(self._root, "config", f"write keys: {', '.join(known)}")
        for name, value in root.pairs if root else ():
            if name.text in known:
                yield name.text, known[name.text].read(self, value)
            else:
                self.findings.unknown_key(name, known)

    def text(self, node: Node) -> str:
        found = self.findings.text(node, "this", "write one value")
        if found is None:
            return ""
        bare = found.text.strip().strip(QUOTES).strip()
        if not bare:
            what = "this should be a text, not nothing (这里应该是文字)"
            self.findings.add(node.place, what, "write one value")
        elif bare != found.text:
            what = f"quotes or blanks stand around '{shown(bare)}' (全角引号或空格)"
            self.findings.add(node.place, what, f"write: {shown(bare)}")
        return found.text

    def timezone(self, node: Node) -> str:
        name = self.text(node)
        try:
            ZoneInfo(name or "UTC")
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.findings.add(node.place, f"unknown time zone '{name}'", "write one like Asia/Shanghai")
        return name

    def duration(self, node: Node) -> timedelta:
        return read_duration(node, "'queue_max_age'", self.findings) or timedelta()

    def sources(self, node: Node) -> tuple[Source, ...]:
        if isinstance(node, Scalar) and node.empty:
            return ()
        found = self.findings.mapping(node, "'sources'", "write `name: {spider: …}`")
        return tuple(filter(None, (self._source(*pair) for pair in found.pairs))) if found else ()

    def _source(self, name: Scalar, node: Node) -> Source | None:
        self.places[name.text, ""] = name.place
        found = self.findings.mapping(node, f"source '{name.text}'", "write `spider: …` below it")
        if found is None:
            return None
        slips = [key for key, _ in found.pairs if self.findings.keyboard(key)]
        if slips:
            return None
        self.places |= {(name.text, key.text): key.place for key, _ in found.pairs}
        settings = {key.text: plain_value(value) for key, value in found.pairs}
        spider = settings.pop("spider", None)
        if not isinstance(spider, str):
            cure = f"add spider: one of {', '.join(spider_names())}"
            self.findings.add(name.place, f"source '{name.text}' names no spider", cure)
            return None
        if "." not in spider and spider not in spider_names():
            place = self.places[name.text, "spider"]
            self.findings.add(place, f"unknown spider '{spider}'", suggestion(spider, spider_names()))
        return Source(name=name.text, spider=spider, settings=settings)


KEYS = (
    Key(
        "store",
        DEFAULT_STORE,
        "where hits, cases and documents are kept: sqlite:PATH, elasticsearch+https://HOST/PREFIX, or memory",
        _Reader.text,
    ),
    Key(
        "archive",
        "var/archive",
        "folder in which every collected post is kept before it is matched",
        _Reader.text,
    ),
    Key("rules", "rules", "folder of rule files", _Reader.text),
    Key("timezone", "Asia/Shanghai", "zone in which days begin and times are shown", _Reader.timezone),
    Key(
        "queue_max_age",
        timedelta(days=3),
        "hits older than this are stored but not queued: 3d, 12h",
        _Reader.duration,
    ),
    Key("sources", (), "what is collected: name: {spider: …, settings of the spider}", _Reader.sources),
)
"""Every key there is. `listening config` prints them, and the docs are tested against them."""
