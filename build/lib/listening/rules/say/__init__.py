"""What a term, an expression or a rule means, in a sentence."""
