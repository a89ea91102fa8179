"""Who sees which custom attribute definition, and under which key.

The owner is the application that created a definition. It uses the simple key (the qualified one
also works); other applications see only what is not hidden, as `application_id:key`
(https://developer.squareup.com/docs/devtools/customattributes/overview). The custom fields that a
seller defines in the Dashboard belong to no application: every one sees them as `square:<uuid>` and
may write their values. Nothing is written here.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

import orjson

from gateway.emulator.api.changes import DEFINITION, Change
from gateway.emulator.api.routes import Caller, Json, Request
from gateway.emulator.errors import chosen

HIDDEN = "VISIBILITY_HIDDEN"
READ_ONLY = "VISIBILITY_READ_ONLY"
READ_WRITE_VALUES = "VISIBILITY_READ_WRITE_VALUES"

# What stands in the place of the application for a custom field of the seller's.
SELLER = "square"

# The key under which an application (the first parameter) sees definition `d`, and whether it does.
SHOWN_KEY = "CASE WHEN d.application = ? THEN d.key ELSE d.application || ':' || d.key END"
VISIBLE = f"(d.application = ? OR d.visibility != '{HIDDEN}')"


@dataclass(frozen=True, slots=True)
class Definition:
    """One stored definition. `doc` is Square's object with the simple key."""

    application: str
    key: str
    data_type: str
    visibility: str
    doc: Json

    def owned_by(self, caller: Caller) -> bool:
        """Whether the caller's application created it."""
        return self.application == caller.application_id

    def key_for(self, caller: Caller) -> str:
        """The simple key for the owner, the qualified key for everyone else."""
        return self.key if self.owned_by(caller) else self.qualified_key

    @property
    def qualified_key(self) -> str:
        """The key by which every application may know it."""
        return f"{self.application}:{self.key}"

    def shown_to(self, caller: Caller) -> Json:
        """Square's object with the key that the caller uses."""
        return {**self.doc, "key": self.key_for(caller)}

    def changed(self, action: str) -> Change:
        """What is told of it when it is created, updated or deleted."""
        return Change(DEFINITION, action, {**self.doc, "key": self.qualified_key})


def definition(row: sqlite3.Row) -> Definition:
    """The definition in a row of `customer_attribute_definitions`."""
    return Definition(row["application"], row["key"], row["data_type"], row["visibility"], orjson.loads(row["doc"]))


def find(request: Request, key: str) -> Definition | None:
    """The definition that the caller sees under a simple or qualified key, or None."""
    caller = request.caller
    application, separator, simple = key.rpartition(":")
    row = request.db.execute(
        "SELECT d.* FROM customer_attribute_definitions AS d"  # noqa: S608 -- VISIBLE is a constant
        f" WHERE d.seller = ? AND d.application = ? AND d.key = ? AND {VISIBLE}",
        (caller.seller_id, application if separator else caller.application_id, simple, caller.application_id),
    ).fetchone()
    return definition(row) if row else None


def require(request: Request, key: str) -> Definition:
    """As `find`; raises 404 NOT_FOUND when there is none or the caller may not see it."""
    found = find(request, key)
    if found is None:
        raise chosen("not_found", f"Custom attribute definition with key `{key}` not found.")
    return found


def require_writable_value(request: Request, key: str) -> Definition:
    """As `require`; raises 403 when the caller may read the values but not write them."""
    found = require(request, key)
    if not found.owned_by(request.caller) and found.visibility != READ_WRITE_VALUES:
        raise chosen("value_read_only", "The application may not write values of this custom attribute.")
    return found
