"""`listening rules history`: which rules were live, and when."""

from __future__ import annotations

from listening.match.warnings import kinds
from tests.cli.place import RULES, Place, post
from tests.conftest import ROOT


def test_each_rule_set_that_was_live_is_listed_with_its_times(place: Place) -> None:
    place.take(post(1))
    place.lay_out(RULES.replace("掉线", "断线"))
    place.take(post(2))
    first, second = place.call("rules history", "--json").records
    assert first["until"] == second["since"]
    assert "until" not in second
    lines = place.call("rules history").out.splitlines()
    assert lines[0].split() == ["since", "until", "digest", "version"]
    assert [line.split()[-2:] for line in lines[1:]] == [
        [period["digest"][:12], period["rules_version"]] for period in (first, second)
    ]
    assert lines[2].split()[2] == "now"
    assert place.record("weibo:2")["rules_version"] == second["rules_version"]


def test_where_no_rules_were_ever_live_nothing_is_listed(place: Place) -> None:
    answer = place.call("rules history", "--json")
    assert (answer.code, answer.out) == (0, "")


def test_the_page_of_checking_tells_every_kind_of_warning() -> None:
    page = (ROOT / "docs" / "checking.md").read_text("utf-8")
    assert [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")] == sorted(
        kinds(), key=lambda kind: page.index(f"| `{kind}`")
    )
