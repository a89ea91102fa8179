"""The custom attribute definitions of customers: their table, reading and deleting them.

Square's rules are at
https://developer.squareup.com/docs/customer-custom-attributes-api/custom-attribute-definitions.
A definition belongs to the application that created it, for one seller. Seller-defined custom
fields cannot be created here, as Square has no operation for them.
Creating and updating are in `definition_changes`.
"""

from __future__ import annotations

from gateway.emulator.api import paging
from gateway.emulator.api.changes import DELETED
from gateway.emulator.api.routes import Json, Replay, Request, Route
from gateway.emulator.errors import chosen
from gateway.emulator.rules.custom_attributes.definition_changes import BODY, FIELD, create, update
from gateway.emulator.rules.custom_attributes.definition_visibility import SHOWN_KEY, VISIBLE, definition, find, require
from gateway.emulator.validation.shapes import Integer, Object, String

TABLES = """
CREATE TABLE IF NOT EXISTS customer_attribute_definitions (
    seller TEXT NOT NULL,
    application TEXT NOT NULL,
    key TEXT NOT NULL,
    data_type TEXT NOT NULL,
    visibility TEXT NOT NULL,
    name TEXT,
    doc TEXT NOT NULL,
    PRIMARY KEY (seller, application, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS customer_attribute_definitions_by_name
    ON customer_attribute_definitions (seller, name) WHERE name IS NOT NULL;
"""

_LIST = Object({"limit": Integer(min=1, max=100), "cursor": String()}, unknown="UNKNOWN_QUERY_PARAMETER")
_VERSION = Object({"version": Integer()}, unknown="UNKNOWN_QUERY_PARAMETER")


def list_all(request: Request) -> Json:
    """All definitions that the caller may see, in the order of their keys."""
    limit = request.limit(20)
    after = paging.position(request, "definitions", None, request.query.get("cursor"))
    application = request.caller.application_id
    rows = request.db.execute(
        f"SELECT * FROM (SELECT d.*, {SHOWN_KEY} AS shown FROM customer_attribute_definitions AS d"  # noqa: S608 -- constants
        f" WHERE d.seller = ? AND {VISIBLE}) WHERE shown > ? ORDER BY shown LIMIT ?",
        (application, request.caller.seller_id, application, after[0] if after else "", limit + 1),
    ).fetchall()
    answer: Json = {}
    if rows:
        answer["custom_attribute_definitions"] = [definition(row).shown_to(request.caller) for row in rows[:limit]]
    if len(rows) > limit:
        answer["cursor"] = paging.cursor(request, "definitions", None, [rows[limit - 1]["shown"]])
    return answer


def retrieve(request: Request) -> Json:
    """One visible definition. Raises 400 when `version` is higher than the current one."""
    found = require(request, request.path["key"])
    if (request.query.get("version") or 0) > found.doc["version"]:
        raise chosen("version_ahead", "The requested version is higher than the current version.", "version")
    return {FIELD: found.shown_to(request.caller)}


def delete(request: Request) -> Json:
    """Remove a definition and its values on every customer; one that is absent is not an error."""
    found = find(request, request.path["key"])
    if found is None:
        return {}
    if not found.owned_by(request.caller):
        raise chosen("definition_not_owned", "Only the owner of a definition can delete it.")
    request.db.execute(
        "DELETE FROM customer_attribute_definitions WHERE seller = ? AND application = ? AND key = ?",
        (request.caller.seller_id, found.application, found.key),
    )
    request.changes.append(found.changed(DELETED))
    return {}


_PATH = "/v2/customers/custom-attribute-definitions"
_ONE = f"{_PATH}/{{key}}"
_NAME = "CustomerCustomAttributeDefinition"

ROUTES = (
    Route(f"List{_NAME}s", "GET", _PATH, "CUSTOMERS_READ", list_all, query=_LIST),
    Route(f"Create{_NAME}", "POST", _PATH, "CUSTOMERS_WRITE", create, body=BODY, replay=Replay.LOOSE),
    Route(f"Delete{_NAME}", "DELETE", _ONE, "CUSTOMERS_WRITE", delete),
    Route(f"Retrieve{_NAME}", "GET", _ONE, "CUSTOMERS_READ", retrieve, query=_VERSION),
    Route(f"Update{_NAME}", "PUT", _ONE, "CUSTOMERS_WRITE", update, body=BODY, replay=Replay.LOOSE),
)
