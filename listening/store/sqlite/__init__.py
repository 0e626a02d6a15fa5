"""`sqlite:PATH`: one file, many processes, nothing to install. The embedded default.

store      the ports, each a few lines over the rest
database   the open file: whose it is, transactions, checkpoints
schema     the tables, and why they are so
writing    records into tables        where, reading    queries into SQL, and what it answers
keeping    is the index what the records say; how much there is
log        events and documents       errors            SQLite's troubles as ours
"""

from listening.store.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
