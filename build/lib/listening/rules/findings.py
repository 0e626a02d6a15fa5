"""Where the mistakes of all files are collected, with the cures that need to look around."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from listening.errors import Mistake, Place
from listening.rules.yaml_tree.keyboard import shown, with_brackets, with_colon
from listening.rules.yaml_tree.tree import Document, Mapping, Node, Scalar, noun
from listening.suggest import nearest

_LISTED = 12


class Findings:
    """The mistakes so far, and the lines they stand in.

    `incomplete`: a file or section could not be read, so a name that nobody defines may stand there.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        documents = list(documents)
        self.mistakes = [mistake for document in documents for mistake in document.mistakes]
        self.incomplete = bool(self.mistakes)
        self._lines = {document.file: document.lines for document in documents}

    def add(self, place: Place, what: str, cure: str = "") -> None:
        self.mistakes.append(Mistake(place, what, cure))

    def lines(self, file: str) -> Sequence[str]:
        return self._lines.get(file, ())

    def line(self, place: Place) -> str:
        lines = self.lines(place.file)
        return lines[place.line - 1] if 0 < place.line <= len(lines) else ""

    def mapping(self, node: Node, what: str, cure: str) -> Mapping | None:
        """The node if it is a mapping; else why it is none."""
        if isinstance(node, Mapping):
            return node
        if not self.keyboard(node):
            self.add(node.place, f"{what} should be a mapping, not {noun(node)} (这里应该是键值)", cure)
        return None

    def text(self, node: Node, what: str, cure: str) -> Scalar | None:
        """The node if it is a text; else why it is none."""
        if isinstance(node, Scalar) and not node.empty:
            return node
        if not self.keyboard(node):
            self.add(node.place, f"{what} should be a text, not {noun(node)} (这里应该是文字)", cure)
        return None

    def keyboard(self, node: Node) -> bool:
        """Tell it if a list or mapping was written in full-width signs, so that it reads as a text."""
        if not isinstance(node, Scalar) or not node.plain:
            return False
        if (meant := with_brackets(node.text)) is not None:
            self.add(node.place, "the brackets are full width (全角括号)", f"write: {meant}")
            return True
        first = node.text.split(" ")[0]
        if "：" in first and (meant := with_colon(self._whole(node))) is not None:
            place = Place(node.place.file, node.place.line, node.place.column + node.text.index("："))
            self.add(place, "the colon is full width (全角冒号)", f"write: {meant}")
            return True
        return False

    def _whole(self, node: Scalar) -> str:
        """The text; to its line's end where YAML cut it inside its brackets: `where：{kind: comment}`."""
        if node.text.count("{") == node.text.count("}"):
            return node.text
        return self.line(node.place)[node.place.column - 1 :]

    def unknown_key(self, key: Scalar, known: Iterable[str]) -> None:
        """A key that nobody knows; most often another one is meant."""
        known = list(known)
        bare = key.text.strip("\u3000\xa0 ")
        if bare != key.text:
            what = f"a full-width blank stands around '{shown(bare)}' (全角空格)"
            self.add(key.place, what, "write half-width blanks")
        elif not self.keyboard(key):
            self.add(key.place, f"unknown key '{shown(key.text)}'", suggestion(key.text, known))


def suggestion(word: str, known: Iterable[str]) -> str:
    """What may have been meant: "did you mean 'x'?", or else what there is to choose from."""
    known = list(known)
    if meant := nearest(word, known):
        return f"did you mean '{shown(meant)}'?"
    if not known:
        return "there are none yet"
    more = " …" if len(known) > _LISTED else ""
    return f"there are: {', '.join(map(shown, known[:_LISTED]))}{more}"
