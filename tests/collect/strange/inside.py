"""A name server for names under inside.example, which all lead to this machine, and a spider that asks it."""

from __future__ import annotations

import socket
from typing import Any

from tests.collect.strange.watched import Watched

_true = socket.getaddrinfo


def _lookup(host: Any, *asked: Any) -> Any:
    return _true("127.0.0.1" if str(host).endswith("inside.example") else host, *asked)


socket.getaddrinfo = _lookup  # type: ignore[assignment]  # in this child process alone


class Inside(Watched):
    pass
