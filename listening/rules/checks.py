"""Rules that can never match. Only what is certain is told, whatever the posts are."""

from __future__ import annotations

from dataclasses import dataclass

from listening.rules.body import Body
from listening.rules.expression import Term, TermKind
from listening.rules.findings import Findings
from listening.rules.keyboard import shown
from listening.rules.patterns import folded_pattern
from listening.rules.ruleset import Conditions
from listening.text.views import compacted

_Form = tuple[TermKind, str]


def check_rule(body: Body, conditions: Conditions, findings: Findings, *, by_other: bool) -> None:
    """`by_other`: accounts or sources may bring the subject, whatever becomes of its terms."""
    if by_other:
        return
    if not {"any", "all"} & body.values.keys():
        cure = "give it any or all" if body.what == "scenario" else "give it any, all, accounts or sources"
        findings.add(body.place, f"{body.what} '{shown(body.name)}' has nothing to look for (内容为空)", cure)
        return
    if not conditions.none and not conditions.except_:
        return
    dead = _Dead(frozenset(map(_form, conditions.none)), frozenset(map(_anywhere, conditions.except_)))
    for term in conditions.all:
        if reason := dead.reason(term):
            what = f"{_never(body)}: '{shown(str(term))}' {reason}"
            findings.add(term.place, what, "take it out of one of the two")
            return
    if conditions.any and all(map(dead.reason, conditions.any)):
        reasons = set(map(dead.reason, conditions.any))
        which = reasons.pop() if len(reasons) == 1 else "stands under none or except too"
        what = f"{_never(body)}: each term of any {which}"
        findings.add(conditions.any[0].place, what, "take one of them out there")


def _never(body: Body) -> str:
    return f"{body.what} '{shown(body.name)}' can never match (永远不会命中)"


@dataclass(frozen=True, slots=True)
class _Dead:
    """What takes terms away: the forms under `none`, and what is found anywhere under `except`."""

    none: frozenset[_Form]
    except_: frozenset[_Form]

    def reason(self, term: Term) -> str:
        """Why no occurrence of the term can ever help the rule; "" if one may.

        The same term under `none` counts where it counts, and a text counts wherever its letters stand. An
        equal word or text under `except` stands wherever the term does, and takes every occurrence away.
        """
        if _form(term) in self.none or (not _is_pattern(term) and _anywhere(term) in self.none):
            return "stands under none too"
        return "stands under except too" if _anywhere(term) in self.except_ else ""


def _form(term: Term) -> _Form:
    if term.kind is TermKind.PATTERN:
        return term.kind, folded_pattern(term.text)
    if term.kind in (TermKind.RAW_PATTERN, TermKind.CASE):
        return term.kind, term.text
    return term.kind, compacted(term.text)


def _anywhere(term: Term) -> _Form:
    """What finds every occurrence of the term, whatever stands around it."""
    return _form(term) if _is_pattern(term) else (TermKind.TEXT, compacted(term.text))


def _is_pattern(term: Term) -> bool:
    return term.kind in (TermKind.PATTERN, TermKind.RAW_PATTERN)
