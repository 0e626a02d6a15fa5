"""Evidence: from what was found to the pieces that stand on the record, each once and in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from listening.match.decide.marks import Marks, marks_of
from listening.match.plan.plan import SubjectPlan
from listening.match.reading.asked import Found
from listening.match.reading.occurrence import Occurrence
from listening.match.reading.reading import Reading
from listening.model import Match

_REFERENCES = ("mentions", "parent", "root", "source")


def piece(subject: str, scenario: str | None, found: Found) -> Match:
    """One occurrence of a term as evidence."""
    term, occurrence = found
    return _spanned(subject, scenario, term.name, occurrence, term.via, marks_of(occurrence, term))


def by_accounts_and_source(reading: Reading, plan: SubjectPlan) -> Iterator[tuple[Match, Occurrence | None]]:
    """Each way in which an account or a source brings the subject, and where it stands, if in a text."""
    name, post = plan.subject.name, reading.post
    for form, account in plan.accounts.get(post.platform or "", ()):
        for found in reading.addressed.get(form, ()):
            if found.place is None:
                yield Match(subject=name, term=account, field=found.where, part="own"), None
            else:
                each, start, end = found.place
                place = each.place(start, end)
                yield _spanned(name, None, account, place, None, marks_of(place)), place
    if post.source is not None and post.source in plan.subject.sources:
        yield Match(subject=name, term=post.source, field="source", part="own"), None


def in_order(matches: Sequence[Match], reading: Reading) -> tuple[Match, ...]:
    """Each piece once, sorted as it stands in the post, whatever rule it came from."""
    if len(matches) == 1:
        return tuple(matches)
    order = {each.name: each.order for each in reading.fields}
    order |= {name: len(order) + n for n, name in enumerate(_REFERENCES)}
    once: dict[tuple[object, ...], Match] = {}
    for m in matches:
        once.setdefault((m.subject, m.scenario, m.term, m.field, m.start, m.end), m)
    return tuple(
        sorted(
            once.values(),
            key=lambda m: (order[m.field], m.start or 0, m.end or 0, m.subject, m.scenario or "", m.term),
        )
    )


def _spanned(
    subject: str, scenario: str | None, term: str, found: Occurrence, via: str | None, marks: Marks
) -> Match:
    return Match(
        subject=subject,
        scenario=scenario,
        term=term,
        field=found.field.name,
        start=found.start,
        end=found.end,
        text=found.text,
        part="quoted" if found.start >= found.field.regions.quoted else "own",
        inside=found.verdict.inside,
        via=via,
        marks=tuple(mark for mark, _ in marks),
        cues=tuple(cue for _, cue in marks),
    )
