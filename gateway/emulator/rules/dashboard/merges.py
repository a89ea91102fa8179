"""Merging customers: one new profile in the place of several, which are deleted.

Square documents that the new profile has an id of its own, the creation source MERGE and the aggregated properties of
the others (CustomerCreatedEventEventContextMerge). Undocumented; chosen here: a field, and a custom attribute, is that
of the first profile that has it; groups and segments are those of all, and so are the loyalty accounts, each with its
phone number and its points.
"""

from __future__ import annotations

from gateway.emulator.api.changes import CREATED, CUSTOMER, DELETED, Change
from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.identifiers import identifier
from gateway.emulator.api.routes import Json, Request
from gateway.emulator.errors import SquareFault, chosen
from gateway.emulator.rules.customers import merged
from gateway.emulator.rules.customers import table as customer_table
from gateway.emulator.rules.customers.shapes import DATA
from gateway.emulator.rules.loyalty import ledger
from gateway.emulator.validation.shapes import Array, Object, String

SHAPE = Object({"customer_ids": Array(String(min=1), min=2, max=10)}, required=("customer_ids",))
_ATTRIBUTES = "value, version, created_at, updated_at, text, tokens, number"


def merge(request: Request) -> Json:
    """Merge the customers with these ids, the first of which counts most.

    Raises 404 for one that is not there, and 400 INVALID_VALUE for one that is named twice.
    """
    seller, ids = request.caller.seller_id, request.body["customer_ids"]
    found = customer_table.find(request.db, seller, ids)
    for index, each in enumerate(ids):
        field = f"customer_ids[{index}]"
        if each in ids[:index]:
            raise SquareFault(400, "INVALID_VALUE", "A customer cannot be merged with itself.", field)
        if each not in found:
            raise chosen("not_found", f"Customer with ID `{each}` not found.", field)
    made = _profile(request, list(found.values()))
    customer_table.insert(request.db, seller, [made])
    stored = customer_table.find(request.db, seller, [made["id"]])[made["id"]]
    context = {"from_customer_ids": ids, "to_customer_id": made["id"]}
    request.changes.append(Change(CUSTOMER, CREATED, stored, merge=context))
    for each in ids:
        request.db.execute(
            f"INSERT OR IGNORE INTO customer_attributes (seller, customer_id, application, key, {_ATTRIBUTES})"  # noqa: S608 - fixed text
            f" SELECT seller, ?, application, key, {_ATTRIBUTES} FROM customer_attributes"
            " WHERE seller = ? AND customer_id = ?",
            (made["id"], seller, each),
        )
        ledger.give(request, each, made["id"])
        request.db.execute("DELETE FROM customers WHERE seller = ? AND id = ?", (seller, each))
        request.changes.append(Change(CUSTOMER, DELETED, found[each], merge=context))
    merged.note(request.db, seller, ids, made["id"])
    return {"customer": stored}


def _profile(request: Request, profiles: list[Json]) -> Json:
    now = timestamp(request.now)
    fields = {
        name: next(each[name] for each in profiles if name in each)
        for name in DATA
        if any(name in each for each in profiles)
    }
    joined: dict[str, set[str]] = {
        name: set().union(*(each.get(name, ()) for each in profiles)) for name in ("group_ids", "segment_ids")
    }
    unsubscribed = any((each.get("preferences") or {}).get("email_unsubscribed") for each in profiles)
    return {
        "id": identifier(),
        "created_at": now,
        "updated_at": now,
        **fields,
        "preferences": {"email_unsubscribed": unsubscribed},
        "creation_source": "MERGE",
        **{name: sorted(ids) for name, ids in joined.items() if ids},
        "version": 0,
    }
