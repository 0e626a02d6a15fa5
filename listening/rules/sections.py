"""The top level of all files, put together: every name that is defined, in the order of files and lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from listening.rules.body import SCENARIO_KEYS, SUBJECT_KEYS
from listening.rules.findings import Findings
from listening.rules.keys.values import checked_name, is_word
from listening.rules.terms.term import SUBJECT_NAME
from listening.rules.yaml_tree.keyboard import shown
from listening.rules.yaml_tree.tree import Document, Mapping, Node, Scalar

KEYS = ("lists", "brands", "competitors", "scenarios", "ignore")
_CURES = {
    "lists": "write: name: [断网, 掉线]",
    "brands": "write each brand as a key with its rule below",
    "competitors": "write each competitor as a key with its rule below",
    "scenarios": "write each scenario as a key with its rule below",
    "ignore": "write any: or authors: below",
}
_SORTS = {"lists": "list", "brands": "brand", "competitors": "competitor", "scenarios": "scenario"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One name that is defined, with what stands below it. `sort` is list, brand, competitor, scenario."""

    sort: str
    name: Scalar
    body: Node


@dataclass(frozen=True, slots=True)
class Sections:
    """What all files define. Brands and competitors share one space of names."""

    lists: dict[str, Entry] = field(default_factory=dict)
    subjects: dict[str, Entry] = field(default_factory=dict)
    scenarios: dict[str, Entry] = field(default_factory=dict)
    ignore: list[Mapping] = field(default_factory=list)

    def of(self, section: str) -> dict[str, Entry]:
        return {"lists": self.lists, "scenarios": self.scenarios}.get(section, self.subjects)


def read_sections(documents: Iterable[Document], findings: Findings) -> Sections:
    sections = Sections()
    for document in documents:
        root = document.root
        if root is None:
            continue
        cure = f"begin with one of {', '.join(key + ':' for key in KEYS)}"
        mapping = findings.mapping(root, "a rule file", cure)
        findings.incomplete |= mapping is None
        for key, value in mapping.pairs if mapping else ():
            _read_section(key, value, sections, findings)
    return sections


def _read_section(key: Scalar, value: Node, sections: Sections, findings: Findings) -> None:
    if key.text not in KEYS:
        findings.incomplete = True
        _refuse_key(key, findings)
        return
    if isinstance(value, Scalar) and value.empty:
        return  # a heading whose entries are all commented out
    mapping = findings.mapping(value, f"'{key.text}'", _CURES[key.text])
    if mapping is None:
        findings.incomplete = True
    elif key.text == "ignore":
        sections.ignore.append(mapping)
    else:
        for name, body in mapping.pairs:
            _define(Entry(_SORTS[key.text], name, body), sections.of(key.text), findings)


def _refuse_key(key: Scalar, findings: Findings) -> None:
    if key.text in {*SUBJECT_KEYS, *SCENARIO_KEYS}:
        what = f"'{key.text}' stands at the top of the file and belongs to a rule (缩进有误)"
        findings.add(key.place, what, "indent it below the name of its brand or scenario")
    else:
        findings.unknown_key(key, KEYS)


def _define(entry: Entry, known: dict[str, Entry], findings: Findings) -> None:
    name = entry.name.text
    if first := known.get(name):
        _refuse_twice(entry, first, findings)
        return
    known[name] = entry
    what = f"the name of a {entry.sort}"
    if not findings.keyboard(entry.name) and is_word(entry.name, findings):
        checked_name(name, entry.name.place, what, findings)
    if "/" in name:
        cure = "leave it out: pairs are written brand/scenario"
        findings.add(entry.name.place, f"'{shown(name)}' holds a '/' (名称不能含 /)", cure)
    if entry.sort == "list" and name.startswith("$"):
        what = f"'{shown(name)}': the $ belongs to its use only"
        findings.add(entry.name.place, what, "leave the $ out here")
    if entry.sort == "list" and name == SUBJECT_NAME:
        what = "a list cannot be called 'subject': $subject is the brand or competitor itself (保留名称)"
        findings.add(entry.name.place, what, "choose another name")


def _refuse_twice(entry: Entry, first: Entry, findings: Findings) -> None:
    name, place = shown(entry.name.text), first.name.place
    if entry.sort != first.sort:
        what = f"'{name}' is a {entry.sort} here and a {first.sort} at {place} (名称冲突)"
        findings.add(entry.name.place, what, "rename one of them")
    else:
        what = f"{entry.sort} '{name}' is defined twice, first at {place} (重复定义)"
        findings.add(entry.name.place, what, "put the two together, or rename one")
