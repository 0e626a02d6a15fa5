"""The command line: one verb, one file. It translates, nothing else."""

from listening.cli.entry import main

__all__ = ["main"]
