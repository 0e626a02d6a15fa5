"""The rule set as a document of plain values, and back."""
