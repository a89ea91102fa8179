from __future__ import annotations

from itertools import count, cycle
from typing import Any

from gateway.emulator.rules.loyalty import orders
from gateway.emulator.rules.loyalty import programs as loyalty_programs

PROGRAM = "d619f755-2d17-41f3-990d-c04ecedd64dd"
SMALL, LARGE = "5b2c1a7e-0000-4000-8000-000000000010", "5b2c1a7e-0000-4000-8000-000000000050"
LOCATION, ELSEWHERE = "L-PACIFIC", "L-TOKYO"
COFFEE, TEA, GIFT_CARD = "V-COFFEE", "V-TEA", "V-GIFT-CARD"
HOT, VOUCHERS = "C-HOT", "C-VOUCHERS"

_numbers = count(1000)
# As many as there are with four digits; no shop has so many accounts.
_phones = cycle(range(1000, 10_000))


def usd(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD"}


def spend(points: int = 1, per: int = 100, tax_mode: str = "BEFORE_TAX", **data: Any) -> dict[str, Any]:
    return {
        "accrual_type": "SPEND",
        "points": points,
        "spend_data": {"amount_money": usd(per), "tax_mode": tax_mode, **data},
    }


def visit(points: int = 5, tax_mode: str = "BEFORE_TAX", **data: Any) -> dict[str, Any]:
    return {"accrual_type": "VISIT", "points": points, "visit_data": {"tax_mode": tax_mode, **data}}


def item(points: int = 3, variation: str = COFFEE) -> dict[str, Any]:
    return {
        "accrual_type": "ITEM_VARIATION",
        "points": points,
        "item_variation_data": {"item_variation_id": variation},
    }


def category(points: int = 2, id: str = HOT) -> dict[str, Any]:
    return {"accrual_type": "CATEGORY", "points": points, "category_data": {"category_id": id}}


def tier(id: str, points: int) -> dict[str, Any]:
    return {
        "id": id,
        "points": points,
        "name": f"Reward for {points}",
        "created_at": "2020-04-20T16:55:11Z",
        "pricing_rule_reference": {"object_id": "74C4JSHESNLTB2A7ITO5HO6F", "catalog_version": "1605486402527"},
    }


def open_shop(emulator: Any, *rules: dict[str, Any], **program: Any) -> None:
    """A program with two tiers and two locations; it earns a point for each dollar before tax unless told otherwise."""
    loyalty_programs.insert(
        emulator.store.db,
        emulator.seller,
        {
            "id": PROGRAM,
            "status": "ACTIVE",
            "reward_tiers": [tier(LARGE, 50), tier(SMALL, 10)],
            "terminology": {"one": "Bean", "other": "Beans"},
            "location_ids": [LOCATION, ELSEWHERE],
            "created_at": "2020-04-20T16:55:11Z",
            "updated_at": "2020-05-01T02:00:02Z",
            "accrual_rules": list(rules or [spend()]),
            **program,
        },
    )
    for location_id, timezone in ((LOCATION, "America/Los_Angeles"), (ELSEWHERE, "Asia/Tokyo")):
        orders.insert_location(
            emulator.store.db, emulator.seller, {"id": location_id, "name": location_id, "timezone": timezone}
        )


def line(variation: str, amount: int, quantity: str = "1", *categories: str, tax: int = 0) -> dict[str, Any]:
    return {
        "catalog_object_id": variation,
        "quantity": quantity,
        "category_ids": list(categories),
        "total_money": usd(amount),
        "total_tax_money": usd(tax),
    }


def order(emulator: Any, *lines: dict[str, Any], **fields: Any) -> str:
    """An order of the given lines, or of one $12.50 coffee; its totals follow from them."""
    lines = lines or (line(COFFEE, 1250, "1", HOT),)
    order_id = f"ORDER-{next(_numbers)}"
    doc = {
        "id": order_id,
        "location_id": LOCATION,
        "created_at": "2026-01-01T00:00:00Z",
        "state": "COMPLETED",
        "line_items": list(lines),
        "total_money": usd(sum(each["total_money"]["amount"] for each in lines)),
        "total_tax_money": usd(sum(each["total_tax_money"]["amount"] for each in lines)),
        **fields,
    }
    orders.insert_order(emulator.store.db, emulator.seller, doc)
    return order_id


def phone() -> str:
    return f"+1415555{next(_phones)}"


def key() -> str:
    return f"key-{next(_numbers)}"


async def succeed(emulator: Any, method: str, path: str, json: Any = None, **params: Any) -> Any:
    status, body = await emulator.call(method, f"/v2/loyalty{path}", json, **params)
    assert status == 200, body
    return body


async def refuse(emulator: Any, method: str, path: str, json: Any = None, **params: Any) -> tuple[int, str, str | None]:
    status, body = await emulator.call(method, f"/v2/loyalty{path}", json, **params)
    assert set(body) == {"errors"}, body
    (error,) = body["errors"]
    assert error["category"] == "INVALID_REQUEST_ERROR"
    return status, error["code"], error.get("field")


def enrollment(number: str | None = None, **account: Any) -> dict[str, Any]:
    return {
        "idempotency_key": key(),
        "loyalty_account": {"program_id": PROGRAM, "mapping": {"phone_number": number or phone()}, **account},
    }


async def enroll(emulator: Any, points: int = 0, **account: Any) -> str:
    """The id of a new account, holding some accumulated points."""
    body = await succeed(emulator, "POST", "/accounts", enrollment(**account))
    account_id: str = body["loyalty_account"]["id"]
    if points:
        await accumulate(emulator, account_id, points=points)
    return account_id


async def account(emulator: Any, id: str) -> Any:
    return (await succeed(emulator, "GET", f"/accounts/{id}"))["loyalty_account"]


def accumulation(location: str = LOCATION, **given: Any) -> dict[str, Any]:
    return {"idempotency_key": key(), "location_id": location, "accumulate_points": given}


async def accumulate(emulator: Any, id: str, location: str = LOCATION, **given: Any) -> Any:
    body = await succeed(emulator, "POST", f"/accounts/{id}/accumulate", accumulation(location, **given))
    return body["events"]


def adjustment(points: int, **fields: Any) -> dict[str, Any]:
    return {"idempotency_key": key(), "adjust_points": {"points": points}, **fields}


async def adjust(emulator: Any, id: str, points: int, **fields: Any) -> Any:
    return (await succeed(emulator, "POST", f"/accounts/{id}/adjust", adjustment(points, **fields)))["event"]


def claim(account_id: str, tier_id: str = SMALL, **fields: Any) -> dict[str, Any]:
    return {
        "idempotency_key": key(),
        "reward": {"loyalty_account_id": account_id, "reward_tier_id": tier_id, **fields},
    }


async def reward(emulator: Any, account_id: str, tier_id: str = SMALL, **fields: Any) -> Any:
    return (await succeed(emulator, "POST", "/rewards", claim(account_id, tier_id, **fields)))["reward"]


async def redeem(emulator: Any, id: str) -> Any:
    body = {"idempotency_key": key(), "location_id": LOCATION}
    return (await succeed(emulator, "POST", f"/rewards/{id}/redeem", body))["event"]


async def events(emulator: Any, account_id: str, **body: Any) -> list[Any]:
    """All events of an account, the newest first."""
    query = {"filter": {"loyalty_account_filter": {"loyalty_account_id": account_id}}}
    found: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = await succeed(emulator, "POST", "/events/search", {"query": query, **body, **cursor})
        found += page.get("events", [])
        if "cursor" not in page:
            return found
        cursor = {"cursor": page["cursor"]}


DOUBLE = {"type": "POINTS_MULTIPLIER", "points_multiplier_data": {"multiplier": "2.0"}}
ALWAYS = {"time_periods": ["DTSTART:20200101T000000\nDURATION:P1D\nRRULE:FREQ=DAILY"]}


def promotion(**fields: Any) -> dict[str, Any]:
    return {
        "idempotency_key": key(),
        "loyalty_promotion": {"name": "Happy hour", "incentive": DOUBLE, "available_time": ALWAYS, **fields},
    }


async def promote(emulator: Any, **fields: Any) -> Any:
    body = await succeed(emulator, "POST", f"/programs/{PROGRAM}/promotions", promotion(**fields))
    return body["loyalty_promotion"]
