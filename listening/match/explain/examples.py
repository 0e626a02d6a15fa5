"""The examples in the rule files, run: a rule set whose examples fail does not go live."""

from __future__ import annotations

from collections.abc import Iterator

from listening.errors import Mistake, RuleMistakes
from listening.match.explain.explain import RuleSeen, explain
from listening.match.matcher import Matcher
from listening.model import Post
from listening.rules.ruleset import RuleSet, Scenario, Subject


def require_examples(matcher: Matcher) -> int:
    """Raise `RuleMistakes` with every example that fails; the number of examples if none does."""
    if failures := list(failing_examples(matcher)):
        raise RuleMistakes(failures)
    return count_examples(matcher.plan.ruleset)


def count_examples(ruleset: RuleSet) -> int:
    rules: list[Subject | Scenario] = [*ruleset.subjects, *ruleset.scenarios]
    return sum(len(rule.examples.hit) + len(rule.examples.miss) for rule in rules)


def failing_examples(matcher: Matcher) -> Iterator[Mistake]:
    """Each example that comes out otherwise than it says, at its place, with what the rule missed by."""
    ruleset = matcher.plan.ruleset
    rules: list[Subject | Scenario] = [*ruleset.subjects, *ruleset.scenarios]
    for rule in rules:
        for wanted, examples in ((True, rule.examples.hit), (False, rule.examples.miss)):
            for post, place in examples:
                seen = _seen(matcher, post, rule)
                if (seen is not None and seen.holds) != wanted:
                    yield Mistake(place, *_told(rule.name, post, seen, wanted))


def _seen(matcher: Matcher, post: Post, rule: Subject | Scenario) -> RuleSeen | None:
    """How the rule fares on the post; None when the post is excluded before any rule is asked."""
    explanation = explain(post, matcher.plan)
    if explanation.decision.because:
        return None
    level = 1 if isinstance(rule, Subject) else 2
    return next(seen for seen in explanation.rules if (seen.level, seen.name) == (level, rule.name))


def _told(name: str, post: Post, seen: RuleSeen | None, wanted: bool) -> tuple[str, str]:
    if seen is None:
        return f"example of '{name}' is excluded: {post.text}", "change the example, or `ignore`"
    if wanted:
        why = "; ".join(seen.missed_by)
        return (
            f"example should meet '{name}' but does not: {post.text} ({why})",
            "change the rule or the example",
        )
    evidence = ", ".join(f"{o.term} {o.why}" for o in seen.occurrences if o.counts)
    what = f"example should not meet '{name}' but does: {post.text} ({evidence or 'by account or source'})"
    return what, "add the longer word to `except`, or change the example"
