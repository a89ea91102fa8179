from __future__ import annotations

import pytest

from tests.emulator import loyalty_shop as shop
from tests.emulator.dashboard import LOCATIONS, ORDERS, PROGRAM, at, refused


@pytest.fixture
def seller(emulator):
    shop.open_shop(emulator)
    return emulator


async def test_an_order_earns_points_once_the_seller_has_been_paid(seller):
    account = await shop.enroll(seller)
    order = {"location_id": shop.LOCATION, "total_money": shop.usd(1850)}

    made = (await at(seller, "POST", ORDERS, order))["order"]
    body = shop.accumulation(order_id=made["id"])
    too_early = await shop.refuse(seller, "POST", f"/accounts/{account}/accumulate", body)
    paid = (await at(seller, "POST", f"{ORDERS}/{made['id']}/pay"))["order"]
    events = await shop.accumulate(seller, account, order_id=made["id"])

    assert (made["state"], paid) == ("OPEN", {**made, "state": "COMPLETED"})
    assert too_early == (400, "BAD_REQUEST", "accumulate_points.order_id")
    assert [event["accumulate_points"]["points"] for event in events] == [18]
    assert (await at(seller, "GET", f"{ORDERS}/{made['id']}"))["order"] == paid


async def test_an_order_may_be_made_paid_and_its_lines_be_summed_up(seller):
    lines = [
        {"total_money": shop.usd(1000), "total_tax_money": shop.usd(80), "catalog_object_id": shop.COFFEE},
        {"total_money": shop.usd(500)},
    ]

    made = await at(
        seller, "POST", ORDERS, {"id": "mine", "location_id": shop.LOCATION, "state": "COMPLETED", "line_items": lines}
    )

    assert (made["order"]["id"], made["order"]["state"]) == ("mine", "COMPLETED")
    assert (made["order"]["total_money"], made["order"]["total_tax_money"]) == (shop.usd(1500), shop.usd(80))
    assert (await shop.succeed(seller, "POST", "/programs/main/calculate", {"order_id": "mine"}))["points"] == 14


async def test_a_reward_on_an_order_is_redeemed_when_the_order_is_paid(seller):
    account = await shop.enroll(seller, points=20)
    order = {"location_id": shop.LOCATION, "total_money": shop.usd(1850)}
    order_id = (await at(seller, "POST", ORDERS, order))["order"]["id"]
    reward = await shop.reward(seller, account, order_id=order_id)

    await at(seller, "POST", f"{ORDERS}/{order_id}/pay")

    after = (await shop.succeed(seller, "GET", f"/rewards/{reward['id']}"))["reward"]
    (event, *_) = await shop.events(seller, account)
    assert (reward["status"], after["status"]) == ("ISSUED", "REDEEMED")
    assert (event["type"], event["redeem_reward"]["order_id"]) == ("REDEEM_REWARD", order_id)


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"total_money": shop.usd(1)}, "MISSING_REQUIRED_PARAMETER", "location_id"),
        ({"location_id": "NOWHERE", "total_money": shop.usd(1)}, "BAD_REQUEST", "location_id"),
        ({"location_id": shop.LOCATION}, "MISSING_REQUIRED_PARAMETER", "total_money"),
        (
            {"location_id": shop.LOCATION, "total_money": {"amount": 5}},
            "MISSING_REQUIRED_PARAMETER",
            "total_money.currency",
        ),
        ({"location_id": shop.LOCATION, "total_money": shop.usd(-1)}, "VALUE_TOO_LOW", "total_money.amount"),
        ({"location_id": shop.LOCATION, "total_money": shop.usd(1), "state": "PAID"}, "INVALID_ENUM_VALUE", "state"),
        ({"location_id": shop.LOCATION, "total_money": shop.usd(1), "customer_id": "X"}, "BAD_REQUEST", "customer_id"),
        ({"location_id": shop.LOCATION, "line_items": [{}]}, "MISSING_REQUIRED_PARAMETER", "line_items[0].total_money"),
        ({"location_id": shop.LOCATION, "total_money": shop.usd(2**62)}, "VALUE_TOO_HIGH", "total_money.amount"),
        ({"location_id": shop.LOCATION, "total": 1}, "UNKNOWN_BODY_PARAMETER", "total"),
        *(
            (
                {"location_id": shop.LOCATION, "line_items": [{"total_money": shop.usd(1), "quantity": quantity}]},
                "INVALID_VALUE",
                "line_items[0].quantity",
            )
            for quantity in ("NaN", "1e9999999", "-1", "two", "1,5")
        ),
        (
            {
                "location_id": shop.LOCATION,
                "total_money": shop.usd(1),
                "total_tax_money": {"amount": 0, "currency": "EUR"},
            },
            "BAD_REQUEST",
            "total_money.currency",
        ),
    ],
)
async def test_an_order_that_cannot_be_is_refused_by_its_field(seller, body, code, field):
    assert await refused(seller, "POST", ORDERS, body) == (400, code, field)


