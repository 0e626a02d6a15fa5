"""Questions that direct tests of the page ask: of the reference with jieba itself, and of the product."""

from __future__ import annotations

from collections.abc import Sequence

from listening.match.matcher import Matcher
from listening.model import Match
from listening.rules.ruleset import Conditions, RuleSet
from tests.match.agreement import of_product
from tests.reference.making import brand, conditions, post, rules
from tests.reference.matcher import ReferenceResult, match
from tests.reference.segmenters import jieba_factory


def by_page(text: str, ruleset: RuleSet, **more: object) -> ReferenceResult:
    """What the page says; the product says the same, down to the last piece of evidence."""
    asked = post(text, **more)
    said = match(asked, ruleset, jieba_factory)
    assert of_product(Matcher(ruleset).match([asked])[0]) == said, "the product says something else"
    return said


def evidence_of(rule: Conditions, text: str, *, others: Sequence[str] = ()) -> list[Match]:
    """For one subject of this rule; `others` are further words of the rule set."""
    asked = rules(brand("asked", rule), brand("others", conditions([*others, "绝无此词"])))
    return [m for m in by_page(text, asked).matches if m.subject == "asked"]


def found(rule: Conditions, text: str, *, others: Sequence[str] = ()) -> list[str | None]:
    """What stands as evidence in the text."""
    return [m.text for m in evidence_of(rule, text, others=others)]
