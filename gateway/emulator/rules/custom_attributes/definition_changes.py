"""Creating and changing the custom attribute definitions of customers, with what Square requires of them.

The updatable fields are listed at
https://developer.squareup.com/docs/customer-custom-attributes-api/custom-attribute-definitions#updatable-definition-fields.
Reading and deleting are in `definitions`.
"""

from __future__ import annotations

import re
import sqlite3

import orjson

from gateway.emulator.api.changes import CREATED, UPDATED
from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Json, Request
from gateway.emulator.errors import SquareFault, chosen, missing, version_conflict
from gateway.emulator.rules.custom_attributes.attribute_schemas import FIELD as SCHEMA_FIELD
from gateway.emulator.rules.custom_attributes.attribute_schemas import SELECTION, data_type, with_options
from gateway.emulator.rules.custom_attributes.definition_visibility import (
    HIDDEN,
    READ_ONLY,
    READ_WRITE_VALUES,
    VISIBLE,
    Definition,
    require,
)
from gateway.emulator.validation.shapes import AnyObject, Integer, Object, String, choice

FIELD = "custom_attribute_definition"
MAX_DEFINITIONS = 100

_KEY = re.compile(r"[a-zA-Z0-9._-]{1,60}")
_DEFINITION = Object(
    {
        "key": String(min=1),
        "schema": AnyObject(),
        "name": String(max=255),
        "description": String(max=255),
        "visibility": choice(HIDDEN, READ_ONLY, READ_WRITE_VALUES),
        "version": Integer(),
    },
    read_only=frozenset({"created_at", "updated_at"}),
)
BODY = Object({FIELD: _DEFINITION, "idempotency_key": String(max=45)}, required=(FIELD,))


def create(request: Request) -> Json:
    """A new definition of the calling application, hidden unless the body says otherwise."""
    data = request.body[FIELD]
    key = _new_key(request, data.get("key"))
    schema = data.get("schema")
    if schema is None:
        raise missing(SCHEMA_FIELD)
    kind = data_type(schema)
    now = timestamp(request.now)
    doc: Json = {"key": key, "schema": with_options(schema) if kind == SELECTION else schema}
    doc |= {name: data[name] for name in ("name", "description") if data.get(name)}
    doc |= {"visibility": data.get("visibility") or HIDDEN, "version": 1, "created_at": now, "updated_at": now}
    made = Definition(request.caller.application_id, key, kind, doc["visibility"], doc)
    _check_names(request, made)
    insert(request.db, request.caller.seller_id, made)
    request.changes.append(made.changed(CREATED))
    return {FIELD: doc}


def insert(db: sqlite3.Connection, seller: str, made: Definition) -> None:
    """Store a new, complete definition."""
    db.execute(
        "INSERT INTO customer_attribute_definitions (seller, application, key, data_type, visibility, name, doc)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            seller,
            made.application,
            made.key,
            made.data_type,
            made.visibility,
            made.doc.get("name"),
            orjson.dumps(made.doc).decode(),
        ),
    )


def _new_key(request: Request, key: str | None) -> str:
    if key is None:
        raise missing(f"{FIELD}.key")
    if not _KEY.fullmatch(key):
        detail = "A key has 1 to 60 letters, digits, periods, underscores and hyphens."
        raise SquareFault(400, "VALUE_REGEX_MISMATCH", detail, f"{FIELD}.key")
    owner = (request.caller.seller_id, request.caller.application_id)
    count, taken = request.db.execute(
        "SELECT COUNT(*), TOTAL(key = ?) FROM customer_attribute_definitions WHERE seller = ? AND application = ?",
        (key, *owner),
    ).fetchone()
    if taken:
        raise chosen("duplicate_definition_key", "A definition with this key already exists.", f"{FIELD}.key")
    if count >= MAX_DEFINITIONS:
        raise chosen("too_many_definitions", f"An application has at most {MAX_DEFINITIONS} definitions.", FIELD)
    return key


def _check_names(request: Request, new: Definition, old: Definition | None = None) -> None:
    """Refuse a visible definition without name and description, and a name that the caller sees elsewhere."""
    for field in ("name", "description"):
        if new.visibility != HIDDEN and field not in new.doc:
            raise missing(f"{FIELD}.{field}")
    name = new.doc.get("name")
    if name is None or (old and old.doc.get("name") == name and old.visibility == new.visibility):
        return
    duplicate = request.db.execute(
        "SELECT 1 FROM customer_attribute_definitions AS d WHERE d.seller = ? AND d.name = ?"  # noqa: S608 -- VISIBLE is a constant
        f" AND {VISIBLE} AND NOT (d.application = ? AND d.key = ?)",
        (request.caller.seller_id, name, request.caller.application_id, new.application, new.key),
    ).fetchone()
    if duplicate:
        raise chosen("duplicate_definition_name", "A definition with this name already exists.", f"{FIELD}.name")


def update(request: Request) -> Json:
    """A sparse change of name, description, visibility or a Selection's options.

    Fields that cannot change may be sent with the value that they have. A null `name` or
    `description` removes it; any other null counts as absent (undocumented; chosen here).
    """
    found = require(request, request.path["key"])
    if not found.owned_by(request.caller):
        raise chosen("definition_not_owned", "Only the owner of a definition can change it.")
    data = request.body[FIELD]
    if data.get("version") not in (None, found.doc["version"]):
        raise version_conflict()
    if data.get("key") not in (None, found.key, found.qualified_key):
        raise chosen("immutable_field", "The key of a definition cannot change.", f"{FIELD}.key")
    doc: Json = {**found.doc, "schema": _new_schema(found, data.get("schema"))}
    for field in ("name", "description"):
        if field in data:
            doc.pop(field, None)
            doc |= {field: data[field]} if data[field] else {}
    doc["visibility"] = data.get("visibility") or found.visibility
    doc |= {"version": found.doc["version"] + 1, "updated_at": timestamp(request.now)}
    new = Definition(found.application, found.key, found.data_type, doc["visibility"], doc)
    _check_names(request, new, found)
    request.db.execute(
        "UPDATE customer_attribute_definitions SET visibility = ?, name = ?, doc = ?"
        " WHERE seller = ? AND application = ? AND key = ?",
        (
            new.visibility,
            doc.get("name"),
            orjson.dumps(doc).decode(),
            request.caller.seller_id,
            new.application,
            new.key,
        ),
    )
    request.changes.append(new.changed(UPDATED))
    return {FIELD: doc}


def _new_schema(found: Definition, schema: Json | None) -> Json:
    stored: Json = found.doc["schema"]
    if schema is None or schema == stored:
        return stored
    if found.data_type != SELECTION or data_type(schema) != SELECTION:
        raise chosen("immutable_field", "The data type of a definition cannot change.", SCHEMA_FIELD)
    return with_options(schema, stored)
