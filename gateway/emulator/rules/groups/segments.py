"""Customer segments (https://developer.squareup.com/docs/customer-segments-api/what-it-does).

The API only reads them: segments and their members are made by the seller, in the Dashboard.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from gateway.emulator.api.routes import Json, Request, Route
from gateway.emulator.errors import not_found
from gateway.emulator.rules.customers.table import membership_triggers
from gateway.emulator.rules.groups import groups

TABLES = """
CREATE TABLE IF NOT EXISTS customer_segments (
    seller TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (seller, id)
);
CREATE INDEX IF NOT EXISTS customer_segments_by_creation ON customer_segments (seller, created_at, id);
CREATE TABLE IF NOT EXISTS customer_segment_members (
    seller TEXT NOT NULL,
    segment_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    PRIMARY KEY (seller, segment_id, customer_id),
    FOREIGN KEY (seller, segment_id) REFERENCES customer_segments (seller, id) ON DELETE CASCADE,
    FOREIGN KEY (seller, customer_id) REFERENCES customers (seller, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS customer_segment_members_by_customer
    ON customer_segment_members (seller, customer_id, segment_id);
""" + membership_triggers("segment")


def insert(db: sqlite3.Connection, seller: str, docs: Iterable[Json]) -> None:
    """Store complete Square CustomerSegments with millisecond UTC timestamps."""
    db.executemany(
        "INSERT INTO customer_segments VALUES (?, ?, ?, ?, ?)",
        ((seller, doc["id"], doc["name"], doc["created_at"], doc["updated_at"]) for doc in docs),
    )


def put(db: sqlite3.Connection, seller: str, doc: Json) -> None:
    """Store a segment, or rename the one with its id."""
    db.execute(
        "INSERT INTO customer_segments VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET name = excluded.name, updated_at = excluded.updated_at",
        (seller, doc["id"], doc["name"], doc["created_at"], doc["updated_at"]),
    )


def fill(db: sqlite3.Connection, seller: str, segment_id: str, customer_ids: Iterable[str]) -> None:
    """Make these customers, which must exist, the members of a segment, and nobody else."""
    db.execute("DELETE FROM customer_segment_members WHERE seller = ? AND segment_id = ?", (seller, segment_id))
    db.executemany(
        "INSERT INTO customer_segment_members VALUES (?, ?, ?)",
        ((seller, segment_id, customer_id) for customer_id in customer_ids),
    )


def require(request: Request, segment_id: str) -> Json:
    """The seller's segment with that id as Square answers it, or 404."""
    row = request.db.execute(
        "SELECT id, name, created_at, updated_at FROM customer_segments WHERE seller = ? AND id = ?",
        (request.caller.seller_id, segment_id),
    ).fetchone()
    if row is None:
        raise not_found("Customer segment", segment_id)
    return dict(row)


def _list(request: Request) -> Json:
    segments, cursor = groups.page(request, "ListCustomerSegments", "customer_segments")
    return ({"segments": segments} if segments else {}) | cursor


def _retrieve(request: Request) -> Json:
    return {"segment": require(request, request.path["segment_id"])}


ROUTES = (
    Route("ListCustomerSegments", "GET", "/v2/customers/segments", "CUSTOMERS_READ", _list, query=groups.LIST),
    Route("RetrieveCustomerSegment", "GET", "/v2/customers/segments/{segment_id}", "CUSTOMERS_READ", _retrieve),
)
