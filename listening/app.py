"""The wiring: a config file to working parts. The only module that knows everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha1
from pathlib import Path

from filelock import FileLock, Timeout

from listening.archive import Archive, Quarantine
from listening.config import Config, read_config
from listening.errors import ArchiveError, Locked
from listening.match.matcher import Matcher
from listening.pipeline import Pipeline
from listening.rulebook import Kept, Live, good_rules, kept_rules, last_good, live_rules, remembered
from listening.rules import RuleSet
from listening.store import open_existing, open_store
from listening.store.ports import Store


class App:
    """The parts of one installation, opened when they are first asked for and closed together."""

    def __init__(self, config: Config, stack: ExitStack) -> None:
        self.config = config
        self._stack = stack

    def now(self) -> datetime:
        """The present in UTC, in whole milliseconds."""
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    @cached_property
    def store(self) -> Store:
        return self.open_store(self.config.store)

    def open_store(self, url: str, *, existing: bool = False) -> Store:
        """A store, named as in config.yaml."""
        store = (open_existing if existing else open_store)(url, self.config.base)
        self._stack.callback(store.close)
        return store

    @cached_property
    def archive(self) -> Archive:
        return self._stack.enter_context(Archive.open(self.config.archive, now=self.now))

    @property
    def quarantine(self) -> Quarantine:
        return self.archive.quarantine

    @cached_property
    def live(self) -> Live:
        """The rules a collecting command works with: the folder's, or the last good ones."""
        return live_rules(self.config.rules, self.store, self.now())

    def good_rules(self) -> Matcher:
        """The folder's rules and no others. Raises `RuleMistakes`."""
        return good_rules(self.config.rules)

    def kept_rules(self) -> Matcher:
        """The same, kept as the last good ones: what replayed the archive also takes the next posts."""
        return kept_rules(self.config.rules, self.store, self.now())

    def last_good(self) -> Kept | None:
        """The last good rules; None where none ever were. Raises `RuleMistakes` if they are unreadable."""
        return last_good(self.store)

    def remembered(self, digest: str) -> RuleSet | None:
        """The rules that were live under a digest; None if there are none."""
        return remembered(digest, self.store)

    def pipeline(self, matcher: Matcher | None) -> Pipeline:
        return Pipeline(
            self.archive, self.store, matcher, queue_max_age=self.config.queue_max_age, now=self.now
        )

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold a lock that ends with this process. Raises `Locked` where somebody else has it."""
        folder = self.config.archive / "locks"
        # A digest: names of sources and files may be long, and hold signs that file names may not.
        lock = FileLock(folder / f"{sha1(name.encode('utf-8', 'surrogatepass')).hexdigest()}.lock", timeout=0)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            what = f"another command is at work on '{name}'"
            raise Locked(str(folder), what, "wait until it is done") from None
        except OSError as error:
            what = f"cannot be used ({error.strerror})"
            raise ArchiveError(str(folder), what, "check its permissions") from None
        try:
            yield
        finally:
            lock.release()


@contextmanager
def open_app(config_file: Path) -> Iterator[App]:
    """The app of a config file. Raises `ConfigMistakes`."""
    with ExitStack() as stack:
        yield App(read_config(config_file), stack)
