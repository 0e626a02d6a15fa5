"""Who holds something: a process on a machine, and whether it is certain that it is gone."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

_PROC = Path("/proc")
_DEAD = "ZX"
_STATE, _STARTED = 0, 19  # behind the name of the program, which may hold anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """`realm` names the boot of the machine and the namespace in which its process ids count, where Linux
    tells; `started` is the process's start in it. `token` tells apart the times one process took something.
    """

    host: str
    pid: int
    realm: str
    started: int
    token: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"

    @classmethod
    def myself(cls) -> Owner:
        pid = os.getpid()
        _, started = _state(pid) or ("", 0)
        return cls(
            host=socket.gethostname(), pid=pid, realm=_realm(), started=started, token=secrets.token_hex(8)
        )

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Owner:
        return cls(**{field.name: body[field.name] for field in fields(cls)})

    def body(self) -> Mapping[str, Any]:
        return asdict(self)

    def is_gone(self) -> bool:
        """True only where it is certain: a process of another machine or container may always be alive.

        A name of a host is not enough: two containers may have the same one.
        """
        if not self.realm or self.realm != _realm():
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            pass  # somebody else's, so it is there
        found = _state(self.pid)
        return found is not None and (found[0] in _DEAD or found[1] != self.started)


@cache
def _realm() -> str:
    try:
        if (_PROC / "self").readlink() != Path(str(os.getpid())):
            return ""  # /proc shows another namespace than the one we are in
        boot = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot}/{(_PROC / 'self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def _state(pid: int) -> tuple[str, int] | None:
    try:
        words = (_PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return None
    return words[_STATE].decode(), int(words[_STARTED])
