"""The tree by which reviewers classify: kind, product, cause, or deeper. Each path in it is a category."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from listening.rules.body import Body
from listening.rules.findings import Findings, suggestion
from listening.rules.keys.values import checked_name, is_word, read_names
from listening.rules.ruleset import DEFAULT_CATEGORIES
from listening.rules.sections import Entry
from listening.rules.yaml_tree.keyboard import shown
from listening.rules.yaml_tree.tree import Mapping, Node, Scalar, Sequence

BETWEEN = "/"

Path = tuple[str, ...]


def read_categories(entries: Iterable[Entry], findings: Findings) -> tuple[Path, ...]:
    """Every path, each behind the one above it; the built-in kinds where there are none."""
    found: dict[Path, None] = {}
    for entry in entries:
        found |= dict.fromkeys(_paths((entry.name.text,), entry.body, findings))
    return tuple(found) or DEFAULT_CATEGORIES


def _paths(above: Path, node: Node, findings: Findings) -> Iterator[Path]:
    """The path itself, and those below it."""
    yield above
    if isinstance(node, Mapping):
        for name, below in node.pairs:
            if not findings.keyboard(name) and is_word(name, findings):
                checked_name(name.text, name.place, "a category", findings)
                yield from _paths((*above, _without_slash(name.text, name, findings)), below, findings)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _item(above, item, node.flow, findings)
    elif not node.empty:
        yield from _named(above, node, findings)


def _item(above: Path, item: Node, flow: bool, findings: Findings) -> Iterator[Path]:
    """One of a list: a name, or a mapping with what stands below it."""
    match item:
        case Mapping():
            yield from list(_paths(above, item, findings))[1:]
        case Sequence():
            what = "a list stands in a list of categories (列表套列表)"
            findings.add(item.place, what, "write: 宽带: [断网]")
        case Scalar():
            yield from _named(above, Sequence((item,), item.place, flow), findings)


def _named(above: Path, names: Scalar | Sequence, findings: Findings) -> Iterator[Path]:
    for name in read_names(names, "a category", findings):
        yield (*above, _without_slash(name, names, findings))


def _without_slash(name: str, node: Node, findings: Findings) -> str:
    if BETWEEN in name:
        what = f"'{shown(name)}' holds a '{BETWEEN}' (名称不能含 {BETWEEN})"
        findings.add(node.place, what, "put it below in the tree: 宽带: [断网]")
    return name


def read_category(body: Body, categories: Iterable[Path], findings: Findings) -> Path:
    """The category that a scenario suggests, `报障/宽带/断网`; () if it suggests none."""
    node = body.values.get("category")
    if node is None:
        return ()
    scalar = findings.text(node, "'category'", "write a path of the tree: 报障/宽带")
    if scalar is None:
        return ()
    path = tuple(part.strip() for part in scalar.text.split(BETWEEN))
    known = {BETWEEN.join(each): each for each in categories}
    if path not in known.values() and not findings.incomplete:
        what = f"unknown category '{shown(scalar.text)}' (未定义的分类)"
        findings.add(node.place, what, suggestion(BETWEEN.join(path), known))
    return path
