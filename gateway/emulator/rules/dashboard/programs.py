"""The loyalty program as its seller sets it up (https://developer.squareup.com/docs/loyalty-api/loyalty-programs).

Undocumented; chosen here: a change concerns what happens from then on. Points keep the deadline that they were
earned with, and rewards the points that they cost.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from gateway.emulator.api.changes import CREATED, PROGRAM, UPDATED, Change
from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Json, Request
from gateway.emulator.errors import SquareFault, chosen, missing
from gateway.emulator.rules.loyalty import orders, programs
from gateway.emulator.validation.shapes import MONEY, Array, Integer, Object, String, choice

_ID = String(min=1, max=192)
_TAX_MODE = choice("BEFORE_TAX", "AFTER_TAX")
_POINTS = Integer(min=1, max=1_000_000)
_DURATION = re.compile(r"P[1-9]\d{0,3}M")
# What a rule of each type needs beside its points.
_DATA = {
    "VISIT": "visit_data",
    "SPEND": "spend_data",
    "ITEM_VARIATION": "item_variation_data",
    "CATEGORY": "category_data",
}
_RULE = Object(
    {
        "accrual_type": choice(*_DATA),
        "points": _POINTS,
        "visit_data": Object({"minimum_amount_money": MONEY, "tax_mode": _TAX_MODE}, required=("tax_mode",)),
        "spend_data": Object(
            {
                "amount_money": MONEY,
                "excluded_category_ids": Array(_ID),
                "excluded_item_variation_ids": Array(_ID),
                "tax_mode": _TAX_MODE,
            },
            required=("amount_money", "tax_mode"),
        ),
        "item_variation_data": Object({"item_variation_id": _ID}, required=("item_variation_id",)),
        "category_data": Object({"category_id": _ID}, required=("category_id",)),
    },
    required=("accrual_type", "points"),
)
_TIER = Object(
    {
        "id": String(min=1, max=36),
        "name": String(min=1, max=255),
        "points": _POINTS,
        "pricing_rule_reference": Object({"object_id": _ID, "catalog_version": String()}, required=("object_id",)),
        "created_at": String(),
    },
    required=("name", "points"),
)
SHAPE = Object(
    {
        "status": choice("ACTIVE", "INACTIVE"),
        "accrual_rules": Array(_RULE, min=1),
        "expiration_policy": Object({"expiration_duration": String(min=1)}, required=("expiration_duration",)),
        "reward_tiers": Array(_TIER),
        "terminology": Object({"one": String(min=1), "other": String(min=1)}, required=("one", "other")),
        "location_ids": Array(String(min=1)),
    },
    not_null=frozenset({"status", "accrual_rules", "reward_tiers", "terminology", "location_ids"}),
)


def change(request: Request) -> Json:
    """Change what is given of the seller's program, or begin one. An `expiration_policy` of null: points do not expire.

    Raises 400 with the field that is wrong.
    """
    given, now = request.body, timestamp(request.now)
    before = programs.find(request)
    program = before or {"id": str(uuid.uuid4()), "status": "ACTIVE", "created_at": now}
    program |= {name: value for name, value in given.items() if value is not None}
    if "expiration_policy" in given and given["expiration_policy"] is None:
        program.pop("expiration_policy", None)
    for name in ("accrual_rules", "terminology"):
        if name not in program:
            raise missing(name)
    _check(request, given)
    program["accrual_rules"] = [_without_nulls(rule) for rule in program["accrual_rules"]]
    program["reward_tiers"] = [_tier(tier, now) for tier in program.get("reward_tiers") or ()]
    program.setdefault("location_ids", [each["id"] for each in orders.locations(request)])
    program["updated_at"] = now
    programs.insert(request.db, request.caller.seller_id, program)
    stored = programs.require(request)
    request.changes.append(Change(PROGRAM, UPDATED if before else CREATED, stored))
    return {"program": stored}


def retrieve(request: Request) -> Json:
    """The seller's program. Raises 404 when there is none."""
    return {"program": programs.require(request)}


def _check(request: Request, given: Json) -> None:
    for index, rule in enumerate(given.get("accrual_rules") or ()):
        _check_rule(rule, f"accrual_rules[{index}]")
    policy = given.get("expiration_policy")
    if policy and not _DURATION.fullmatch(policy["expiration_duration"]):
        field = "expiration_policy.expiration_duration"
        raise SquareFault(400, "INVALID_VALUE", "Expected a number of months, as in P12M.", field)
    ids = [tier["id"] for tier in given.get("reward_tiers") or () if tier.get("id")]
    if len(set(ids)) < len(ids):
        raise SquareFault(400, "INVALID_VALUE", "Each reward tier has an id of its own.", "reward_tiers")
    for index, location_id in enumerate(given.get("location_ids") or ()):
        if not orders.location_exists(request, location_id):
            raise chosen("unknown_location", "The location was not found.", f"location_ids[{index}]")


def _check_rule(rule: Json, field: str) -> None:
    wanted = _DATA[rule["accrual_type"]]
    for name in _DATA.values():
        if (rule.get(name) is not None) != (name == wanted):
            raise (
                missing(f"{field}.{name}")
                if name == wanted
                else chosen(
                    "conflicting_parameters", "The data does not belong to the accrual type.", f"{field}.{name}"
                )
            )
    data = rule[wanted]
    for name in ("amount_money", "minimum_amount_money"):
        money = data.get(name)
        if money is None:
            continue
        for part in ("amount", "currency"):
            if money.get(part) is None:
                raise missing(f"{field}.{wanted}.{name}.{part}")
        if money["amount"] < 1:
            path = f"{field}.{wanted}.{name}.amount"
            raise SquareFault(400, "VALUE_TOO_LOW", "Field must be greater than or equal to 1.", path)


def _tier(tier: Json, now: str) -> Json:
    tier_id = tier.get("id") or str(uuid.uuid4())
    reference = {"object_id": f"PRICING-RULE-{tier_id[:8]}", "catalog_version": "1"}
    return {"created_at": now, "pricing_rule_reference": reference, **_without_nulls(tier), "id": tier_id}


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return value
