from __future__ import annotations

import pytest

from tests.emulator import loyalty_shop as shop
from tests.emulator.dashboard import PROGRAM, at, refused


@pytest.fixture
def seller(emulator):
    shop.open_shop(emulator)
    return emulator


async def test_an_inactive_program_refuses_writes_until_it_is_active_again(seller):
    account = await shop.enroll(seller, points=3)
    body = shop.accumulation(points=5)

    await at(seller, "PUT", PROGRAM, {"status": "INACTIVE"})
    refusal = await shop.refuse(seller, "POST", f"/accounts/{account}/accumulate", body)
    shown = (await shop.succeed(seller, "GET", "/programs/main"))["program"]
    await at(seller, "PUT", PROGRAM, {"status": "ACTIVE"})

    assert (refusal[:2], shown["status"]) == ((404, "NOT_FOUND"), "INACTIVE")
    assert (await shop.accumulate(seller, account, points=5))[0]["accumulate_points"]["points"] == 5


async def test_a_program_may_count_visits_instead_of_money(seller):
    rule = {
        "accrual_type": "VISIT",
        "points": 7,
        "visit_data": {"minimum_amount_money": shop.usd(500), "tax_mode": "AFTER_TAX"},
    }

    changed = (await at(seller, "PUT", PROGRAM, {"accrual_rules": [rule]}))["program"]

    assert changed["accrual_rules"] == [rule]
    assert changed["reward_tiers"] == (await shop.succeed(seller, "GET", "/programs/main"))["program"]["reward_tiers"]
    for amount, points in ((499, 0), (500, 7), (9000, 7)):
        body = {"transaction_amount_money": shop.usd(amount)}
        assert (await shop.succeed(seller, "POST", "/programs/main/calculate", body))["points"] == points


async def test_a_purchase_that_no_number_of_points_can_hold_is_refused(seller):
    await at(seller, "PUT", PROGRAM, {"accrual_rules": [shop.spend(1_000_000, per=1)]})
    body = {"transaction_amount_money": shop.usd(2**62)}

    refusal = await shop.refuse(seller, "POST", "/programs/main/calculate", body)

    assert refusal == (400, "VALUE_TOO_HIGH", "transaction_amount_money.amount")


async def test_points_expire_as_the_program_says_when_they_are_earned(seller):
    account = await shop.enroll(seller)
    await at(seller, "PUT", PROGRAM, {"expiration_policy": {"expiration_duration": "P1M"}})
    await shop.accumulate(seller, account, points=5)

    without = (await at(seller, "PUT", PROGRAM, {"expiration_policy": None}))["program"]
    await shop.accumulate(seller, account, points=2)
    seller.clock.advance(70 * 86_400)

    assert "expiration_policy" not in without
    assert (await shop.account(seller, account))["balance"] == 2


async def test_a_seller_without_a_program_begins_one(emulator):
    tier = {"name": "A coffee", "points": 10}
    given = {
        "accrual_rules": [shop.spend()],
        "terminology": {"one": "Star", "other": "Stars"},
        "reward_tiers": [{"name": "A cake", "points": 50}, tier],
    }
    assert await refused(emulator, "GET", PROGRAM) == (404, "NOT_FOUND", None)
    assert await refused(emulator, "PUT", PROGRAM, {"status": "ACTIVE"}) == (
        400,
        "MISSING_REQUIRED_PARAMETER",
        "accrual_rules",
    )

    await at(emulator, "PUT", PROGRAM, given)

    shown = (await shop.succeed(emulator, "GET", "/programs/main"))["program"]
    assert [each["points"] for each in shown["reward_tiers"]] == [10, 50]
    account = {"program_id": shown["id"], "mapping": {"phone_number": "+14155551234"}}
    await shop.succeed(emulator, "POST", "/accounts", {"idempotency_key": "k", "loyalty_account": account})


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"status": "PAUSED"}, "INVALID_ENUM_VALUE", "status"),
        ({"status": None}, "EXPECTED_STRING", "status"),
        ({"accrual_rules": []}, "ARRAY_EMPTY", "accrual_rules"),
        (
            {"accrual_rules": [{"accrual_type": "VISIT", "points": 1}]},
            "MISSING_REQUIRED_PARAMETER",
            "accrual_rules[0].visit_data",
        ),
        (
            {"accrual_rules": [{**shop.visit(), "spend_data": shop.spend()["spend_data"]}]},
            "CONFLICTING_PARAMETERS",
            "accrual_rules[0].spend_data",
        ),
        ({"accrual_rules": [shop.spend(0)]}, "VALUE_TOO_LOW", "accrual_rules[0].points"),
        ({"accrual_rules": [shop.spend(per=0)]}, "VALUE_TOO_LOW", "accrual_rules[0].spend_data.amount_money.amount"),
        (
            {"expiration_policy": {"expiration_duration": "1 year"}},
            "INVALID_VALUE",
            "expiration_policy.expiration_duration",
        ),
        ({"location_ids": ["NOWHERE"]}, "BAD_REQUEST", "location_ids[0]"),
        ({"name": "x"}, "UNKNOWN_BODY_PARAMETER", "name"),
    ],
)
async def test_a_program_that_cannot_be_is_refused_by_its_field(seller, body, code, field):
    before = await at(seller, "GET", PROGRAM)

    assert await refused(seller, "PUT", PROGRAM, body) == (400, code, field)
    assert await at(seller, "GET", PROGRAM) == before
