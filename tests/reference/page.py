"""Questions that direct tests of the reference ask, with jieba itself as the segmenter."""

from __future__ import annotations

from collections.abc import Sequence

from listening.model import Match
from listening.rules.ruleset import Conditions, RuleSet
from tests.reference.making import brand, conditions, post, rules
from tests.reference.matcher import ReferenceResult, match
from tests.reference.segmenters import jieba_factory


def by_page(text: str, ruleset: RuleSet, **more: object) -> ReferenceResult:
    return match(post(text, **more), ruleset, jieba_factory)


def evidence_of(rule: Conditions, text: str, *, others: Sequence[str] = ()) -> list[Match]:
    """For one subject of this rule; `others` are further words of the rule set."""
    asked = rules(brand("asked", rule), brand("others", conditions([*others, "绝无此词"])))
    return [m for m in by_page(text, asked).matches if m.subject == "asked"]


def found(rule: Conditions, text: str, *, others: Sequence[str] = ()) -> list[str | None]:
    """What stands as evidence in the text."""
    return [m.text for m in evidence_of(rule, text, others=others)]
