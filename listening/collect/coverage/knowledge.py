"""What is known of a source, in the store: one document a source, written under its lease.

It carries the number of the lease (`fencing`), so that what a later owner has written is never written over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from listening.codec import known_from_json, to_json
from listening.collect.coverage.pauses import is_refusal, left_in_peace_until
from listening.collect.coverage.pulse import beat
from listening.collect.coverage.queries import remembered
from listening.collect.coverage.stretches import after, died
from listening.collect.crawling.crawl import CrawlReport
from listening.collect.reading.trouble import Trouble
from listening.collect.spider.listing import Asked
from listening.errors import Conflict, LeaseLost
from listening.model import Coverage, Known, RunStatus
from listening.store.lease import Lease
from listening.store.ports import Documents

_PREFIX = "known/"
_KNOWN, _FENCING = "known", "fencing"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known, the number of the lease under which it was written, and the document's version."""

    known: Known = field(default_factory=Known)
    fencing: int = 0
    version: int = 0


def read_known(documents: Documents, source: str) -> Kept:
    """What is kept of a source; of an unknown one that is nothing."""
    kept = documents.get_document(_PREFIX + source)
    if kept is None:
        return Kept()
    return Kept(known_from_json(kept.body[_KNOWN]), int(kept.body[_FENCING]), kept.version)


def all_known(documents: Documents) -> Iterator[tuple[str, Known]]:
    """Every source that was ever crawled, by name."""
    for kept in documents.documents(_PREFIX):
        yield kept.key.removeprefix(_PREFIX), known_from_json(kept.body[_KNOWN])


def keep(documents: Documents, source: str, kept: Kept, known: Known, lease: Lease) -> None:
    """Write it over what was read, and never over what was written under a later lease."""
    if kept.fencing > lease.fencing:
        what = (
            f"what is known of it was written under lease {kept.fencing}, and this is lease {lease.fencing}"
        )
        raise LeaseLost(source, what, "run the same command again")
    lease.check()
    body = {_KNOWN: to_json(known).decode(), _FENCING: lease.fencing}
    try:
        documents.put_document(_PREFIX + source, body, kept.version)
    except Conflict:
        lease.renew()  # before anything is said of a failure
        raise


def untaught(known: Known, reason: str, *, began: datetime) -> Known:
    """What is known after a run that could not begin: of nothing that was asked for before was anything seen.

    Nobody was asked, so nobody has to be left in peace for it.
    """
    verdict = Trouble(RunStatus.FAILED, reason)
    queries = []
    for each in known.queries:
        asked = Asked(query=each.query, wanted=each.vouched[-1].end if each.vouched else began)
        queries.append(died(each, asked, verdict, began=began))
    return replace(known, queries=tuple(queries))


def taught(
    known: Known,
    coverage: Sequence[Coverage],
    asked: Sequence[Asked],
    report: CrawlReport,
    *,
    new: int,
    began: datetime,
) -> Known:
    """What is known after a run that asked this of queries of which that was known."""
    now_known = {each.query: each for each in coverage}
    looks = dict(enumerate(report.looks))
    for number, each in enumerate(asked):
        before = now_known[each.query]
        if number in looks:
            now_known[each.query] = after(before, each, *looks[number], began=began)
        else:
            verdict = Trouble(report.status, report.reason or "")
            now_known[each.query] = died(before, each, verdict, began=began)
    refusals = known.refusals + 1 if is_refusal(report.status) else 0
    return replace(
        known,
        queries=remembered(known, now_known.values(), began),
        pulse=beat(known.pulse, new, began),
        refusals=refusals,
        not_before=left_in_peace_until(report.status, refusals, began),
    )
