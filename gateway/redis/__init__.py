"""The Redis that replicas share: its connections, its names, and what processes tell one another through it."""
