"""config.yaml: where things are. One table of keys with type, default and a sentence; nothing is guessed.

The operator's file. Secrets never stand in it: a source names the environment variable that holds one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from listening.collect.schedule.reading import TIMING_KEYS, read_every, read_timing, read_workdays
from listening.collect.schedule.timing import DEFAULT_EVERY, Timing
from listening.collect.sources import Source, check_settings, spider_names
from listening.errors import ConfigMistakes, Mistake, Place
from listening.rules.findings import Findings, suggestion
from listening.rules.keys.values import read_duration
from listening.rules.yaml_tree.keyboard import QUOTES, shown
from listening.rules.yaml_tree.reader import parse
from listening.rules.yaml_tree.tree import Document, Node, Scalar, plain_value
from listening.rules.yaml_tree.tree import Mapping as MappingNode
from listening.store import DEFAULT as DEFAULT_STORE
from listening.workdays import Workdays

_Read = Callable[["_Reader", Node], Any]
_MOST_AT_ONCE = 64
_FOLDER_KEYS = ("folder", "as", "map", "zone")


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
    workdays: Workdays
    queue_max_age: timedelta
    every: timedelta | None
    at_once: int
    sources: tuple[Source, ...]
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)

    @property
    def base(self) -> Path:
        return self.file.parent

    def check_sources(self, names: tuple[str, ...] = ()) -> list[Mistake]:
        """What is wrong with the settings of these sources, or of all. Loads their spiders and importers."""
        from listening.collect.dropbox import check_folder  # here: it loads all that collects

        chosen = [s for s in self.sources if not names or s.name in names]
        return [
            Mistake(self.places.get((s.name, p.key), self.places[s.name, ""]), p.problem, p.cure)
            for s in chosen
            for p in (check_folder(s) if s.folder else check_settings(s))
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
        self.values = {key.name: key.default for key in KEYS}
        self._root = document.root

    def config(self) -> Config:
        self._read()
        if self.findings.mistakes:
            raise ConfigMistakes(dict.fromkeys(self.findings.mistakes))
        values = self.values | {name: self.file.parent / self.values[name] for name in ("archive", "rules")}
        return Config(file=self.file, places=self.places, **values)

    def _read(self) -> None:
        if self._root is None:
            return
        known = {key.name: key for key in KEYS}
        root = self.findings.mapping(self._root, "config", f"write keys: {', '.join(known)}")
        # sources last, wherever they stand: when they are crawled, other keys say too
        for name, value in sorted(root.pairs if root else (), key=lambda pair: pair[0].text == "sources"):
            if name.text in known:
                self.values[name.text] = known[name.text].read(self, value)
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
            return "UTC"
        return name or "UTC"

    def duration(self, node: Node) -> timedelta:
        return read_duration(node, "'queue_max_age'", self.findings) or timedelta()

    def every(self, node: Node) -> timedelta | None:
        return read_every(node, self.findings)

    def at_once(self, node: Node) -> int:
        text = self.text(node)
        number = int(text) if text.isascii() and text.isdigit() else 0
        if text and not 1 <= number <= _MOST_AT_ONCE:
            what = f"'at_once' should be a number from 1 to {_MOST_AT_ONCE}, not '{shown(text)}'"
            self.findings.add(node.place, what, "write one like 4")
        return number

    def workdays(self, node: Node) -> Workdays:
        return read_workdays(node, self.findings)

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
        nodes = {key.text: value for key, value in found.pairs}
        timing = read_timing(
            {key: nodes.pop(key) for key in TIMING_KEYS if key in nodes},
            self.values["every"],
            self.findings,
            zone=ZoneInfo(self.values["timezone"]),
            is_workday=self.values["workdays"].is_workday,
        )
        if "folder" in nodes:
            return self._folder(name, found, timing)
        settings = {key: plain_value(value) for key, value in nodes.items()}
        spider = settings.pop("spider", None)
        if not isinstance(spider, str):
            cure = f"add spider: one of {', '.join(spider_names())}"
            self.findings.add(name.place, f"source '{name.text}' names no spider", cure)
            return None
        if "." not in spider and spider not in spider_names():
            place = self.places[name.text, "spider"]
            self.findings.add(place, f"unknown spider '{spider}'", suggestion(spider, spider_names()))
        return Source(name=name.text, spider=spider, settings=settings, timing=timing)

    def _folder(self, name: Scalar, found: MappingNode, timing: Timing) -> Source:
        """A watched folder: what `listening import` takes as options stands in its settings."""
        texts = {}
        for key, value in found.pairs:
            if key.text in _FOLDER_KEYS:
                texts[key.text] = self.timezone(value) if key.text == "zone" else self.text(value)
            elif key.text == "spider":
                what = f"source '{name.text}' has a spider and a folder"
                self.findings.add(key.place, what, "make two sources of it")
            elif key.text not in TIMING_KEYS:
                self.findings.unknown_key(key, (*_FOLDER_KEYS, *TIMING_KEYS))
        folder = self.file.parent / texts.pop("folder")
        if "map" in texts:
            texts["map"] = str(self.file.parent / texts["map"])
        return Source(name=name.text, spider="", settings=texts, timing=timing, folder=folder)


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
        "workdays",
        Workdays(),
        "days that people work: country (none: no public holidays), and your own holidays and workdays",
        _Reader.workdays,
    ),
    Key(
        "queue_max_age",
        timedelta(days=3),
        "hits older than this are stored but not queued: 3d, 12h",
        _Reader.duration,
    ),
    Key(
        "every",
        DEFAULT_EVERY,
        "how often `listening run` crawls a source that says nothing of its own: 15m, 2h, never",
        _Reader.every,
    ),
    Key("at_once", 4, "so many sources are crawled at the same time by `listening run`", _Reader.at_once),
    Key("sources", (), "what is collected: name: {spider: …, settings of the spider}", _Reader.sources),
)
"""Every key there is. `listening config` prints them, and the docs are tested against them."""
