"""Files of posts that somebody else collected: one module a format, named as it is called by.

Adding a format is one file here: its docstring is shown by `listening import --help`, and its `importer`
takes the `Options` and returns a function from a file to posts and bad lines. Modules with _ are helpers.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import cast

from listening.collect.importers._exports import columns
from listening.collect.importers._options import Importer, Options
from listening.collect.lines import BadLine, check_readable, refuse
from listening.errors import InputMistake
from listening.model import Post
from listening.suggest import cure

__all__ = ["BadLine", "Importer", "Options", "find", "formats", "guess", "read_posts"]


def formats() -> dict[str, str]:
    """The formats there are, with what each one reads."""
    names = sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))
    return {name: (import_module(f"{__name__}.{name}").__doc__ or "").strip() for name in names}


def find(name: str, options: Options | None = None) -> Importer:
    """The importer of this name. Raises `InputMistake`: no such format, or a bad column map."""
    if name not in formats():
        raise refuse(Path("--as"), f"unknown format '{name}'", cure(name, formats()))
    module = import_module(f"{__name__}.{name}")
    return cast(Importer, module.importer(options or Options()))


def guess(path: Path) -> str | None:
    """The name of the format whose export a file clearly is; None where nothing can be told."""
    try:
        check_readable(path)
    except InputMistake:
        return None
    seen = list(columns(path))
    known = (import_module(f"{__name__}.{name}") for name in formats())
    exports = (module.EXPORT for module in known if hasattr(module, "EXPORT"))
    return next((export.name for export in exports if any(map(export.recognises, seen))), None)


def read_posts(path: Path, importer: Importer) -> Iterator[Post | BadLine]:
    """The posts of a file in its order, and each line that gives none.

    What makes the whole file unusable is an `InputMistake`, raised by the call itself and not while reading,
    so that all files can be checked before anything is done.
    """
    return importer(path)
