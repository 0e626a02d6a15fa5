"""What is typed wrongly, or cannot be typed at all, is told in one line with the way out."""

from __future__ import annotations

import pytest

from tests.cli.place import Place

NOT_UTF8 = "\udcff"  # how Python shows the byte FF of an argument
HUGE = "9" * 30


@pytest.mark.parametrize(
    "args",
    [
        pytest.param(["explain", NOT_UTF8], id="explain TEXT"),
        pytest.param(["explain", "--id", NOT_UTF8], id="explain --id"),
        pytest.param(["explain", "--rules", NOT_UTF8, "断网"], id="explain --rules"),
        pytest.param(["check", NOT_UTF8], id="check RULES"),
        pytest.param(["import", NOT_UTF8], id="import FILE"),
        pytest.param(["import", "--source", NOT_UTF8, "posts.jsonl"], id="import --source"),
        pytest.param(["import", "--map", NOT_UTF8, "posts.csv"], id="import --map"),
        pytest.param(["crawl", NOT_UTF8], id="crawl SOURCE"),
        pytest.param(["replay", "--source", NOT_UTF8], id="replay --source"),
        pytest.param(["search", NOT_UTF8], id="search QUERY"),
        pytest.param(["count", NOT_UTF8], id="count QUERY"),
        pytest.param(["export", NOT_UTF8], id="export QUERY"),
        pytest.param(["queue", "list", NOT_UTF8], id="queue list QUEUE"),
        pytest.param(["quarantine", "list", "--source", NOT_UTF8], id="quarantine list --source"),
        pytest.param(["demo", "--folder", NOT_UTF8], id="demo --folder"),
        pytest.param(["config", "--config", NOT_UTF8], id="config --config"),
    ],
)
def test_an_argument_that_is_not_utf_8_is_a_usage_error(
    place: Place, args: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LISTENING_CONFIG", str(place.config))
    answer = place.run(*args)
    assert (answer.code, answer.out) == (2, "")
    assert "is not UTF-8, write it in UTF-8" in answer.err


@pytest.mark.parametrize(
    ("args", "told"),
    [
        pytest.param(["import"], "Missing argument 'FILE...'", id="import without a file"),
        pytest.param(["import", "--zone", "Mars", "a"], "unknown time zone 'Mars'", id="an unknown zone"),
        pytest.param(
            ["crawl", "晚抱"], "unknown source '晚抱' - did you mean '晚报'?", id="an unknown source"
        ),
        pytest.param(["replay", "--since", "soon"], "'soon' is no duration, write one like 30d", id="since"),
        pytest.param(
            ["search", "scenrio:x"], "unknown field 'scenrio' - did you mean 'scenario'?", id="field"
        ),
        pytest.param(["search", "--limit", "0"], "0 is not in the range", id="a limit of none"),
        pytest.param(["count", "--by", "colour"], "'colour' is not one of 'platform'", id="count by nothing"),
        pytest.param(["export", '"断网'], "the quotation is not closed", id="an open quotation"),
        pytest.param(
            ["queue", "lst"], "unknown command 'lst' - there are: list", id="an unknown queue command"
        ),
        pytest.param(
            ["quarantine", "shw"], "unknown command 'shw' - there are: list, retry, show", id="of quarantine"
        ),
        pytest.param(["quarantine", "show"], "Missing argument 'N'", id="no number"),
        pytest.param(["quarantine", "show", "one"], "'one' is not a valid integer", id="a word for a number"),
        pytest.param(["quarantine", "show", HUGE], "is not in the range", id="a number beyond all"),
        pytest.param(["quarantine", "retry", HUGE], "is not in the range", id="a retry beyond all"),
        pytest.param(["explain"], "give either a TEXT or --id ID", id="nothing to explain"),
        pytest.param(["explain", "断网", "--id", "1"], "give either a TEXT or --id ID", id="two to explain"),
        pytest.param(["doctor", "--deep"], "No such option", id="an unknown option"),
    ],
)
def test_a_usage_error_ends_with_2_and_names_the_way_out(
    place: Place, args: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.lay_out(sources=place.feed("http://127.0.0.1:9/"))
    monkeypatch.setenv("LISTENING_CONFIG", str(place.config))
    answer = place.run(*args)
    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err


@pytest.mark.parametrize("args", [[], ["queue"], ["quarantine"]], ids=["nothing", "queue", "quarantine"])
def test_a_command_without_its_verb_shows_the_verbs_there_are(place: Place, args: list[str]) -> None:
    answer = place.run(*args)
    assert answer.code == 2
    assert "Commands:" in answer.out + answer.err
