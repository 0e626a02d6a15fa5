"""What is legal in a rule set and still suspicious. One file a kind of warning, each with a `look` function.

Adding a kind is one file: `look(study)` yields warnings; its name is the warning's.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from listening.match.warnings._study import Study
from listening.match.warnings._warning import RuleWarning, Severity

__all__ = ["RuleWarning", "Severity", "Study", "kinds", "warnings"]


def kinds() -> list[str]:
    """The kinds of warnings that there are, by the names of their files."""
    return sorted(name for _, name, _ in pkgutil.iter_modules(__path__) if not name.startswith("_"))


def warnings(study: Study) -> list[RuleWarning]:
    """Every warning about a rule set, each once, in the order of files and lines."""
    return sorted(dict.fromkeys(_found(study)), key=lambda warning: (warning.place, -warning.severity.rank))


def _found(study: Study) -> Iterator[RuleWarning]:
    for kind in kinds():
        yield from importlib.import_module(f"{__name__}.{kind}").look(study)
