"""One crawl: the process that asks, and the one that listens to it."""
