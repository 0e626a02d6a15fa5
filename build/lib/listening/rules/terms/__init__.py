"""Terms as they are written, one at a time and under a key, and what is wrong with them."""
