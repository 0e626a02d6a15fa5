"""What collecting finds, as the desk takes it in: new cases, further posts, our answers, what is gone.

Called by the pipeline after the records are stored and before their outcome is known, so that a kill in
between makes it happen again: every event names the version of the post it speaks of, and is written once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from listening.codec import time_text
from listening.errors import TransitionRefused
from listening.model import SYSTEM, Case, EventKind, Hit, ListeningClass, Post, Status
from listening.model.ids import contact_of, thread_of
from listening.review.answers import Answers
from listening.review.joining import case_of, is_plain_repost
from listening.review.log import CaseLog, standing_of
from listening.review.opening import Opening, version_of
from listening.store.pseudonyms import Pseudonyms


class Intake:
    """One per process that collects. `is_ours`: did one of our accounts write the post?"""

    def __init__(
        self,
        log: CaseLog,
        opening: Opening,
        pseudonyms: Pseudonyms,
        is_ours: Callable[[Post], bool],
    ) -> None:
        self._log, self._opening = log, opening
        self._pseudonyms, self._is_ours = pseudonyms, is_ours
        self._answers = Answers(log, pseudonyms)

    def placed(self, hit: Hit) -> Hit:
        """The record with where the desk finds it, and until when an answer is promised."""
        due = self._opening.target(hit).respond_by if hit.status is Status.OPEN else None
        case = case_of(hit, self._pseudonyms) if hit.level == 2 else None
        thread, contact = thread_of(hit.post), contact_of(hit.post)
        return replace(hit, respond_by=due, case=case, thread=thread, contact=contact)

    def context(self, posts: Sequence[Post], hits: Sequence[Hit], rules_version: str) -> list[Hit]:
        """Records of posts that matched nothing: our own, and those in the thread of a case."""
        ours = {post.id for post in posts if self._is_ours(post)}
        threads = {thread_of(post) for post in posts if post.id not in ours}
        known = {case.thread for case in self._log.store.cases_by("thread", sorted(threads))}
        known |= {hit.thread for hit in hits if hit.level == 2}
        standing = [post for post in posts if post.id in ours or thread_of(post) in known]
        return [self._context(post, post.id in ours, rules_version) for post in standing]

    def took(self, records: Sequence[Hit], stored: Set[str] = frozenset()) -> None:
        """These are stored now. New ones make cases, known ones say what changed, our own are answers.

        `stored`: ids of which there may have been a record before, which then says when it was found.
        """
        hits = [hit for hit in records if hit.level == 2]
        cases = self._cases({hit.case for hit in hits})
        new = [hit for hit in hits if hit.status is Status.OPEN and hit.case not in cases]
        fresh = self._opening.open([self._as_stored(hit) if hit.id in stored else hit for hit in new])
        cases |= fresh
        again = []
        for hit in hits:
            if hit.case in cases:
                cases[hit.case] = case = self._further(hit, cases[hit.case])
                again += [standing_of(case, hit.id)] if hit.case not in fresh else []
        self._log.store.stand(again)  # what was withdrawn and matches again says what its case says
        self._beside([hit for hit in records if hit.level < 2 and not hit.ours])
        self._answers.note([hit for hit in records if hit.ours], fresh.values())

    def lost(self, ids: Sequence[str]) -> None:
        """These records match no longer."""
        for record in filter(None, map(self._log.store.get, ids)):
            case = self._log.find(record.case) if record.case else None
            if case is not None:
                self._withdraw(case, record)

    def _cases(self, ids: Iterable[str | None]) -> dict[str, Case]:
        wanted = sorted({case_id for case_id in ids if case_id})
        return {case.id: case for case in self._log.store.get_cases(wanted)} if wanted else {}

    def _as_stored(self, hit: Hit) -> Hit:
        """As found the first time, where a process ended before it told the desk."""
        kept = self._log.store.get(hit.id)
        return replace(hit, found_at=kept.found_at) if kept is not None and kept.found_at else hit

    def _further(self, hit: Hit, case: Case) -> Case:
        """One more post of a case, or what became of one that it has; the case as it is then."""
        case = self._now_at(case, self._pseudonyms.post(hit.id))
        version = version_of(hit, self._pseudonyms)
        known = hit.id in case.posts
        if known and case.status is Status.WITHDRAWN and hit.status is Status.OPEN:
            case = self._record(case.id, EventKind.REOPEN, {"why": "matches"}, f"matches {version} {case.n}")
        if version in case.versions:
            return case if known else self._log.keep(self._log.case(case.id), posts=[hit.id])
        if not known and not case.is_live and hit.status is Status.OPEN and not is_plain_repost(hit):
            why = {"why": "customer", "post": self._pseudonyms.post(hit.id)}
            self._record(case.id, EventKind.REOPEN, why, f"reopen {version}")
        kind = EventKind.POST
        if known:
            kind = EventKind.DELETED if hit.post.deleted else EventKind.CHANGED
        return self._record(case.id, kind, self._said_of(hit, version), f"{kind} {version}", [hit.id])

    def _now_at(self, case: Case, post: str) -> Case:
        """Where a post of this case belongs by now: joined to another one, or parted from it by hand."""
        parted = dict(case.parted).get(post)
        if parted is not None:
            return self._log.surviving(parted)
        return self._log.surviving(case.id) if case.merged_into else case

    def _beside(self, records: Sequence[Hit]) -> None:
        """Posts that are no hits: turns of the customer where they stand in the thread of their case.

        A hit that is only a mention now has left the desk.
        """
        by_id = {record.id: self._pseudonyms.case(record.post) for record in records}
        cases = self._cases(by_id.values())
        for record in records:
            case = cases.get(by_id[record.id])
            if case is None:
                continue
            if record.id in case.posts and record.level == 1:
                self._withdraw(case, record)
            elif record.id not in case.posts:
                cases[case.id] = self._further(record, case)

    def _withdraw(self, case: Case, record: Hit) -> None:
        case = self._now_at(case, self._pseudonyms.post(record.id))
        others = [other for other in map(self._log.store.get, case.posts) if other and other.id != record.id]
        whole = not any(other.level == 2 and other.status is not Status.WITHDRAWN for other in others)
        data = {"post": self._pseudonyms.post(record.id), "whole": whole}
        once = f"withdrawn {data['post']} {record.rules_version} {case.reopened}"
        if record.level == 2:
            self._record(case.id, EventKind.WITHDRAWN, data, once)
        elif case.touched:  # it stays what somebody works on
            self._record(case.id, EventKind.WITHDRAWN, data, once, [record.id])
        else:
            self._record(case.id, EventKind.WITHDRAWN, data, once, without=[record.id])

    def _record(
        self,
        case_id: str,
        kind: EventKind,
        data: Mapping[str, Any],
        key: str,
        posts: Sequence[str] = (),
        without: Sequence[str] = (),
    ) -> Case:
        """A step by the system; one that a case cannot take any more changes nothing."""
        try:
            return self._log.record(case_id, kind, SYSTEM, data, key=key, posts=posts, without=without)
        except TransitionRefused:
            return self._log.case(case_id)

    def _said_of(self, hit: Hit, version: str) -> dict[str, Any]:
        said: dict[str, Any] = {"post": self._pseudonyms.post(hit.id), "version": version, "level": hit.level}
        if hit.post.published_at is not None:
            said["published_at"] = time_text(hit.post.published_at)
        if hit.found_at is not None:
            said["found_at"] = time_text(hit.found_at)
        named = {"scenarios": hit.scenarios, "brands": hit.brands, "competitors": hit.competitors}
        said |= {name: list(values) for name, values in named.items() if values}
        if hit.level == 2 and self._opening.is_opportunity(hit):
            said["opportunity"] = True
        return said | ({"repost": True} if is_plain_repost(hit) else {})

    def _context(self, post: Post, ours: bool, rules_version: str) -> Hit:
        return Hit(
            post=post,
            level=0,
            listening_class=ListeningClass.OWN if ours else ListeningClass.KEYWORD,
            rules_version=rules_version,
            found_at=self._log.now(),
            status=Status.CONTEXT,
            ours=ours or None,
            thread=thread_of(post),
            contact=contact_of(post),
        )
