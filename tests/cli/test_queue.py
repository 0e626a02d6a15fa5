"""`listening queue`: what waits, in the order of urgency, and who takes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from listening.app import open_app
from listening.cli import queue as verbs
from tests.cli.place import BROKEN_RULES, MENTION, Place, post
from tests.cli.shift import PHONE, RULES, ZHANG, kept, kinds, manned, turned, with_five
from tests.store.records import case

URGENT_FIRST = [f"weibo:{n}" for n in (5, 4, 3, 2, 1)]
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def nobody_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LISTENING_PERSON", raising=False)


@pytest.fixture
def desk(place: Place) -> Place:
    return with_five(place)


def row(desk: Place, post_id: str) -> str:
    """The line of the table that shows the case of a post."""
    (found,) = [line for line in desk.call("queue list").out.splitlines() if kept(desk, post_id).id in line]
    return found


def test_priority_goes_first_then_the_nearest_deadline(desk: Place) -> None:
    answer = desk.call("queue list", "--json")
    assert answer.ids == URGENT_FIRST
    assert (answer.code, answer.err) == (0, "5 cases\n")


def test_what_is_escalated_goes_before_what_is_urgent(desk: Place) -> None:
    desk.take(post(6, "星河宽带点赞，再不修就曝光"), name="more.jsonl")
    assert desk.call("queue list", "--json").ids[0] == "weibo:6"
    assert "  crisis  " in row(desk, "weibo:6")


def test_of_equal_urgency_the_one_found_first_goes_first(place: Place) -> None:
    place.lay_out(RULES)
    place.take(post(5, "星河宽带多少钱"), name="first.jsonl")
    place.take(post(1, "星河宽带多少钱"), post(9, "星河宽带多少钱"), name="then.jsonl")
    assert place.call("queue list", "--json").ids[0] == "weibo:5"


def test_the_table_tells_what_is_due_and_what_matched(desk: Place) -> None:
    head, first, *_ = desk.call("queue list").out.splitlines()
    assert head.split() == [
        *("case", "priority", "escalation", "queue", "in", "hands", "due", "news"),
        *("platform", "about", "text"),
    ]
    found = kept(desk, "weibo:5")
    assert first.split() == [
        *(found.id, "urgent", "投诉处理", "respond", "in", "4", "d", "weibo", "星河宽带/投诉"),
        "【星河宽带】【投诉】",
    ]


def test_a_row_for_a_machine_is_a_record_with_where_its_case_stands(desk: Place) -> None:
    found = kept(desk, "weibo:4")
    (record,) = [each for each in desk.call("queue list", "--json").records if each["id"] == "weibo:4"]
    told = {"case": found.id, "status": "open", "queue": "技术支持", "priority": "high", "late": False}
    told |= {"escalation": "normal", "target": "respond", "posts": 1, "level": 2, "text": "星河宽带限速"}
    assert told.items() <= record.items()
    assert [each["text"] for each in record["evidence"]] == ["星河宽带", "限速"]


def test_a_case_of_several_posts_is_one_row(place: Place) -> None:
    root = {"id": "weibo:1", "author": ZHANG}
    manned(place).take(
        post(9, "星河宽带断网", id="weibo:1", author=ZHANG),
        post(2, "星河宽带还断网", author=ZHANG, root=root, parent=root),
    )
    (record,) = place.call("queue list", "--json").records
    assert (record["id"], record["posts"], record["news"]) == ("weibo:1", 2, ["post"])
    assert "  new post  " in row(place, "weibo:1")


def test_a_missed_deadline_is_told_as_late(desk: Place) -> None:
    turned(desk, "weibo:4", respond_by=datetime.now(UTC) - timedelta(days=10))
    assert "  respond 10 d late  " in row(desk, "weibo:4")
    assert "  respond in 3 d  " in row(desk, "weibo:3")
    late = [each["id"] for each in desk.call("queue list", "--json").records if each.get("late")]
    assert late == ["weibo:4"]


def test_after_the_first_response_the_end_is_what_is_due(desk: Place) -> None:
    for words in ("queue claim", "case respond"):
        assert desk.call(words, "weibo:3", "--as", "王磊").code == 0
    assert "  resolve in 6 d  " in row(desk, "weibo:3")
    assert desk.call("case reply", "weibo:3", "--asks", "--as", "王磊").code == 0
    assert "  the customer is asked since " in row(desk, "weibo:3")


@pytest.mark.parametrize(
    ("queue", "ids"),
    [
        pytest.param("技术支持", ["weibo:4", "weibo:3"], id="a plain name"),
        pytest.param('市场"一部"', ["weibo:2"], id="a name with quotes"),
        pytest.param("C:\\公关", ["weibo:1"], id="a name with a backslash"),
        pytest.param("没有", [], id="a queue that is not there"),
        pytest.param('x" status:kept', [], id="a name that looks like a search"),
    ],
)
def test_one_queue_can_be_asked_for_whatever_its_name(desk: Place, queue: str, ids: list[str]) -> None:
    answer = desk.call("queue list", queue, "--json")
    assert answer.ids == ids
    assert (answer.code, answer.err) == (0, f"{len(ids)} case{'' if len(ids) == 1 else 's'}\n")


def test_a_limit_shows_the_most_urgent_and_tells_how_many_there_are(desk: Place) -> None:
    answer = desk.call("queue list", "--json", "--limit", "2")
    assert answer.ids == URGENT_FIRST[:2]
    assert answer.err == "5 cases, the first 2 are shown\n"


def test_a_long_queue_is_not_counted_to_its_end(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "_COUNTED", 10)
    with open_app(place.config) as app:
        app.store.put_cases([case(f"case{n:08}") for n in range(40)])
    answer = place.call("queue list", "--limit", "5")
    assert len(answer.out.splitlines()) == 6
    assert answer.err == "more than 15 cases, the first 5 are shown\n"


def test_only_cases_with_something_left_to_do_are_listed(desk: Place) -> None:
    desk.take(post(3, "通了"), name="edited.jsonl")  # withdrawn
    desk.take(post(6 * 24 * 60, "星河宽带投诉"), post(9, MENTION), name="old.jsonl")  # too old: kept
    assert desk.call("case abandon", "weibo:2", "--as", "王磊").code == 0
    found = desk.call("queue list", "--json")
    assert found.ids == ["weibo:5", "weibo:4", "weibo:1"]
    assert {record["status"] for record in found.records} == {"open"}


def test_an_empty_desk_is_a_header_and_no_failure(place: Place) -> None:
    answer = place.call("queue list")
    assert (answer.code, len(answer.out.splitlines()), answer.err) == (0, 1, "0 cases\n")


def test_a_case_whose_posts_are_gone_is_listed_all_the_same(desk: Place) -> None:
    with open_app(desk.config) as app:
        app.store.delete_records(["weibo:5"])
    first = desk.call("queue list", "--json").records[0]
    assert (first["queue"], "id" in first, "text" in first) == ("投诉处理", False, False)
    assert len(desk.call("queue list").out.splitlines()) == 6


def test_numbers_and_names_are_masked_until_somebody_who_may_asks_for_them(place: Place) -> None:
    manned(place).take(post(1, f"星河宽带断网，电话{PHONE}", author=ZHANG))
    (shown,) = place.call("queue list", "--json").records
    assert (shown["text"], shown["name"]) == ("星河宽带断网，电话138****5678", "张**")
    assert PHONE not in place.call("queue list").out
    refused = place.call("queue list", "--unmasked", "--as", "王磊")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == "王磊: may not export numbers and names in full - ask one of 李娜\n"
    (whole,) = place.call("queue list", "--unmasked", "--as", "李娜", "--json").records
    assert (whole["text"], whole["name"]) == (f"星河宽带断网，电话{PHONE}", "张三丰")


def test_who_holds_what_can_be_asked_for(desk: Place) -> None:
    assert desk.call("queue claim", "weibo:4", "--as", "王磊").code == 0
    assert desk.call("queue assign", "weibo:1", "--to", "王磊", "--as", "李娜").code == 0
    assert desk.call("queue claim", "weibo:2", "--as", "李娜").code == 0
    assert desk.call("queue list", "--mine", "--as", "王磊", "--json").ids == ["weibo:4", "weibo:1"]
    assert desk.call("queue list", "--held-by", "李娜", "--json").ids == ["weibo:2"]
    assert desk.call("queue list", "技术支持", "--held-by", "王磊", "--json").ids == ["weibo:4"]
    assert desk.call("queue list", "--waiting", "--json").ids == ["weibo:5", "weibo:3"]
    assert desk.call("queue list", "--status", "claimed", "--json").ids == ["weibo:4", "weibo:2", "weibo:1"]
    assert "  王磊 until " in row(desk, "weibo:4")
    assert "  王磊  " in row(desk, "weibo:1"), "what is assigned does not run out"


def test_a_claim_that_ran_out_is_in_nobodys_hands(desk: Place) -> None:
    assert desk.call("queue claim", "weibo:4", "--as", "王磊").code == 0
    turned(desk, "weibo:4", held_until=datetime.now(UTC) - HOUR)
    assert "王磊" not in row(desk, "weibo:4")
    assert desk.call("queue list", "--mine", "--as", "王磊", "--json").ids == []


def test_a_sleeping_case_says_until_when(desk: Place) -> None:
    assert desk.call("queue claim", "weibo:4", "--as", "王磊").code == 0
    answer = desk.call("queue snooze", "weibo:4", "--until", "2099-01-02T08:30", "--as", "王磊")
    assert "open in 技术支持, sleeps until 2099-01-02 08:30, respond in " in answer.out
    assert "  sleeps until 2099-01-02 08:30  " in row(desk, "weibo:4")
    assert "weibo:4" not in desk.call("queue list", "--waiting", "--json").ids


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param(["--mine", "--waiting"], "cannot be had together", id="mine and waiting"),
        pytest.param(["--held-by", "王磊", "--mine"], "cannot be had together", id="mine and somebody's"),
        pytest.param(["--status", "closed"], "is not one of", id="a status that is done with"),
    ],
)
def test_questions_that_make_no_sense_are_usage_errors(desk: Place, options: list[str], told: str) -> None:
    answer = desk.call("queue list", *options)
    assert answer.code == 2
    assert told in answer.err


def test_somebody_unknown_holds_nothing_and_is_told_so(desk: Place) -> None:
    answer = desk.call("queue list", "--held-by", "王垒")
    assert (answer.code, answer.err) == (1, "王垒: there is nobody of this name - did you mean '王磊'?\n")
    assert desk.call("queue list", "--mine").err.startswith("no person is named - add --as NAME")


def test_loads_tell_how_full_each_queue_is(desk: Place) -> None:
    assert desk.call("queue claim", "weibo:4", "--as", "王磊").code == 0
    assert desk.call("queue claim", "weibo:1", "--as", "王磊").code == 0
    assert desk.call("queue snooze", "weibo:1", "--for", "2h", "--as", "王磊").code == 0
    turned(desk, "weibo:5", respond_by=datetime.now(UTC) - timedelta(days=3))
    found = {each["queue"]: each for each in desk.call("queue loads", "--json").records}
    counts = {
        name: (each["waiting"], each["held"], each["sleeping"], each["late"]) for name, each in found.items()
    }
    assert counts == {
        "投诉处理": (1, 0, 0, 1),
        "技术支持": (1, 1, 0, 0),
        '市场"一部"': (1, 0, 0, 0),
        "C:\\公关": (0, 0, 1, 0),
    }
    assert found["技术支持"]["people"] == {"王磊": 1}
    rows = desk.call("queue loads").out.splitlines()
    assert rows[0].split() == [
        "queue",
        "waiting",
        "held",
        "sleeping",
        "late",
        "nearest",
        "deadline",
        "people",
    ]
    assert any("3 d late" in each for each in rows)
    assert any(each.startswith("技术支持") and each.endswith("left  王磊 1") for each in rows)


def test_next_claims_the_most_urgent_one_and_shows_it(desk: Place) -> None:
    answer = desk.call("queue next", "--as", "王磊")
    found = kept(desk, "weibo:5")
    assert (answer.code, found.assignee) == (0, "王磊")
    assert answer.out.startswith(f"case {found.id}: claimed in the queue 投诉处理, urgent priority\n")
    assert "【星河宽带】【投诉】" in answer.out
    assert answer.err == f"it is yours: listening case respond {found.id} --as 王磊\n"
    (record,) = desk.call("queue next", "技术支持", "--as", "李娜", "--json").records
    assert (record["case"]["assignee"], record["posts"][0]["id"]) == ("李娜", "weibo:4")


def test_next_is_of_the_queues_that_somebody_works_on(desk: Place) -> None:
    words = ("people change", "王磊", "--queue", "C:\\公关", "--queue", "技术支持", "--as", "李娜")
    assert desk.call(*words).code == 0
    taken = [desk.call("queue next", "--as", "王磊", "--json") for _ in range(4)]
    assert [each.records[0]["posts"][0]["id"] for each in taken[:3]] == ["weibo:4", "weibo:3", "weibo:1"]
    assert (taken[3].code, taken[3].out, taken[3].err) == (0, "", "nothing waits\n")
    (record,) = desk.call("queue next", "投诉处理", "--as", "王磊", "--json").records
    assert record["posts"][0]["id"] == "weibo:5", "whoever names a queue gets it"


def test_nothing_waits_is_no_failure_but_a_queue_that_is_not_there_is(desk: Place) -> None:
    assert desk.call("queue next", "投诉处理", "--as", "王磊").code == 0
    empty = desk.call("queue next", "投诉处理", "--as", "王磊")
    assert (empty.code, empty.out, empty.err) == (0, "", "nothing waits in 投诉处理\n")
    wrong = desk.call("queue next", "投诉受理", "--as", "王磊")
    assert (wrong.code, wrong.err) == (1, "投诉受理: there is no such queue - did you mean '投诉处理'?\n")


def test_a_case_goes_from_hand_to_hand(desk: Place) -> None:
    found = kept(desk, "weibo:3")
    steps = [
        (("claim", "weibo:3", "--as", "王磊"), "claimed in 技术支持, in the hands of 王磊 until "),
        (("release", found.id, "--as", "王磊"), "open in 技术支持, respond in "),
        (
            ("assign", found.id[:6], "--to", "王磊", "--as", "李娜"),
            "claimed in 技术支持, in the hands of 王磊, ",
        ),
        (("transfer", "weibo:3", "投诉处理", "--reason", "要退费", "--as", "王磊"), "open in 投诉处理, "),
        (("claim", "weibo:3", "--as", "王磊"), "claimed in 投诉处理, "),
        (("return", "weibo:3", "--as", "王磊"), "open in 技术支持, "),
    ]
    for words, told in steps:
        answer = desk.call(f"queue {words[0]}", *words[1:])
        assert (answer.code, answer.err) == (0, ""), words
        assert answer.out.startswith(f"{found.id}: {told}"), words
    kinds_of_steps = ["claim", "release", "assign", "transfer", "claim", "return"]
    assert kinds(desk, "weibo:3") == ["open", *kinds_of_steps]


def test_a_step_is_told_to_a_machine_as_where_the_case_stands(desk: Place) -> None:
    (record,) = desk.call("queue claim", "weibo:3", "--as", "王磊", "--json").records
    told = {"case": kept(desk, "weibo:3").id, "status": "claimed", "assignee": "王磊", "queue": "技术支持"}
    assert told.items() <= record.items()
    assert "held_until" in record


REFUSED = [
    pytest.param(("claim", "weibo:4", "--as", "李娜"), "is in the hands of 王磊", id="held by somebody else"),
    pytest.param(("release", "weibo:3", "--as", "王磊"), "it is open", id="not held at all"),
    pytest.param(("return", "weibo:4", "--as", "王磊"), "came from no other queue", id="never moved"),
    pytest.param(
        ("snooze", "weibo:4", "--until", "2020-01-01", "--as", "王磊"), "time that is past", id="past"
    ),
    pytest.param(("assign", "weibo:4", "--to", "王垒", "--as", "李娜"), "nobody of this name", id="nobody"),
    pytest.param(("claim", "weibo:99", "--as", "王磊"), "is no case and no post of one", id="no such case"),
    pytest.param(("claim", "weibo:3", "--as", "陈静"), "may not take a case", id="not theirs to do"),
    pytest.param(("claim", "weibo:3"), "no person is named", id="nobody is named"),
]


@pytest.mark.parametrize(("words", "told"), REFUSED)
def test_what_cannot_be_is_one_line_with_the_cure_and_ends_with_1(
    desk: Place, words: tuple[str, ...], told: str
) -> None:
    assert desk.call("queue claim", "weibo:4", "--as", "王磊").code == 0
    before = [kinds(desk, f"weibo:{n}") for n in (3, 4)]
    answer = desk.call(f"queue {words[0]}", *words[1:])
    (line,) = answer.err.splitlines()
    assert (answer.code, answer.out) == (1, "")
    assert told in line
    assert " - " in line
    assert [kinds(desk, f"weibo:{n}") for n in (3, 4)] == before


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param([], "by one of --until TIME and --for DURATION", id="neither"),
        pytest.param(["--for", "2h", "--until", "2099-01-01"], "by one of --until TIME", id="both"),
        pytest.param(["--for", "2 hours"], "--for 2 hours: is no duration", id="no duration"),
        pytest.param(["--until", "tomorrow"], "--until tomorrow: is not a time", id="no time"),
    ],
)
def test_how_long_a_case_sleeps_is_said_once_and_well(desk: Place, options: list[str], told: str) -> None:
    assert desk.call("queue claim", "weibo:4", "--as", "王磊").code == 0
    answer = desk.call("queue snooze", "weibo:4", *options, "--as", "王磊")
    assert answer.code == 2
    assert told in answer.err


def test_tick_says_what_it_did_and_nothing_where_nothing_happened(desk: Place) -> None:
    quiet = desk.call("queue tick")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    turned(desk, "weibo:4", respond_by=datetime.now(UTC) - HOUR)
    now = datetime.now(UTC)
    turned(desk, "weibo:5", found_at=now - HOUR, respond_by=now + timedelta(minutes=1))
    told = desk.call("queue tick")
    assert (told.code, told.out) == (0, "1 cases come near their deadline; 1 cases have missed it\n")
    assert kinds(desk, "weibo:4")[-1] == "breach"
    assert desk.call("queue tick", "--json").records == [{}]


def test_sweep_gives_up_what_nobody_answered(desk: Place) -> None:
    quiet = desk.call("queue sweep")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    turned(desk, "weibo:4", found_at=datetime.now(UTC) - timedelta(days=15))
    assert desk.call("queue sweep", "--json").records == [{"abandon": 1}]
    assert kept(desk, "weibo:4").status == "abandoned"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["queue", "next", "--as", "王磊"], id="next"),
        pytest.param(["queue", "claim", "weibo:3", "--as", "王磊"], id="a step"),
        pytest.param(["queue", "tick"], id="tick"),
        pytest.param(["queue", "bulk", "release", "--where", "断网", "--as", "李娜"], id="bulk"),
        pytest.param(["case", "classify", "weibo:3"], id="classify"),
    ],
)
def test_the_desk_goes_on_under_the_last_good_rules_and_says_so(desk: Place, words: list[str]) -> None:
    desk.rules.write_text(BROKEN_RULES, "utf-8")
    answer = desk.call(" ".join(words[:2]), *words[2:])
    assert answer.code == 3
    told = "the rules have mistakes, the last good ones are used - see listening check"
    assert answer.err.splitlines()[0] == f"{desk.rules.parent}: {told}"


def test_reading_needs_no_rules(desk: Place) -> None:
    desk.rules.write_text(BROKEN_RULES, "utf-8")
    for words in (("queue list",), ("case show", "weibo:3")):
        answer = desk.call(*words)
        assert answer.code == 0
        assert "rules" not in answer.err
