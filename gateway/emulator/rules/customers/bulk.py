"""The four bulk operations on customers: up to 100 independent items, each with its own result.

Whole-request errors are those of the map or the array; everything else is an item's `errors`.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from gateway.emulator.api.idempotency import idempotent
from gateway.emulator.api.routes import Json, Replay, Request, Route
from gateway.emulator.errors import not_found
from gateway.emulator.rules.customers import customers, merged
from gateway.emulator.rules.customers.shapes import UPDATE
from gateway.emulator.validation.shapes import AnyObject, Array, Map, Object, String

_ITEM = AnyObject()
_ITEMS = Object({"customers": Map(_ITEM, max=100, lazy=True)}, required=("customers",))
_IDS = Object({"customer_ids": Array(String(), max=100, min=1)}, required=("customer_ids",))


def _create_all(request: Request) -> Json:
    items = request.body["customers"].items()
    return {"responses": {key: request.item(partial(_create_once, request, key, data)) for key, data in items}}


def _create_once(request: Request, key: str, data: Any) -> Json:
    def rule() -> Json:
        return {"customer": customers.create(request, _ITEM.check(data, f"customers.{key}"))}

    return idempotent(request, "BulkCreateCustomers", key, data, Replay.STRICT, rule)


def _retrieve_all(request: Request) -> Json:
    wanted = request.body["customer_ids"]
    found = merged.find(request.db, request.caller.seller_id, wanted)
    return {
        "responses": {
            key: {"customer": found[key]} if key in found else not_found("Customer", key).body for key in wanted
        }
    }


def _update_all(request: Request) -> Json:
    items = request.body["customers"].items()
    return {"responses": {key: request.item(partial(_update_one, request, key, data)) for key, data in items}}


def _update_one(request: Request, customer_id: str, data: Any) -> Json:
    fields = _ITEM.check(data, f"customers.{customer_id}")
    return {"customer": customers.update(request, customer_id, UPDATE.check(fields, ""))}


def _delete_all(request: Request) -> Json:
    wanted = dict.fromkeys(request.body["customer_ids"])
    return {"responses": {key: request.item(partial(customers.delete, request, key)) for key in wanted}}


_PATH = "/v2/customers/bulk-"

ROUTES = (
    Route("BulkCreateCustomers", "POST", _PATH + "create", "CUSTOMERS_WRITE", _create_all, body=_ITEMS),
    Route("BulkDeleteCustomers", "POST", _PATH + "delete", "CUSTOMERS_WRITE", _delete_all, body=_IDS),
    Route("BulkRetrieveCustomers", "POST", _PATH + "retrieve", "CUSTOMERS_READ", _retrieve_all, body=_IDS),
    Route("BulkUpdateCustomers", "POST", _PATH + "update", "CUSTOMERS_WRITE", _update_all, body=_ITEMS),
)
