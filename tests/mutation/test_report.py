"""What is left is what survives without a reason; which tests are asked of a line."""

from __future__ import annotations

from tests.mutation.mapping import FEW, SLOWEST, CoverageMap
from tests.mutation.mutants import mutants_in
from tests.mutation.places import MUTATED, ROOT
from tests.mutation.report import ACCEPTED, Result, accepted, left, report

FIRST, SECOND = mutants_in("a.py", b"f()\ng()\n")


def test_a_survivor_with_a_reason_is_accepted() -> None:
    done = [Result(FIRST, "survived"), Result(SECOND, "not covered")]
    reasons = accepted(f"# a note\n{FIRST.identity}\n    only\n    a cache\n")
    assert reasons == {FIRST.identity: "only a cache"}
    assert [each.mutant for each in left(done, reasons)] == [SECOND]
    said = report(done, reasons, minutes=3)
    assert "= accepted: only a cache" in said
    assert "1 survivors are accepted; 1 are left: 50.0%" in said


def test_a_survivor_without_a_reason_is_left() -> None:
    assert len(left([Result(FIRST, "survived")], accepted(f"{FIRST.identity}\n"))) == 1


def test_what_was_killed_or_hung_is_not_left() -> None:
    done = [Result(FIRST, "killed", by="tests/a.py::test"), Result(SECOND, "timed out")]
    assert left(done, {}) == []
    assert "2 mutants in 0 minutes: 1 killed, 1 timed out, 0 survived, 0 not covered" in report(done, {}, 0)


def test_a_line_is_asked_of_the_tests_that_run_it_the_quickest_first() -> None:
    seconds = {f"t{n}": float(n % 5) for n in range(FEW)} | {"slow": SLOWEST + 1, "other": 0.0}
    known = CoverageMap(seconds, {"a.py": {1: {*seconds} - {"other"}, 2: {"other"}}})
    asked = list(known.tests_of(FIRST))
    assert asked[:4] == ["t0", "t5", "t1", "t6"]
    assert not {"slow", "other"} & set(asked)


def test_a_line_that_few_tests_run_is_asked_of_the_others_of_its_module_too() -> None:
    known = CoverageMap({"a": 2.0, "b": 1.0}, {"a.py": {1: {"a"}, 9: {"b"}}})
    assert list(known.tests_of(FIRST)) == ["a", "b"]
    assert not CoverageMap({}, {}).tests_of(FIRST)


def test_every_accepted_mutant_is_one_and_has_a_reason() -> None:
    reasons = accepted(ACCEPTED.read_text("utf-8"))
    files = {name.partition(" | ")[0] for name in reasons}
    known = {m.identity for path in files for m in mutants_in(path, (ROOT / path).read_bytes())}
    assert [name for name in reasons if name not in known] == []
    assert [name for name, reason in reasons.items() if not reason] == []
    assert all(path.startswith(MUTATED) for path in files)
