"""The terms under a key: a list, a block with one a line, or a single one; {text: …} and its like too."""

from __future__ import annotations

from collections.abc import Iterator

from listening.errors import Place
from listening.rules.expression import Term, TermKind
from listening.rules.findings import Findings
from listening.rules.keys.values import is_word
from listening.rules.terms.like import read_like
from listening.rules.terms.term import Item, read_term
from listening.rules.terms.word import Written, checked, read_word, refuse_signs
from listening.rules.yaml_tree.keyboard import QUOTES, shown
from listening.rules.yaml_tree.tree import Mapping, Node, Scalar, Sequence

_FORMS = {"text": TermKind.TEXT, "case": TermKind.CASE}
_MAPPING_CURE = "write {text: 断网} or {case: LTE}, or quote a text that holds ': '"
_LIST_CURE = "write a list of terms: [断网, 掉线]"


def read_terms(node: Node, key: str, findings: Findings) -> list[Item]:
    """The terms under a key: a list, a `|` block with one a line, or a single term."""
    found = [item for item in _items(node, key, findings) if item is not None]
    return list(dict.fromkeys(found))


def _items(node: Node, key: str, findings: Findings) -> Iterator[Item | None]:
    if isinstance(node, Scalar) and node.style == "|":
        yield from _block(node, key, findings)
    elif isinstance(node, Sequence):
        if not node.items:
            findings.add(
                node.place, f"'{key}' is an empty list (空列表)", "give it at least one term, or remove it"
            )
        for item in node.items:
            yield from _item(item, "flow" if node.flow else "item", findings)
    elif isinstance(node, Scalar) and node.empty:
        findings.add(node.place, f"nothing stands behind '{key}' (内容为空)", _LIST_CURE)
    elif not findings.keyboard(node):
        yield from _item(node, "one", findings)


def _block(node: Scalar, key: str, findings: Findings) -> Iterator[Item | None]:
    """One term a line; blank lines, lines with # and what stands behind ` #` are left out."""
    lines = 0
    for line, place in node.block_lines():
        text = line.strip()
        if not text.startswith(("/", "raw/")):
            text = text.split(" #")[0].rstrip()
        if not text or text.startswith("#"):
            continue
        lines += 1
        column = place.column + len(line) - len(line.lstrip())
        yield _line(Written(text, Place(place.file, place.line, column), "line"), findings)
    if not lines:
        findings.add(node.place, f"nothing stands behind '{key}' (内容为空)", _LIST_CURE)


def _line(written: Written, findings: Findings) -> Item | None:
    text = written.text
    if text.startswith("- "):
        what = "in a block, a line is a term as it stands (| 之后每行一个词)"
        findings.add(written.place, what, f"leave the dash out: {shown(text[2:])}, or remove the '|'")
        return None
    if text[0] in "'\"{[":
        what = "in a block, a line is a term as it stands, without quotes or brackets (| 之后每行一个词)"
        findings.add(written.place, what, "leave them out, or write this term in a list")
        return None
    return read_term(written, findings)


def _item(node: Node, shape: str, findings: Findings) -> Iterator[Item | None]:
    match node:
        case Sequence():
            findings.add(
                node.place, "a list stands inside a list (列表套列表)", "write its items one by one, or $name"
            )
        case Mapping() if node.get("word") or node.get("like"):
            yield from read_like(node, shape, findings)
        case Mapping():
            yield _form(node, shape, findings)
        case Scalar() if node.empty and node.plain:
            findings.add(node.place, *_nothing(node, findings))
        case Scalar(style="|" | ">"):
            what = f"a block ({node.style}) stands where one term belongs (多行文本)"
            findings.add(node.place, what, "put | directly behind the key, then one term a line")
        case Scalar():
            if is_word(node, findings):
                yield read_term(Written(node.text, node.place, shape), findings)


def _nothing(node: Scalar, findings: Findings) -> tuple[str, str]:
    rest = findings.line(node.place)[node.place.column - 1 :].strip()
    if rest.startswith("#"):
        return (
            "from '#' on, YAML takes the line for a comment (# 之后是注释)",
            f"leave the # out: {shown(rest[1:])}",
        )
    return "an empty item stands in this list (空项)", "write a term, or remove it"


def _form(node: Mapping, shape: str, findings: Findings) -> Term | None:
    """{text: …} or {case: …}."""
    if len(node.pairs) != 1:
        findings.add(node.place, f"a term has one key, this one {len(node.pairs)}", _MAPPING_CURE)
        return None
    key, value = node.pairs[0]
    if key.text not in _FORMS:
        if not findings.keyboard(key):
            findings.add(key.place, f"unknown kind of term '{shown(key.text)}'", _MAPPING_CURE)
        return None
    scalar = findings.text(value, f"'{key.text}'", _MAPPING_CURE)
    if scalar is None or not is_word(scalar, findings):
        return None
    kind, written = _FORMS[key.text], Written(scalar.text, scalar.place, shape)
    if kind is TermKind.TEXT:
        enclosed = scalar.plain and scalar.text[0] in QUOTES and scalar.text[-1] in QUOTES
        if enclosed and refuse_signs(written, findings):
            return None
        return checked(kind, written, findings)
    return read_word(kind, written, findings)
