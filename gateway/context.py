"""What a resolver can reach: an `Operation` over the loaders of all areas. Made new for every operation."""

from __future__ import annotations

from gateway.areas import AREAS
from gateway.graph.loading.context import Operation
from gateway.graph.subgraph.area import Registry
from gateway.square.client import Square, TenantSquare
from gateway.tenant import Tenant

REGISTRY = Registry(AREAS)


def new_context(square: Square, tenant: Tenant) -> Operation:
    """The context of one operation of one tenant."""
    return Operation(TenantSquare(square, tenant), REGISTRY)
