"""Names that stand for people and their posts where these themselves must not stand: in events, for ever.

A keyed digest: the same post has the same case on every machine of an installation, and nobody who holds the
events alone can try out who it was. The key is a document of the store, made once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from listening.errors import Conflict
from listening.model import Post
from listening.model.ids import contact_named, contact_of, thread_of
from listening.store.ports import Documents

KEY = "secret/pseudonyms"
_CASE_LENGTH, _LENGTH = 12, 16
"""Of five bits each: among a million cases two are called alike once in two million installations."""


class Pseudonyms:
    """One installation's."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def case(self, post: Post) -> str:
        """The case of a post: all posts by one author in one thread have the same."""
        author = contact_of(post)
        return self._case(thread_of(post) if author else post.id, author or "")

    def case_of_original(self, post: Post) -> str | None:
        """The case of the post that this one repeats; None where its author is not known."""
        root = post.root or post.parent
        author = contact_named(root.author, post) if root else None
        return self._case(root.id, author) if root and author else None

    def _case(self, thread: str, author: str) -> str:
        return self._digest("case", thread, author)[:_CASE_LENGTH]

    def parted(self, case: str, post_id: str) -> str:
        """The case of a post that was parted from another one by hand."""
        return self._digest("parted", case, post_id)[:_CASE_LENGTH]

    def contact(self, key: str) -> str:
        """What stands for a contact (`contact_of`)."""
        return self._digest("contact", key)[:_LENGTH]

    def post(self, post_id: str) -> str:
        return self._digest("post", post_id)[:_LENGTH]

    def _digest(self, *parts: str) -> str:
        said = "\x1f".join(parts).encode("utf-8", "surrogatepass")
        digest = hmac.digest(self._key, said, hashlib.sha256)
        return base64.b32encode(digest).decode().lower()


def open_pseudonyms(documents: Documents) -> Pseudonyms:
    """Those of this store; the first who asks makes the key."""
    found = documents.get_document(KEY)
    if found is None:
        try:
            found = documents.put_document(KEY, {"key": secrets.token_hex(32)}, 0)
        except Conflict:
            found = documents.get_document(KEY)
    assert found is not None
    return Pseudonyms(bytes.fromhex(found.body["key"]))
