"""What the rules say to the desk: queues, the tree of categories, escalations, how long it waits."""
