"""The REST calls of an operation, worked out before it runs: its worst case."""
