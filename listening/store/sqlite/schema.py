"""The tables of the file.

A record is one canonical JSON string in `record`; everything else about it is derived and can be rebuilt.
`hit` stays narrow, so that ordering and counting never read the long rows. Whatever a field can be asked or
counted by is a `label`; `hit_label` joins them to records in the order of the key, ready for both questions.
`belongs` does the same for the case, thread and contact of a record: they are many and compared exactly, so
a table of values would only repeat them. `hit_text` holds no text (content=''): its rows are taken out again
by their old tokens, which are computed from the old record.

A case is one canonical JSON string, too, and the columns beside it are derived from it. `urgency` and
`due_at` are null once it is done with, so that their indexes hold the live ones alone.
"""

from __future__ import annotations

import string
from collections.abc import Mapping

APPLICATION_ID = 0x4C53544E  # "LSTN"
VERSION = 2


def text_table(name: str) -> str:
    """The statement that makes a text index like the store's.

    Every ASCII punctuation mark is a token like any other character, or C++ and 50% could not be found.
    """
    marks = string.punctuation.replace("'", "''")
    tokenizer = f"ascii tokenchars '{marks}'".replace('"', '""')
    return f"""CREATE VIRTUAL TABLE {name} USING fts5(runs, words, content='', tokenize="{tokenizer}")"""


_BELONGS = """CREATE TABLE belongs(
        field TEXT NOT NULL, value TEXT NOT NULL, pk INTEGER NOT NULL, PRIMARY KEY(field, value, pk)
    ) WITHOUT ROWID"""
_CASES = (
    """CREATE TABLE cases(
        id TEXT NOT NULL PRIMARY KEY,
        n INTEGER NOT NULL,
        status TEXT NOT NULL,
        queue TEXT,
        urgency TEXT,
        free_at INTEGER,
        due_at INTEGER,
        contact TEXT,
        thread TEXT,
        assignee TEXT,
        json TEXT NOT NULL
    )""",
    "CREATE INDEX cases_of_queue ON cases(queue, urgency, free_at) WHERE urgency IS NOT NULL",
    "CREATE INDEX cases_live ON cases(urgency, free_at) WHERE urgency IS NOT NULL",
    "CREATE INDEX cases_due ON cases(due_at, id) WHERE due_at IS NOT NULL",
    "CREATE INDEX cases_of_contact ON cases(contact) WHERE contact IS NOT NULL",
    "CREATE INDEX cases_of_thread ON cases(thread) WHERE thread IS NOT NULL",
    "CREATE INDEX cases_of_assignee ON cases(assignee) WHERE assignee IS NOT NULL",
)
STATEMENTS = (
    """CREATE TABLE hit(
        pk INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        published_at INTEGER NOT NULL,  -- milliseconds since 1970, before it negative
        hidden INTEGER NOT NULL         -- 1: shown only where a search names its status
    )""",
    "CREATE INDEX hit_order ON hit(published_at, id, hidden)",
    "CREATE TABLE record(pk INTEGER PRIMARY KEY, json TEXT NOT NULL)",
    """CREATE TABLE label(
        id INTEGER PRIMARY KEY,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        folded TEXT NOT NULL,
        counted INTEGER NOT NULL,       -- 0: found by it, not counted under it (an author's id)
        UNIQUE(field, value, counted)
    )""",
    "CREATE INDEX label_folded ON label(field, folded)",
    """CREATE TABLE hit_label(
        label INTEGER NOT NULL, pk INTEGER NOT NULL, PRIMARY KEY(label, pk)
    ) WITHOUT ROWID""",
    _BELONGS,
    text_table("hit_text"),
    *_CASES,
    """CREATE TABLE event(
        case_id TEXT NOT NULL, n INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY(case_id, n)
    ) WITHOUT ROWID""",
    """CREATE TABLE document(
        key TEXT PRIMARY KEY, version INTEGER NOT NULL, json TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE TABLE fact(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)
MIGRATIONS: Mapping[int, tuple[str, ...]] = {
    2: ("ALTER TABLE hit RENAME COLUMN withdrawn TO hidden", _BELONGS, *_CASES),
}
"""What brings a file to each version from the one before it."""
