"""What all spiders share: what a run vouches for, whatever the listing and its threads are like."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response

from listening.collect.coverage.stretches import after, asked_of, died, without
from listening.collect.guard.refusal import Refused
from listening.collect.reading.shape import LayoutChanged, maybe, need, read_page
from listening.collect.reading.trouble import Trouble
from listening.collect.spider.base import ListingSpider, Page
from listening.collect.spider.listing import NEWEST, TOP, Asked, Listing
from listening.collect.spider.options import Options, WordOptions, option
from listening.model import Coverage, Kind, ListingOrder, Post, RunStatus, ids

BASE = "https://board.example"


@dataclass(frozen=True, kw_only=True)
class BoardOptions(Options):
    url: str = option(BASE, says="the board's address")


class Board(ListingSpider[BoardOptions]):
    """Items with a number, the minutes they are old, and threads."""

    listing_order: ClassVar[ListingOrder] = "created"
    Options = BoardOptions

    def first_page(self) -> str:
        return f"{self.options.url}/board"

    def page(self, response: Response) -> Page:
        page = read_page(response.body)
        if error := maybe(page, "error", str):
            raise LayoutChanged(error, Trouble(RunStatus.LOGIN, error))
        return Page(need(page, "items", list), maybe(page, "next", str))

    def post(self, item: Any) -> Post | None:
        return Post(
            id=ids.imported("board", str(need(item, "id", int))),
            platform="board",
            kind=Kind.POST,
            text=need(item, "text", str),
            published_at=self.time_of(item),
        )

    def time_of(self, item: Any) -> datetime | None:
        return self._now - timedelta(minutes=need(item, "age", int))

    def is_pinned(self, item: Any) -> bool:
        return bool(maybe(item, "pinned", bool))

    def threads(self, item: Any, listing: Listing) -> Iterator[str]:  # noqa: ARG002 - any item may have one
        if thread := maybe(item, "thread", str):
            yield f"{self.options.url}{thread}"

    def thread(self, response: Response) -> Page:
        return self.page(response)


class Rank(Board):
    listing_order = "rank"


class Window(Board):
    whole = False


class Activity(Board):
    listing_order = "activity"


class Descending(Board):
    threads_descend = True


class Threads(Board):
    items_are_threads = True


class WindowOfThreads(Threads):
    whole = False


class Late(Board):
    late = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class SearchOptions(WordOptions):
    url: str = option(BASE, says="the board's address")


class Search(ListingSpider[SearchOptions]):
    listing_order = "created"
    takes = "words"
    Options = SearchOptions
    page, post, time_of = Board.page, Board.post, Board.time_of

    def query_page(self, query: str) -> str:
        return f"{self.options.url}/search?q={query}"

    def page_before(self, query: str, moment: datetime) -> str:
        return f"{self.options.url}/search?q={query}&until={moment:%H:%M}"


OPTIONS = BoardOptions(delay=0)
SEARCH = SearchOptions(delay=0)


def entry(number: int, age: int, **other: Any) -> dict[str, Any]:
    return {"id": number, "age": age, "text": f"断网 {number}", **other}


def site(pages: Mapping[str, Any], told: Any) -> Callable[[Request], Any]:
    """Pages by path; a number is a status, anything else is JSON."""

    def answer(request: Request) -> Any:
        parts = urlsplit(request.url)
        page = pages.get(f"{parts.path}?{parts.query}" if parts.query else parts.path, 404)
        return told(b"", status=page) if isinstance(page, int) else told(json.dumps(page).encode())

    return answer


def board(*items: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"items": list(items), **other}


def minutes(now: datetime, moment: datetime | None) -> float | None:
    return None if moment is None else round((now - moment).total_seconds() / 60)


# How far down a run has seen.


def test_a_listing_that_ends_vouches_for_all_that_was_wanted(read: Any, told: Any, now: datetime) -> None:
    result = read(Board, OPTIONS, site({"/board": board(entry(2, 5), entry(1, 50))}, told))
    assert (minutes(now, result.look.seen_from), minutes(now, result.look.seen_until)) == (14 * 1440, 0)
    assert result.look.reached


def test_an_error_on_the_second_page_vouches_down_to_the_first_ones_bottom(
    read: Any, told: Any, now: datetime
) -> None:
    page = board(entry(4, 5), entry(3, 20), entry(2, 30), entry(1, 40), next="/older")
    result = read(Board, OPTIONS, site({"/board": page, "/older": 503}, told))
    assert minutes(now, result.look.seen_from) == 30, "one item may be misplaced: the second oldest counts"
    assert (result.look.reached, result.verdict.status) == (False, RunStatus.PARTIAL)


def test_a_page_cap_vouches_down_to_where_it_stopped(read: Any, told: Any, now: datetime) -> None:
    page = board(entry(2, 5), entry(1, 20), next="/older")
    result = read(Board, replace(OPTIONS, max_pages=1), site({"/board": page}, told))
    assert minutes(now, result.look.seen_from) == 20
    assert result.look.facts.capped.startswith("stopped after 1 pages")


@pytest.mark.parametrize("wall", [403, 429, 500, {"error": "please log in"}, {"other": []}])
def test_a_wall_on_the_first_page_vouches_for_nothing(read: Any, told: Any, wall: Any) -> None:
    result = read(Board, OPTIONS, site({"/board": wall}, told))
    assert (result.look.seen_from, result.look.reached) == (None, False)
    assert result.verdict.status not in (RunStatus.OK, RunStatus.EMPTY)


def test_what_the_platform_says_inside_a_good_answer_is_believed(read: Any, told: Any) -> None:
    result = read(Board, OPTIONS, site({"/board": {"error": "please log in"}}, told))
    assert result.verdict == Trouble(RunStatus.LOGIN, "please log in")


def test_posts_that_come_late_are_not_vouched_for_yet_and_are_looked_for_again(
    read: Any, told: Any, now: datetime
) -> None:
    newest = {NEWEST: (now - timedelta(minutes=10)).isoformat()}
    first = board(entry(3, 12), entry(2, 14), next="/older")
    result = read(Late, OPTIONS, site({"/board": first, "/older": board(entry(1, 16))}, told), newest)
    assert result.paths == ["board", "older"], "12 and 14 minutes are within what may still come"
    assert minutes(now, result.look.seen_until) == 5


def test_a_listing_by_activity_stops_where_all_is_known_and_vouches_for_nothing(
    read: Any, told: Any, now: datetime
) -> None:
    marks = {NEWEST: (now - timedelta(minutes=10)).isoformat()}
    first = board(entry(2, 15), entry(1, 20), next="/older")
    result = read(Activity, OPTIONS, site({"/board": first}, told), marks)
    assert result.paths == ["board"]
    assert (result.verdict.status, result.look.seen_from) == (RunStatus.OK, None)


def test_a_listing_by_rank_that_goes_on_has_no_past_that_it_could_have_come_to(read: Any, told: Any) -> None:
    page = board(entry(2, 5), entry(1, 20), next="/lower")
    result = read(Rank, replace(OPTIONS, max_pages=1), site({"/board": page}, told))
    assert result.verdict == Trouble(RunStatus.PARTIAL, "stopped after 1 pages - raise max_pages")


def test_pinned_items_do_not_say_how_far_down_a_page_reaches(read: Any, told: Any, now: datetime) -> None:
    page = board(
        entry(9, 5000, pinned=True), entry(8, 4000, pinned=True), entry(2, 5), entry(1, 20), next="/x"
    )
    result = read(Board, OPTIONS, site({"/board": page, "/x": 500}, told))
    assert minutes(now, result.look.seen_from) == 20


# Windows: listings that hold only what is newest.


def test_the_first_look_at_a_window_vouches_for_what_it_holds(read: Any, told: Any, now: datetime) -> None:
    page = board(entry(4, 5), entry(3, 20), entry(2, 30), entry(1, 40))
    result = read(Window, OPTIONS, site({"/board": page}, told))
    assert (minutes(now, result.look.seen_from), result.look.reached) == (30, True)
    assert result.verdict.status is RunStatus.OK


def test_a_window_that_still_holds_the_newest_known_item_has_lost_nothing(
    read: Any, told: Any, now: datetime
) -> None:
    first = read(Window, OPTIONS, site({"/board": board(entry(1, 40))}, told))
    assert first.look.marks[TOP] == "board:1"
    page = board(entry(3, 5), entry(2, 20), entry(1, 40))
    result = read(Window, OPTIONS, site({"/board": page}, told), first.look.marks)
    assert result.look.reached
    assert minutes(now, result.look.seen_from) == 40


def test_a_window_in_which_nothing_is_known_may_have_lost_something_and_says_so(
    read: Any, told: Any, now: datetime
) -> None:
    first = read(Window, OPTIONS, site({"/board": board(entry(1, 60))}, told))
    page = board(entry(5, 5), entry(4, 20), entry(3, 30), entry(2, 40))
    result = read(Window, OPTIONS, site({"/board": page}, told), first.look.marks)
    assert (result.look.reached, minutes(now, result.look.seen_from)) == (False, 30)
    assert result.verdict == Trouble(
        RunStatus.PARTIAL, "the listing holds only its newest 4 items, none of them known - crawl more often"
    )


def test_a_window_of_threads_in_which_nothing_is_known_says_so_too(read: Any, told: Any) -> None:
    thread = {"/t/1": board(entry(11, 4))}
    first = read(WindowOfThreads, OPTIONS, site({"/board": board(entry(1, 60)), **thread}, told))
    page = board(entry(4, 5, thread="/t/1"), entry(3, 20), entry(2, 30))
    result = read(WindowOfThreads, OPTIONS, site({"/board": page, **thread}, told), first.look.marks)
    assert result.verdict.status is RunStatus.PARTIAL
    assert "only its newest 3 items" in result.verdict.reason


def test_a_window_that_holds_nothing_any_more_has_nothing_new(read: Any, told: Any) -> None:
    first = read(Window, OPTIONS, site({"/board": board(entry(1, 60))}, told))
    result = read(Window, OPTIONS, site({"/board": board()}, told), first.look.marks)
    assert (result.verdict.status, result.look.reached) == (RunStatus.EMPTY, True)


def test_an_old_gap_that_a_window_shows_no_more_is_not_looked_for_by_every_run(
    read: Any, told: Any, now: datetime
) -> None:
    wanted = now - timedelta(days=14)
    asked = Asked(wanted=wanted)
    broken = died(Coverage(), asked, Trouble(RunStatus.FAILED, "killed"), began=now)
    page = board(entry(4, 5), entry(3, 20), entry(2, 30), entry(1, 40))
    result = read(Window, OPTIONS, site({"/board": page}, told), wanted=wanted)
    found = after(broken, asked, result.look, result.verdict, began=now)
    (gap,) = found.gaps
    assert (minutes(now, gap.stretch.end), gap.capped) == (30, True)
    assert gap.reason == "killed - the listing shows nothing so old any more"
    assert asked_of(found, now=now, days_back=14).wanted == found.vouched[-1].end


# Histories of runs.

kinds = st.sampled_from([Board, Window, Late, Descending])
histories = st.lists(
    st.tuples(st.integers(1, 40), st.integers(1, 4), st.none() | st.integers(0, 3)), min_size=1, max_size=7
)


@given(kinds, st.lists(st.integers(0, 200), max_size=60, unique=True), st.integers(1, 6), histories)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_post_in_a_stretch_that_is_vouched_for_was_ever_missed(
    read: Any,
    told: Any,
    now: datetime,
    kind: type[Board],
    created: list[int],
    size: int,
    history: list[tuple[int, int, int | None]],
) -> None:
    """`created`: minutes after the beginning. A window shows one page; a page may not be answered."""
    coverage, seen, clock = Coverage(), set[int](), 0
    for wait, pages, broken_from in history:
        clock += wait
        there = sorted((minute for minute in created if minute <= clock), reverse=True)
        answer = paged(there, clock, size, broken_from, told, only=kind is Window)
        moment = now + timedelta(minutes=clock)
        asked = asked_of(coverage, now=moment, days_back=1)
        options = replace(OPTIONS, max_pages=pages)
        result = read(kind, options, answer, asked.marks, wanted=asked.wanted, now=moment)
        seen |= {int(post.id.removeprefix("board:")) for post in result.posts}
        coverage = after(coverage, asked, result.look, result.verdict, began=moment)
        times = {minute: now + timedelta(minutes=minute) for minute in created}
        vouched = {m for m, at in times.items() if any(s.begin < at < s.end for s in coverage.vouched)}
        assert vouched <= seen
        gaps = [gap.stretch for gap in coverage.gaps]
        assert without(gaps, coverage.vouched) == gaps, "what is vouched for is no gap"


def paged(
    there: list[int], clock: int, size: int, broken_from: int | None, told: Any, *, only: bool
) -> Callable[[Request], Any]:
    def answer(request: Request) -> Any:
        number = int(parse_qs(urlsplit(request.url).query).get("page", ["0"])[0])
        if broken_from is not None and number >= broken_from:
            return told(b"", status=503)
        shown = there[number * size : (number + 1) * size]
        more = not only and len(there) > (number + 1) * size
        following = {"next": f"/board?page={number + 1}"} if more else {}
        page = board(*(entry(minute, clock - minute) for minute in shown), **following)
        return told(json.dumps(page).encode())

    return answer


# Threads.


def test_what_stands_in_threads_is_read_to_their_ends(read: Any, told: Any) -> None:
    pages = {
        "/board": board(entry(1, 5, thread="/t/1")),
        "/t/1": board(entry(11, 4), next="/t/1?page=2"),
        "/t/1?page=2": board(entry(12, 3)),
    }
    result = read(Board, OPTIONS, site(pages, told))
    assert [post.id for post in result.posts] == ["board:1", "board:11", "board:12"]
    assert (result.tally.threads, result.look.reached) == (2, True)


def test_an_item_that_is_only_a_thread_is_no_post_and_was_not_left_out(read: Any, told: Any) -> None:
    pages = {"/board": board(entry(1, 5, thread="/t/1")), "/t/1": board(entry(11, 4))}
    result = read(Threads, OPTIONS, site(pages, told))
    assert [post.id for post in result.posts] == ["board:11"]
    assert (result.tally.skipped, result.look.marks[NEWEST][:10]) == (0, "2026-11-23")


def test_a_thread_that_is_gone_is_no_trouble_and_is_counted(read: Any, told: Any) -> None:
    pages = {"/board": board(entry(1, 5, thread="/t/1"), entry(2, 6, thread="/t/2")), "/t/2": board()}
    result = read(Board, OPTIONS, site(pages, told))
    assert (result.tally.gone, result.verdict.status, result.look.reached) == (1, RunStatus.OK, True)


def test_where_no_thread_is_where_the_listing_says_the_addresses_have_changed(read: Any, told: Any) -> None:
    items = [entry(number, 5, thread=f"/t/{number}") for number in (1, 2, 3)]
    result = read(Board, OPTIONS, site({"/board": board(*items)}, told))
    assert result.verdict.status is RunStatus.LAYOUT
    assert result.verdict.reason.startswith("not one of 3 threads is where the listing says")
    assert not result.look.reached


def test_a_thread_that_fails_leaves_a_hole_so_that_nothing_is_vouched_for(read: Any, told: Any) -> None:
    pages = {"/board": board(entry(1, 5, thread="/t/1"), entry(2, 6), entry(3, 7)), "/t/1": 500}
    result = read(Board, OPTIONS, site(pages, told))
    assert (result.look.seen_from, result.look.reached) == (None, False)


def test_a_run_that_ends_before_a_thread_was_answered_vouches_for_nothing(now: datetime) -> None:
    spider = Board(replace(OPTIONS, max_pages=9), source="来源", now=now)
    (listing,) = spider.listings
    page = board(entry(1, 5, thread="/t/1"), entry(2, 6), entry(3, 7), next="/older")
    (request,) = spider.begin(listing)
    response = Response(request.url, body=json.dumps(page).encode(), request=request)
    assert request.callback is not None
    list(request.callback(response))
    assert (listing.open, listing.open_threads) == (2, 1)
    look = listing.look("max_minutes: it took an hour")
    assert (look.seen_from, look.reached) == (None, False)


def test_a_thread_with_more_pages_than_a_run_may_read_is_told(read: Any, told: Any) -> None:
    pages = {
        "/board": board(entry(1, 5, thread="/t/1")),
        "/t/1": board(entry(11, 4), next="/t/1?page=2"),
    }
    result = read(Board, replace(OPTIONS, max_pages=1), site(pages, told))
    assert result.verdict.status is RunStatus.PARTIAL
    assert "a thread was not read to its end (1 pages," in result.verdict.reason
    assert result.look.seen_from is None


def test_a_thread_from_new_to_old_ends_where_everything_is_known(read: Any, told: Any, now: datetime) -> None:
    marks = {NEWEST: (now - timedelta(minutes=10)).isoformat()}
    pages = {
        "/board": board(entry(1, 5, thread="/t/1")),
        "/t/1": board(entry(13, 4), entry(12, 11), next="/t/1?page=2"),
        "/t/1?page=2": board(entry(11, 12), entry(10, 13), next="/t/1?page=3"),
    }
    assert read(Descending, OPTIONS, site(pages, told), marks).paths == ["board", "t/1", "t/1?page=2"]


def test_a_thread_that_leads_in_a_circle_is_told(read: Any, told: Any) -> None:
    pages = {"/board": board(entry(1, 5, thread="/t/1")), "/t/1": board(entry(11, 4), next="/t/1")}
    result = read(Board, OPTIONS, site(pages, told))
    assert result.verdict.status is RunStatus.LAYOUT
    assert not result.look.reached


# Queries.


def test_each_query_has_an_account_of_its_own(read: Any, told: Any, now: datetime) -> None:
    pages = {"/search?q=a": board(entry(1, 5)), "/search?q=b": 403, "/search?q=c": board()}
    result = read(Search, SEARCH, site(pages, told), queries=("a", "b", "c"))
    assert [(look.query, look.reached, look.facts.posts) for look in result.looks] == [
        ("a", True, 1),
        ("b", False, 0),
        ("c", True, 0),
    ]
    assert result.verdict == Trouble(RunStatus.BLOCKED, "b: access refused (403)")
    assert {minutes(now, look.seen_from) for look in result.looks} == {14 * 1440, None}


def test_a_post_that_two_queries_find_is_given_once(read: Any, told: Any) -> None:
    pages = {"/search?q=a": board(entry(1, 5)), "/search?q=b": board(entry(1, 5), entry(2, 6))}
    result = read(Search, SEARCH, site(pages, told), queries=("a", "b"))
    assert [post.id for post in result.posts] == ["board:1", "board:2"]


def test_a_gap_is_filled_from_its_own_upper_end(read: Any, told: Any, now: datetime) -> None:
    asked: list[str] = []

    def answer(request: Request) -> Any:
        asked.append(parse_qs(urlsplit(request.url).query)["until"][0])
        return told(json.dumps(board(entry(1, 90))).encode())

    start, wanted = now - timedelta(minutes=60), now - timedelta(minutes=120)
    result = read(Search, SEARCH, answer, queries=("a",), wanted=wanted, start=start)
    assert asked == ["11:00"]
    assert (result.look.seen_from, result.look.seen_until) == (wanted, start)


# The canary.

CANARY = replace(OPTIONS, canary=f"{BASE}/old", canary_text="停机")


@pytest.mark.parametrize("escaped", [True, False], ids=["as JSON writes it", "as it is"])
@pytest.mark.parametrize(
    ("old", "status"),
    [
        pytest.param(board(entry(1, 99999, text="停机")), RunStatus.EMPTY, id="it is there"),
        pytest.param(board(), RunStatus.LAYOUT, id="the page is there without it"),
        pytest.param(404, RunStatus.FAILED, id="it is gone"),
        pytest.param(403, RunStatus.BLOCKED, id="we are turned away"),
    ],
)
def test_nothing_new_is_believed_only_where_an_old_post_is_still_shown(
    read: Any, told: Any, old: Any, status: RunStatus, escaped: bool
) -> None:
    def answer(request: Request) -> Any:
        if request.url.endswith("/old") and not isinstance(old, int):
            return told(json.dumps(old, ensure_ascii=escaped).encode())
        return site({"/board": board(), "/old": old}, told)(request)

    result = read(Board, CANARY, answer)
    assert (result.verdict.status, result.look.reached) == (status, status is RunStatus.EMPTY)


def test_the_canary_is_left_alone_where_something_new_is_found(read: Any, told: Any) -> None:
    assert read(Board, CANARY, site({"/board": board(entry(1, 5))}, told)).paths == ["board"]


# What was not answered.


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        pytest.param(
            Refused(Trouble(RunStatus.BLOCKED, "10.0.0.1 is private")),
            Trouble(RunStatus.BLOCKED, "10.0.0.1 is private"),
            id="our own guard",
        ),
        pytest.param(
            IgnoreRequest("Forbidden by robots.txt"),
            Trouble(RunStatus.BLOCKED, "robots.txt forbids the address"),
            id="robots.txt",
        ),
        pytest.param(
            IgnoreRequest("max redirections reached"),
            Trouble(RunStatus.FAILED, "gave up: max redirections reached"),
            id="Scrapy itself",
        ),
        pytest.param(
            DownloadTimeoutError(), Trouble(RunStatus.FAILED, "the server took too long"), id="the network"
        ),
    ],
)
@pytest.mark.parametrize("in_thread", [False, True], ids=["of the listing", "of a thread"])
def test_a_request_that_came_to_nothing_stands_in_the_account_once(
    now: datetime, error: Exception, trouble: Trouble, in_thread: bool
) -> None:
    spider = Board(OPTIONS, source="来源", now=now)
    (listing,) = spider.listings
    meta: dict[str, Any] = {"thread": 1} if in_thread else {}
    request = spider.ask(f"{BASE}/board", spider.read, listing, **meta)
    spider.failed(SimpleNamespace(value=error, request=request))
    assert (listing.tally.troubles, listing.holes, listing.open) == ([trouble], in_thread, 0)


class Secret(Board):
    """With a token, and threads elsewhere."""

    hosts = ("api.board.example",)

    def headers(self) -> dict[str, str]:
        return {"Authorization": "Bearer secret"}

    def threads(self, item: Any, listing: Listing) -> Iterator[str]:  # noqa: ARG002 - any item may have one
        yield need(item, "thread", str)


@pytest.mark.parametrize(
    ("thread", "is_sent"),
    [
        (f"{BASE}/t/1", True),
        ("https://api.board.example/t/1", True),
        ("https://evil.example/t/1", False),
        ("https://board.example:8443/t/1", False),
        ("http://board.example/t/1", False),
    ],
    ids=["where the listing is", "where the spider says", "elsewhere", "another port", "in the clear"],
)
def test_what_is_secret_goes_only_where_the_listing_is(
    read: Any, told: Any, thread: str, is_sent: bool
) -> None:
    pages = {"/board": board(entry(1, 5, thread=thread)), "/t/1": board(entry(11, 4))}
    listing, followed = read(Secret, OPTIONS, site(pages, told)).requests
    assert listing.headers["Authorization"] == b"Bearer secret"
    assert ("Authorization" in followed.headers) == is_sent
