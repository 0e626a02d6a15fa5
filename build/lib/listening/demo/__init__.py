"""A small made-up world on loopback: a forum, a feed and a social server, with posts of our own."""
