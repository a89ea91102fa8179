"""All of Square's operations and tables, gathered from the rules modules. No rules of its own."""

from __future__ import annotations

from itertools import chain

from gateway.emulator.routes import Route
from gateway.emulator.rules import (
    attributes,
    customer_bulk,
    customer_search,
    customers,
    definitions,
    groups,
    loyalty_accounts,
    loyalty_events,
    loyalty_points,
    loyalty_programs,
    loyalty_promotions,
    loyalty_rewards,
    orders,
    segments,
)

ROUTES: tuple[Route, ...] = tuple(
    chain(
        customers.ROUTES,
        customer_bulk.ROUTES,
        customer_search.ROUTES,
        groups.ROUTES,
        segments.ROUTES,
        definitions.ROUTES,
        attributes.ROUTES,
        loyalty_programs.ROUTES,
        loyalty_promotions.ROUTES,
        loyalty_accounts.ROUTES,
        loyalty_points.ROUTES,
        loyalty_events.ROUTES,
        loyalty_rewards.ROUTES,
    )
)

# A table comes after those that it refers to.
TABLES: tuple[str, ...] = (
    customers.TABLES,
    groups.TABLES,
    segments.TABLES,
    definitions.TABLES,
    attributes.TABLES,
    orders.TABLES,
    loyalty_programs.TABLES,
    loyalty_accounts.TABLES,
    loyalty_events.TABLES,
    loyalty_rewards.TABLES,
    loyalty_promotions.TABLES,
)
