"""All of Square's operations and tables, gathered from the rules modules. No rules of its own."""

from __future__ import annotations

from itertools import chain

from gateway.emulator.http.routes import Route
from gateway.emulator.rules.custom_attributes import attributes, definitions
from gateway.emulator.rules.customers import bulk, customers, search
from gateway.emulator.rules.groups import groups, segments
from gateway.emulator.rules.loyalty import accounts, events, orders, points, programs, promotions, rewards

ROUTES: tuple[Route, ...] = tuple(
    chain(
        customers.ROUTES,
        bulk.ROUTES,
        search.ROUTES,
        groups.ROUTES,
        segments.ROUTES,
        definitions.ROUTES,
        attributes.ROUTES,
        programs.ROUTES,
        promotions.ROUTES,
        accounts.ROUTES,
        points.ROUTES,
        events.ROUTES,
        rewards.ROUTES,
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
    programs.TABLES,
    accounts.TABLES,
    events.TABLES,
    rewards.TABLES,
    promotions.TABLES,
)
