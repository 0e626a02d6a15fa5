"""Threads of a forum of Tieba in which somebody wrote of late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from scrapy import Request

from listening.model import RunStatus
from spiders.tieba_replies import TiebaReplies, TiebaRepliesOptions
from tests.spiders.tieba_pages import FORUM, WALLS, before, first_floor, floor, forum, thread

OPTIONS = TiebaRepliesOptions(forum=FORUM, delay=0)
A_DAY_AGO = before(60 * 24 - 60)


def good_site(told: Any) -> Callable[[Request], Any]:
    threads = [thread(8000, 60 * 24 * 90, 5), thread(8001, 30)]
    floors = {8000: [floor(100 + at, 60 * 24 * 90 - at, at) for at in range(1, 61)] + [floor(900, 5, 61)]}
    return forum(told, threads, floors)


def run(read: Any, site: Any, **how: Any) -> Any:
    return read(TiebaReplies, OPTIONS, site, **how)


def test_the_list_by_last_answer_is_asked_for(read: Any, told: Any) -> None:
    assert "sort_type=0" in run(read, good_site(told)).paths[0]


def test_an_answer_in_an_old_thread_is_found_without_reading_the_whole_thread(read: Any, told: Any) -> None:
    result = run(read, good_site(told))
    assert "tieba:post:900" in {found.id for found in result.posts}
    assert [path.partition("pn=")[2].partition("&")[0] for path in result.paths if "kz=8000" in path] == [
        "1073741824",
        "2",
    ]
    assert result.verdict == (RunStatus.OK, "")


def test_it_vouches_for_nothing(read: Any, told: Any) -> None:
    look = run(read, good_site(told)).look
    assert (look.reached, look.seen_from, look.seen_until) == (True, None, None)


def test_the_next_run_asks_only_for_threads_in_which_somebody_wrote_since(read: Any, told: Any) -> None:
    threads = [thread(8000 - number, 60 * 24 * 9, number) for number in range(1, 80)]
    first = run(read, forum(told, threads))
    answered = [thread(7950, 60 * 24 * 9, 0), *(each for each in threads if each["tid"] != 7950)]
    floors = {7950: [*first_floor(threads, 7950), floor(999, 0, 2)]}
    second = run(read, forum(told, answered, floors), marks=first.look.marks, wanted=A_DAY_AGO)
    assert [path.partition("kz=")[2].partition("&")[0] for path in second.paths if "kz=" in path] == ["7950"]
    assert "tieba:post:999" in {found.id for found in second.posts}
    assert len([path for path in second.paths if "getFrsData" in path]) == 2
    assert second.look.reached


def test_after_a_run_that_missed_something_all_is_asked_for_again(read: Any, told: Any) -> None:
    threads = [thread(8000 - number, 60, number) for number in range(1, 5)]
    site = forum(told, threads)
    first = run(read, lambda request: told(b"", status=403) if "kz=7997" in request.url else site(request))
    assert first.verdict.status is RunStatus.BLOCKED
    second = run(read, site, wanted=A_DAY_AGO)  # the marks of a bad run are not kept
    assert len(second.posts) == 4


@pytest.mark.parametrize(("answer", "ends"), WALLS.values(), ids=WALLS)
def test_a_wall_or_a_changed_layout_is_never_a_quiet_day(
    read: Any, told: Any, answer: dict[str, Any], ends: str
) -> None:
    result = run(read, lambda _: told(**answer))
    assert (result.posts, result.verdict.status, result.look.reached) == ([], ends, False)


def test_how_far_back_it_goes_by_default() -> None:
    assert timedelta(days=OPTIONS.days_back) == timedelta(days=1)
