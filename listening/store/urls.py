"""Names of stores as they may be shown."""

from __future__ import annotations

import re

SERVERS = ("elasticsearch+https", "elasticsearch+http", "opensearch+https", "opensearch+http")
"""Schemes of the stores that are servers."""

_LOGIN = re.compile(r"(?<=//).*@", re.DOTALL)


def masked(url: str) -> str:
    """Without the user and the password that stand before the @ of a server's address."""
    return _LOGIN.sub("***@", url)
