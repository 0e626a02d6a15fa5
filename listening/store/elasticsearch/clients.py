"""The seam: each server's own client, unmodified, behind one question. The only home of both packages.

Elasticsearch's client refuses other servers and sends a media type that OpenSearch refuses, so neither stands
in for the other. Which one to take is what `GET /` says, asked with the plain transport below the first.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

import elastic_transport
from elastic_transport import NodeConfig, Transport
from elastic_transport.client_utils import basic_auth_to_header, url_to_node_config
from elasticsearch import ApiError, Elasticsearch, ElasticsearchWarning

from listening.errors import StoreError
from listening.store.elasticsearch.address import Address

TIMEOUT = 60.0
"""Seconds for one answer. What came too late is asked again; every write is safe to be sent twice."""
BUSY = frozenset({429, 502, 503, 504})
"""Statuses that pass by waiting: too many requests, a proxy without server, a shard that is not there yet."""
_CONNECTIONS = 16

# A deprecation is news for who maintains this program, not for who runs it.
warnings.filterwarnings("ignore", category=ElasticsearchWarning)
# What the clients log of each failed request, with tracebacks, is for whoever asks for it: we tell it once.
for _name in ("elastic_transport", "elasticsearch", "opensearch"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: the status and the decoded body; any 2xx of OpenSearch's client is 200."""

    status: int
    body: Any

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


class Unreachable(Exception):
    """No answer: refused, cut, or too late. Whether the server did it is not known."""


class Busy(Exception):
    """The server is there and cannot work just now."""


class Untrusted(Exception):
    """TLS: the two could not agree that the server is who it says."""


class Client(Protocol):
    """A server that can be asked. Raises `Unreachable` and `Untrusted`; bad statuses are answers."""

    name: str
    version: str

    def ask(self, method: str, path: str, parameters: Mapping[str, str], body: Any) -> Answer:
        """`body`: a mapping is sent as JSON, bytes as lines of JSON."""

    def close(self) -> None: ...


def connect(address: Address) -> Client:
    """The client for the server. Raises `StoreError`, `Unreachable`, `Busy` and `Untrusted`."""
    answer = _first_words(address)
    if answer.status in BUSY:
        raise Busy(reason_of(answer.body))
    if not answer.is_good:
        raise refused(address, answer)
    version = answer.body.get("version", {}) if isinstance(answer.body, dict) else {}
    number = str(version.get("number", "?"))
    if version.get("distribution") == "opensearch":
        return _OpenSearch(address, number)
    if number.split(".")[0] not in ("8", "9"):
        what = f"is neither Elasticsearch 8 or 9 nor OpenSearch (it says version {number})"
        raise StoreError(str(address), what, "check the address")
    return _Elasticsearch(address, number)


def refused(address: Address, answer: Answer) -> StoreError:
    """What to tell of an answer that nobody can work with."""
    place, name, reason = str(address), address.environment, reason_of(answer.body)
    if answer.status == 401:
        given = "the credentials" if address.basic or address.api_key else "a request without credentials"
        cure = f"set {name}_USER and {name}_PASSWORD (or _PASSWORD_FILE), or {name}_API_KEY"
        return StoreError(place, f"refuses {given}", cure)
    if answer.status == 403:
        return StoreError(place, f"does not allow it: {reason}", "give the user the role in docs/store.md")
    return StoreError(place, f"answers {answer.status}: {reason}", "check the address and the server's log")


def reason_of(body: Any) -> str:
    """The server's own words, in one line and not too many."""
    error = body.get("error", body) if isinstance(body, Mapping) else body
    if isinstance(error, Mapping):
        causes = error.get("root_cause") or [error]
        deepest = error.get("caused_by") or causes[0]
        error = ": ".join(str(each) for each in (error.get("type"), deepest.get("reason")) if each)
    words = " ".join(str(error).split())
    return words if len(words) <= 300 else f"{words[:300]}…"


def _nodes(address: Address) -> list[NodeConfig]:
    tls = {"verify_certs": True, "ca_certs": address.ca} if address.ca else {}
    nodes = []
    for host in address.hosts:
        node = url_to_node_config(host)
        extra = tls if node.scheme == "https" else {}
        nodes.append(node.replace(request_timeout=TIMEOUT, connections_per_node=_CONNECTIONS, **extra))
    return nodes


