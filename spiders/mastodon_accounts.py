"""Posts and boosts of Mastodon accounts, ours and our competitors', newest first."""

from __future__ import annotations

from spiders._mastodon_accounts import AccountListing


class MastodonAccounts(AccountListing):
    pass
