"""Rule files to a rule set: all of them are read, and all their mistakes are told together.

files -> trees (yaml_reader) -> sections by name -> lists, subjects, scenarios, ignore -> digest
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from listening.errors import Mistake, Place, RuleMistakes
from listening.rules.conditions import refuse_variants
from listening.rules.document.rules import with_digest
from listening.rules.expression import Via
from listening.rules.findings import Findings
from listening.rules.keys.values import read_names
from listening.rules.lists import Lists
from listening.rules.ruleset import Ignore, RuleSet, Side
from listening.rules.scenarios import read_scenario
from listening.rules.sections import Sections, read_sections
from listening.rules.subjects import ReadSubject, read_subject
from listening.rules.terms.items import read_terms
from listening.rules.terms.term import Item
from listening.rules.yaml_tree.reader import MAX_BYTES, parse
from listening.rules.yaml_tree.tree import Document
from listening.rules.yaml_tree.tree import Mapping as MappingNode

SUFFIXES = (".yaml", ".yml")
_CURE = "give the folder with the rule files, for example --rules rules/"


def read_rules(where: Path | str | Iterable[Path | str]) -> RuleSet:
    """The rule set of a folder (all *.yaml and *.yml below it, hidden ones left out) or of the files named.

    The order of files is that of their paths. Raises `RuleMistakes` with every mistake of every file.
    """
    named = [where] if isinstance(where, (Path, str)) else list(where)
    files = [file for each in named for file in _files(Path(each))]
    documents = [_document(file) for file in files]
    return _read(documents, ", ".join(map(_display, named)))


def _files(where: Path) -> list[Path]:
    if not where.is_dir():
        return [where]
    if found := sorted(_below(where)):
        return found
    what = f"holds no rule files, *{' or *'.join(SUFFIXES)} (没有规则文件)"
    raise RuleMistakes([Mistake(Place(_display(where)), what, _CURE)])


def _below(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder, onerror=_refuse_folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(parent, n) for n in names if not n.startswith(".") and n.lower().endswith(SUFFIXES))
        yield from (path for path in paths if path.is_file())


def _refuse_folder(error: OSError) -> None:
    raise RuleMistakes([_unreadable(Path(error.filename), error)])


def _document(file: Path) -> Document:
    name = _display(file)
    try:
        with file.open("rb") as opened:
            return parse(opened.read(MAX_BYTES + 1), name)
    except FileNotFoundError:
        mistake = Mistake(Place(name), "there is no such file or folder (不存在)", _CURE)
    except OSError as error:
        mistake = _unreadable(file, error)
    return Document(name, (), None, (mistake,), broken=True)


def _unreadable(file: Path, error: OSError) -> Mistake:
    return Mistake(Place(_display(file)), f"cannot be read ({error.strerror})", "look at its permissions")


def _display(path: Path | str) -> str:
    """A path for people; bytes that are no text show as ?."""
    return str(path).encode("utf-8", "replace").decode()


def _read(documents: list[Document], where: str) -> RuleSet:
    findings = Findings(documents)
    sections = read_sections(documents, findings)
    lists = Lists(_written_lists(sections, findings), findings)
    subjects = _subjects(sections, lists, findings)
    _require_brand(sections, subjects, where, findings)
    scenarios = [read_scenario(entry, subjects, lists, findings) for entry in sections.scenarios.values()]
    ignore = _ignore(sections.ignore, lists, findings)
    if findings.mistakes:
        raise RuleMistakes(dict.fromkeys(findings.mistakes))
    return with_digest(
        RuleSet(
            subjects=tuple(read.subject for read in subjects.values() if read.enabled),
            scenarios=tuple(read.scenario for read in scenarios if read is not None and read.enabled),
            ignore=ignore,
        )
    )


def _written_lists(sections: Sections, findings: Findings) -> dict[str, list[Item]]:
    return {name: read_terms(entry.body, name, findings) for name, entry in sections.lists.items()}


def _subjects(sections: Sections, lists: Lists, findings: Findings) -> dict[str, ReadSubject]:
    found = {name: read_subject(entry, lists, findings) for name, entry in sections.subjects.items()}
    findings.incomplete |= None in found.values()
    return {name: read for name, read in found.items() if read is not None}


def _require_brand(
    sections: Sections, subjects: Mapping[str, ReadSubject], where: str, findings: Findings
) -> None:
    if findings.incomplete:
        return
    if not any(entry.sort == Side.BRAND for entry in sections.subjects.values()):
        what = "no brand is defined in these rules, so nothing could ever match (没有品牌)"
        findings.add(Place(where), what, "write brands: with a name and its any: [...]")
    elif not any(read.enabled for read in subjects.values() if read.subject.side is Side.BRAND):
        what = "every brand is switched off (所有品牌都已停用)"
        findings.add(Place(where), what, "remove `enabled: false` from one of them")


def _ignore(sections: Iterable[MappingNode], lists: Lists, findings: Findings) -> Ignore:
    terms: list[Item] = []
    authors: list[str] = []
    for section in sections:
        for key, value in section.pairs:
            if key.text == "any":
                terms.extend(read_terms(value, "any", findings))
            elif key.text == "authors":
                authors.extend(read_names(value, "an author", findings))
            else:
                findings.unknown_key(key, ("any", "authors"))
    spelled_out = lists.spelled_out(terms)
    cure = "leave initials out: they need a context, and ignore has none"
    refuse_variants(spelled_out, (Via.INITIALS,), "'ignore'", cure, findings)
    return Ignore(any=spelled_out, authors=tuple(dict.fromkeys(authors)))
