"""What a seller does in the Dashboard, and what time does, is told as Square tells it."""

from __future__ import annotations

import pytest

from tests.emulator import customer_requests as customers
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import customer, define, put
from tests.emulator.dashboard import FIELDS, MERGE, ORDERS, PROGRAM, at
from tests.emulator.notifications import listen, told, types

YEAR_AND_A_MONTH = 400 * 86_400
SEGMENTS = "/_emulator/segments"


@pytest.fixture
def expiring(emulator):
    shop.open_shop(emulator, expiration_policy={"expiration_duration": "P12M"})
    return emulator


async def test_a_program_is_told_when_it_begins_and_when_it_changes(emulator):
    await listen(emulator)
    new = {"accrual_rules": [shop.visit()], "terminology": {"one": "Bean", "other": "Beans"}}

    made = await at(emulator, "PUT", PROGRAM, new)
    changed = await at(emulator, "PUT", PROGRAM, {"status": "INACTIVE"})

    found = await told(emulator)
    assert [each["type"] for each in found] == ["loyalty.program.created", "loyalty.program.updated"]
    shown = [each["data"]["object"]["loyalty_program"] for each in found]
    assert shown == [made["program"], changed["program"]]


async def test_a_field_of_the_sellers_is_told_as_visible_and_owned_by_no_application(emulator):
    await listen(emulator)

    made = await at(emulator, "POST", FIELDS, {"type": "String", "name": "Allergies"})
    key = made["custom_attribute_definition"]["key"]
    await at(emulator, "POST", FIELDS, {"key": key, "name": "Food allergies"})
    await put(emulator, await customer(emulator), key, "Nuts")
    await at(emulator, "DELETE", f"{FIELDS}/{key}")

    found = [each for each in await told(emulator) if each["type"] != "customer.created"]
    kind = "customer.custom_attribute_definition.visible"
    assert [each["type"] for each in found] == [
        f"{kind}.created",
        f"{kind}.updated",
        "customer.custom_attribute.visible.updated",
        f"{kind}.deleted",
    ]
    assert {each["data"]["object"]["key"] for each in found} == {key}


async def test_a_merge_is_told_as_one_customer_made_of_others_that_are_deleted(emulator):
    shop.open_shop(emulator)
    ada, bea = await customer(emulator), await customer(emulator)
    account = await shop.enroll(emulator, customer_id=ada)
    await define(emulator, "size")
    await put(emulator, ada, "size", "M")
    await listen(emulator)

    made = await at(emulator, "POST", MERGE, {"customer_ids": [ada, bea]})

    new = made["customer"]["id"]
    found = await told(emulator)
    assert sorted((each["type"], each["data"]["id"]) for each in found) == sorted(
        [
            ("customer.created", new),
            ("customer.deleted", ada),
            ("customer.deleted", bea),
            ("loyalty.account.updated", account),
        ]
    )
    contexts = [each["data"]["object"]["event_context"] for each in found if each["type"].startswith("customer")]
    assert contexts == [{"merge": {"from_customer_ids": [ada, bea], "to_customer_id": new}}] * 3


async def test_a_reward_that_is_redeemed_by_paying_is_told(emulator):
    shop.open_shop(emulator)
    order = await at(
        emulator, "POST", ORDERS, {"location_id": shop.LOCATION, "line_items": [{"total_money": shop.usd(900)}]}
    )
    await shop.reward(emulator, await shop.enroll(emulator, 20), order_id=order["order"]["id"])
    await listen(emulator)

    await at(emulator, "POST", f"{ORDERS}/{order['order']['id']}/pay", {})

    (event,) = await told(emulator)
    assert event["data"]["object"]["loyalty_event"]["type"] == "REDEEM_REWARD"


async def test_members_of_a_segment_are_not_told(emulator):
    ada = await customers.create(emulator, given_name="Ada")
    await listen(emulator)

    await at(emulator, "POST", SEGMENTS, {"name": "Reachable", "customer_ids": [ada["id"]]})

    assert await types(emulator) == []


async def test_points_that_expire_are_told_when_the_clock_is_moved(expiring):
    account = await shop.enroll(expiring, 20)
    await listen(expiring)

    await at(expiring, "POST", "/_emulator/clock", {"advance_seconds": YEAR_AND_A_MONTH})

    event, updated = await told(expiring)
    assert event["data"]["object"]["loyalty_event"]["expire_points"]["points"] == -20
    assert (updated["data"]["id"], updated["data"]["object"]["loyalty_account"]["balance"]) == (account, 0)


async def test_points_that_expire_meanwhile_are_told_at_the_next_read(expiring):
    account = await shop.enroll(expiring, 20)
    await listen(expiring)

    expiring.clock.advance(YEAR_AND_A_MONTH)
    await shop.account(expiring, account)
    await shop.account(expiring, account)

    assert await types(expiring) == ["loyalty.event.created", "loyalty.account.updated"]
