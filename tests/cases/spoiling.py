"""Rules with one thing of the language taken out, to see that some case needs it.

Keys are taken out of the text of the rules; kinds of terms and operators out of the rule set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

import yaml

from listening.match.matcher import Matcher
from listening.rules.expression import And, Expression, Near, Not, Or, Stands, Term, TermKind
from listening.rules.ruleset import Conditions, RuleSet
from tests.cases.gold import Case, Theme, read_yaml, ruleset, said

Rules = dict[str, Any]
Spoiled: TypeAlias = Callable[[str], Matcher | None]
"""From the text of rules to a matcher of the spoiled ones; None where nothing is spoiled."""
STATING = ("any", "all", "when", "weak", "nicknames", "accounts", "sources")
NOWHERE_WORD = "绝无此词"


def cases_that_need(theme: Theme, spoiled: Spoiled) -> list[Case]:
    """The cases of a theme that come out otherwise where its rules are spoiled so."""
    asked = spoiled(theme.rules)
    return [c for c in theme.cases if asked and said(asked.match([c.post])[0], c.stated) != c.stated]


def as_text(spoil: Callable[[Rules], object]) -> Spoiled:
    """Spoil the rules as they are written."""

    def spoiled(text: str) -> Matcher | None:
        rules = read_yaml(text)
        spoil(rules)
        if rules == read_yaml(text):
            return None
        return Matcher(ruleset(written(rules)))

    return spoiled


class _Quoting(yaml.SafeDumper):
    """Writes each text in quotes, or as a block: hours and numbers that are words need them."""


def _quoted(dumper: _Quoting, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else '"')


_Quoting.add_representer(str, _quoted)


def written(rules: Rules) -> str:
    return yaml.dump(rules, Dumper=_Quoting, allow_unicode=True, sort_keys=False, width=1_000_000)


def bodies(rules: Rules) -> Iterator[Rules]:
    """The rules of all brands, competitors and scenarios."""
    for section in ("brands", "competitors", "scenarios"):
        yield from rules.get(section, {}).values()


def without_key(rules: Rules, key: str, begins: str = "") -> None:
    """No rule states this key (where its value begins so); one that has nothing left to look for is gone."""
    for body in bodies(rules):
        if key in body and str(body[key]).startswith(begins):
            _take_out(body, key)
    for section in ("brands", "competitors", "scenarios"):
        kept = {name: body for name, body in rules.get(section, {}).items() if body.keys() & {*STATING}}
        if section in rules:
            rules[section] = kept


def _take_out(body: Rules, key: str) -> None:
    """Weak words are plain ones without their context."""
    body.pop(key)
    if key == "context" and "weak" in body:
        body["any"] = [*_listed(body.get("any", [])), *_listed(body.pop("weak"))]
    elif key == "weak":
        body.pop("context", None)


def empty_lists(rules: Rules) -> None:
    """Each list holds one word that nobody writes."""
    rules["lists"] = {name: NOWHERE_WORD + name for name in rules["lists"]}


def other_side(rules: Rules) -> None:
    """Each brand is a competitor, and scenarios ask for those. There must be a brand, so there is one."""
    rules["competitors"] = {**rules["brands"], **rules.get("competitors", {})}
    rules["brands"] = {NOWHERE_WORD: {"any": NOWHERE_WORD}}
    for body in rules.get("scenarios", {}).values():
        if body.get("of") != "competitors" and not isinstance(body.get("of"), list):
            body["of"] = "competitors"


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def without_where(rules: Rules, key: str) -> None:
    for body in bodies(rules):
        where = body.get("where", {})
        where.pop(key, None)
        if key == "hours":
            where.pop("zone", None)
        if not where:
            body.pop("where", None)


def without_like(value: Any, form: str) -> Any:
    """The same value in which no word has this form."""
    if isinstance(value, list):
        return [without_like(each, form) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"word", "like"}:
        kept = [each for each in _listed(value["like"]) if each != form]
        return {**value, "like": kept} if kept else value["word"]
    return {key: without_like(each, form) for key, each in value.items()}


def as_rule_set(
    term: Callable[[Term], Term] = lambda term: term,
    expression: Callable[[Expression], Expression] = lambda expression: expression,
) -> Spoiled:
    """Spoil each term and each expression of the rule set."""

    def spoiled(text: str) -> Matcher | None:
        known = ruleset(text)
        changed = _changed(known, term, expression)
        return Matcher(changed) if changed != known else None

    return spoiled


def _changed(
    rules: RuleSet, term: Callable[[Term], Term], expression: Callable[[Expression], Expression]
) -> RuleSet:
    def conditions(known: Conditions) -> Conditions:
        return replace(
            known,
            any=tuple(map(term, known.any)),
            all=tuple(map(term, known.all)),
            none=tuple(map(term, known.none)),
            context=tuple(map(term, known.context)),
            when=known.when and _walked(known.when, term, expression),
        )

    return replace(
        rules,
        subjects=tuple(replace(s, conditions=conditions(s.conditions)) for s in rules.subjects),
        scenarios=tuple(replace(s, conditions=conditions(s.conditions)) for s in rules.scenarios),
    )


def _walked(
    known: Expression, term: Callable[[Term], Term], expression: Callable[[Expression], Expression]
) -> Expression:
    """From the inside out."""
    match known:
        case Stands(terms):
            return expression(Stands(tuple(map(term, terms))))
        case Near(left, right):
            return expression(replace(known, left=tuple(map(term, left)), right=tuple(map(term, right))))
        case Not(inner):
            return expression(Not(_walked(inner, term, expression)))
        case And(parts):
            return expression(And(tuple(_walked(part, term, expression) for part in parts)))
        case Or(parts):
            return expression(Or(tuple(_walked(part, term, expression) for part in parts)))


def as_word(kind: TermKind) -> Callable[[Term], Term]:
    """Terms of this kind are words; words are texts."""
    other = TermKind.TEXT if kind is TermKind.WORD else TermKind.WORD
    return lambda term: replace(term, kind=other) if term.kind is kind else term


def without_near(known: Expression) -> Expression:
    if isinstance(known, Near) and not known.ordered:
        return And((Stands(known.left), Stands(known.right)))
    return known


def without_before(known: Expression) -> Expression:
    return replace(known, ordered=False) if isinstance(known, Near) else known


def without_not(known: Expression) -> Expression:
    return known.inner if isinstance(known, Not) else known


def and_is_or(known: Expression) -> Expression:
    return Or(known.parts) if isinstance(known, And) else known


def or_is_and(known: Expression) -> Expression:
    return And(known.parts) if isinstance(known, Or) else known


def group_is_and(known: Expression) -> Expression:
    """Of a bracketed group, or of a list, each term is asked for."""
    if isinstance(known, Stands) and len(known.terms) > 1:
        return And(tuple(Stands((term,)) for term in known.terms))
    return known
