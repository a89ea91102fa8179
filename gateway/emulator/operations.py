"""All of Square's operations and tables, gathered from the rules modules. No rules of its own."""

from __future__ import annotations

from types import ModuleType

from gateway.emulator.api.routes import Route
from gateway.emulator.rules.custom_attributes import attributes, definitions
from gateway.emulator.rules.customers import bulk, customers, merged, search
from gateway.emulator.rules.groups import groups, segments
from gateway.emulator.rules.loyalty import accounts, events, orders, points, programs, promotions, rewards

# Each module of rules has `ROUTES`, `TABLES` or both. Tables come after those that they refer to.
RULES: tuple[ModuleType, ...] = (
    customers,
    merged,
    bulk,
    search,
    groups,
    segments,
    definitions,
    attributes,
    orders,
    programs,
    accounts,
    points,
    events,
    rewards,
    promotions,
)

ROUTES: tuple[Route, ...] = tuple(route for rules in RULES for route in getattr(rules, "ROUTES", ()))
TABLES: tuple[str, ...] = tuple(rules.TABLES for rules in RULES if hasattr(rules, "TABLES"))
