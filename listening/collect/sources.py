"""Sources: the configured places that we collect from, and the spiders there are for them."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from listening.collect.schedule.timing import Timing
from listening.collect.spider.options import Problem, read_options
from listening.suggest import cure

if TYPE_CHECKING:
    from listening.collect.spider.base import ListingSpider
    from listening.collect.spider.options import Options

AnySpider = type["ListingSpider[Options]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One configured place: its name, the spider that reads it, and the spider's settings.

    `spider` is a file name in `spiders/`; a dotted name is a module of the operator's own. A source without
    one is a watched `folder` of files (see `dropbox`).
    """

    name: str
    spider: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    timing: Timing = field(default_factory=Timing)
    folder: Path | None = None


def spider_names() -> list[str]:
    """The spiders there are: one file each. Does not load any."""
    package = importlib.util.find_spec("spiders")
    places = package.submodule_search_locations if package else None
    names = (module.name for module in pkgutil.iter_modules(places or []))
    return sorted(name for name in names if name != "settings" and not name.startswith("_"))


def spider_module(name: str) -> str:
    """The module a spider's name stands for."""
    return name if "." in name else f"spiders.{name}"


def load_spider(module: str) -> AnySpider:
    """The one spider of a module. Loads Scrapy (0.3 s), starts nothing."""
    from listening.collect.spider.base import (
        ListingSpider,  # here, so that Scrapy is loaded only by who needs it
    )

    loaded = importlib.import_module(module)
    found = [
        each
        for each in vars(loaded).values()
        if inspect.isclass(each) and issubclass(each, ListingSpider) and each.__module__ == loaded.__name__
    ]
    if len(found) != 1:
        raise ImportError(f"{module} holds {len(found)} spiders; a file is one spider")
    return found[0]


def check_settings(source: Source) -> list[Problem]:
    """Everything that is wrong with a source's spider and settings, each with its cure."""
    if source.folder is not None:
        return []
    if "." not in source.spider and source.spider not in (names := spider_names()):
        return [Problem("spider", f"unknown spider '{source.spider}'", cure(source.spider, names))]
    try:
        spider = load_spider(spider_module(source.spider))
    except ImportError as error:
        return [
            Problem("spider", f"'{source.spider}' cannot be loaded: {error}", "check the name of the module")
        ]
    return read_options(spider.Options, source.settings)[1]
