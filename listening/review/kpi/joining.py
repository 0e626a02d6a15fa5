"""Cases that were joined: what was done in them counts under the one that took them up, they do not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from listening.review.kpi.story import Story


def joined(stories: Iterable[Story]) -> Iterator[Story]:
    """Every story, those of joined cases last; only these are held until all have come."""
    held: dict[str, Story] = {}
    for story in stories:
        if story.absorbed or story.case.merged_into is not None:
            held[story.case.id] = story
        else:
            yield story
    taken = {name: _last(story, held) for name, story in held.items()}
    parts: dict[str, list[Story]] = defaultdict(list)
    for name, into in taken.items():
        if into is not None:
            parts[into].append(held[name])
    for name, story in held.items():
        yield replace(story, taken=True) if taken[name] else story.with_acts_of(parts[name])


def _last(story: Story, held: Mapping[str, Story]) -> str | None:
    """The case at the end of the chain; None where a case was joined to none, to one that does not know of
    it, or in a circle.
    """
    seen = {story.case.id}
    while (into := story.case.merged_into) is not None:
        if into not in held or into in seen:
            return None
        seen.add(into)
        story = held[into]
    return story.case.id if len(seen) > 1 else None
