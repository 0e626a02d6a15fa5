"""What the tests do on a machine that cannot have the real servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collect.real import fetch
from tests.servers.fetch import Missing, cache


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(fetch, "_fetch_isso", lambda work: (work / "root").mkdir())


def test_without_apt_it_is_said_where_wordpress_can_be_had() -> None:
    with pytest.raises(Missing, match="from Debian's packages - run these tests on Debian or Ubuntu"):
        fetch.wordpress()
    assert list(cache().glob("wordpress-*/")) == [], "nothing half-done is left"


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)], ids=["where all must run", "elsewhere"])
def test_a_missing_part_fails_only_where_all_must_run(
    monkeypatch: pytest.MonkeyPatch, ci: str, code: int
) -> None:
    monkeypatch.setenv("CI", ci)
    assert fetch.main() == code


def test_what_is_there_is_not_fetched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fetch.isso()
    monkeypatch.setattr(fetch, "_fetch_isso", lambda _: pytest.fail("fetched twice"))
    assert fetch.isso() == folder


def test_a_package_without_the_file_that_is_looked_for_is_said(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"there is no usr/bin/no-such-program\* in Debian's packages"):
        fetch.found(tmp_path, "usr/bin/no-such-program*")
