"""Rules that can never match, or match whatever stands in a post. Only what is certain is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from listening.rules.body import STATING_KEYS, Body
from listening.rules.expression import (
    And,
    Expression,
    Near,
    Not,
    Or,
    Stands,
    Term,
    TermKind,
    holds_without_terms,
    terms_of,
)
from listening.rules.findings import Findings
from listening.rules.ruleset import Conditions
from listening.rules.terms.patterns import folded_pattern
from listening.rules.yaml_tree.keyboard import shown
from listening.text.views import compacted

_Form = tuple[TermKind, str]
_STANDS_ALONE = (
    TermKind.PATTERN,
    TermKind.RAW_PATTERN,
    TermKind.SEPARABLE,
    TermKind.MARKED,
    TermKind.SUBJECT,
)
"""Kinds whose occurrences are not those of their text."""


def check_rule(body: Body, conditions: Conditions, findings: Findings, *, by_other: bool) -> None:
    """`by_other`: accounts or sources may bring the subject, whatever becomes of its terms."""
    if _refuse_everything(body, conditions, findings) or by_other:
        return
    if not set(STATING_KEYS) & body.values.keys():
        more = "" if body.what == "scenario" else ", accounts or sources"
        cure = f"give it any, all{more}" if more else "give it any, all or when"
        findings.add(body.place, f"{body.what} '{shown(body.name)}' has nothing to look for (内容为空)", cure)
        return
    if conditions.none or conditions.except_:
        _refuse_dead(body, conditions, findings)


def _refuse_everything(body: Body, conditions: Conditions, findings: Findings) -> bool:
    """A `when` that holds without any of its words, and nothing else is stated."""
    when = conditions.when
    if when is None or conditions.any or conditions.all or not holds_without_terms(when):
        return False
    what = f"the `when` of '{shown(body.name)}' holds for every post without its words (不含任何词也成立)"
    findings.add(body.values["when"].place, what, "write: 断网 and not …, or state any or all as well")
    return True


def _refuse_dead(body: Body, conditions: Conditions, findings: Findings) -> None:
    never = f"{body.what} '{shown(body.name)}' can never match (永远不会命中)"
    dead = _Dead.of(conditions)
    for term in conditions.all:
        if reason := dead.reason(term):
            findings.add(
                term.place, f"{never}: '{shown(str(term))}' {reason}", "take it out of one of the two"
            )
            return
    if conditions.any and (which := dead.reasons(conditions.any)):
        findings.add(
            conditions.any[0].place, f"{never}: each term of any {which}", "take one of them out there"
        )
    elif conditions.when is not None and not dead.may_hold(conditions.when):
        which = dead.reasons(term for term in terms_of(conditions.when) if dead.reason(term))
        what = f"{never}: a term that `when` needs {which}"
        findings.add(body.values["when"].place, what, "take it out there, or out of when")


@dataclass(frozen=True, slots=True)
class _Dead:
    """What takes terms away: the forms under `none`, and what is found anywhere under `except`.

    `context`: is each word of the context taken away, and so each weak word?
    """

    none: frozenset[_Form]
    except_: frozenset[_Form]
    context: bool = False

    @classmethod
    def of(cls, conditions: Conditions) -> _Dead:
        """Without the weak words under `none`, which take away only what has a context."""
        strong = (term for term in conditions.none if not term.weak)
        dead = cls(frozenset(map(_form, strong)), frozenset(map(_anywhere, conditions.except_)))
        if conditions.context and all(map(dead.reason, conditions.context)):
            return cls(dead.none, dead.except_, context=True)
        return dead

    def reason(self, term: Term) -> str:
        """Why no occurrence of the term can ever help the rule; "" if one may.

        The same term under `none` counts where it counts, and a text counts wherever its letters stand. An
        equal word or text under `except` stands wherever the term does, and takes every occurrence away.
        """
        if term.kind is TermKind.SUBJECT:
            return ""
        if _form(term) in self.none or _anywhere(term) in self.none:
            return "stands under none too"
        if _anywhere(term) in self.except_:
            return "stands under except too"
        return "is weak, and its context stands under none or except" if term.weak and self.context else ""

    def reasons(self, terms: Iterable[Term]) -> str:
        """The reason of all of them; "" if one of them may help."""
        found = set(map(self.reason, terms))
        if "" in found:
            return ""
        return found.pop() if len(found) == 1 else "stands under none or except too"

    def may_hold(self, expression: Expression) -> bool:
        """Could the expression hold for a post, as far as the dead terms go? `not` could always."""
        match expression:
            case Stands(terms):
                return not self.reasons(terms)
            case Near(left, right):
                return not self.reasons(left) and not self.reasons(right)
            case Not():
                return True
            case And(parts):
                return all(map(self.may_hold, parts))
            case Or(parts):
                return any(map(self.may_hold, parts))


def _form(term: Term) -> _Form:
    if term.kind is TermKind.PATTERN:
        return term.kind, folded_pattern(term.text)
    if term.kind in (TermKind.RAW_PATTERN, TermKind.CASE):
        return term.kind, term.text
    return term.kind, compacted(term.text)


def _anywhere(term: Term) -> _Form:
    """What finds every occurrence of the term, whatever stands around it."""
    return _form(term) if term.kind in _STANDS_ALONE else (TermKind.TEXT, compacted(term.text))
