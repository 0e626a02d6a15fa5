"""Which case a hit belongs to: computed from the post, or joined to an open one by a written rule.

1. Posts by one author in one thread have one case; a plain repost has that of the original.
2. A hit of the same contact, with a scenario in common, joins the open case that was last touched at most
   `join_within` ago, the latest of several.
3. Otherwise it is a case of its own, and says which one of that contact and scenario came before (`again`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from listening.model import Case, Hit, Kind
from listening.model.ids import contact_named, contact_of
from listening.store.pseudonyms import Pseudonyms

_ADDS_NOTHING = frozenset({"", "转发微博", "轉發微博", "转发", "轉發", "repost", "rt"})
"""What platforms write into a repost whose author wrote nothing."""
_QUOTED = re.compile(r"//\s*@.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Joining:
    """What becomes of a hit whose own case does not exist: it joins a case, or comes again after one."""

    into: Case | None = None
    again: str | None = None


def is_plain_repost(hit: Hit) -> bool:
    """Somebody repeated a post without adding to it, or all evidence stands in what they quote."""
    post = hit.post
    if (post.root or post.parent) is None or (post.kind is not Kind.REPOST and "//@" not in post.text):
        return False
    if _QUOTED.sub("", post.text).strip().casefold() in _ADDS_NOTHING:
        return True
    evidence = [each for each in hit.matches if each.scenario is not None and each.start is not None]
    return bool(evidence) and all(each.part == "quoted" for each in evidence)


def case_of(hit: Hit, pseudonyms: Pseudonyms) -> str:
    """The id of the case that the post itself makes."""
    original = pseudonyms.case_of_original(hit.post) if is_plain_repost(hit) else None
    return original or pseudonyms.case(hit.post)


def contact_behind(hit: Hit, pseudonyms: Pseudonyms) -> str | None:
    """The pseudonym of whom the case is with: for a plain repost whoever wrote the original."""
    original = (hit.post.root or hit.post.parent) if is_plain_repost(hit) else None
    repeated = contact_named(original.author, hit.post) if original else None
    found = repeated or contact_of(hit.post)
    return pseudonyms.contact(found) if found else None


def joined(
    contact: str | None, scenarios: Iterable[str], cases: Sequence[Case], at: datetime, within: timedelta
) -> Joining:
    """What the rule says, given the other cases of that contact."""
    names = set(map(scenario_name, scenarios))
    alike = [
        case
        for case in cases
        if contact is not None
        and case.contact == contact
        and case.merged_into is None
        and names & set(map(scenario_name, case.scenarios))
    ]
    alike.sort(key=lambda case: (case.last_at or case.opened_at, case.id))
    open_ones = [c for c in alike if c.is_live and (c.last_at or c.opened_at) >= at - within]
    if open_ones:
        return Joining(into=open_ones[-1])
    return Joining(again=alike[-1].id if alike else None)


def scenario_name(pair: str) -> str:
    """Of a pair subject/scenario: the same trouble with two of our brands is one matter.

    No name holds a slash.
    """
    return pair.rpartition("/")[2]
