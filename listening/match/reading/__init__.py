"""One post as matching sees it: its fields, what stands in them, and whether it counts."""
