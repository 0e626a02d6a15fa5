"""The settings of a source, read strictly: every key has a type, a default and a sentence.

A spider's settings are a frozen dataclass that extends `Options`; `option` gives a key its sentence. A key
that nobody knows, or a value of the wrong type, is a `Problem` with its cure, never a silent default.
"""

from __future__ import annotations

import hashlib
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from listening.codec import canonical
from listening.suggest import cure


class Problem(NamedTuple):
    """One thing that is wrong with a source's settings: the key, what is wrong, what to do."""

    key: str
    problem: str
    cure: str


def option(default: Any = MISSING, *, says: str, query: bool = True) -> Any:
    """A setting and the sentence that explains it. `query`: another value asks for other posts."""
    return field(default=default, metadata={"says": says, "query": query})


@dataclass(frozen=True, kw_only=True)
class Options:
    """What every spider understands."""

    max_pages: int = option(50, says="read at most so many pages in one run", query=False)
    days_back: float = option(14.0, says="how many days the first run goes back", query=False)
    delay: float = option(1.0, says="seconds between two requests, at least", query=False)
    timeout: float = option(30.0, says="how many seconds an answer may take", query=False)
    max_megabytes: float = option(200.0, says="read at most so much in one run", query=False)
    max_minutes: float = option(60.0, says="a run ends after so many minutes", query=False)
    ignore_robots: str | None = option(
        None, says="why robots.txt may be ignored here (your own site, say); never by default", query=False
    )
    intranet: str | None = option(
        None,
        says="why the hosts named here may have private addresses (your own wiki, say); never by default",
        query=False,
    )
    canary: str | None = option(
        None,
        says="address of an old post that is known to be there: asked for where nothing new is found",
        query=False,
    )
    canary_text: str | None = option(None, says="words that stand on the canary's page", query=False)

    def problems(self) -> Iterator[Problem]:
        """What the types cannot say: ranges, addresses, settings that go together."""
        if self.canary is not None:
            yield from check_address("canary", self.canary)
        if self.max_pages < 1:
            yield Problem("max_pages", f"{self.max_pages} is less than 1", "write 1 or more")
        if not 0 <= self.delay <= 3600:
            yield Problem("delay", f"{self.delay} is not a number of seconds", "write 0 to 3600")
        if not 0 < self.days_back <= 36500:
            yield Problem("days_back", f"{self.days_back} is not a number of days", "write 1 or more")
        if not 0 < self.timeout <= 600:
            yield Problem("timeout", f"{self.timeout} is not a number of seconds", "write 1 to 600")
        if not 0 < self.max_megabytes <= 10_000:
            yield Problem("max_megabytes", f"{self.max_megabytes} is not an amount", "write 1 to 10000")
        if not 0 < self.max_minutes <= 1440:
            yield Problem("max_minutes", f"{self.max_minutes} is not a number of minutes", "write 1 to 1440")
        for key, what_to_do in (
            ("ignore_robots", "write why it is right to ignore robots.txt"),
            ("intranet", "write why it is right to ask private addresses"),
        ):
            reason = getattr(self, key)
            if reason is not None and len(reason.split()) + len(reason) < 8:
                yield Problem(key, "is not a reason", what_to_do)

    def environment(self) -> dict[str, str]:
        """Setting -> name of the environment variable that holds a secret, for each that is set."""
        pairs = ((f.name, getattr(self, f.name)) for f in fields(self) if f.name.endswith("_env"))
        return {key: name for key, name in pairs if name}


@dataclass(frozen=True, kw_only=True)
class WordOptions(Options):
    """What every spider understands that searches for words."""

    words: tuple[str, ...] = option((), says="search for these instead of the rule set's words", query=False)
    of: Literal["brands", "competitors", "both"] = option(
        "both", says="whose words are searched for: brands, competitors or both", query=False
    )


@dataclass(frozen=True, kw_only=True)
class AccountOptions(Options):
    """What every spider understands that reads accounts."""

    accounts: tuple[str, ...] = option((), says="read these instead of the rule set's accounts", query=False)
    of: Literal["brands", "competitors", "both"] = option(
        "both", says="whose accounts are read: brands, competitors or both", query=False
    )


O = TypeVar("O", bound=Options)  # noqa: E741


def read_options(kind: type[O], given: Mapping[str, Any]) -> tuple[O | None, list[Problem]]:
    """The settings as the spider's own type, or None and everything that is wrong with them."""
    known = {f.name: f for f in fields(kind)}
    hints = get_type_hints(kind)
    found = [_unknown(key, known) for key in given if key not in known]
    found += [
        Problem(key, "is missing", _says(one))
        for key, one in known.items()
        if _needed(one) and key not in given
    ]
    values = {key: _value(value) for key, value in given.items() if key in known}
    for key, value in values.items():
        if not _fits(value, hints[key]):
            found.append(Problem(key, f"{_shown(value)} is not {_words(hints[key])}", _says(known[key])))
    if found:
        return None, found
    options = kind(**values)
    found = list(options.problems())
    return (None, found) if found else (options, [])


def query_digest(options: Options) -> str:
    """Tells two queries apart: a cursor made under another address or tag must not be used."""
    asked = {f.name: getattr(options, f.name) for f in fields(options) if f.metadata["query"]}
    return hashlib.sha1(canonical(asked)).hexdigest()


def check_address(key: str, address: str) -> Iterator[Problem]:
    """An address that a spider may be sent to: http or https, a host, no password inside."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        yield Problem(key, f"{address!r} is not an address", "write https://…")
        return
    if parts.username or parts.password:
        yield Problem(key, "holds a user name or password", "keep secrets in the environment (…_env)")
    elif parts.scheme not in ("http", "https") or not host:
        yield Problem(key, f"{address!r} is not an http address", "write https://…")


def _unknown(key: str, known: Mapping[str, Any]) -> Problem:
    return Problem(key, f"unknown setting '{key}'", cure(str(key), sorted(known)))


def _needed(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def _says(one: Field[Any]) -> str:
    return f"'{one.name}': {one.metadata['says']}"


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _fits(value: Any, hint: Any) -> bool:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return any(_fits(value, each) for each in get_args(hint))
    if origin is Literal:
        return any(value == each and type(value) is type(each) for each in get_args(hint))
    if origin is tuple:
        return isinstance(value, tuple) and all(_fits(each, get_args(hint)[0]) for each in value)
    if hint in (int, float):
        return isinstance(value, (int, hint)) and not isinstance(value, bool)
    return isinstance(value, hint)


_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "yes or no"}


def _words(hint: Any) -> str:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return " or ".join(_words(each) for each in get_args(hint) if each is not type(None))
    if origin is Literal:
        return "one of " + ", ".join(map(repr, get_args(hint)))
    if origin is tuple:
        return f"a list, each {_words(get_args(hint)[0])}"
    return _WORDS[hint]


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
