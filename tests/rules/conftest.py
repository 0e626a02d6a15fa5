"""Rule files written and read: what they come to, or the mistakes as lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from listening.errors import RuleMistakes
from listening.rules import RuleSet, read_rules

Read = Callable[..., RuleSet]
Mistaken = Callable[..., list[str]]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Writes each text as a file of `rules/` (one positional text: `a.yaml`) and reads the folder."""
    monkeypatch.chdir(tmp_path)

    def write_and_read(text: str | None = None, **texts: str) -> RuleSet:
        folder = Path("rules")
        folder.mkdir(exist_ok=True)
        for name, content in ({"a": text} if text is not None else {}).items() | texts.items():
            (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
        return read_rules(folder)

    return write_and_read


@pytest.fixture
def mistaken(read: Read) -> Mistaken:
    """The mistakes of the same, as lines."""

    def mistakes(text: str | None = None, **texts: str) -> list[str]:
        with pytest.raises(RuleMistakes) as caught:
            read(text, **texts)
        return str(caught.value).split("\n")

    return mistakes
