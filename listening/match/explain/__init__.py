"""The same steps, told: why a post matches, or by what it misses; the examples in the rules."""
