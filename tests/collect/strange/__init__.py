"""Spiders that misbehave, each in its own way: one module is one spider, as in `spiders/`."""
