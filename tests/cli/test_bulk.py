"""`listening queue bulk`: one step on many cases, told before it is done."""

from __future__ import annotations

import pytest

from tests.cli.place import Place, post
from tests.cli.shift import ZHANG, kept, kinds, manned

BEFORE = ["open"]


@pytest.fixture(autouse=True)
def nobody_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LISTENING_PERSON", raising=False)


@pytest.fixture
def desk(place: Place) -> Place:
    """Seven cases of 断网, the seventh closed already, and one of 限速."""
    manned(place).take(*(post(n, "星河宽带断网") for n in range(1, 8)), post(8, "星河宽带限速"))
    words = ("--result", "duplicate", "--as", "王磊")
    assert place.call("case close", "weibo:7", *words).code == 0
    return place


def ids(desk: Place, *numbers: int) -> list[str]:
    return [kept(desk, f"weibo:{n}").id for n in numbers]


CLOSE = ("close", "--where", "断网", "--result", "irrelevant", "--reason", "同名公司", "--as", "李娜")


def test_first_it_is_only_told_what_would_be_done_and_what_refused(desk: Place) -> None:
    answer = desk.call("queue bulk", *CLOSE)
    lines = answer.out.splitlines()
    assert (answer.code, answer.err) == (0, "nothing was done yet - add --really\n")
    assert lines[0] == "close: 6 cases"
    assert [line.split()[0] for line in lines[1:7]] == ["case", *ids(desk, 1, 2, 3, 4, 5)]
    (closed,) = ids(desk, 7)
    assert lines[7:] == [
        "… and 1 more",
        "1 would be refused:",
        "  1: close is not possible, it is closed - this is for cases that are claimed, open, responded"
        f" (such as {closed})",
    ]
    assert [kinds(desk, f"weibo:{n}") for n in range(1, 7)] == [BEFORE] * 6


def test_then_it_is_done_and_what_was_refused_ends_with_3(desk: Place) -> None:
    answer = desk.call("queue bulk", *CLOSE, "--really")
    assert answer.code == 3
    assert answer.out.splitlines()[:2] == ["close: 6 cases", "1 were refused:"]
    assert {kept(desk, f"weibo:{n}").result for n in range(1, 7)} == {"irrelevant"}
    assert kinds(desk, "weibo:8") == BEFORE, "the search did not find it"


def test_where_nothing_is_refused_it_ends_with_0(desk: Place) -> None:
    answer = desk.call("queue bulk", *CLOSE[:2], "断网 status:open", *CLOSE[3:], "--really")
    assert (answer.code, answer.out, answer.err) == (0, "close: 6 cases\n", "")


def test_a_machine_gets_the_cases_and_the_reasons(desk: Place) -> None:
    (told,) = desk.call("queue bulk", *CLOSE, "--json").records
    assert (told["step"], told["really"]) == ("close", False)
    assert told["cases"] == ids(desk, 1, 2, 3, 4, 5, 6)
    assert [each["case"] for each in told["refused"]] == ids(desk, 7)
    assert told["refused"][0]["why"].startswith("close is not possible, it is closed")
    (done,) = desk.call("queue bulk", *CLOSE, "--really", "--json").records
    assert (done["really"], done["cases"], done["refused"]) == (True, told["cases"], told["refused"])


STEPS = [
    pytest.param(("assign", "--to", "王磊"), "assign", id="assign"),
    pytest.param(("transfer", "--to", "投诉处理", "--reason", "要退费"), "transfer", id="transfer"),
    pytest.param(("snooze", "--for", "2h", "--reason", "割接中"), "snooze", id="snooze for"),
    pytest.param(("snooze", "--until", "2099-01-01"), "snooze", id="snooze until"),
    pytest.param(
        ("escalate", "--level", "crisis", "--reason", "大面积", "--to", "值班经理"), "escalate", id="escalate"
    ),
]


