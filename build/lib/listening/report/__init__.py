"""Counts and comparisons for people and notebooks. The only home of pandas."""
