"""Whom an answer of ours is meant for, where several people wait in one thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from listening.codec import time_text
from listening.model import SYSTEM, Author, Case, EventKind, Hit, Post, Status
from listening.model.ids import contact_named
from listening.query import Field, Query
from listening.review.log import CaseLog
from listening.store.pseudonyms import Pseudonyms

_MOST_REMEMBERED = 10_000
"""Threads whose answers are kept in mind: a store in a cluster finds what is new only a second later."""
_CONTEXT = Field(name="status", values=(str(Status.CONTEXT),))


def answered(post: Post, cases: Sequence[Case], pseudonyms: Pseudonyms) -> Case | None:
    """The case a post of ours answers, of those in its thread; None where nobody can tell.

    Whose post it answers, else whose name it calls, else the only one that waits. Where several wait in a
    thread, an answer to nobody is counted for nobody: better a case too many than one never answered.
    """
    standing = [case for case in cases if case.merged_into is None and not case.erased]
    by_post = [case for case in standing if post.parent is not None and post.parent.id in case.posts]
    if by_post:
        return by_post[0]
    called = _people(post, pseudonyms)
    by_name = [case for case in standing if case.contact in called]
    if len(by_name) == 1:
        return by_name[0]
    earlier = [case for case in standing if _wrote_before(case, post)]
    waiting = [case for case in earlier if case.is_live] or earlier
    return waiting[0] if len(waiting) == 1 else None


def _people(post: Post, pseudonyms: Pseudonyms) -> set[str]:
    """Pseudonyms of all whom the post addresses, by their ids and by their names."""
    authors = [Author(id=each.id, name=each.name) for each in post.mentions]
    if post.parent is not None and post.parent.author is not None:
        authors.append(post.parent.author)
    each_way = [form for a in authors for form in (a, Author(name=a.name, url=a.url))]
    keys = (contact_named(author, post) for author in each_way)
    return {pseudonyms.contact(key) for key in keys if key}


def _wrote_before(case: Case, post: Post) -> bool:
    return post.published_at is None or any(at <= post.published_at for at in case.customer_at)


class Answers:
    """Finds our answers in threads and writes them down, with the time at which they stood there."""

    def __init__(self, log: CaseLog, pseudonyms: Pseudonyms) -> None:
        self._log, self._pseudonyms = log, pseudonyms
        self._seen: dict[str, list[Hit]] = {}

    def note(self, ours: Sequence[Hit], fresh: Iterable[Case]) -> None:
        """These posts of ours were found, and these cases are new.

        A listing shows the newest first, so an answer may have been seen before the case it answers.
        """
        for hit in ours:
            self._remember(hit)
        threads = {hit.thread for hit in ours if hit.thread}
        earlier = self._of_threads(sorted({case.thread for case in fresh if case.thread} - threads))
        for hit in (*ours, *earlier):
            cases = self._log.store.cases_by("thread", [hit.thread or ""])
            if (case := answered(hit.post, cases, self._pseudonyms)) is not None:
                self._record(case, hit)

    def _record(self, case: Case, hit: Hit) -> None:
        ref = self._pseudonyms.post(hit.id)
        data: dict[str, Any] = {"seen": True, "post": ref}
        if hit.post.published_at is not None:
            data["published_at"] = time_text(hit.post.published_at)
        self._log.record(case.id, EventKind.REPLY, SYSTEM, data, key=f"reply {ref}")

    def _of_threads(self, threads: Sequence[str]) -> list[Hit]:
        """Ours in these threads: what this process saw, and what the store has."""
        if not threads:
            return []
        query = Query(clauses=(Field(name="thread", values=tuple(threads)), _CONTEXT))
        found = {hit.id: hit for hit in self._log.store.scan(query) if hit.ours}
        for thread in threads:
            found |= {hit.id: hit for hit in self._seen.get(thread, ())}
        return list(found.values())

    def _remember(self, hit: Hit) -> None:
        if len(self._seen) >= _MOST_REMEMBERED:
            self._seen.clear()
        self._seen.setdefault(hit.thread or "", []).append(hit)
