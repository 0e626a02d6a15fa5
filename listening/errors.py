"""Every error that is raised on purpose.

    ListeningError              one line: <where>: <what is wrong> - <what to do>
    ├── InvalidPost             a record cannot be read: counted, quarantined, the rest goes on
    ├── Mistakes                a person's mistakes, collected over all files      (exit 1)
    │   ├── RuleMistakes        in rules/
    │   ├── ConfigMistakes      in config.yaml
    │   └── InputMistake        an input file or a column map cannot be used
    ├── QueryMistake            a search cannot be understood                      (exit 2)
    ├── StoreError              the store cannot be used                           (exit 4)
    │   ├── StoreTooNew         written by a newer program
    │   └── Conflict            a document or an event was changed by somebody else
    ├── ArchiveError            the archive cannot be used                         (exit 4)
    ├── CrawlError              a crawl could not be started                       (exit 3)
    └── Locked                  somebody else holds the lock                       (exit 75)
        └── LeaseLost           and took it from us, who stood still for too long

Anything else that escapes is a bug and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class ListeningError(Exception):
    """Something a person can act on. Renders as `<where>: <what is wrong> - <what to do>`."""

    def __init__(self, where: str, what: str, cure: str = "") -> None:
        super().__init__(where, what, cure)
        self.where = where
        self.what = what
        self.cure = cure

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        return f"{line} - {self.cure}" if self.cure else line


class InvalidPost(ListeningError):
    """A record that cannot become a post; `what` is the reason that is kept in quarantine."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file a person edits: line and column count from 1, in code points; 0 is "unknown"."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing a person wrote wrongly, where it stands, and the cure."""

    place: Place
    what: str
    cure: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.what} - {self.cure}" if self.cure else f"{self.place}: {self.what}"


class Mistakes(ListeningError):
    """All mistakes of all files at once, in the order of file, line and column."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda m: m.place))
        super().__init__("", "\n".join(map(str, self.mistakes)))


class RuleMistakes(Mistakes):
    """The rule set has mistakes, or its examples fail; it does not go live."""


class ConfigMistakes(Mistakes):
    """config.yaml has mistakes; nothing was done."""


class InputMistake(Mistakes):
    """An input file or a column map cannot be used; nothing was done."""


class QueryMistake(ListeningError):
    """A search cannot be understood; `where` is the part of it that is wrong."""


class StoreError(ListeningError):
    """The store is unreachable, refused the work, or is damaged."""


class StoreTooNew(StoreError):
    """The store was written by a newer version of the program."""


class Conflict(StoreError):
    """Somebody else changed the document or took the step; read it again."""


class ArchiveError(ListeningError):
    """The archive cannot be read or written."""


class CrawlError(ListeningError):
    """A crawl could not be started at all."""


class Locked(ListeningError):
    """Somebody else holds the lock; try again when they are done."""


class LeaseLost(Locked):
    """Somebody else has taken the lease over; nothing more may be written."""
