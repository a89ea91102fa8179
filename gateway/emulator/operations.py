"""All of Square's operations and tables, gathered from the rules modules. No rules of its own."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from gateway.emulator.routes import Route

_NAMES = (
    "customers",
    "customer_bulk",
    "customer_search",
    "groups",
    "segments",
    "definitions",
    "attributes",
    "orders",
    "loyalty_programs",
    "loyalty_accounts",
    "loyalty_points",
    "loyalty_events",
    "loyalty_rewards",
    "loyalty_promotions",
)
_MODULES = [
    import_module(f"gateway.emulator.rules.{name}") for name in _NAMES if find_spec(f"gateway.emulator.rules.{name}")
]

ROUTES: tuple[Route, ...] = tuple(route for module in _MODULES for route in getattr(module, "ROUTES", ()))
# In the order of their foreign keys.
TABLES: tuple[str, ...] = tuple(module.TABLES for module in _MODULES if hasattr(module, "TABLES"))
