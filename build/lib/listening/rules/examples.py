"""The examples below a rule: posts that must, and posts that must not, meet it. Only read here, not run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from listening.codec import post_from_dict
from listening.errors import InvalidPost, Place
from listening.model import Author, Metrics, Post
from listening.rules.findings import Findings, suggestion
from listening.rules.ruleset import Examples
from listening.rules.yaml_tree.keyboard import shown
from listening.rules.yaml_tree.tree import Mapping, Node, Scalar, Sequence, plain_value

_KEYS = tuple(f.name for f in fields(Post) if f.name != "extra")
_TEXTS = ("id", "text", "platform", "url", "title", "source", "region", "lang")
_NOUNS = {"author": Author, "parent.author": Author, "root.author": Author, "metrics": Metrics}
_NESTED = ["parent.id", "root.id", *(f"{key}.{f.name}" for key, noun in _NOUNS.items() for f in fields(noun))]
_CURE = "write: hit: [a post that must be found]"


def read_examples(node: Node | None, findings: Findings) -> Examples:
    mapping = findings.mapping(node, "'examples'", f"{_CURE}, and miss: for the others") if node else None
    found: dict[str, tuple[tuple[Post, Place], ...]] = {}
    count = 0
    for key, value in mapping.pairs if mapping else ():
        if key.text not in ("hit", "miss"):
            findings.unknown_key(key, ("hit", "miss"))
            continue
        found[key.text] = tuple(_posts(value, key.text, count, findings))
        count += len(found[key.text])
    return Examples(hit=found.get("hit", ()), miss=found.get("miss", ()))


def _posts(node: Node, key: str, before: int, findings: Findings) -> Iterator[tuple[Post, Place]]:
    if isinstance(node, Scalar) and node.style in ("|", ">"):
        what = f"a block stands directly behind '{key}'"
        findings.add(node.place, what, "put '- ' before each example; one of several lines is '- |'")
        return
    items = node.items if isinstance(node, Sequence) else (node,)
    for item in items:
        before += 1
        if (post := _post(item, f"example-{before}", findings)) is not None:
            yield post, item.place


def _post(node: Node, name: str, findings: Findings) -> Post | None:
    match node:
        case Mapping():
            return _from_mapping(node, name, findings)
        case Scalar() if not node.empty and not findings.keyboard(node):
            return _checked({"id": name, "text": node.text}, node.place, findings)
        case Scalar() if not node.empty:
            return None
        case _:
            findings.add(node.place, "an example should be a text or a post (示例应为文本或帖子)", _CURE)
            return None


def _from_mapping(node: Mapping, name: str, findings: Findings) -> Post | None:
    before = len(findings.mistakes)
    record: dict[str, Any] = {"id": name}
    for key, value in node.pairs:
        if key.text not in _KEYS:
            findings.unknown_key(key, _KEYS)
        is_text = key.text in _TEXTS and isinstance(value, Scalar) and not value.empty
        record[key.text] = value.text if is_text and isinstance(value, Scalar) else plain_value(value)
    return _checked(record, node.place, findings) if len(findings.mistakes) == before else None


def _checked(record: dict[str, Any], place: Place, findings: Findings) -> Post | None:
    try:
        post = post_from_dict(record)
    except InvalidPost as error:
        cure = "mend it; quote a number that is a text: '10086'"
        findings.add(place, f"this example is no post (示例有误): {error.what}", cure)
        return None
    for key in post.extra:
        findings.add(place, f"unknown key '{shown(key)}' in this example", suggestion(key, _NESTED))
    return post
