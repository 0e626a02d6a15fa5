"""What an audit tells: how many posts the rules missed, probably, and which share they found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from listening.archive import Archive
from listening.model import Post
from listening.review.audit import Audit, Label
from listening.review.intervals import Estimate, in_population
from listening.store.pseudonyms import Pseudonyms


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an audit tells. `missed` are the labels of posts that should have been hits.

    `in_all` is how many posts were missed in the whole population, `recall` the share of relevant posts that
    were found. Its interval puts both intervals behind it at their worst, and at their best: it is rather too
    wide. Where nobody judged any hits (`precision` None), all of them count as relevant.
    """

    audit: Audit
    labelled: int
    missed: tuple[Label, ...]
    in_all: Estimate | None
    precision: Estimate | None
    recall: Estimate | None


def report(audit: Audit, precision: Estimate | None) -> Report:
    """`precision` is that of the hits beside the sample, as far as it is known."""
    said = audit.said().values()
    missed = tuple(label for label in said if label.relevant)
    in_all = in_population(len(missed), len(said), audit.population)
    return Report(
        audit=audit,
        labelled=len(said),
        missed=missed,
        in_all=in_all,
        precision=precision,
        recall=_recall(audit.hits, precision or Estimate(1, 1, 1), in_all) if in_all else None,
    )


def _recall(hits: int, precision: Estimate, missed: Estimate) -> Estimate | None:
    """None where neither anything was found nor anything is missed."""
    found = [hits * share for share in (precision.value, precision.low, precision.high)]
    if not found[0] + missed.value:
        return None
    return Estimate(
        found[0] / (found[0] + missed.value),
        found[1] / (found[1] + missed.high),
        found[2] / (found[2] + missed.low),
    )


def posts_of(
    wanted: Iterable[str], audit: Audit, archive: Archive, pseudonyms: Pseudonyms
) -> dict[str, Post]:
    """The posts behind pseudonyms of an audit, as they are now; those that are gone are absent."""
    left = set(wanted)
    found: dict[str, Post] = {}
    for post_id in archive.ids(audit.since, audit.source) if left else ():
        name = pseudonyms.post(post_id)
        if name in left:
            left.remove(name)
            if (post := archive.get(post_id)) is not None:
                found[name] = post
            if not left:
                break
    return found
