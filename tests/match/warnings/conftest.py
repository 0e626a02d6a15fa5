"""Rule files and archived posts under study: the warnings they come to, as lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from listening.match.matcher import Matcher
from listening.match.warnings import RuleWarning, Study, warnings
from listening.model import Post
from listening.rules import read_rules

Warned = Callable[..., list[RuleWarning]]


@pytest.fixture
def warned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warned:
    """The warnings about a rule file, of one kind if it is named; `archive` are texts of archived posts."""
    monkeypatch.chdir(tmp_path)

    def warnings_about(
        rules: str, kind: str | None = None, archive: Iterable[str] | None = None
    ) -> list[RuleWarning]:
        Path("rules.yaml").write_text(rules, encoding="utf-8")
        posts = (
            [[Post(id=str(n), text=text)] for n, text in enumerate(archive)] if archive is not None else None
        )
        found = warnings(Study(Matcher(read_rules("rules.yaml")), posts))
        return [warning for warning in found if kind in (None, warning.kind)]

    return warnings_about
