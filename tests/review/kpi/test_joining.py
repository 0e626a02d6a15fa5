"""Cases that were joined count once, what was done in them counts under the one that took them up."""

from __future__ import annotations

from tests.review.kpi.logs import Log, Steps, asked, at, events, joined, parts, said, tell


def worked_on(case: str = "乙", into: str = "甲") -> Log:
    """Answered, closed, and joined to another in the end."""
    return (
        Log(case, queue="账务", respond_by=said(1))
        .claim(1, "小王")
        .respond(2, "小王", in_time=False, natural_ms=1)
        .reply(3, "小王")
        .add("ticket", 4, system="s", ticket="t")
        .add("receipt", 5, ticket="t", natural_ms=60_000)
        .close(6, person="小王")
        .add("invite", 7)
        .add("satisfaction", 8, satisfied=True)
        .add("score", 9, "小张", score=3, scale=5)
        .add("check", 10, "小张", agrees=True)
        .add("join", 20, "小李", into=into, why="by_hand")
    )


def surviving(case: str = "甲", minutes: float = 20, asked_at: tuple[float, ...] = (-10,)) -> Log:
    """Took another case up, was answered and closed afterwards."""
    return (
        Log(case)
        .add("absorb", minutes, "小李", **{"from": "乙"}, customer_at=[said(each) for each in asked_at])
        .claim(21)
        .respond(22, natural_ms=5, in_time=True)
        .reply(23)
        .close(30)
    )


BOTH = events(surviving(), worked_on())


def test_a_joined_case_is_left_out_of_figures_of_cases_and_says_so() -> None:
    told = tell(BOTH)
    assert (told["offered"].value, told["offered"].left_out) == (1, {"joined": 1})
    assert (told["resolution"].denominator, told["resolution"].left_out) == (1, {"joined": 1})
    assert (told["response_desk_median"].value, told["response_desk_median"].left_out) == (5, {"joined": 1})


def test_what_was_done_in_it_counts_under_the_one_that_took_it_up() -> None:
    told = tell(BOTH)
    for name in ("ticket_median", "satisfaction", "satisfaction_answered", "agreement", "quality"):
        assert (told[name].denominator, told[name].cases, told[name].left_out) == (
            5 if name == "quality" else 1,
            ("甲",),
            {},
        )
    assert parts(BOTH, "quality", "queue")["技术支持"] is not None


def test_services_of_both_are_counted() -> None:
    """Asked ten minutes before, answered in the one, and in the other once more: one turn, one service."""
    assert tell(BOTH)["services"].value == 1
    again = events(surviving(asked_at=(-10, 15)), worked_on())
    assert tell(again)["services"].value == 2


def test_a_person_keeps_what_they_did_in_it() -> None:
    assert parts(BOTH, "services", "person") == {"小王": 1, "total": 1}


def test_a_case_that_joins_with_its_first_hit_is_nothing_but_a_turn_of_the_other() -> None:
    log = events(
        Log("甲").reply(1).add("absorb", 5, **{"from": "丙"}, customer_at=[said(4)]).reply(9),
        joined("丙", "甲", 5),
    )
    told = tell(log)
    assert (told["services"].value, told["offered"].value) == (2, 1)


def test_through_two_cases_everything_counts_under_the_last_one() -> None:
    middle = worked_on("乙", "甲").steps
    first = worked_on("丙", "乙").steps
    middle.insert(-1, Log("乙").add("absorb", 15, **{"from": "丙"}).steps[-1])
    renumbered = [
        type(e)(case=e.case, n=n, kind=e.kind, at=e.at, person=e.person, data=e.data)
        for n, e in enumerate(middle, 1)
    ]
    told = tell(events(surviving(), renumbered, first))
    assert (told["quality"].denominator, told["quality"].cases) == (10, ("甲",))
    assert told["offered"].left_out == {"joined": 2}


def test_what_was_done_in_a_case_that_nobody_took_up_counts_under_itself() -> None:
    for log in (worked_on("乙", "没有").steps, events(worked_on("乙", "丙"), Log("丙"))):
        told = tell(log)
        assert (told["services"].value, told["quality"].cases) == (1, ("乙",))
        assert told["resolution"].left_out == {"joined": 1}


def test_a_circle_ends() -> None:
    def circled(case: str, into: str) -> Steps:
        log = Log(case).add("absorb", 2, **{"from": into}).reply(3).add("join", 5, into=into, why="by_hand")
        return log.steps

    told = tell(events(circled("甲", "乙"), circled("乙", "甲")))
    assert (told["services"].value, told["offered"].left_out) == (2, {"joined": 2})


def test_before_it_was_joined_it_was_a_case_of_its_own() -> None:
    told = tell(BOTH, asked(as_of=at(19)))
    assert (told["offered"].value, told["offered"].left_out) == (2, {})
    assert told["resolution"].cases == ("乙",)


def test_what_a_withdrawn_case_took_up_is_out_with_it() -> None:
    log = events(Log("甲").add("absorb", 20, **{"from": "乙"}).add("withdrawn", 30, whole=True), worked_on())
    told = tell(log)
    assert (told["quality"].denominator, told["quality"].left_out) == (0, {"withdrawn": 1})
