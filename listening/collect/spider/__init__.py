"""What all spiders share: their base, their settings, the account they keep and what is made of it."""
