"""Names of stores as they may be shown."""

from __future__ import annotations

import re

_LOGIN = re.compile(r"(?<=//).*@", re.DOTALL)


def masked(url: str) -> str:
    """Without the user and the password that stand before the @ of a server's address."""
    return _LOGIN.sub("***@", url)
