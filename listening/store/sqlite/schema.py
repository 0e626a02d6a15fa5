"""The tables of the file.

A record is one canonical JSON string in `record`; everything else about it is derived and can be rebuilt.
`hit` stays narrow, so that ordering and counting never read the long rows. Whatever a field can be asked or
counted by is a `label`; `hit_label` joins them to records in the order of the key, ready for both questions.
`hit_text` holds no text (content=''): its rows are taken out again by their old tokens, which are computed
from the old record.
"""

from __future__ import annotations

import string

APPLICATION_ID = 0x4C53544E  # "LSTN"
VERSION = 1


def text_table(name: str) -> str:
    """The statement that makes a text index like the store's.

    Every ASCII punctuation mark is a token like any other character, or C++ and 50% could not be found.
    """
    marks = string.punctuation.replace("'", "''")
    tokenizer = f"ascii tokenchars '{marks}'".replace('"', '""')
    return f"""CREATE VIRTUAL TABLE {name} USING fts5(runs, words, content='', tokenize="{tokenizer}")"""


STATEMENTS = (
    """CREATE TABLE hit(
        pk INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        published_at INTEGER NOT NULL,  -- milliseconds since 1970, before it negative
        withdrawn INTEGER NOT NULL
    )""",
    "CREATE INDEX hit_order ON hit(published_at, id, withdrawn)",
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
    text_table("hit_text"),
    """CREATE TABLE event(
        case_id TEXT NOT NULL, n INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY(case_id, n)
    ) WITHOUT ROWID""",
    """CREATE TABLE document(
        key TEXT PRIMARY KEY, version INTEGER NOT NULL, json TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE TABLE fact(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)
