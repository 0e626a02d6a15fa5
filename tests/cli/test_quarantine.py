"""`listening quarantine`: looking at what could not be read, and bringing it in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from listening.app import open_app
from tests.cli.place import BROKEN_RULES, HIT, RULES, Place, json_line, post

BAD = b'{"id": "weibo:2", "text": 7}\n'


def refused_before(place: Place, raw: bytes, source: str = "posts.jsonl") -> None:
    """An entry as an older program left it, which could not read what this one can."""
    with open_app(place.config) as app:
        app.quarantine.add(
            source=source, file="posts.jsonl", line=9, reason="unknown key", raw=raw, at=datetime.now(UTC)
        )


def waiting(place: Place) -> int:
    return len(place.call("quarantine list", "--json").records)


def test_the_list_tells_number_source_place_and_reason(place: Place) -> None:
    place.take(post(1), BAD)
    answer = place.call("quarantine list")
    head, row = answer.out.splitlines()
    assert head.split() == ["n", "at", "source", "where", "reason"]
    assert row.split()[0] == "1"
    assert f"posts.jsonl  {place.folder / 'posts.jsonl'}:2  'text': Expected `str`, got `int`" in row
    assert (answer.code, answer.err) == (0, "1 in quarantine\n")


def test_an_empty_quarantine_is_no_failure(place: Place) -> None:
    answer = place.call("quarantine list", "--json")
    assert (answer.code, answer.out, answer.err) == (0, "", "0 in quarantine\n")


def test_the_list_can_be_limited_and_asked_for_one_source(place: Place) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        place.take(BAD, b"{\n", name=name)
    assert [e["n"] for e in place.call("quarantine list", "--json", "--limit", "3").records] == [1, 2, 3]
    only = place.call("quarantine list", "--json", "--source", "b.jsonl")
    assert [(e["n"], e["line"]) for e in only.records] == [(3, 1), (4, 2)]
    assert only.err == "4 in quarantine\n"


def test_show_gives_the_raw_line_on_stdout_and_the_reason_on_stderr(place: Place) -> None:
    place.take(BAD)
    answer = place.call("quarantine show", "1")
    assert (answer.code, answer.out) == (0, BAD.decode())
    assert answer.err.startswith(f"{place.folder / 'posts.jsonl'}:1: 'text': Expected `str`, got `int`")


@pytest.mark.parametrize("verb", ["quarantine show", "quarantine retry"])
def test_an_entry_that_is_not_there_ends_with_1(place: Place, verb: str) -> None:
    answer = place.call(verb, "7")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "quarantine: there is no entry 7 - see `listening quarantine list`\n"


def test_retry_brings_in_what_can_be_read_now_and_leaves_the_rest(place: Place) -> None:
    refused_before(place, json_line(post(2)), source="导出")
    refused_before(place, BAD)
    answer = place.call("quarantine retry")
    assert (answer.code, answer.out) == (3, "2 posts: 1 hit, 1 invalid\n")
    assert [e["n"] for e in place.call("quarantine list", "--json").records] == [2]
    assert place.record("weibo:2")["source"] == "导出"
    assert place.call("explain", "--id", "weibo:2").code == 0, "it is in the archive too"


def test_retry_of_nothing_is_done_at_once(place: Place) -> None:
    answer = place.call("quarantine retry")
    assert (answer.code, answer.out) == (0, "0 posts: none\n")


def test_retry_of_one_entry_leaves_the_others_and_tells_why_it_stays(place: Place) -> None:
    place.take(BAD)
    refused_before(place, json_line(post(2)))
    answer = place.call("quarantine retry", "1")
    assert (answer.code, answer.out) == (3, "1 posts: 1 invalid\n")
    assert "1 (" in answer.err
    assert "'text': Expected `str`, got `int`" in answer.err
    assert waiting(place) == 2


def test_retry_of_more_entries_than_are_held_at_once_tries_each_once(place: Place) -> None:
    for n in range(50):
        refused_before(place, json_line(post(n)))
    refused_before(place, BAD)
    answer = place.call("quarantine retry")
    assert (answer.code, answer.out) == (3, "51 posts: 50 hit, 1 invalid\n")
    assert waiting(place) == 1


def test_a_mended_post_takes_the_place_of_its_entry(place: Place) -> None:
    place.take(post(1), BAD)
    mended = place.write(b"\xef\xbb\xbf" + json_line(post(2)), name="mended.json")
    answer = place.call("quarantine retry", "1", "--mended", mended)
    assert (answer.code, answer.out, answer.err) == (0, "1 posts: 1 hit\n", "")
    assert waiting(place) == 0
    assert place.record("weibo:2")["text"] == HIT
    assert place.record("weibo:2")["source"] == "posts.jsonl"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param(BAD, "'text': Expected `str`, got `int`", id="still of the wrong type"),
        pytest.param(
            json_line({"id": "2", "text": HIT}), "has no platform and no published_at", id="no time"
        ),
    ],
)
def test_a_post_that_is_not_mended_enough_stays(place: Place, line: bytes, told: str) -> None:
    place.take(BAD)
    answer = place.call("quarantine retry", "1", "--mended", place.write(line, name="mended.json"))
    assert (answer.code, answer.out) == (3, "1 posts: 1 invalid\n")
    assert told in answer.err
    assert waiting(place) == 1


def unusable(place: Place) -> list[tuple[Path, int, str]]:
    return [
        (place.folder / "nowhere.json", 1, "there is no such file"),
        (place.write(b"", name="empty.json"), 1, "holds 0 lines - write the mended post as one line of JSON"),
        (place.write(post(1), post(2), name="two.json"), 1, "holds 2 lines"),
    ]


def test_a_file_that_is_no_mended_post_is_refused_before_anything_is_done(place: Place) -> None:
    place.take(BAD)
    for file, code, told in unusable(place):
        answer = place.call("quarantine retry", "1", "--mended", file)
        assert (answer.code, answer.out) == (code, "")
        assert answer.err.startswith(f"{file}: {told}")
    assert waiting(place) == 1


def test_a_mended_post_is_for_one_entry(place: Place) -> None:
    answer = place.call("quarantine retry", "--mended", place.write(post(1)))
    assert answer.code == 2
    assert "--mended is for one entry - name its number" in answer.err


def test_retry_with_the_last_good_rules_says_so_and_ends_with_3(place: Place) -> None:
    place.take(post(1))
    place.lay_out(BROKEN_RULES)
    refused_before(place, json_line(post(2)))
    answer = place.call("quarantine retry")
    assert (answer.code, answer.out) == (3, "1 posts: 1 hit\n")
    assert "so the last good rules are used - mend them" in answer.err
    assert waiting(place) == 0


def test_retry_without_any_good_rules_archives_the_post_until_there_are_some(place: Place) -> None:
    place.lay_out(BROKEN_RULES)
    refused_before(place, json_line(post(2)))
    answer = place.call("quarantine retry")
    assert answer.code == 3
    assert answer.out == "0 posts: none\n1 posts are archived and wait for good rules\n"
    assert waiting(place) == 0
    answer = place.lay_out(RULES).call("quarantine retry")
    assert (answer.code, answer.err) == (0, "left over by earlier runs: 1 posts: 1 hit\n")
    assert place.record("weibo:2")["level"] == 2


def test_a_post_that_came_in_another_way_leaves_the_quarantine_as_a_repeat(place: Place) -> None:
    same = post(2)
    place.take(same)
    refused_before(place, json_line(same))
    answer = place.call("quarantine retry")
    assert (answer.code, answer.out) == (0, "1 posts: 1 repeat\n")
    assert waiting(place) == 0