def _authorization(address: Address) -> dict[str, str]:
    if address.api_key:
        return {"authorization": f"ApiKey {address.api_key}"}
    return {"authorization": basic_auth_to_header(address.basic)} if address.basic else {}


def _first_words(address: Address) -> Answer:
    transport = Transport(_nodes(address), max_retries=len(address.hosts) - 1)
    try:
        headers = {"accept": "application/json", **_authorization(address)}
        answer = transport.perform_request("GET", "/", headers=headers)
        return Answer(answer.meta.status, answer.body)
    except elastic_transport.TransportError as error:
        raise _no_answer(error) from error
    finally:
        transport.close()


def _no_answer(error: elastic_transport.TransportError) -> Exception:
    if isinstance(error, elastic_transport.TlsError):
        return _no_handshake(error.message)
    if isinstance(error, elastic_transport.ConnectionTimeout):
        return Unreachable("no answer in time")
    return Unreachable(_short(error.message))


def _no_handshake(message: str) -> Exception:
    """A connection that is cut while the two introduce themselves says nothing about trust."""
    if "EOF occurred" in message or "Connection reset" in message:
        return Unreachable("the connection was cut")
    return Untrusted(_short(message))


def _short(message: str) -> str:
    """The part of a pile of wrapped errors that says what happened."""
    for known in ("Connection refused", "Name or service not known", "No route to host", "Connection reset"):
        if known in message:
            return known.lower()
    return message.split("): ")[-1].strip("'()") or message


class _Elasticsearch:
    name = "Elasticsearch"

    def __init__(self, address: Address, version: str) -> None:
        self.version = version
        self._client = Elasticsearch(
            _nodes(address),
            headers=_authorization(address),
            max_retries=len(address.hosts) - 1,
            retry_on_status=(),
        )

    def ask(self, method: str, path: str, parameters: Mapping[str, str], body: Any) -> Answer:
        kind = "application/x-ndjson" if isinstance(body, bytes) else "application/json"
        headers = {"accept": "application/json"} | ({"content-type": kind} if body is not None else {})
        try:
            answer = self._client.perform_request(method, path, params=parameters, headers=headers, body=body)
        except ApiError as error:
            return Answer(error.meta.status, error.body)
        except elastic_transport.TransportError as error:
            raise _no_answer(error) from error
        return Answer(answer.meta.status, answer.body)

    def close(self) -> None:
        self._client.close()


class _OpenSearch:
    name = "OpenSearch"

    def __init__(self, address: Address, version: str) -> None:
        try:
            import opensearchpy
        except ImportError:
            what, cure = "is OpenSearch, whose client is not installed", "pip install 'listening[opensearch]'"
            raise StoreError(str(address), what, cure) from None
        self.version = version
        self._errors = opensearchpy.exceptions
        tls: dict[str, Any] = {"verify_certs": True} | ({"ca_certs": address.ca} if address.ca else {})
        self._transport = opensearchpy.OpenSearch(
            list(address.hosts),
            headers=_authorization(address),  # its own `http_auth` takes no password outside Latin-1
            max_retries=len(address.hosts) - 1,
            retry_on_status=(),
            timeout=TIMEOUT,
            pool_maxsize=_CONNECTIONS,
            **(tls if address.hosts[0].startswith("https:") else {}),
        ).transport

    def ask(self, method: str, path: str, parameters: Mapping[str, str], body: Any) -> Answer:
        headers = {"content-type": "application/x-ndjson"} if isinstance(body, bytes) else None
        # in the path: of the parameters it takes `timeout` for its own
        target = f"{path}?{urlencode(parameters)}" if parameters else path
        try:
            found = self._transport.perform_request(method, target, headers=headers, body=body)
        except self._errors.SSLError as error:
            raise _no_handshake(str(error.error)) from error
        except self._errors.ConnectionTimeout as error:
            raise Unreachable("no answer in time") from error
        except self._errors.ConnectionError as error:
            raise Unreachable(_short(str(error.error))) from error
        except self._errors.TransportError as error:
            return Answer(int(error.status_code), error.info)
        return Answer(200, found)

    def close(self) -> None:
        self._transport.close()
