"""The text of a `when`: tokens, then grammar, to an expression."""
