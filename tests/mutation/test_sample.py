"""A sample is drawn by its seed alone, and a mutant keeps its name while its line stays as it is."""

from __future__ import annotations

from tests.mutation.mutants import mutants_in, sample

FILE = b"def f(a, b):\n    if a < b:\n        return a + b\n    return f(b, a) or g(1, a)\n"


def test_the_same_seed_draws_the_same_mutants() -> None:
    every = mutants_in("a.py", FILE)
    assert sample(every, 5, seed=1) == sample(every[::-1], 5, seed=1)
    assert sample(every, 5, seed=1) != sample(every, 5, seed=2)


def test_a_greater_sample_has_the_smaller_one_in_it() -> None:
    every = mutants_in("a.py", FILE)
    assert sample(every, 6, seed=3)[:4] == sample(every, 4, seed=3)


def test_all_of_them_are_the_largest_sample() -> None:
    every = mutants_in("a.py", FILE)
    assert set(sample(every, 10_000, seed=1)) == set(every)


def test_a_mutant_keeps_its_name_when_other_lines_change() -> None:
    before = {m.identity for m in mutants_in("a.py", FILE)}
    after = {m.identity for m in mutants_in("a.py", b"# more\nx = h\n" + FILE)}
    assert before == after


def test_lines_that_read_alike_are_numbered() -> None:
    names = [m.identity for m in mutants_in("a.py", b"f()\nf()\n")]
    assert names == ["a.py | f() | pass", "a.py | f() | pass | #2"]
