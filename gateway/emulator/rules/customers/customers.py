"""Single customer profiles: create, retrieve, update, delete (https://developer.squareup.com/docs/customers-api/what-it-does).

Lists, searches and bulk operations are elsewhere, and so is the idempotency of whole requests.
"""

from __future__ import annotations

from gateway.emulator.api.changes import CREATED, CUSTOMER, DELETED, UPDATED, Change
from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.identifiers import identifier
from gateway.emulator.api.routes import Json, Replay, Request, Route
from gateway.emulator.errors import bad_request, not_found, version_conflict
from gateway.emulator.rules.customers import counts as customer_counts
from gateway.emulator.rules.customers import lag as customer_lag
from gateway.emulator.rules.customers import merged as merged_customers
from gateway.emulator.rules.customers import table as customer_table
from gateway.emulator.rules.customers.shapes import CREATE, CREATE_ITEM, UPDATE, merged
from gateway.emulator.validation.shapes import Integer, Object, strict

TABLES = customer_table.TABLES + customer_counts.TABLES


def create(request: Request, data: Json, *, creation_source: str = "THIRD_PARTY") -> Json:
    """Store a new profile and return it as Square answers it.

    Validates `data` as CreateCustomer does; raises 400 with Square's code for the first bad field.
    """
    fields = merged({}, CREATE_ITEM.check(data, ""))
    if not any(fields.get(name) for name in customer_table.PUBLIC_FIELDS):
        raise bad_request(
            "At least one of `given_name`, `family_name`, `company_name`, `email_address`, or `phone_number`"
            " is required for a customer."
        )
    now = timestamp(request.now)
    doc = {
        "id": identifier(),
        "created_at": now,
        "updated_at": now,
        **fields,
        "preferences": {"email_unsubscribed": False},
        "creation_source": creation_source,
        "version": 0,
    }
    customer_table.insert(request.db, request.caller.seller_id, [doc])
    request.changes.append(Change(CUSTOMER, CREATED, doc))
    return doc


def require(request: Request, customer_id: str) -> Json:
    """The caller's profile with that id as Square answers it, or 404."""
    found = customer_table.find(request.db, request.caller.seller_id, [customer_id])
    if customer_id not in found:
        raise not_found("Customer", customer_id)
    return found[customer_id]


def update(request: Request, customer_id: str, data: Json) -> Json:
    """Change a profile by sparse, checked `data` and return it; `data["version"]` must be current if given.

    The version rises by one, unless nothing changes.
    """
    doc = require(request, customer_id)
    fields = {name: value for name, value in data.items() if name != "version"}
    _check_version(doc, data.get("version"))
    if not fields:
        raise bad_request("At least one field must be set to update a customer.")
    changed = merged(doc, fields)
    if changed == doc:
        return doc
    return _commit(request, doc, changed)


def regroup(request: Request, doc: Json, group_ids: list[str]) -> None:
    """Raise the version of a profile that is in these groups from now on; call it before the membership changes."""
    others = {name: value for name, value in doc.items() if name != "group_ids"}
    _commit(request, doc, {**others, "group_ids": group_ids} if group_ids else others)


def delete(request: Request, customer_id: str, version: int | None = None) -> Json:
    """Remove a profile with its memberships and custom attributes; loyalty accounts stay. Returns {}."""
    doc = require(request, customer_id)
    _check_version(doc, version)
    request.db.execute("DELETE FROM customers WHERE seller = ? AND id = ?", (request.caller.seller_id, customer_id))
    request.changes.append(Change(CUSTOMER, DELETED, doc))
    return {}


def _check_version(doc: Json, version: int | None) -> None:
    if version is not None and version != doc["version"]:
        raise version_conflict()


def _commit(request: Request, before: Json, after: Json) -> Json:
    customer_lag.remember(request, before)
    # The version stays the last field, as in everything else Square answers.
    version = after.pop("version")
    after |= {"updated_at": timestamp(request.now), "version": version + 1}
    customer_table.save(request.db, request.caller.seller_id, after)
    request.changes.append(Change(CUSTOMER, UPDATED, after))
    return after


def _create(request: Request) -> Json:
    return {"customer": create(request, {k: v for k, v in request.body.items() if k != "idempotency_key"})}


def _retrieve(request: Request) -> Json:
    customer_id = request.path["customer_id"]
    found = merged_customers.find(request.db, request.caller.seller_id, [customer_id])
    if customer_id not in found:
        raise not_found("Customer", customer_id)
    return {"customer": found[customer_id]}


def _update(request: Request) -> Json:
    return {"customer": update(request, request.path["customer_id"], request.body)}


def _delete(request: Request) -> Json:
    return delete(request, request.path["customer_id"], request.query.get("version"))


_ONE = "/v2/customers/{customer_id}"
_VERSION = Object({"version": Integer()}, unknown="UNKNOWN_QUERY_PARAMETER")

ROUTES = (
    Route(
        "CreateCustomer", "POST", "/v2/customers", "CUSTOMERS_WRITE", _create, body=strict(CREATE), replay=Replay.STRICT
    ),
    Route("RetrieveCustomer", "GET", _ONE, "CUSTOMERS_READ", _retrieve),
    Route("UpdateCustomer", "PUT", _ONE, "CUSTOMERS_WRITE", _update, body=UPDATE),
    Route("DeleteCustomer", "DELETE", _ONE, "CUSTOMERS_WRITE", _delete, query=_VERSION),
)
