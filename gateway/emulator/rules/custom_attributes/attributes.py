"""The custom attributes of customers: their table, reading and deleting values.

Square's rules are at https://developer.squareup.com/docs/customer-custom-attributes-api/custom-attributes.
Setting values is in `attribute_upserts`.
"""

from __future__ import annotations

from gateway.emulator.api import paging
from gateway.emulator.api.changes import DELETED
from gateway.emulator.api.routes import Json, Replay, Request, Route
from gateway.emulator.errors import chosen
from gateway.emulator.rules.custom_attributes.attribute_upserts import BODY, BULK, BULK_OPERATION, bulk_upsert, upsert
from gateway.emulator.rules.custom_attributes.definition_visibility import (
    SHOWN_KEY,
    VISIBLE,
    definition,
    require,
    require_writable_value,
)
from gateway.emulator.rules.custom_attributes.stored_attributes import changed, shown, stored
from gateway.emulator.rules.customers import customers
from gateway.emulator.validation.shapes import Boolean, Integer, Object, String

TABLES = """
CREATE TABLE IF NOT EXISTS customer_attributes (
    seller TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    application TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    text TEXT,
    tokens TEXT,
    number INTEGER,
    PRIMARY KEY (seller, customer_id, application, key),
    FOREIGN KEY (seller, customer_id) REFERENCES customers (seller, id) ON DELETE CASCADE,
    FOREIGN KEY (seller, application, key)
        REFERENCES customer_attribute_definitions (seller, application, key) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS customer_attributes_by_text
    ON customer_attributes (seller, application, key, text, tokens) WHERE text IS NOT NULL;
CREATE INDEX IF NOT EXISTS customer_attributes_by_number
    ON customer_attributes (seller, application, key, number) WHERE number IS NOT NULL;
CREATE INDEX IF NOT EXISTS customer_attributes_by_update
    ON customer_attributes (seller, application, key, updated_at);
"""

_LIST = Object(
    {"limit": Integer(min=1, max=100), "cursor": String(), "with_definitions": Boolean()},
    unknown="UNKNOWN_QUERY_PARAMETER",
)
_ONE = Object({"with_definition": Boolean(), "version": Integer()}, unknown="UNKNOWN_QUERY_PARAMETER")


def list_all(request: Request) -> Json:
    """A customer's values that the caller may see, in the order of their keys."""
    customer_id = request.path["customer_id"]
    customers.require(request, customer_id)
    limit = request.limit(20)
    with_definitions = bool(request.query.get("with_definitions"))
    query = [customer_id, with_definitions]
    after = paging.position(request, "attributes", query, request.query.get("cursor"))
    application = request.caller.application_id
    rows = request.db.execute(
        "SELECT * FROM (SELECT v.value, v.version, v.created_at, v.updated_at,"  # noqa: S608 -- constants
        f" d.application, d.key, d.data_type, d.visibility, d.doc, {SHOWN_KEY} AS shown"
        " FROM customer_attributes AS v JOIN customer_attribute_definitions AS d"
        " ON d.seller = v.seller AND d.application = v.application AND d.key = v.key"
        f" WHERE v.seller = ? AND v.customer_id = ? AND {VISIBLE}) WHERE shown > ? ORDER BY shown LIMIT ?",
        (application, request.caller.seller_id, customer_id, application, after[0] if after else "", limit + 1),
    ).fetchall()
    answer: Json = {}
    if rows:
        answer["custom_attributes"] = [
            shown(request, definition(row), row, with_definition=with_definitions) for row in rows[:limit]
        ]
    if len(rows) > limit:
        answer["cursor"] = paging.cursor(request, "attributes", query, [rows[limit - 1]["shown"]])
    return answer


def retrieve(request: Request) -> Json:
    """One value. Raises 404 when it is not set and 400 when `version` is higher than the current one."""
    customer_id, key = request.path["customer_id"], request.path["key"]
    customers.require(request, customer_id)
    found = require(request, key)
    row = stored(request, customer_id, found)
    if row is None:
        raise chosen("not_found", f"Custom attribute with key `{key}` not found.")
    if (request.query.get("version") or 0) > row["version"]:
        raise chosen("version_ahead", "The requested version is higher than the current version.", "version")
    with_definition = bool(request.query.get("with_definition"))
    return {"custom_attribute": shown(request, found, row, with_definition=with_definition)}


def delete(request: Request) -> Json:
    """Remove a value. One that is not set is not an error (undocumented; chosen here)."""
    customer_id = request.path["customer_id"]
    customers.require(request, customer_id)
    found = require_writable_value(request, request.path["key"])
    row = stored(request, customer_id, found)
    if row is None:
        return {}
    request.db.execute(
        "DELETE FROM customer_attributes WHERE seller = ? AND customer_id = ? AND application = ? AND key = ?",
        (request.caller.seller_id, customer_id, found.application, found.key),
    )
    request.changes.append(changed(DELETED, found, row, customer_id))
    return {}


_PATH = "/v2/customers/{customer_id}/custom-attributes"
_KEYED = f"{_PATH}/{{key}}"
_NAME = "CustomerCustomAttribute"

ROUTES = (
    Route(
        BULK_OPERATION,
        "POST",
        "/v2/customers/custom-attributes/bulk-upsert",
        "CUSTOMERS_WRITE",
        bulk_upsert,
        body=BULK,
    ),
    Route(f"List{_NAME}s", "GET", _PATH, "CUSTOMERS_READ", list_all, query=_LIST),
    Route(f"Delete{_NAME}", "DELETE", _KEYED, "CUSTOMERS_WRITE", delete),
    Route(f"Retrieve{_NAME}", "GET", _KEYED, "CUSTOMERS_READ", retrieve, query=_ONE),
    Route(f"Upsert{_NAME}", "POST", _KEYED, "CUSTOMERS_WRITE", upsert, body=BODY, replay=Replay.LOOSE),
)
