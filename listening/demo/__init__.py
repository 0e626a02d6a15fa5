"""A small made-up world on loopback, sites of six kinds, with posts of our own."""
