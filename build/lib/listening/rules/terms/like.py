"""`{word: 投诉, like: [pinyin, initials, marks, split]}`: a word and its other forms, as terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from listening.rules.expression import Term, TermKind, Via
from listening.rules.findings import Findings, suggestion
from listening.rules.keys.values import is_word, read_names
from listening.rules.terms.word import Written, read_word
from listening.rules.yaml_tree.keyboard import shown
from listening.rules.yaml_tree.tree import Mapping, Node
from listening.text import variants
from listening.text.fold import fold
from listening.text.views import is_han

SHORTEST, LONGEST = 2, 6
LIKES = (Via.PINYIN, Via.INITIALS, Via.MARKS, Via.SPLIT)

_CURE = "write {word: 投诉, like: [pinyin, initials, marks, split]}"


def read_like(node: Mapping, shape: str, findings: Findings) -> Iterator[Term]:
    """The word itself, and behind it its variants."""
    values = {key.text: value for key, value in node.pairs}
    for key, _ in node.pairs:
        if key.text not in ("word", "like"):
            findings.unknown_key(key, ("word", "like"))
    if not {"word", "like"} <= values.keys():
        missing = "like" if "word" in values else "word"
        findings.add(node.place, f"'{missing}' is missing in this term (缺少 {missing})", _CURE)
        return
    word, likes = _word(values["word"], shape, findings), _likes(values["like"], findings)
    if word is not None:
        yield word
        for like in likes:
            yield from _variants(word, like, values["like"], findings)


def _word(node: Node, shape: str, findings: Findings) -> Term | None:
    scalar = findings.text(node, "'word'", _CURE)
    if scalar is None or not is_word(scalar, findings):
        return None
    term = read_word(TermKind.WORD, Written(scalar.text, scalar.place, shape), findings)
    if term is None or (SHORTEST <= len(term.text) <= LONGEST and all(map(is_han, fold(term.text)))):
        return term
    what = f"'{shown(term.text)}' is not {SHORTEST} to {LONGEST} Chinese characters (只用于二到六个汉字)"
    cure = "only such words have variants: write each other form as a term of its own"
    findings.add(term.place, what, cure)
    return None


def _likes(node: Node, findings: Findings) -> list[Via]:
    known = [str(like) for like in LIKES]
    names = read_names(node, "'like'", findings)
    for name in names:
        if name not in known:
            findings.add(node.place, f"unknown like '{shown(name)}'", suggestion(name, known))
    return [Via(name) for name in names if name in known]


def _variants(word: Term, like: Via, node: Node, findings: Findings) -> Iterator[Term]:
    kind = TermKind.MARKED if like is Via.MARKS else TermKind.WORD
    found = [text for text in _SPELLED[like](word.text) if text]
    for text in found:
        yield Term(kind, text, word.place, like, word.text, weak=like is Via.INITIALS)
    if not found:
        findings.add(
            node.place, f"'{shown(word.text)}' has no {_NONE[like]}", f"leave {like} out for this word"
        )


_SPELLED: dict[Via, Callable[[str], Iterable[str]]] = {
    Via.PINYIN: variants.pinyin,
    Via.INITIALS: lambda word: [variants.initials(word)],
    Via.MARKS: lambda word: [word],
    Via.SPLIT: variants.split,
}
_NONE = {
    Via.PINYIN: "pinyin (没有拼音)",
    Via.INITIALS: "initials: a character of it has no pinyin (没有拼音)",
    Via.SPLIT: "character that falls into a left and a right part (不能拆字)",
}
