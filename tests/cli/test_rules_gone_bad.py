"""What `import` does while the rules folder is bad, and when it is mended."""

from __future__ import annotations

import shutil

import pytest

from tests.cli.place import BROKEN_RULES, HIT, MENTION, RULES, Place, post

FAILING_EXAMPLE = RULES.replace("queue: 市场拓展", "examples: {hit: [今天天气真好]}")


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        pytest.param(BROKEN_RULES, "unknown key 'exept' - did you mean 'except'?", id="a mistake"),
        pytest.param("brands: [\n", "rules/telecom.yaml:", id="broken YAML"),
        pytest.param(FAILING_EXAMPLE, "今天天气真好", id="an example that fails"),
    ],
)
def test_the_last_good_rules_are_used_and_it_is_said(place: Place, rules: str, told: str) -> None:
    place.take(post(1))
    answer = place.lay_out(rules).take(post(2), post(3, MENTION), name="later.jsonl")
    assert (answer.code, answer.out) == (3, "later.jsonl: 2 posts: 1 hit, 1 mention [ok]\n")
    assert told in answer.err
    used = "the rules have mistakes, so the last good rules are used - mend them"
    assert answer.err.endswith(f"{place.folder / 'rules'}: {used}\n")


def test_a_lost_rules_folder_is_told_like_a_bad_one(place: Place) -> None:
    place.take(post(1))
    shutil.rmtree(place.rules.parent)
    answer = place.take(post(2), name="later.jsonl")
    assert (answer.code, answer.out) == (3, "later.jsonl: 1 posts: 1 hit [ok]\n")
    assert "there is no such file or folder" in answer.err


def test_the_newest_good_rules_are_the_ones_kept(place: Place) -> None:
    place.take(post(1))
    place.lay_out(RULES.replace("断网, 掉线", "断网, 掉线, 不错")).take(post(2), name="more.jsonl")
    answer = place.lay_out(BROKEN_RULES).take(post(3, MENTION), name="later.jsonl")
    assert answer.out == "later.jsonl: 1 posts: 1 hit [ok]\n"


def test_without_any_good_rules_posts_are_archived_and_wait(place: Place) -> None:
    answer = place.lay_out(BROKEN_RULES).take(post(1), post(2, MENTION))
    assert answer.code == 3
    assert answer.out == (
        "posts.jsonl: 0 posts: none [ok]\nposts.jsonl: 2 posts are archived and wait for good rules\n"
    )
    assert "so posts are archived and wait for good rules - mend them" in answer.err
    assert place.call("count").out == "0\n"


def test_with_mended_rules_the_next_command_matches_what_waited(place: Place) -> None:
    place.lay_out(BROKEN_RULES).take(post(1), post(2, MENTION))
    answer = place.lay_out().take(post(3), name="later.jsonl")
    assert (answer.code, answer.out) == (0, "later.jsonl: 1 posts: 1 hit [ok]\n")
    assert answer.err == "left over by earlier runs: 2 posts: 1 hit, 1 mention\n"
    assert place.call("search", "--json").ids == ["weibo:1", "weibo:2", "weibo:3"]


def test_with_mended_rules_a_replay_matches_what_waited(place: Place) -> None:
    place.lay_out(BROKEN_RULES).take(post(1), post(2, MENTION))
    assert place.lay_out().call("replay").out == "2 posts: 1 hit, 1 mention; 0 withdrawn\n"


def test_what_waits_and_is_imported_again_is_matched_once(place: Place) -> None:
    file = place.write(post(1))
    place.lay_out(BROKEN_RULES).call("import", file)
    answer = place.lay_out().call("import", file)
    assert (answer.code, answer.out) == (0, "posts.jsonl: 1 posts: 1 repeat [ok]\n")
    assert place.record("weibo:1")["text"] == HIT


def test_doctor_warns_of_the_posts_that_wait(place: Place) -> None:
    place.lay_out(BROKEN_RULES).take(post(1))
    said = place.call("doctor").out
    assert "1 posts have no outcome yet - the next crawl or import takes them on" in said
