"""Setting the custom attributes of customers, one or up to 25 at a time.

A value never touches its customer: neither the customer's version nor its `updated_at` changes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import orjson

from gateway.emulator.api.changes import UPDATED
from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.idempotency import idempotent
from gateway.emulator.api.routes import Json, Replay, Request
from gateway.emulator.errors import chosen, missing, version_conflict
from gateway.emulator.rules.custom_attributes.attribute_values import FIELD as VALUE_FIELD
from gateway.emulator.rules.custom_attributes.attribute_values import searchable
from gateway.emulator.rules.custom_attributes.definition_visibility import Definition, require_writable_value
from gateway.emulator.rules.custom_attributes.stored_attributes import changed, shown, stored
from gateway.emulator.rules.customers import customers
from gateway.emulator.validation.shapes import Anything, Integer, Map, Object, String

BULK_OPERATION = "BulkUpsertCustomerCustomAttributes"

_ATTRIBUTE = Object(
    {"key": String(min=1), "value": Anything(), "version": Integer()},
    read_only=frozenset({"visibility", "definition", "updated_at", "created_at"}),
)
_IDEMPOTENCY_KEY = String(max=45)
BODY = Object(
    {"custom_attribute": _ATTRIBUTE, "idempotency_key": _IDEMPOTENCY_KEY},
    required=("custom_attribute",),
)
_ITEM = Object(
    {"customer_id": String(min=1), "custom_attribute": _ATTRIBUTE, "idempotency_key": _IDEMPOTENCY_KEY},
    required=("customer_id", "custom_attribute"),
)
_INSERT = (
    "INSERT INTO customer_attributes"
    " (seller, customer_id, application, key, value, version, created_at, updated_at, text, tokens, number)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
BULK = Object({"values": Map(_ITEM, max=25, lazy=True)}, required=("values",))


def insert(db: sqlite3.Connection, seller: str, values: Iterable[tuple[str, Definition, Json]]) -> None:
    """Store many new values, each a customer's id, the definition and Square's CustomAttribute.

    Raises 400 for a value that does not fit its definition.
    """
    db.executemany(
        _INSERT,
        (
            (
                seller,
                customer_id,
                found.application,
                found.key,
                orjson.dumps(attribute["value"]).decode(),
                attribute["version"],
                attribute["created_at"],
                attribute["updated_at"],
                *searchable(attribute["value"], found.data_type, found.doc["schema"]),
            )
            for customer_id, found, attribute in values
        ),
    )


def upsert(request: Request) -> Json:
    """Set a value for one customer."""
    attribute = request.body["custom_attribute"]
    key = request.path["key"]
    return {"custom_attribute": _set(request, request.path["customer_id"], key, attribute)}


def bulk_upsert(request: Request) -> Json:
    """Set up to 25 values; each item succeeds or fails alone, in the order of the request."""
    return {"values": {name: _item(request, item) for name, item in request.body["values"].items()}}


def _item(request: Request, item: Json) -> Json:
    return request.item(lambda: _item_or_fault(request, item))


def _item_or_fault(request: Request, item: Json) -> Json:
    checked = _ITEM.check(item, "")
    attribute, customer_id = checked["custom_attribute"], checked["customer_id"]
    if attribute.get("key") is None:
        raise missing("custom_attribute.key")
    return idempotent(
        request,
        BULK_OPERATION,
        checked.get("idempotency_key"),
        item,
        Replay.LOOSE,
        lambda: {
            "customer_id": customer_id,
            "custom_attribute": _set(request, customer_id, attribute["key"], attribute),
        },
    )


def _set(request: Request, customer_id: str, key: str, attribute: Json) -> Json:
    """Write one value and answer it.

    A `key` in the attribute must name the same definition as `key`; a `version` must be the
    current one (0 while there is no value): both are undocumented and chosen here.
    """
    customers.require(request, customer_id)
    found = require_writable_value(request, key)
    if attribute.get("key") not in (None, key, found.key_for(request.caller), found.qualified_key):
        raise chosen("conflicting_parameters", "The path names another custom attribute.", "custom_attribute.key")
    value = attribute.get("value")
    if value is None:
        raise missing(VALUE_FIELD)
    if isinstance(value, dict):
        value = {name: each for name, each in value.items() if each is not None}
    search = searchable(value, found.data_type, found.doc["schema"])
    current = stored(request, customer_id, found)
    version = current["version"] if current else 0
    if attribute.get("version") not in (None, version):
        raise version_conflict()
    now = timestamp(request.now)
    row = {
        "value": orjson.dumps(value).decode(),
        "version": version + 1,
        "created_at": current["created_at"] if current else now,
        "updated_at": now,
    }
    request.db.execute(
        _INSERT + " ON CONFLICT DO UPDATE SET value = excluded.value, version = excluded.version,"
        " updated_at = excluded.updated_at, text = excluded.text, tokens = excluded.tokens, number = excluded.number",
        (request.caller.seller_id, customer_id, found.application, found.key, *row.values(), *search),
    )
    request.changes.append(changed(UPDATED, found, row, customer_id))
    return shown(request, found, row)
