"""Customer groups and who belongs to them (https://developer.squareup.com/docs/customer-groups-api/what-it-does).

Groups have no version. Membership is part of the profile: it raises the profile's version. A used
idempotency key answers the first group, whatever is asked now
(https://developer.squareup.com/docs/changelog/connect-logs/2022-03-16).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from gateway.emulator.api import paging
from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.identifiers import identifier
from gateway.emulator.api.routes import Json, Replay, Request, Route
from gateway.emulator.errors import chosen, not_found
from gateway.emulator.rules.customers import customers
from gateway.emulator.rules.customers.table import membership, membership_triggers
from gateway.emulator.validation.shapes import Integer, Object, String, strict

TABLES = """
CREATE TABLE IF NOT EXISTS customer_groups (
    seller TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (seller, id)
);
CREATE INDEX IF NOT EXISTS customer_groups_by_creation ON customer_groups (seller, created_at, id);
CREATE INDEX IF NOT EXISTS customer_groups_by_name ON customer_groups (seller, name);
CREATE TABLE IF NOT EXISTS customer_group_members (
    seller TEXT NOT NULL,
    group_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    PRIMARY KEY (seller, group_id, customer_id),
    FOREIGN KEY (seller, group_id) REFERENCES customer_groups (seller, id) ON DELETE CASCADE,
    FOREIGN KEY (seller, customer_id) REFERENCES customers (seller, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS customer_group_members_by_customer ON customer_group_members (seller, customer_id, group_id);
""" + membership_triggers("group")

_GROUP = Object({"name": String()}, required=("name",), read_only=frozenset({"id", "created_at", "updated_at"}))
_CREATE = Object({"idempotency_key": String(), "group": _GROUP}, required=("group",))
_UPDATE = Object({"group": _GROUP}, required=("group",))
LIST = Object({"cursor": String(), "limit": Integer(min=1, max=50)}, unknown="UNKNOWN_QUERY_PARAMETER")


def insert(db: sqlite3.Connection, seller: str, docs: Iterable[Json]) -> None:
    """Store complete Square CustomerGroups with millisecond UTC timestamps."""
    db.executemany(
        "INSERT INTO customer_groups VALUES (?, ?, ?, ?, ?)",
        ((seller, doc["id"], doc["name"], doc["created_at"], doc["updated_at"]) for doc in docs),
    )


def require(request: Request, group_id: str) -> Json:
    """The caller's group with that id as Square answers it, or 404."""
    row = request.db.execute(
        "SELECT id, name, created_at, updated_at FROM customer_groups WHERE seller = ? AND id = ?",
        (request.caller.seller_id, group_id),
    ).fetchone()
    if row is None:
        raise not_found("Customer group", group_id)
    return dict(row)


def page(request: Request, operation: str, table: str) -> tuple[list[Json], Json]:
    """One page of `table` in the order of creation, and the response's `cursor` if there is more."""
    limit = request.limit(50)
    after = paging.position(request, operation, None, request.query.get("cursor")) or ["", ""]
    rows = request.db.execute(
        f"SELECT id, name, created_at, updated_at FROM {table}"  # noqa: S608 - one of two fixed names
        " WHERE seller = ? AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?",
        (request.caller.seller_id, *after, limit + 1),
    ).fetchall()
    found = [dict(row) for row in rows[:limit]]
    if len(rows) <= limit:
        return found, {}
    last = found[-1]
    return found, {"cursor": paging.cursor(request, operation, None, [last["created_at"], last["id"]])}


def _check_name(request: Request, name: str, group_id: str) -> None:
    if not name.strip():
        raise chosen("empty_group_name", "The group name must not be empty.", "group.name")
    taken = request.db.execute(
        "SELECT 1 FROM customer_groups WHERE seller = ? AND name = ? AND id <> ?",
        (request.caller.seller_id, name, group_id),
    ).fetchone()
    if taken:
        raise chosen("duplicate_group_name", "A group with this name already exists.", "group.name")


def _list(request: Request) -> Json:
    groups, cursor = page(request, "ListCustomerGroups", "customer_groups")
    return ({"groups": groups} if groups else {}) | cursor


def _create(request: Request) -> Json:
    name = request.body["group"]["name"]
    _check_name(request, name, "")
    now = timestamp(request.now)
    group = {"id": identifier(), "name": name, "created_at": now, "updated_at": now}
    insert(request.db, request.caller.seller_id, [group])
    return {"group": group}


def _retrieve(request: Request) -> Json:
    return {"group": require(request, request.path["group_id"])}


def _update(request: Request) -> Json:
    group = require(request, request.path["group_id"])
    name = request.body["group"]["name"]
    _check_name(request, name, group["id"])
    group |= {"name": name, "updated_at": timestamp(request.now)}
    request.db.execute(
        "UPDATE customer_groups SET name = ?, updated_at = ? WHERE seller = ? AND id = ?",
        (name, group["updated_at"], request.caller.seller_id, group["id"]),
    )
    return {"group": group}


def _delete(request: Request) -> Json:
    group = require(request, request.path["group_id"])
    mine = (request.caller.seller_id, group["id"])
    # One pass over the members; their triggers then have nothing left to do.
    request.db.execute(
        "UPDATE customers SET version = version + 1, updated_at = ?, memberships = replace(memberships, ?, '')"
        " WHERE seller = ? AND id IN"
        " (SELECT customer_id FROM customer_group_members WHERE seller = ? AND group_id = ?)",
        (timestamp(request.now), membership("group", group["id"]), request.caller.seller_id, *mine),
    )
    request.db.execute("DELETE FROM customer_groups WHERE seller = ? AND id = ?", mine)
    return {}


def _add(request: Request) -> Json:
    return _change(request, "INSERT INTO customer_group_members VALUES (?, ?, ?)", member=False)


def _remove(request: Request) -> Json:
    sql = "DELETE FROM customer_group_members WHERE seller = ? AND group_id = ? AND customer_id = ?"
    return _change(request, sql, member=True)


def _change(request: Request, sql: str, *, member: bool) -> Json:
    customer = customers.require(request, request.path["customer_id"])
    group = require(request, request.path["group_id"])
    group_ids = customer.get("group_ids", [])
    if (group["id"] in group_ids) == member:
        # With the group where it was not, and without it where it was.
        customers.regroup(request, customer, sorted({*group_ids} ^ {group["id"]}))
        request.db.execute(sql, (request.caller.seller_id, group["id"], customer["id"]))
    return {}


_ALL, _ONE = "/v2/customers/groups", "/v2/customers/groups/{group_id}"
_MEMBER = "/v2/customers/{customer_id}/groups/{group_id}"

ROUTES = (
    Route("ListCustomerGroups", "GET", _ALL, "CUSTOMERS_READ", _list, query=LIST),
    Route("CreateCustomerGroup", "POST", _ALL, "CUSTOMERS_WRITE", _create, body=strict(_CREATE), replay=Replay.LOOSE),
    Route("RetrieveCustomerGroup", "GET", _ONE, "CUSTOMERS_READ", _retrieve),
    Route("UpdateCustomerGroup", "PUT", _ONE, "CUSTOMERS_WRITE", _update, body=strict(_UPDATE)),
    Route("DeleteCustomerGroup", "DELETE", _ONE, "CUSTOMERS_WRITE", _delete),
    Route("AddGroupToCustomer", "PUT", _MEMBER, "CUSTOMERS_WRITE", _add),
    Route("RemoveGroupFromCustomer", "DELETE", _MEMBER, "CUSTOMERS_WRITE", _remove),
)
