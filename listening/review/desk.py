"""The desk of one installation: its parts, put together for whoever opens a door to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from listening.calendar import Workdays
from listening.model import Post
from listening.review.by_hand import ByHand
from listening.review.escalation import EscalationPlan, escalation_of
from listening.review.intake import Intake
from listening.review.levels import ServiceLevels
from listening.review.log import CaseLog, Clock, Rights
from listening.review.opening import Opening
from listening.review.queue import Queue
from listening.review.steps import Steps
from listening.review.ticking import Ticker
from listening.review.timing import Timing
from listening.rules.ruleset import RuleSet
from listening.store.ports import Store
from listening.store.pseudonyms import open_pseudonyms


class Desk:
    """Queue, steps, what is done by hand and by time, over one store and one rule set."""

    def __init__(
        self,
        store: Store,
        ruleset: RuleSet,
        *,
        zone: tzinfo,
        workdays: Workdays,
        now: Clock,
        rights: Rights | None = None,
    ) -> None:
        settings = ruleset.desk
        plan = EscalationPlan(ruleset)
        self.pseudonyms = open_pseudonyms(store)
        self.levels = ServiceLevels(ruleset, zone, workdays)
        self.log = CaseLog(store, Timing(self.levels, settings), now, rights)
        self._opening = Opening(
            self.log, self.levels, settings, self.pseudonyms, lambda hit: escalation_of(hit, plan)
        )
        self.queue = Queue(self.log, (queue.name for queue in ruleset.queues))
        self.steps = Steps(self.log, self.pseudonyms, ruleset.categories)
        self.by_hand = ByHand(self.log, self._opening, self.pseudonyms)
        self.ticker = Ticker(self.log, self.levels, settings)

    def intake(self, is_ours: Callable[[Post], bool]) -> Intake:
        """What the pipeline tells of what it finds."""
        return Intake(self.log, self._opening, self.pseudonyms, is_ours)
