"""Where the cluster is, and with which credentials: the `store:` of config.yaml and the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit

from listening.errors import StoreError

"""Which of the two answers is asked of the server itself; both spellings are taken."""

EXAMPLE = "elasticsearch+https://search.example:9200/listening"
DEFAULT_PREFIX = "listening"
DEFAULT_PATIENCE = 60.0
"""Seconds a command waits for a server that is away or overwhelmed before it gives up."""

_PORT = 9200
_PREFIX = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_ENVIRONMENT = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PARAMETERS = ("env", "patience")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Hosts as `https://name:port`, in the order to try; secrets are never part of `repr`."""

    hosts: tuple[str, ...]
    prefix: str = DEFAULT_PREFIX
    patience: float = DEFAULT_PATIENCE
    environment: str = "LISTENING_STORE"
    basic: tuple[str, str] | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    ca: str | None = None

    def __str__(self) -> str:
        """For people: hosts and prefix."""
        return f"{','.join(self.hosts)}/{self.prefix}"


def read_address(url: str, base: Path, environment: Mapping[str, str] | None = None) -> Address:
    """The address of `elasticsearch+https://host:port,host:port/prefix?env=STORE&patience=60`.

    Files named in the environment are taken from `base`. Raises `StoreError`, which never shows a secret.
    """
    parts = _split(url)
    parameters = _parameters(parts)
    name = f"LISTENING_{parameters.get('env', 'STORE').upper()}"
    secrets = _Environment(name, os.environ if environment is None else environment, base)
    return Address(
        hosts=_hosts(parts),
        prefix=_prefix(parts),
        patience=_patience(parameters.get("patience")),
        environment=name,
        basic=secrets.basic(),
        api_key=secrets.api_key(),
        ca=secrets.file("CA"),
    )


def _split(url: str) -> SplitResult:
    """An @ is looked for first and everywhere: behind a password with / or ? or # it is in no host's part."""
    if "@" in url:
        what = "the address holds a user or a password"
        raise StoreError(
            "store", what, "take it out and set LISTENING_STORE_USER and LISTENING_STORE_PASSWORD"
        )
    try:
        return urlsplit(url)
    except ValueError:
        raise StoreError("store", "the address cannot be read", f"write it as in {EXAMPLE}") from None


def _hosts(parts: SplitResult) -> tuple[str, ...]:
    scheme = parts.scheme.partition("+")[2]
    return tuple(_host(scheme, name.strip()) for name in parts.netloc.split(","))


def _host(scheme: str, name: str) -> str:
    try:
        host = urlsplit(f"{scheme}://{name}")
        port = host.port or _PORT
    except ValueError:
        raise StoreError(name, "has no such port", f"write it as in {EXAMPLE}") from None
    if not host.hostname:
        raise StoreError("store", "the address names no host", f"write it as in {EXAMPLE}")
    shown = f"[{host.hostname}]" if ":" in host.hostname else host.hostname
    return f"{scheme}://{shown}:{port}"


def _prefix(parts: SplitResult) -> str:
    prefix = parts.path.strip("/") or DEFAULT_PREFIX
    if not _PREFIX.fullmatch(prefix):
        what = "cannot begin the names of indices"
        raise StoreError(prefix, what, "take small letters, digits, points, - and _, a letter or digit first")
    return prefix


def _parameters(parts: SplitResult) -> dict[str, str]:
    found = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in found:
        if name not in _PARAMETERS:
            raise StoreError(
                f"?{name}=", "is not known in a store's address", "there are ?env= and ?patience="
            )
    if "env" in found and not _ENVIRONMENT.fullmatch(found["env"]):
        what = "is no part of an environment variable's name"
        raise StoreError(f"?env={found['env']}", what, "with ?env=OLD, LISTENING_OLD_USER … are read")
    return found


def _patience(written: str | None) -> float:
    if written is None:
        return DEFAULT_PATIENCE
    try:
        seconds = float(written)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise StoreError(f"?patience={written}", "is no number of seconds", "write it like ?patience=60")
    return seconds


class _Environment:
    """Variables of one name: NAME_USER, NAME_PASSWORD or NAME_PASSWORD_FILE, NAME_API_KEY(_FILE), NAME_CA."""

    def __init__(self, name: str, values: Mapping[str, str], base: Path) -> None:
        self._name, self._values, self._base = name, values, base

    def basic(self) -> tuple[str, str] | None:
        user, password = self._values.get(f"{self._name}_USER"), self.secret("PASSWORD")
        if user:
            self._text("USER", user)
        if not user and not password:
            return None
        if not user or not password:
            missing = f"{self._name}_{'PASSWORD' if user else 'USER'}"
            raise StoreError(missing, "is not set", "set it, or neither of the two")
        return user, password

    def api_key(self) -> str | None:
        """It is sent as it is. Anything else than ASCII in it is refused here, where it is not shown."""
        key = self.secret("API_KEY")
        if key and not (key.isascii() and key.isprintable() and " " not in key):
            what = "holds what no key has: a blank, a line's end or a letter outside ASCII"
            raise StoreError(f"{self._name}_API_KEY", what, "copy the key again, the `encoded` one")
        return key

    def secret(self, what: str) -> str | None:
        """The variable itself, or the first line of the file that NAME_FILE names."""
        given = self._values.get(f"{self._name}_{what}")
        named = self._values.get(f"{self._name}_{what}_FILE")
        if given or not named:
            return self._text(what, given) if given else None
        found = self._read(f"{self._name}_{what}_FILE", named, lambda file: file.read_text("utf-8"))
        line = found.strip().partition("\n")[0].strip()
        if not line:
            raise StoreError(f"{self._name}_{what}_FILE", "the file is empty", "write the secret into it")
        return line

    def _text(self, what: str, value: str) -> str:
        """A variable whose bytes are no text cannot be sent, and would be shown by who tries."""
        try:
            value.encode()
        except UnicodeEncodeError:
            raise StoreError(f"{self._name}_{what}", "is not UTF-8", "set it in a UTF-8 terminal") from None
        return value

    def file(self, what: str) -> str | None:
        """The path of a file that can be read."""
        named = self._values.get(f"{self._name}_{what}")
        return self._read(f"{self._name}_{what}", named, _readable) if named else None

    def _read(self, variable: str, named: str, read: Callable[[Path], str]) -> str:
        try:
            return read(self._base / named)
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise StoreError(
                variable, f"the file cannot be read ({reason})", "check its path and rights"
            ) from None


def _readable(file: Path) -> str:
    with file.open("rb"):
        return str(file)
