"""`listening doctor`: what is wrong with this installation, and the cure."""

from __future__ import annotations

import re

from tests.cli.place import BROKEN_RULES, RULES, Place, post


def found(place: Place) -> dict[str, tuple[str, str]]:
    return {each["part"]: (each["level"], each["says"]) for each in place.call("doctor", "--json").records}


def test_a_healthy_installation_ends_with_0(place: Place) -> None:
    place.take(post(1))
    answer = place.call("doctor")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[0] == f"ok       config: {place.config} is read"
    assert lines[1] == "ok       rules: 2 subjects, 2 scenarios, 0 examples hold"
    assert lines[2] == "ok       store: sqlite:store.sqlite holds 1 records"
    assert lines[3].startswith("ok       archive: 1 posts: 1 hit in ")
    assert lines[4] == "warning  sources: there are none - add some to config.yaml, or import files"


def test_bad_rules_are_an_error(place: Place) -> None:
    place.lay_out(BROKEN_RULES)
    level, says = found(place)["rules"]
    assert level == "error"
    assert says == f"{place.rules}:2:23: unknown key 'exept' - did you mean 'except'?"
    assert place.call("doctor").code == 1


def test_doctor_says_which_rules_stay_live_while_the_folder_is_bad(place: Place) -> None:
    place.take(post(1))
    place.lay_out(BROKEN_RULES)
    told = [line for line in place.call("doctor").out.splitlines() if " rules: " in line]
    assert [line.split()[0] for line in told] == ["error", "warning"]
    assert re.search(r"the last good ones, of 20\d\d-.*Z, stay live meanwhile$", told[1])


def test_rules_whose_examples_fail_are_an_error(place: Place) -> None:
    place.lay_out(RULES.replace("queue: 市场拓展", "examples: {hit: [今天天气真好]}"))
    assert found(place)["rules"][0] == "error"


def test_the_quarantine_is_a_warning_with_its_cure(place: Place) -> None:
    place.take(b"{\n", post(1))
    assert found(place)["quarantine"] == (
        "warning",
        "1 lines or items could not be read - see `listening quarantine list`",
    )
    assert place.call("doctor").code == 0


def test_a_source_that_was_never_crawled_is_a_warning(place: Place) -> None:
    place.lay_out(sources=place.feed("http://127.0.0.1:9/"))
    assert found(place)["晚报"] == ("warning", "was never crawled - run `listening crawl`")


def test_wrong_settings_of_a_source_are_an_error_with_their_place(place: Place) -> None:
    place.lay_out(sources={"晚报": {"spider": "feed_entries", "url": 7}})
    level, says = found(place)["sources"]
    assert level == "error"
    assert says.startswith(f"{place.config}:4:")


def test_a_config_that_is_not_there_is_the_only_finding(place: Place) -> None:
    place.config.unlink()
    (finding,) = place.call("doctor", "--json").records
    assert (finding["part"], finding["level"]) == ("config", "error")
    assert "cannot be read" in finding["says"]
