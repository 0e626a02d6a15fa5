"""Lists: terms under a name, used as $name anywhere; lists may use lists, but not in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from listening.rules.expression import Term
from listening.rules.findings import Findings, suggestion
from listening.rules.terms.term import SUBJECT_NAME, Item, Reference
from listening.rules.yaml_tree.keyboard import shown

MAX_TERMS = 2_000_000
"""In all lists and rules together, a list counted wherever it is used: a few lines can ask for billions."""


class Lists:
    """All lists of a rule set, each spelled out to its terms."""

    def __init__(self, written: Mapping[str, Sequence[Item]], findings: Findings) -> None:
        self._findings = findings
        self._written = written
        self._terms: dict[str, tuple[Term, ...]] = {}
        self._count = 0
        for name in self._used_first():
            self._terms[name] = self.spelled_out(written[name])

    def spelled_out(self, items: Iterable[Item]) -> tuple[Term, ...]:
        """The terms with each $name replaced by its list; each term once, at its first place."""
        out: dict[Term, None] = {}
        for item in items:
            out.update(dict.fromkeys(self._of(item) if isinstance(item, Reference) else (item,)))
            if self._count + len(out) > MAX_TERMS:
                self._refuse_more(item)
                return ()
        self._count += len(out)
        return tuple(out)

    def _of(self, reference: Reference) -> tuple[Term, ...]:
        if reference.name == SUBJECT_NAME:
            what = "$subject stands only in the `when` of a scenario (仅用于 scenarios 的 when)"
            self._findings.add(reference.place, what, "write: when: $subject near/10 断网")
        elif reference.name not in self._written and not self._findings.incomplete:
            known = suggestion(reference.name, self._written)
            self._findings.add(reference.place, f"unknown list '${shown(reference.name)}'", known)
        return self._terms.get(reference.name, ())

    def _refuse_more(self, item: Item) -> None:
        what = f"more than {MAX_TERMS:,} terms when all lists are spelled out (词条过多)"
        if not any(mistake.what == what for mistake in self._findings.mistakes):
            self._findings.add(item.place, what, "use a list in fewer rules")

    def _used_first(self) -> list[str]:
        """All names, each behind the lists that it uses. A circle is told where it closes, and cut there."""
        order: dict[str, None] = {}
        for start in self._written:
            path: dict[str, Iterator[Reference]] = {} if start in order else {start: self._uses(start)}
            while path:
                name, uses = next(reversed(path.items()))
                used = next(uses, None)
                if used is None:
                    path.pop(name)
                    order[name] = None
                elif used.name in path:
                    self._refuse_circle(list(path), used)
                elif used.name in self._written and used.name not in order:
                    path[used.name] = self._uses(used.name)
        return list(order)

    def _uses(self, name: str) -> Iterator[Reference]:
        return (item for item in self._written[name] if isinstance(item, Reference))

    def _refuse_circle(self, path: list[str], closing: Reference) -> None:
        circle = [*path[path.index(closing.name) :], closing.name]
        if len(circle) > 8:
            circle[3:-1] = ["…"]
        way = " → ".join(f"${shown(name)}" for name in circle)
        what = f"list '{shown(closing.name)}' contains itself: {way} (循环引用)"
        self._findings.add(closing.place, what, "remove one of these references")
