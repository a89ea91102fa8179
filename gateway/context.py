"""What a resolver can reach: a `Context` over the loaders of all areas.

Made new for every operation, and for every round of reading for subscriptions.
"""

from __future__ import annotations

from collections.abc import Callable

from gateway.areas import AREAS
from gateway.graph.loading.context import Context
from gateway.graph.subgraph.area import Registry
from gateway.graph.subscribing.following import Feeds
from gateway.graph.subscribing.round import Round
from gateway.square.client import Square
from gateway.square.tenant_square import TenantSquare
from gateway.tenant import Tenant

REGISTRY = Registry(AREAS)


# Told of every batch that a loader asks for: Square's operation, and how many keys.
Batched = Callable[[str, int], None]


def new_context(square: Square, tenant: Tenant, feeds: Feeds | None = None, batched: Batched | None = None) -> Context:
    """The context of one operation of one tenant. `feeds` are what its subscriptions follow."""
    context = Context(TenantSquare(square, tenant), REGISTRY, feeds)
    context.batched = batched
    return context


def new_round(square: Square, tenant: Tenant, batched: Batched | None = None) -> Round:
    """The context of one round of reading for the subscriptions of a tenant: everything is asked of Square.

    Events come when they come: what they lead to is none of a caller's own requests.
    """
    context = Round(TenantSquare(square, tenant, fresh=True, charged=False), REGISTRY)
    context.batched = batched
    return context
