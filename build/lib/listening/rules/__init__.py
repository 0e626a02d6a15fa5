"""Rules: YAML files to a rule set, with every mistake at its place. Matching is elsewhere.

read_rules            files -> RuleSet, or RuleMistakes with all mistakes of all files
rules_to_document     RuleSet -> plain values for a store; rules_from_document is the way back
"""

from listening.rules.document.rules import rules_from_document, rules_to_document
from listening.rules.reader import read_rules
from listening.rules.ruleset import RuleSet

__all__ = ["RuleSet", "read_rules", "rules_from_document", "rules_to_document"]
