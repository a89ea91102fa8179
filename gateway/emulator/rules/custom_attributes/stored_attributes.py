"""One custom attribute of one customer: its stored row, and Square's object made of it. Nothing is written."""

from __future__ import annotations

import sqlite3

import orjson

from gateway.emulator.api.changes import ATTRIBUTE, Change
from gateway.emulator.api.routes import Json, Request
from gateway.emulator.rules.custom_attributes.definition_visibility import Definition


def stored(request: Request, customer_id: str, found: Definition) -> sqlite3.Row | None:
    """The row of a customer's value for a definition, or None when it is not set."""
    row: sqlite3.Row | None = request.db.execute(
        "SELECT value, version, created_at, updated_at FROM customer_attributes"
        " WHERE seller = ? AND customer_id = ? AND application = ? AND key = ?",
        (request.caller.seller_id, customer_id, found.application, found.key),
    ).fetchone()
    return row


def shown(request: Request, found: Definition, row: sqlite3.Row | Json, *, with_definition: bool = False) -> Json:
    """Square's CustomAttribute; its visibility is the definition's at this moment."""
    attribute = _attribute(found.key_for(request.caller), found, row)
    if with_definition and request.definitions:
        attribute["definition"] = found.shown_to(request.caller)
    return attribute


def changed(action: str, found: Definition, row: sqlite3.Row | Json, customer_id: str) -> Change:
    """What is told of a customer's value when it is updated or deleted."""
    return Change(ATTRIBUTE, action, _attribute(found.qualified_key, found, row), customer_id)


def _attribute(key: str, found: Definition, row: sqlite3.Row | Json) -> Json:
    return {
        "key": key,
        "value": orjson.loads(row["value"]),
        "version": row["version"],
        "visibility": found.visibility,
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }
