"""A rule set made ready, before any post is seen: terms as probes, which rules may hold, patterns as sets."""
