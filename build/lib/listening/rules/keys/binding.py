"""How close a scenario's words must stand to the subject, and which marks they may carry."""

from __future__ import annotations

import re

from listening.errors import Place
from listening.rules.body import Body
from listening.rules.findings import Findings, suggestion
from listening.rules.ruleset import Bind, BindKind, Keep
from listening.rules.when.tokens import MAX_WITHIN
from listening.rules.yaml_tree.keyboard import shown
from listening.text.fold import fold

_NEAR = re.compile("near/([0-9]{1,9})")
_NEARLY = re.compile(r"(?:near|before)(?:[\W_0-9].*)?", re.DOTALL)
_CURE = "write post, sentence, near/20 or nearest"
_KEEP_CURE = "write keep, drop or only"
_WAYS = ("post", "sentence", "near/20", "nearest")


def read_bind(body: Body, findings: Findings) -> Bind:
    node = body.values.get("bind")
    scalar = findings.text(node, "'bind'", _CURE) if node is not None else None
    if scalar is None:
        return Bind()
    word = fold(scalar.text)
    if found := _NEAR.fullmatch(word):
        return _near(int(found.group(1)), scalar.text, scalar.place, findings)
    if word == BindKind.NEAR or word not in list(BindKind):
        cure = "write near/20" if _NEARLY.fullmatch(word) else suggestion(scalar.text, _WAYS)
        findings.add(scalar.place, f"unknown bind '{shown(scalar.text)}'", cure)
        return Bind()
    return Bind(BindKind(word))


def _near(within: int, text: str, place: Place, findings: Findings) -> Bind:
    if within > MAX_WITHIN:
        what = f"'{shown(text)}' is farther than {MAX_WITHIN} characters (距离过大)"
        findings.add(place, what, f"write near/0 to near/{MAX_WITHIN}, or post")
        return Bind()
    return Bind(BindKind.NEAR, within)


def read_keep(body: Body, key: str, findings: Findings) -> Keep:
    """What becomes of words with the mark that the key names."""
    node = body.values.get(key)
    scalar = findings.text(node, f"'{key}'", _KEEP_CURE) if node is not None else None
    if scalar is None:
        return Keep.KEEP
    word = fold(scalar.text)
    if word not in list(Keep):
        findings.add(scalar.place, f"unknown answer '{shown(scalar.text)}' to '{key}'", _KEEP_CURE)
        return Keep.KEEP
    return Keep(word)
