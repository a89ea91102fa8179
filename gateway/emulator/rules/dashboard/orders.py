"""Orders, as the point of sale or the Orders API makes and pays them; neither is among the operations.

https://developer.squareup.com/reference/square/objects/Order. Nothing is priced: totals are those that are given.
"""

from __future__ import annotations

import re
from typing import Any

from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.identifiers import identifier
from gateway.emulator.api.routes import Json, Request
from gateway.emulator.errors import SquareFault, bad_request, chosen, missing, not_found
from gateway.emulator.rules.customers import table as customer_table
from gateway.emulator.rules.loyalty import orders, rewards
from gateway.emulator.validation.shapes import MONEY, Array, Object, String, choice

OPEN, PAID = "OPEN", "COMPLETED"
# In minor units; the lines of an order add up to a 64-bit number.
_MAX_AMOUNT = 10**12
_QUANTITY = re.compile(r"[0-9]{1,6}(\.[0-9]{1,5})?")
_LINE = Object(
    {
        "name": String(max=512),
        "catalog_object_id": String(min=1, max=192),
        "category_ids": Array(String(min=1)),
        "quantity": String(min=1, max=12),
        "total_money": MONEY,
        "total_tax_money": MONEY,
    },
    required=("total_money",),
)
SHAPE = Object(
    {
        "id": String(min=1, max=192),
        "location_id": String(min=1),
        "customer_id": String(min=1),
        "state": choice(OPEN, PAID, "CANCELED", "DRAFT"),
        "line_items": Array(_LINE, max=500),
        "total_money": MONEY,
        "total_tax_money": MONEY,
    },
    required=("location_id",),
)


def put(request: Request) -> Json:
    """Make an order, open unless `state` says otherwise, or replace the one with that `id`, whose rewards stay on it.

    Totals that are absent are those of the lines. Raises 400 for a location, a customer or money that is none.
    """
    given = {name: value for name, value in request.body.items() if value is not None}
    orders.require_location(request, given["location_id"])
    customer_id = given.get("customer_id")
    if customer_id and not customer_table.find(request.db, request.caller.seller_id, [customer_id]):
        raise bad_request("The customer was not found.", "customer_id")
    lines = [_line(line, f"line_items[{index}]") for index, line in enumerate(given.get("line_items") or ())]
    total = _money(given.get("total_money"), "total_money") or _sum(lines, "total_money")
    if total is None:
        raise missing("total_money")
    none = {"amount": 0, "currency": total["currency"]}
    tax = _money(given.get("total_tax_money"), "total_tax_money") or _sum(lines, "total_tax_money") or none
    if {each["currency"] for each in (total, tax, *_all_money(lines))} != {total["currency"]}:
        raise bad_request("An order has one currency.", "total_money.currency")
    order: Json = {"id": identifier(), "state": OPEN, "created_at": timestamp(request.now), **given}
    order |= {"line_items": lines, "total_money": total, "total_tax_money": tax}
    before = orders.order(request, order["id"]) or {}
    order |= {name: before[name] for name in ("created_at", "rewards", "discounts") if name in before}
    orders.insert_order(request.db, request.caller.seller_id, order)
    if order["state"] == PAID:
        rewards.redeem_on(request, order)
    return {"order": order}


def pay(request: Request) -> Json:
    """Pay an open order: it can earn points from now on, and the rewards on it are redeemed.

    Raises 404 for no such order, and 400 BAD_REQUEST unless it is open.
    """
    order = _require(request)
    if order.get("state") != OPEN:
        raise chosen("wrong_order_state", f"The order is {order.get('state')}; only an open one can be paid.", "state")
    order["state"] = PAID
    orders.insert_order(request.db, request.caller.seller_id, order)
    rewards.redeem_on(request, order)
    return {"order": order}


def retrieve(request: Request) -> Json:
    """One order. Raises 404."""
    return {"order": _require(request)}


def _require(request: Request) -> Json:
    found = orders.order(request, request.path["order_id"])
    if found is None:
        raise not_found("Order", request.path["order_id"])
    return found


def _line(given: Json, field: str) -> Json:
    line = {"quantity": "1", **{name: value for name, value in given.items() if value is not None}}
    if not _QUANTITY.fullmatch(line["quantity"]):
        detail = "Expected a decimal of at most 5 places, as a string."
        raise SquareFault(400, "INVALID_VALUE", detail, f"{field}.quantity")
    for name in ("total_money", "total_tax_money"):
        if name in line:
            line[name] = _money(line[name], f"{field}.{name}")
    return line


def _money(given: Any, field: str) -> Json | None:
    if given is None:
        return None
    for name in ("amount", "currency"):
        if given.get(name) is None:
            raise missing(f"{field}.{name}")
    if given["amount"] < 0:
        raise SquareFault(400, "VALUE_TOO_LOW", "Field must be greater than or equal to 0.", f"{field}.amount")
    if given["amount"] > _MAX_AMOUNT:
        detail = f"Field must be less than or equal to {_MAX_AMOUNT}."
        raise SquareFault(400, "VALUE_TOO_HIGH", detail, f"{field}.amount")
    money: Json = given
    return money


def _all_money(lines: list[Json]) -> list[Json]:
    return [line[name] for line in lines for name in ("total_money", "total_tax_money") if name in line]


def _sum(lines: list[Json], name: str) -> Json | None:
    money = [line[name] for line in lines if name in line]
    return {"amount": sum(each["amount"] for each in money), "currency": money[0]["currency"]} if money else None