@pytest.mark.parametrize(("words", "kind"), STEPS)
def test_each_step_is_taken_on_every_case_once(desk: Place, words: tuple[str, ...], kind: str) -> None:
    root = {"id": "weibo:9", "author": ZHANG}
    two = (post(0, f"星河宽带断网{n}天", id=f"weibo:{n}", author=ZHANG, root=root) for n in (10, 11))
    desk.take(*two, name="two hits of one case.jsonl")
    answer = desk.call("queue bulk", *words, "--where", "断网 status:open", "--really", "--as", "李娜")
    assert (answer.code, answer.out) == (0, f"{kind}: 7 cases\n")
    assert [kinds(desk, f"weibo:{n}")[-1] for n in range(1, 7)] == [kind] * 6
    assert kinds(desk, "weibo:10").count(kind) == 1


def test_release_gives_everything_back_that_somebody_holds(desk: Place) -> None:
    for n in (1, 2):
        assert desk.call("queue claim", f"weibo:{n}", "--as", "王磊").code == 0
    words = ("release", "--where", "assignee:王磊 status:claimed", "--really", "--as", "李娜")
    assert desk.call("queue bulk", *words).out == "release: 2 cases\n"
    assert [kept(desk, f"weibo:{n}").assignee for n in (1, 2)] == [None, None]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("assign",), "this step needs --to", id="an option is missing"),
        pytest.param(("release", "--to", "王磊"), "release takes no --to", id="an option too many"),
        pytest.param(
            ("assign", "--to", "王磊", "--for", "2h"), "assign takes no --for", id="another too many"
        ),
        pytest.param(("snooze",), "by one of --until TIME and --for DURATION", id="no time"),
        pytest.param(("snooze", "--until", "2020-01-01"), "a time that is past", id="a time that is past"),
        pytest.param(
            ("close", "--result", "resolved"), "'resolved' is not one of", id="a result that needs work"
        ),
        pytest.param(("classify",), "'classify' is not one of", id="a step that is not for many"),
        pytest.param(("escalate", "--level", "crisis"), "this step needs --reason", id="no reason"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(desk: Place, words: tuple[str, ...], told: str) -> None:
    answer = desk.call("queue bulk", *words, "--where", "断网", "--really", "--as", "李娜")
    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err
    assert kinds(desk) == BEFORE


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("--to", "王磊", "--as", "王磊"), "王磊: may not ", id="not theirs to do"),
        pytest.param(("--to", "王垒", "--as", "李娜"), "did you mean '王磊'?", id="nobody of this name"),
        pytest.param(("--to", "王磊"), "no person is named", id="nobody is named"),
    ],
)
def test_what_may_not_be_is_one_line_and_ends_with_1(desk: Place, words: tuple[str, ...], told: str) -> None:
    answer = desk.call("queue bulk", "assign", "--where", "断网", "--really", *words)
    assert (answer.code, answer.out) == (1, "")
    assert told in answer.err
    assert kinds(desk) == BEFORE


def test_a_queue_that_the_rules_do_not_have_is_refused_before_anything_is_done(desk: Place) -> None:
    queues = "queues: {技术支持: {}, 投诉处理: {}, '市场\"一部\"': {}, 'C:\\公关': {}}\n"
    desk.rules.write_text(desk.rules.read_text("utf-8") + queues, "utf-8")
    words = ("transfer", "--where", "断网", "--to", "技术支撑", "--as", "李娜")
    for really in ([], ["--really"]):
        answer = desk.call("queue bulk", *words, *really)
        assert (answer.code, answer.out) == (1, "")
        assert answer.err == "技术支撑: there is no such queue - did you mean '技术支持'?\n"


def test_a_search_that_finds_nothing_is_no_failure(desk: Place) -> None:
    answer = desk.call("queue bulk", "release", "--where", "没有这种词", "--really", "--as", "李娜")
    assert (answer.code, answer.out) == (0, "release: 0 cases\n")
    wrong = desk.call("queue bulk", "release", "--where", "statsu:open", "--as", "李娜")
    assert (wrong.code, wrong.out) == (2, "")
