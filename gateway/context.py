"""What a resolver can reach: a `Context` over the loaders of all areas. Made new for every operation."""

from __future__ import annotations

from gateway.areas import AREAS
from gateway.graph.loading.context import Context
from gateway.graph.subgraph.area import Registry
from gateway.square.client import Square, TenantSquare
from gateway.tenant import Tenant

REGISTRY = Registry(AREAS)


def new_context(square: Square, tenant: Tenant, *, fresh: bool = False) -> Context:
    """The context of one operation of one tenant; in a `fresh` one everything is asked of Square."""
    return Context(TenantSquare(square, tenant, fresh=fresh), REGISTRY)
