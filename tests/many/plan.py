"""How much of everything there is in a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """One run. Rates are a second, times are in seconds, 0 of either is never."""

    seed: int = 7
    seconds: float = 300.0
    subscribers: int = 1000
    replicas: int = 2
    workers: int = 2
    store: str = "redis"
    # Changes at Square, mutations and queries through the gateway.
    changes: float = 30.0
    mutations: float = 20.0
    queries: float = 60.0
    objects: int = 200
    filters: int = 40
    kill_every: float = 5.0
    hang_every: float = 20.0
    hang_for: float = 2.0