async def test_only_an_open_order_can_be_paid(seller):
    order = {"id": "mine", "location_id": shop.LOCATION, "total_money": shop.usd(1850), "state": "CANCELED"}
    await at(seller, "POST", ORDERS, order)

    assert await refused(seller, "POST", f"{ORDERS}/mine/pay") == (400, "BAD_REQUEST", "state")
    assert await refused(seller, "POST", f"{ORDERS}/none/pay") == (404, "NOT_FOUND", None)
    assert await refused(seller, "GET", f"{ORDERS}/mine", seller="ML2") == (404, "NOT_FOUND", None)


async def test_a_location_can_be_opened_and_renamed(seller):
    made = (await at(seller, "POST", LOCATIONS, {"name": "Kiosk", "timezone": "Europe/Dublin"}))["location"]
    changed = (await at(seller, "POST", LOCATIONS, {"id": made["id"], "name": "Booth"}))["location"]

    account = await shop.enroll(seller)
    await shop.accumulate(seller, account, made["id"], points=5)

    assert changed == {"id": made["id"], "name": "Booth", "timezone": "Europe/Dublin"}
    assert changed in (await at(seller, "GET", LOCATIONS))["locations"]
    assert await at(seller, "GET", LOCATIONS, seller="ML2") == {"locations": []}


async def test_a_location_can_be_moved_without_being_renamed(seller):
    made = (await at(seller, "POST", LOCATIONS, {"name": "Kiosk"}))["location"]
    moved = await at(seller, "POST", LOCATIONS, {"id": made["id"], "timezone": "Asia/Tokyo"})

    assert moved == {"location": {"id": made["id"], "name": "Kiosk", "timezone": "Asia/Tokyo"}}
    nameless = {"id": "LNEW", "timezone": "Asia/Tokyo"}
    assert await refused(seller, "POST", LOCATIONS, nameless) == (400, "MISSING_REQUIRED_PARAMETER", "name")


@pytest.mark.parametrize("state", ["OPEN", "COMPLETED"])
async def test_an_order_that_is_replaced_keeps_its_rewards(seller, state):
    account = await shop.enroll(seller, points=20)
    order = {"id": "mine", "location_id": shop.LOCATION, "total_money": shop.usd(1850)}
    made = (await at(seller, "POST", ORDERS, order))["order"]
    reward = await shop.reward(seller, account, order_id="mine")

    replaced = (await at(seller, "POST", ORDERS, {**order, "total_money": shop.usd(900), "state": state}))["order"]
    if state == "OPEN":
        await at(seller, "POST", f"{ORDERS}/mine/pay")

    after = (await shop.succeed(seller, "GET", f"/rewards/{reward['id']}"))["reward"]
    assert [each["id"] for each in replaced["rewards"]] == [reward["id"]]
    assert (replaced["created_at"], replaced["total_money"]) == (made["created_at"], shop.usd(900))
    assert after["status"] == "REDEEMED"


@pytest.mark.parametrize("timezone", ["Mars/Olympus", "America", "../UTC"])
async def test_a_location_is_in_a_timezone_that_exists(seller, timezone):
    nowhere = {"name": "X", "timezone": timezone}
    assert await refused(seller, "POST", LOCATIONS, nowhere) == (400, "INVALID_VALUE", "timezone")


@pytest.mark.parametrize("path", [LOCATIONS, PROGRAM, f"{ORDERS}/x"])
async def test_an_unknown_parameter_of_the_dashboard_is_named(emulator, path):
    assert await refused(emulator, "GET", path, shop="x") == (400, "UNKNOWN_QUERY_PARAMETER", "shop")
