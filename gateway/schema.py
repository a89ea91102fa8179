"""The schema of all areas, built once for a process."""

from __future__ import annotations

from functools import cache

from gateway.context import REGISTRY
from gateway.graph.subgraph.build import build
from gateway.graph.subgraph.federation import Subgraph


@cache
def build_schema() -> Subgraph:
    """The one schema of the process."""
    return build(REGISTRY)
