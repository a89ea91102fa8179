"""What Square sends of a change: the `data` of a notification, and its envelope.

The forms are those of Square's examples, which its schemas simplify: definitions and attributes are in `object`
themselves, everything else is one level deeper, and `deleted` is set for all but loyalty accounts. No I/O.
"""

from __future__ import annotations

from datetime import datetime

import orjson

from gateway.emulator.api.changes import (
    ACCOUNT,
    ATTRIBUTE,
    CUSTOMER,
    DEFINITION,
    DELETED,
    EVENT,
    PROGRAM,
    PROMOTION,
    Change,
)
from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Json

# What Square calls the object of each kind.
_NAMES = {
    CUSTOMER: "customer",
    DEFINITION: "custom_attribute_definition",
    ATTRIBUTE: "custom_attribute",
    ACCOUNT: "loyalty_account",
    EVENT: "loyalty_event",
    PROGRAM: "loyalty_program",
    PROMOTION: "loyalty_promotion",
}
# A notification never has the segments of a customer, and of a deleted one neither groups nor times.
_UNTOLD = frozenset({"segment_ids"})
_UNTOLD_OF_DELETED = _UNTOLD | {"group_ids", "created_at", "updated_at"}


def data(change: Change) -> Json:
    """The `data` of every notification of a change."""
    name = _NAMES[change.kind]
    found: Json = {"type": name, "id": _id(change)}
    if change.action == DELETED and change.kind != ACCOUNT:
        found["deleted"] = True
    if change.kind in (DEFINITION, ATTRIBUTE):
        return {**found, "object": change.object}
    shown: Json = {name: _customer(change) if change.kind == CUSTOMER else change.object}
    if change.merge is not None:
        shown["event_context"] = {"merge": change.merge}
    return {**found, "object": shown}


def _id(change: Change) -> str:
    if change.kind == DEFINITION:
        return str(change.object["key"])
    if change.kind == ATTRIBUTE:
        return f"{change.object['key']}:CUSTOMER:{change.customer_id}"
    return str(change.object["id"])


def _customer(change: Change) -> Json:
    untold = _UNTOLD_OF_DELETED if change.action == DELETED else _UNTOLD
    return {name: value for name, value in change.object.items() if name not in untold}


def body(seller: str, event_type: str, event_id: str, now: datetime, of_change: Json) -> str:
    """The JSON text of a notification, which its signature is about."""
    envelope = {
        "merchant_id": seller,
        "type": event_type,
        "event_id": event_id,
        "created_at": timestamp(now),
        "data": of_change,
    }
    return orjson.dumps(envelope).decode()
