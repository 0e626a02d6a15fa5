"""A rule set against posts: scan (fast, never misses), decide (exact), explain (the same steps, told)."""
