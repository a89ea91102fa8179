"""One example of each of the writes, as the areas send them; and how Square would answer it."""

from __future__ import annotations

from typing import Any

from gateway.areas.custom_attributes import endpoints as attributes
from gateway.areas.customers import endpoints as customers
from gateway.areas.groups import endpoints as groups
from gateway.areas.loyalty_accounts import endpoints as accounts
from gateway.areas.loyalty_programs import endpoints as programs
from gateway.square.endpoint import Call

KEY = {"idempotency_key": "key-1"}

# Those that Square can recognise, or that leave the same state however often they arrive.
REPEATABLE: tuple[Call[Any], ...] = (
    customers.CREATE_CUSTOMER(body={**KEY, "given_name": "Ada"}),
    customers.UPDATE_CUSTOMER(customer_id="C1", body={"note": "x", "version": 3}),
    customers.DELETE_CUSTOMER(customer_id="C1"),
    customers.BULK_CREATE_CUSTOMERS(body={"customers": {"key-1": {"given_name": "Ada"}}}),
    customers.BULK_UPDATE_CUSTOMERS(body={"customers": {"C1": {"note": "x", "version": 0}}}),
    customers.ADD_GROUP_TO_CUSTOMER(customer_id="C1", group_id="G1"),
    customers.REMOVE_GROUP_FROM_CUSTOMER(customer_id="C1", group_id="G1"),
    groups.CREATE_GROUP(body={**KEY, "group": {"name": "Regulars"}}),
    groups.DELETE_GROUP(group_id="G1"),
    attributes.CREATE_DEFINITION(body={**KEY, "custom_attribute_definition": {"key": "size"}}),
    attributes.UPDATE_DEFINITION(key="size", body={**KEY, "custom_attribute_definition": {"name": "Size"}}),
    attributes.DELETE_DEFINITION(key="size"),
    attributes.UPSERT_ATTRIBUTE(customer_id="C1", key="size", body={**KEY, "custom_attribute": {"value": "L"}}),
    attributes.BULK_UPSERT_ATTRIBUTES(body={"values": {"0": {**KEY, "customer_id": "C1"}}}),
    attributes.DELETE_ATTRIBUTE(customer_id="C1", key="size"),
    programs.CREATE_LOYALTY_PROMOTION(program_id="P1", body={**KEY, "loyalty_promotion": {"name": "Double"}}),
    accounts.CREATE_LOYALTY_ACCOUNT(body={**KEY, "loyalty_account": {"program_id": "P1"}}),
    accounts.ACCUMULATE_LOYALTY_POINTS(account_id="A1", body={**KEY, "accumulate_points": {"points": 1}}),
    accounts.ADJUST_LOYALTY_POINTS(account_id="A1", body={**KEY, "adjust_points": {"points": 1}}),
    accounts.CREATE_LOYALTY_REWARD(body={**KEY, "reward": {"loyalty_account_id": "A1"}}),
    accounts.REDEEM_LOYALTY_REWARD(reward_id="R1", body={**KEY, "location_id": "L1"}),
)
# Those of which a second one could do harm, and forms of the others that lack their key or version.
ONCE_ONLY: tuple[Call[Any], ...] = (
    customers.BULK_DELETE_CUSTOMERS(body={"customer_ids": ["C1"]}),
    groups.UPDATE_GROUP(group_id="G1", body={"group": {"name": "Friends"}}),
    programs.CANCEL_LOYALTY_PROMOTION(program_id="P1", promotion_id="D1"),
    accounts.DELETE_LOYALTY_REWARD(reward_id="R1"),
    customers.UPDATE_CUSTOMER(customer_id="C1", body={"note": "x"}),
    customers.BULK_UPDATE_CUSTOMERS(body={"customers": {"C1": {"note": "x", "version": 1}, "C2": {"note": "y"}}}),
    customers.CREATE_CUSTOMER(body={"given_name": "Ada"}),
    accounts.ADJUST_LOYALTY_POINTS(account_id="A1", body={"idempotency_key": "", "adjust_points": {"points": 1}}),
    attributes.BULK_UPSERT_ATTRIBUTES(body={"values": {"0": {**KEY}, "1": {"customer_id": "C1"}}}),
)
WRITES = REPEATABLE + ONCE_ONLY


def success(call: Call[Any]) -> dict[str, Any]:
    """A body that decodes for every row, about what the call names."""
    found = {"id": [*call.names.values(), "C1"][max(0, len(call.names) - 1)], "key": "size", "program_id": "P1"}
    outer, _, inner = call.endpoint.under.partition(".")
    if not outer:
        return {}
    if inner or outer == "responses":
        return {outer: {"C1": {inner: found} if inner else {}}}
    return {outer: [found] if outer == "events" else found}


def named(call: Call[Any]) -> str:
    return f"{call.endpoint.name}-{'repeatable' if call.repeatable else 'once'}"
