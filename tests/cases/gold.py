"""The gold set: posts judged by hand against rules as an analyst writes them, one file a theme.

A file holds `rules` (the text of a rule file) and `cases`. A case states a `text` or a `post`, the `outcome`,
the `pairs` (none unless said), `why` it should be so, and what else it is about: `subjects`, `evidence`,
`level`, `class`, `reach`, `channel`, `queue`, `priority`, `respond_within` (in seconds). `evidence` is the
whole of it in its order: a piece is its text, or those of its keys that matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from listening.codec import post_from_dict
from listening.match.explain.explain import RuleSeen, explain
from listening.match.matcher import Matched, Matcher
from listening.model import Match, Post
from listening.rules import read_rules
from listening.rules.ruleset import RuleSet
from tests.match.agreement import ProductSegmenter
from tests.reference.reading import Prepared, prepare

KEPT = 4
"""So many matchers are kept: tests come theme by theme, and a segmenter takes much memory."""

FOLDER = Path(__file__).parent
ABOUT = ("id", "text", "post", "why")
STATED = (
    *("outcome", "pairs", "subjects", "evidence", "level", "class", "reach", "channel"),
    *("queue", "priority", "respond_within"),
)
Stated = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One judgement. `stated` holds what should come out, by the keys above."""

    theme: str
    name: str
    post: Post
    stated: Stated
    why: str

    def __str__(self) -> str:
        return f"{self.theme}: {self.name}"


@dataclass(frozen=True, slots=True)
class Theme:
    """One file: its rules as they are written, and its cases."""

    name: str
    rules: str
    cases: tuple[Case, ...]


@cache
def themes() -> tuple[Theme, ...]:
    return tuple(_theme(file) for file in sorted(FOLDER.glob("*.yaml")))


@lru_cache(maxsize=KEPT)
def matcher(rules: str) -> Matcher:
    return Matcher(ruleset(rules))


@lru_cache(maxsize=KEPT)
def prepared(rules: str) -> Prepared:
    """The same rules for the slow matcher."""
    return prepare(ruleset(rules), ProductSegmenter)


@cache
def ruleset(rules: str) -> RuleSet:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rules.yaml"
        file.write_text(rules, encoding="utf-8")
        return read_rules(file)


def read_yaml(text: str) -> Any:
    """What `yaml.safe_load` says, by libyaml: there are thousands of lines."""
    return yaml.load(text, Loader=yaml.CSafeLoader)


def said(matched: Matched, stated: Stated) -> Stated:
    """What the program says of the things that a case states, in the words of cases."""
    hit = matched.hit
    everything: dict[str, Any] = {
        "outcome": str(matched.outcome),
        "pairs": list(hit.scenarios) if hit else [],
        "subjects": [*hit.brands, *hit.competitors] if hit else [],
        "evidence": _evidence(hit.matches if hit else (), stated.get("evidence", [])),
        "level": hit.level if hit else None,
        "class": _word(hit and hit.listening_class),
        "reach": _word(hit and hit.reach),
        "channel": _word(hit and hit.channel),
        "queue": hit.queue if hit else None,
        "priority": _word(hit and hit.priority),
        "respond_within": matched.respond_within and matched.respond_within.total_seconds(),
    }
    return {key: everything[key] for key in stated}


def explained(post: Post, rules: str) -> str:
    """How it came out so, for the one who reads a failure."""
    seen = explain(post, matcher(rules).plan)
    tokens = [f"{field.name}: {'/'.join(field.tokens)}" for field in seen.fields]
    return "\n".join([*tokens, *(_rule_line(rule) for rule in seen.rules)])


def _theme(file: Path) -> Theme:
    record = read_yaml(file.read_text(encoding="utf-8"))
    assert record.keys() == {"rules", "cases"}, file.name
    name = file.stem.replace("_", " ")
    return Theme(name, record["rules"], tuple(_case(name, case) for case in record["cases"]))


def _case(theme: str, record: Mapping[str, Any]) -> Case:
    assert ("text" in record) != ("post" in record), f"{record['id']}: give a text or a post"
    unknown = record.keys() - {*ABOUT, *STATED}
    assert not unknown, f"{record['id']}: unknown keys {unknown}"
    post = post_from_dict({"id": "case", **record.get("post", {"text": record.get("text")})})
    assert not post.extra, f"{record['id']}: unknown keys of a post {post.extra}"
    stated = {"pairs": [], **{key: record[key] for key in STATED if key in record}}
    return Case(theme, record["id"], post, stated, record["why"])


def _evidence(matches: tuple[Match, ...], stated: list[Any]) -> list[Any]:
    """Each piece by the keys that the case states of it; by its text where nothing is stated."""
    wanted = [*stated, *[""] * (len(matches) - len(stated))]
    return [_piece(match, piece) for match, piece in zip(matches, wanted, strict=False)]


def _piece(match: Match, stated: Any) -> Any:
    if not isinstance(stated, Mapping):
        return match.text
    found = {key: getattr(match, key) for key in stated}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in found.items()}


def _word(value: object) -> str | None:
    return str(value) if value else None


def _rule_line(rule: RuleSeen) -> str:
    why = "holds" if rule.holds else f"missed by: {'; '.join(rule.missed_by)}"
    places = "".join(f"\n    {o.term} in {o.field} {o.start}-{o.end}: {o.why}" for o in rule.occurrences)
    return f"{rule.subject or '-'} / {rule.name}: {why}{places}"
