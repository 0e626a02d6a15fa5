"""What collecting finds becomes cases: opened once, joined by the rule, told what changes and who answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from listening.calendar import Workdays
from listening.model import Author, Case, Hit, Kind, Mention, Status
from listening.model.ids import contact_of
from listening.pipeline import NoDesk, Pipeline
from listening.review.desk import Desk
from listening.review.intake import Intake
from listening.review.verifying import check_cases
from listening.store import Store
from tests.desk import MAX_AGE, OUTAGE, PRAISE, WEATHER
from tests.review.kit import CARE, LI, STRANGER, Bench, below, moment, post

SOON = timedelta(minutes=1)


def test_a_hit_opens_a_case_with_all_that_the_figures_need(bench: Bench) -> None:
    case = bench.open()
    (opened,) = bench.events(case)
    said = opened.data
    assert (opened.person, said["why"], said["queue"], said["priority"]) == (
        "system",
        "found",
        "技术支持",
        "high",
    )
    assert (said["reach"], said["class"], said["platform"]) == ("indirect", "keyword", "forum")
    assert (said["brands"], said["scenarios"]) == (["星河宽带"], ["星河宽带/宽带报障"])
    assert said["respond_by"] == "2026-11-24T12:30:00.000Z" and said["respond_within_ms"] == 1_800_000
    assert said["resolve_by"] == "2026-11-25T12:00:00.000Z" and said["hours"] == "24x7"
    assert case.posts == ("forum:1",) and case.thread == "forum:1"


def test_events_name_no_person_no_post_and_no_text(bench: Bench) -> None:
    case = bench.closed()
    bench.take(post(2, "还是不行", parent=below(1), root=below(1)))
    told = str([event.data for event in bench.events(case)])
    for secret in ("forum:1", "forum:2", "u1", "张三", "断网了", "还是不行"):
        assert secret not in told
    assert case.contact == bench.desk.pseudonyms.contact(contact_of(post()) or "")


def test_the_deadline_keeps_the_hours_of_the_queue(bench: Bench) -> None:
    bench.clock.at = moment("2026-11-27 17:00")  # a Friday, one hour before they go home
    case = bench.open("星河宽带乱扣费")
    assert case.respond_by == moment("2026-11-30 10:00")
    assert bench.record().respond_by == case.respond_by


def test_the_same_post_again_changes_nothing(bench: Bench) -> None:
    case = bench.open()
    bench.take(post(1))
    assert bench.kinds(case) == ["open"]


def test_a_replay_changes_nothing(bench: Bench) -> None:
    case = bench.worked()
    for tally in bench.pipeline.replay(bench.archive.scan()):
        assert tally.total
    assert bench.kinds(case) == ["open", "claim", "respond"]
    assert bench.record().status is Status.RESPONDED


def test_old_posts_are_kept_without_a_case(bench: Bench) -> None:
    bench.take(post(1, published_at=bench.clock.at - timedelta(days=4)))
    assert bench.record().status is Status.KEPT
    assert list(bench.store.scan_cases()) == []


def test_mentions_make_no_case(bench: Bench) -> None:
    bench.take(post(1, PRAISE), post(2, WEATHER))
    assert list(bench.store.scan_cases()) == []


def test_posts_of_one_author_in_one_thread_are_one_case(bench: Bench) -> None:
    case = bench.open()
    bench.take(post(2, "星河宽带又掉线，第三天了", parent=below(1), root=below(1)))
    assert bench.kinds(case) == ["open", "post"]
    assert bench.kept(case).posts == ("forum:1", "forum:2")
    assert bench.record(2).case == case.id


def test_so_they_are_within_one_batch_in_any_order(bench: Bench) -> None:
    later = post(2, "星河宽带又掉线", parent=below(1), root=below(1))
    bench.take(later, post(1))
    assert bench.case_of("forum:1").id == bench.case_of("forum:2").id
    assert len(list(bench.store.scan_cases())) == 1


def test_two_authors_in_one_thread_are_two_cases(bench: Bench) -> None:
    case = bench.open()
    bench.take(post(2, "我家星河宽带也断网", author=STRANGER, parent=below(1), root=below(1)))
    assert bench.case_of("forum:2").id != case.id


def test_posts_of_nobody_are_cases_of_their_own(bench: Bench) -> None:
    bench.take(post(1, author=None), post(2, author=None, parent=below(1, None), root=below(1, None)))
    assert bench.case_of("forum:1").id != bench.case_of("forum:2").id


def test_a_further_hit_of_the_same_contact_and_scenario_joins_the_open_case(bench: Bench) -> None:
    case = bench.open()
    bench.later(days=6)
    second = bench.open("星河宽带还在掉线", name=2)
    assert second.id == case.id and second.news == ("post",)
    own = bench.record(2).case
    assert own == case.id, "the record names the case that is worked on"
    assert {c.status for c in bench.store.scan_cases()} == {Status.OPEN, Status.MERGED}


def test_it_does_so_within_one_batch(bench: Bench) -> None:
    bench.take(post(1), post(2, "星河宽带掉线"), post(3, "星河宽带断网"))
    ids = {bench.case_of(f"forum:{n}").id for n in (1, 2, 3)}
    assert len(ids) == 1
    (case,) = [case for case in bench.store.scan_cases() if case.is_live]
    assert set(case.posts) == {"forum:1", "forum:2", "forum:3"}


@pytest.mark.parametrize(
    ("days", "text", "closed"),
    [
        pytest.param(8, "星河宽带断网", False, id="after more than the seven days"),
        pytest.param(1, "星河宽带断网", True, id="after the end"),
    ],
)
def test_a_later_one_is_a_case_of_its_own_that_names_the_one_before(
    bench: Bench, days: int, text: str, closed: bool
) -> None:
    first = bench.closed() if closed else bench.open()
    bench.later(days=days)
    second = bench.open(text, name=2)
    assert second.id != first.id and second.again == first.id


def test_another_scenario_is_another_matter(bench: Bench) -> None:
    first = bench.open()
    second = bench.open("星河宽带乱扣费", name=2)
    assert second.id != first.id and second.again is None


def test_another_brand_with_the_same_trouble_is_the_same_matter(bench: Bench) -> None:
    first = bench.open()
    assert bench.open("星河移动也断网", name=2).id == first.id
    assert bench.desk.log.case(first.id).brands == ("星河宽带", "星河移动")


def test_a_plain_repost_goes_to_the_case_of_the_original(bench: Bench) -> None:
    case = bench.open()
    repost = post(2, "转发微博//@张三:星河宽带又断网了", kind=Kind.REPOST, author=STRANGER, root=below(1))
    bench.take(repost)
    assert bench.case_of("forum:2").id == case.id
    assert bench.last(case).data["repost"] is True
    assert len(bench.desk.log.case(case.id).customer_at) == 1, "it is no turn of the customer"


def test_a_repost_with_words_of_its_own_is_a_case_of_its_own(bench: Bench) -> None:
    case = bench.open()
    own = post(
        2, "我的星河宽带也掉线//@张三:星河宽带又断网了", kind=Kind.REPOST, author=STRANGER, root=below(1)
    )
    bench.take(own)
    assert bench.case_of("forum:2").id != case.id


def test_a_repost_that_comes_first_opens_the_case_of_the_original(bench: Bench) -> None:
    bench.take(post(2, "转发微博//@张三:星河宽带又断网了", kind=Kind.REPOST, author=STRANGER, root=below(1)))
    early = bench.case_of("forum:2")
    bench.take(post(1))
    assert bench.case_of("forum:1").id == early.id
    assert early.contact == bench.desk.pseudonyms.contact("forum:u1")


def test_an_edit_is_told_and_keeps_its_place(bench: Bench) -> None:
    case = bench.open()
    before = bench.kept(case).urgency
    bench.take(post(1, OUTAGE + "，已经三天"))
    assert bench.kinds(case) == ["open", "changed"]
    assert bench.kept(case).news == ("changed",) and bench.kept(case).urgency == before


def test_a_deletion_is_told(bench: Bench) -> None:
    case = bench.worked()
    bench.take(post(1, "帖子已删除", deleted=True))
    assert bench.kinds(case)[-1] == "deleted"
    assert len(bench.desk.log.case(case.id).gone) == 1


def test_a_deleted_post_that_nobody_answered_is_given_up(bench: Bench) -> None:
    case = bench.open()
    bench.take(post(1, "帖子已删除", deleted=True))
    assert bench.desk.ticker.sweep() == {"abandon": 1}
    assert (bench.last(case).kind, bench.last(case).data["why"]) == ("abandon", "deleted")


def test_a_hit_that_matches_no_longer_leaves_the_queue(bench: Bench) -> None:
    case = bench.open()
    bench.take(post(1, WEATHER))
    assert bench.desk.log.case(case.id).status is Status.WITHDRAWN
    assert bench.desk.queue.next(LI) is None and bench.record().status is Status.WITHDRAWN


def test_unless_somebody_has_touched_it(bench: Bench) -> None:
    case = bench.worked()
    bench.take(post(1, WEATHER))
    told = bench.desk.log.case(case.id)
    assert told.status is Status.RESPONDED and "withdrawn" in told.news


def test_or_another_of_its_posts_still_matches(bench: Bench) -> None:
    case = bench.open()
    bench.take(post(2, "星河宽带掉线", parent=below(1), root=below(1)))
    bench.take(post(1, WEATHER))
    assert bench.desk.log.case(case.id).status is Status.OPEN
    bench.take(post(2, WEATHER, parent=below(1), root=below(1)))
    assert bench.desk.log.case(case.id).status is Status.WITHDRAWN


def test_a_hit_that_is_only_a_mention_now_leaves_it_too(bench: Bench) -> None:
    case = bench.open()
    bench.take(post(1, PRAISE))
    assert bench.desk.log.case(case.id).status is Status.WITHDRAWN


def test_one_that_matches_again_comes_back(bench: Bench) -> None:
    case = bench.open()
    bench.take(post(1, WEATHER))
    bench.take(post(1, OUTAGE + "！"))
    assert bench.desk.log.case(case.id).status is Status.OPEN
    assert bench.record().status is Status.OPEN


def test_the_customer_who_writes_again_after_the_end_brings_the_case_back(bench: Bench) -> None:
    case = bench.closed()
    bench.later(days=3)
    bench.take(post(2, "星河宽带又断网", parent=below(1), root=below(1), published_at=bench.clock.at - SOON))
    assert bench.kinds(case)[-2:] == ["reopen", "post"]
    assert bench.desk.log.case(case.id).status is Status.OPEN


def test_words_that_match_nothing_are_news_but_bring_nothing_back(bench: Bench) -> None:
    case = bench.closed()
    bench.take(post(2, "谢谢，好了", parent=below(1), root=below(1)))
    assert bench.kinds(case)[-1] == "post"
    assert bench.desk.log.case(case.id).status is Status.CLOSED


def test_a_customers_words_in_the_thread_are_kept_as_context(bench: Bench) -> None:
    case = bench.open()
    bench.take(
        post(2, "还是不行", parent=below(1), root=below(1)),
        post(3, "楼上加油", author=STRANGER, parent=below(1), root=below(1)),
        post(4, "无关的帖子", author=STRANGER),
    )
    assert [bench.record(n).status for n in (2, 3)] == [Status.CONTEXT] * 2
    assert bench.store.get("forum:4") is None
    assert bench.kept(case).posts == ("forum:1", "forum:2")
    assert len(bench.desk.log.case(case.id).customer_at) == 2, "a stranger's words are no turn"


def test_context_of_the_same_batch_is_kept_whatever_comes_first(bench: Bench) -> None:
    bench.take(post(2, "顶", author=STRANGER, parent=below(1), root=below(1)), post(1))
    assert bench.record(2).status is Status.CONTEXT


def test_our_answer_is_written_by_the_system_with_its_own_time(bench: Bench) -> None:
    case = bench.worked()
    answered_at = bench.clock.at - SOON
    bench.take(post(2, "您好", author=CARE, parent=below(1), root=below(1), published_at=answered_at))
    reply = bench.last(case)
    assert (reply.kind, reply.person, reply.data["seen"]) == ("reply", "system", True)
    assert bench.desk.log.case(case.id).replies[0].at == answered_at
    assert bench.record(2).ours is True and bench.record(2).status is Status.CONTEXT


def test_an_answer_that_was_given_without_the_desk_is_an_answer(bench: Bench) -> None:
    case = bench.open()
    bench.take(post(2, "您好", author=CARE, parent=below(1), root=below(1)))
    assert bench.kinds(case) == ["open", "reply"]
    assert bench.desk.log.case(case.id).status is Status.OPEN


def test_an_answer_that_is_found_before_the_post_it_answers(bench: Bench) -> None:
    """Listings show the newest first, so page one has our answer and page two the question."""
    bench.take(post(2, "您好", author=CARE, parent=below(1), root=below(1)))
    case = bench.open()
    assert bench.kinds(case) == ["open", "reply"]


def test_an_answer_counts_once(bench: Bench) -> None:
    case = bench.open()
    answer = post(2, "您好", author=CARE, parent=below(1), root=below(1))
    bench.take(answer)
    bench.take(replace(answer, text="您好！"))
    for _ in bench.pipeline.replay(bench.archive.scan()):
        pass
    assert bench.kinds(case).count("reply") == 1


def both(bench: Bench) -> tuple[Case, Case]:
    """Two customers who wait in one thread."""
    first = bench.open()
    bench.take(post(2, "我家星河宽带也断网", author=STRANGER, parent=below(1), root=below(1)))
    return first, bench.case_of("forum:2")


@pytest.mark.parametrize(
    ("answer", "who"),
    [
        pytest.param({"parent": below(1), "root": below(1)}, 0, id="the post it answers"),
        pytest.param({"parent": below(2, STRANGER), "root": below(1)}, 1, id="the other one"),
        pytest.param({"root": below(1), "mentions": (Mention(id="u2"),)}, 1, id="whom it mentions"),
        pytest.param(
            {"parent": below(7, Author(id="u2")), "root": below(1)}, 1, id="whose other post it answers"
        ),
        pytest.param({"root": below(1)}, None, id="nobody can tell"),
    ],
)
def test_whom_an_answer_is_for_where_two_wait(
    bench: Bench, answer: dict[str, object], who: int | None
) -> None:
    cases = both(bench)
    bench.take(post(3, "您好", author=CARE, published_at=bench.clock.at, **answer))
    assert [("reply" in bench.kinds(case)) for case in cases] == [n == who for n in range(2)]


def test_an_answer_in_a_thread_where_one_waits_is_for_them(bench: Bench) -> None:
    case = bench.open()
    bench.take(post(3, "您好", author=CARE, root=below(1), published_at=bench.clock.at))
    assert bench.kinds(case)[-1] == "reply"


def test_what_calls_for_more_is_escalated_as_it_is_found(bench: Bench) -> None:
    case = bench.open("星河宽带断网，我要找工信部")
    assert case.escalation == "sensitive" and bench.events(case)[0].data["cue"] == "工信部"


class Mortal(NoDesk):
    """A process that is killed when the records are stored and the desk was not told yet."""

    def __init__(self, desk: Intake) -> None:
        self.placed = desk.placed  # type: ignore[method-assign]

    def took(self, records: Sequence[Hit], stored: Set[str]) -> None:
        raise InterruptedError(f"killed with {len(records)} records, {len(stored)} of them known")


def test_a_broken_off_intake_is_finished_by_the_next_command(bench: Bench) -> None:
    mortal = Mortal(bench.desk.intake(bench.matcher.is_ours))
    dying = Pipeline(
        bench.archive, bench.store, bench.matcher, queue_max_age=MAX_AGE, now=bench.clock, desk=mortal
    )
    with pytest.raises(InterruptedError), bench.archive.writer("论坛", "dies") as writer:
        dying.take([post(1)], writer, lambda _refused: None)
    assert bench.record().case and list(bench.store.scan_cases()) == []
    bench.later(minutes=20)
    bench.archive.recover()
    bench.pipeline.recover()
    case = bench.case_of("forum:1")
    assert bench.kinds(case) == ["open"]
    assert case.respond_by == bench.clock.at + timedelta(minutes=10), "it was found twenty minutes ago"


class Late:
    """A store that another machine writes to after we have looked which cases there are."""

    def __init__(self, store: Store, meanwhile: Callable[[], object]) -> None:
        self._store, self._meanwhile = store, meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def cases_by(self, field: str, values: Sequence[str]) -> list[Case]:
        found = self._store.cases_by(field, values)
        self._meanwhile()
        return found


def test_where_another_machine_was_quicker_our_hit_is_a_further_post(bench: Bench) -> None:
    answer = post(2, "星河宽带掉线", parent=below(1), root=below(1))
    late: Any = Late(bench.store, lambda: bench.take(post(1)))
    rules = bench.matcher.plan.ruleset
    desk = Desk(late, rules, zone=ZoneInfo("Asia/Shanghai"), workdays=Workdays(), now=bench.clock)
    intake = desk.intake(bench.matcher.is_ours)
    hit = bench.matcher.match([answer])[0].hit
    assert hit is not None
    found = replace(hit, status=Status.OPEN, found_at=bench.clock.at + SOON)
    bench.store.save([intake.placed(found)])
    intake.took([intake.placed(found)])
    case = bench.case_of("forum:1")
    assert bench.kinds(case) == ["open", "post"]
    assert bench.record(2).case == case.id


@pytest.mark.parametrize(
    ("text", "is_one"), [("长河通信又涨价", True), (OUTAGE, False)], ids=["about a competitor", "about us"]
)
def test_a_case_says_whether_it_is_an_opportunity(bench: Bench, text: str, is_one: bool) -> None:
    case = bench.open(text)
    assert case.opportunity is is_one
    assert bench.events(case)[0].data.get("opportunity", False) is is_one


def test_so_does_a_further_post(bench: Bench) -> None:
    case = bench.open()
    bench.take(post(2, "断网，星河宽带我要销户", parent=below(1), root=below(1)))
    assert bench.desk.log.case(case.id).opportunity


def test_a_mention_that_was_a_hit_is_kept_and_counted(bench: Bench) -> None:
    case = bench.open()
    bench.take(post(1, PRAISE))
    assert (bench.record().level, bench.record().status) == (1, Status.KEPT)
    bench.take(post(1, OUTAGE + "！"))
    assert bench.record().status is Status.OPEN and bench.kept(case).posts == ("forum:1",)
    assert list(check_cases(bench.store)) == []


def test_unless_somebody_works_on_it(bench: Bench) -> None:
    case = bench.worked()
    bench.take(post(1, PRAISE))
    assert bench.record().status is Status.RESPONDED and bench.kept(case).posts == ("forum:1",)
    assert list(check_cases(bench.store)) == []


def test_what_comes_back_while_somebody_holds_the_case_is_theirs(bench: Bench) -> None:
    case = bench.worked()
    bench.take(post(1, WEATHER))
    assert bench.record().status is Status.WITHDRAWN
    bench.take(post(1, OUTAGE))
    assert (bench.record().status, bench.record().assignee) == (Status.RESPONDED, LI)
    assert bench.desk.log.case(case.id).status is Status.RESPONDED
