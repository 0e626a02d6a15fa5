"""What Bluesky accounts post, answer and repost, ours and our competitors', newest first; without a login."""

from __future__ import annotations

from spiders._bluesky import AuthorListing


class BlueskyAuthors(AuthorListing):
    pass
