"""One connection: questions that wait out a server which is away or busy, for a stated time, and say so."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from time import monotonic, sleep
from typing import Any

from listening.errors import StoreError, StoreTooNew
from listening.store.elasticsearch.address import Address
from listening.store.elasticsearch.clients import (
    BUSY,
    Answer,
    Busy,
    Client,
    Unreachable,
    Untrusted,
    connect,
    reason_of,
    refused,
)

SERVER_WAIT = "5s"
"""So long the server itself waits, in silence, for a shard to write to; after it we wait and say so."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 10.0
_TELL_AFTER = 2.0
_log = logging.getLogger("listening.store")


class Connection:
    """The cluster, ready to be asked, by any thread. Raises `StoreError` for all that is wrong with it."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.client = self._connected()

    @property
    def server(self) -> str:
        """Such as `Elasticsearch 8.19.8`."""
        return f"{self.client.name} {self.client.version}"

    def ask(
        self, method: str, path: str, body: Any = None, *, known: tuple[int, ...] = (), **parameters: str
    ) -> Answer:
        """An answer that is good or of a `known` status. Waits while the server is busy or away."""
        patience = self.patience()
        while True:
            try:
                answer = self.client.ask(method, path, parameters, body)
            except Unreachable as error:
                patience.wait(str(error))
                continue
            except Untrusted as error:
                raise self._distrust(error) from error
            if answer.is_good or answer.status in known:
                return answer
            if not passing(answer):
                raise self.trouble(answer)
            patience.wait(reason_of(answer.body))

    def documents(self, index: str, ids: Sequence[str], **parameters: str) -> list[dict[str, Any]]:
        """Each by its id, as it is now. One whose shard is away is waited for."""
        patience = self.patience()
        while True:
            found = self.ask("POST", f"/{index}/_mget", {"ids": list(ids)}, known=(), **parameters).body[
                "docs"
            ]
            failed = next((each for each in found if "error" in each), None)
            if failed is None:
                return list(found)
            if "index_not_found" in reason_of(failed):
                raise self.trouble(Answer(HTTPStatus.NOT_FOUND, failed))
            patience.wait(reason_of(failed))

    def search(self, index: str, body: Mapping[str, Any], **parameters: str) -> dict[str, Any]:
        """From all shards or none: while one is away, half an answer looks like a whole one."""
        path, whole = f"/{index}/_search", {"allow_partial_search_results": "false"}
        answer: dict[str, Any] = self.ask("POST", path, body, known=(), **whole, **parameters).body
        return answer

    def refresh(self, index: str) -> None:
        """Let searches see all that was written.

        The server waits a minute for a shard that is away before it says so, a search says so at once: so it
        is asked first.
        """
        self.search(index, {"size": 0, "terminate_after": 1, "track_total_hits": False})
        self.ask("POST", f"/{index}/_refresh")

    def count(self, index: str, query: Mapping[str, Any]) -> int:
        """Not by `_count`, which leaves out the shards that are away."""
        body = {"query": query, "size": 0, "track_total_hits": True}
        found: int = self.search(index, body)["hits"]["total"]["value"]
        return found

    def patience(self) -> Patience:
        """For one piece of work."""
        return Patience(self.address)

    def trouble(self, answer: Answer) -> StoreError:
        """An answer as an error for people."""
        if answer.status == HTTPStatus.NOT_FOUND and "index_not_found" in reason_of(answer.body):
            what = "the indices of this program's version are gone: the store was migrated, or removed"
            return StoreTooNew(str(self.address), what, "update listening, or see `listening store status`")
        return refused(self.address, answer)

    def close(self) -> None:
        self.client.close()

    def _connected(self) -> Client:
        """At once: somebody who starts a command wants to know that the server is not there."""
        patience = self.patience()
        while True:
            try:
                return connect(self.address)
            except Busy as error:
                patience.wait(str(error))
            except Unreachable as error:
                cure = "start the server, or check `store:` in config.yaml"
                raise StoreError(str(self.address), f"does not answer ({error})", cure) from error
            except Untrusted as error:
                raise self._distrust(error) from error

    def _distrust(self, error: Untrusted) -> StoreError:
        cure = f"renew the certificate, or name the authority's file in {self.address.environment}_CA"
        return StoreError(str(self.address), f"its certificate is not trusted ({error})", cure)


class Patience:
    """Waiting that gets longer, is told, and ends. Progress gives it back: call `reset`."""

    def __init__(
        self,
        address: Address,
        *,
        clock: Callable[[], float] = monotonic,
        rest: Callable[[float], None] = sleep,
    ) -> None:
        self._address, self._clock, self._rest = address, clock, rest
        self.reset()

    def reset(self) -> None:
        self._since: float | None = None
        self._pause = _FIRST_PAUSE
        self._told = False

    def wait(self, reason: str) -> None:
        """Rest, with jitter, so that many do not come back together. Raises `StoreError` when it ends."""
        now = self._clock()
        self._since = now if self._since is None else self._since
        waited = now - self._since
        if waited >= self._address.patience:
            what = f"cannot be used: {reason} (waited {waited:.0f} s)"
            raise StoreError(str(self._address), what, "mend the server and run the same command again")
        left = self._address.patience - waited
        tell_after = min(_TELL_AFTER, self._address.patience / 2)
        if not self._told and waited >= tell_after:
            self._told = True
            _log.warning("%s: %s - waiting up to %.0f s more", self._address, reason, left)
        if not self._told:
            left = min(left, tell_after - waited)  # no rest is so long that it ends before it was told
        self._rest(min(self._pause * random.uniform(0.5, 1.0), left))
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)


def passing(answer: Answer) -> bool:
    """Does it pass by waiting? So does a block on writing: a migration's last step, or a full disk."""
    return answer.status in BUSY or (answer.status == 403 and is_blocked(answer.body))


def is_blocked(body: Mapping[str, Any] | Any) -> bool:
    return "cluster_block_exception" in str(body)
