"""Orders and locations: what the Loyalty rules read of Square's other APIs.

Neither has an endpoint here; seeds, tests and the rules of `dashboard` put them in. An order looks like Square's Order:
id, location_id, customer_id?, created_at, line_items, total_money, total_tax_money, state
(https://developer.squareup.com/reference/square/objects/Order).
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from gateway.emulator.api.routes import Json, Request
from gateway.emulator.errors import chosen

TABLES = """
CREATE TABLE IF NOT EXISTS locations (
    seller TEXT NOT NULL,
    id TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (seller, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS orders (
    seller TEXT NOT NULL,
    id TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (seller, id)
) WITHOUT ROWID;
"""


def insert_location(db: sqlite3.Connection, seller: str, location: Json) -> None:
    """Store a location: id, name, and the IANA `timezone` that promotions are timed in."""
    _put(db, "INSERT OR REPLACE INTO locations VALUES (?, ?, ?)", seller, location)


def insert_order(db: sqlite3.Connection, seller: str, order: Json) -> None:
    """Store an order, or replace the one with its id."""
    _put(db, "INSERT OR REPLACE INTO orders VALUES (?, ?, ?)", seller, order)


def _put(db: sqlite3.Connection, statement: str, seller: str, doc: Json) -> None:
    db.execute(statement, (seller, doc["id"], orjson.dumps(doc).decode()))


def order(request: Request, order_id: str) -> Json | None:
    """The seller's order with this id."""
    return _get(request, "SELECT doc FROM orders WHERE seller = ? AND id = ?", order_id)


def require_order(request: Request, order_id: str, field: str) -> Json:
    """The seller's order named by a body field. Undocumented; an unknown one is chosen to be a 400."""
    found = order(request, order_id)
    if found is None:
        raise chosen("unknown_order", "The order was not found.", field)
    return found


def locations(request: Request) -> list[Json]:
    """The seller's locations, in the order of their ids."""
    rows = request.db.execute("SELECT doc FROM locations WHERE seller = ? ORDER BY id", (request.caller.seller_id,))
    return [orjson.loads(row["doc"]) for row in rows]


def location_exists(request: Request, location_id: str) -> bool:
    """Whether the seller has this location."""
    return _location(request, location_id) is not None


def require_location(request: Request, location_id: str) -> None:
    """Check `location_id` of a body. Undocumented; an unknown one is chosen to be a 400."""
    if not location_exists(request, location_id):
        raise chosen("unknown_location", "The location was not found.", "location_id")


def timezone(request: Request, location_id: str | None) -> tzinfo:
    """The timezone of a location; UTC where it is unknown."""
    return zone((_location(request, location_id) if location_id else None) or {})


def zone(location: Json) -> tzinfo:
    """The timezone that a location names; UTC where it names none, or none that this machine knows."""
    try:
        return ZoneInfo(location.get("timezone") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _location(request: Request, location_id: str) -> Json | None:
    return _get(request, "SELECT doc FROM locations WHERE seller = ? AND id = ?", location_id)


def _get(request: Request, statement: str, key: str) -> Json | None:
    row = request.db.execute(statement, (request.caller.seller_id, key)).fetchone()
    return None if row is None else orjson.loads(row["doc"])
