"""What answers of platforms say: pages, feeds, articles, times and counts, and why there is no answer."""
