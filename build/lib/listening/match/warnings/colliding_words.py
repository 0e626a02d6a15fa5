"""Words that stand inside longer words, or across words, of everyday text: 移动硬盘, 投资/费用."""

from __future__ import annotations

from collections.abc import Iterator

from listening.match.warnings._archive import Seen, most
from listening.match.warnings._study import Rule, Study
from listening.match.warnings._warning import RuleWarning, Severity
from listening.rules.expression import Term, TermKind
from listening.rules.ruleset import MatchMode

NAMED = 4
FREQUENT = 20
"""A longer word that the dictionary's texts hold less often is not worth a line."""
SOME = 3
"""So often a thing has to be seen in the archive before it is told."""


def look(study: Study) -> Iterator[RuleWarning]:
    for word, term in study.words.items():
        if study.seen is None:
            yield from _in_dictionary(study, word, term)
        else:
            yield from _in_archive(study, study.seen, word, term)
    yield from _anywhere(study)


def _in_dictionary(study: Study, word: str, term: Term) -> Iterator[RuleWarning]:
    longer = [(w, n) for w, n in study.longer.get(word, ()) if n >= FREQUENT and not _known(study, w)]
    if longer:
        named = ", ".join(w for w, _ in longer[:NAMED]) + (" …" if len(longer) > NAMED else "")
        what = f"'{term.text}' stands inside longer words of the dictionary and counts there: {named}"
        cure = f"list in `except` what is not meant: except: [{longer[0][0]}]"
        yield RuleWarning("colliding_words", Severity.NOTE, term.place, what, cure)


def _in_archive(study: Study, seen: Seen, word: str, term: Term) -> Iterator[RuleWarning]:
    standings = seen.standings.get(word)
    if standings is None:
        return
    nested = [(w, n) for w, n in most(standings.nested, NAMED) if n >= SOME and not _known(study, w)]
    if nested:
        named = " and ".join(f"{w} {_times(n)}" for w, n in nested)
        what = f"'{term.text}' stands inside {named} in your archive"
        cure = f"list in `except` what is not meant: except: [{nested[0][0]}]"
        yield RuleWarning("colliding_words", Severity.LOW, term.place, what, cure)
    crossed = [(w, n) for w, n in most(standings.crossed, NAMED) if n >= SOME]
    if crossed:
        named = " and ".join(f"{w} {_times(n)}" for w, n in crossed)
        what = f"'{term.text}' crosses {named} in your archive; refused there"
        cure = "nothing to do, if these are not meant"
        yield RuleWarning("colliding_words", Severity.NOTE, term.place, what, cure)


def _anywhere(study: Study) -> Iterator[RuleWarning]:
    """Texts, and words under `match: text`, count also across words."""
    for rule in study.rules:
        for probe in rule.conditions.bringing():
            term = probe.term
            if term.kind is TermKind.TEXT or (
                term.kind is TermKind.WORD and rule.conditions.match is MatchMode.TEXT
            ):
                yield from _text(study, rule, probe.literal, term)


def _text(study: Study, rule: Rule, literal: str, term: Term) -> Iterator[RuleWarning]:
    longer = [w for w, n in study.longer.get(literal, ()) if n >= FREQUENT]
    if longer and rule.conditions.except_ == ():
        what = f"'{term.text}' is taken as a text, also inside and across words: {', '.join(longer[:NAMED])}"
        cure = f"write it as a bare word, or list in `except` what is not meant: except: [{longer[0]}]"
        yield RuleWarning("colliding_words", Severity.MEDIUM, term.place, what, cure)


def _known(study: Study, longer: str) -> bool:
    """Is the longer word one of the rules' own, or taken care of by an `except` somewhere?"""
    return longer in study.plan.words or longer in study.excepted


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n:,} times"
