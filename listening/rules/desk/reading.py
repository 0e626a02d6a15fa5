"""The sections of the desk, read together: scenarios name what stands in them."""

from __future__ import annotations

from dataclasses import dataclass

from listening.rules.desk.categories import read_categories
from listening.rules.desk.escalations import read_escalations
from listening.rules.desk.queues import read_queues
from listening.rules.desk.settings import read_settings
from listening.rules.findings import Findings
from listening.rules.lists import Lists
from listening.rules.ruleset import DeskSettings, EscalationRule, Queue
from listening.rules.sections import Sections


@dataclass(frozen=True, slots=True)
class Desk:
    """What the rules say to the desk, as far as it could be read."""

    queues: tuple[Queue, ...]
    categories: tuple[tuple[str, ...], ...]
    escalations: tuple[EscalationRule, ...]
    settings: DeskSettings


def read_desk(sections: Sections, lists: Lists, findings: Findings) -> Desk:
    return Desk(
        queues=read_queues(sections.queues.values(), findings),
        categories=read_categories(sections.categories.values(), findings),
        escalations=read_escalations(sections.escalations.values(), lists, findings),
        settings=read_settings(sections.desk.values(), findings),
    )
