from __future__ import annotations

import pytest

from tests.emulator import loyalty_shop as shop


async def calculated(emulator, **body):
    return await shop.succeed(emulator, "POST", f"/programs/{shop.PROGRAM}/calculate", body)


async def earned(emulator, *lines, **fields):
    return (await calculated(emulator, order_id=shop.order(emulator, *lines, **fields)))["points"]


async def earned_by(emulator, amount):
    return (await calculated(emulator, transaction_amount_money=shop.usd(amount)))["points"]


async def test_a_program_is_found_by_its_id_and_as_main_with_its_tiers_by_points(emulator):
    shop.open_shop(emulator)

    by_keyword = await shop.succeed(emulator, "GET", "/programs/main")
    by_id = await shop.succeed(emulator, "GET", f"/programs/{shop.PROGRAM}")

    assert by_keyword == by_id
    assert [each["points"] for each in by_id["program"]["reward_tiers"]] == [10, 50]
    assert by_id["program"]["reward_tiers"][0]["pricing_rule_reference"]["catalog_version"] == "1605486402527"


async def test_a_program_is_not_found_by_another_id_or_by_another_seller(emulator):
    assert await shop.refuse(emulator, "GET", "/programs/main") == (404, "NOT_FOUND", None)
    shop.open_shop(emulator, reward_tiers=[])

    assert await shop.refuse(emulator, "GET", "/programs/other") == (404, "NOT_FOUND", None)
    assert await shop.refuse(emulator, "GET", "/programs/main", token="second-seller-token") == (404, "NOT_FOUND", None)


async def test_a_spend_rule_counts_whole_steps_of_its_amount(emulator):
    shop.open_shop(emulator, shop.spend(points=1, per=1000))

    assert await earned_by(emulator, 10_500) == 10
    assert await earned_by(emulator, 999) == 0
    assert await earned_by(emulator, -10_500) == 0
    assert await earned(emulator, shop.line(shop.TEA, 10_500)) == 10


async def test_a_spend_rule_leaves_out_the_tax_unless_told_to_keep_it(emulator):
    lines = shop.line(shop.TEA, 1090, "1", tax=100)

    shop.open_shop(emulator, shop.spend(per=100, tax_mode="BEFORE_TAX"))
    assert await earned(emulator, lines) == 9
    shop.open_shop(emulator, shop.spend(per=100, tax_mode="AFTER_TAX"))
    assert await earned(emulator, lines) == 10


async def test_a_spend_rule_leaves_out_excluded_items_and_categories(emulator):
    exclusions = {"excluded_item_variation_ids": [shop.GIFT_CARD], "excluded_category_ids": [shop.VOUCHERS]}
    shop.open_shop(emulator, shop.spend(**exclusions))
    coffee = shop.line(shop.COFFEE, 550, "1", tax=50)
    gift_card = shop.line(shop.GIFT_CARD, 5500, "1", tax=500)
    voucher = shop.line("V-VOUCHER", 2200, "1", shop.VOUCHERS, shop.HOT, tax=200)

    assert await earned(emulator, coffee, gift_card, voucher) == 5
    assert await earned(emulator, gift_card, voucher) == 0


async def test_a_visit_rule_grants_its_points_from_its_minimum_on(emulator):
    shop.open_shop(emulator, shop.visit(points=5, minimum_amount_money=shop.usd(1000)))

    assert [await earned_by(emulator, amount) for amount in (999, 1000, 9999)] == [0, 5, 5]
    assert await earned(emulator, shop.line(shop.TEA, 1050, "1", tax=51)) == 0
    shop.open_shop(emulator, shop.visit(points=5, tax_mode="AFTER_TAX", minimum_amount_money=shop.usd(1000)))
    assert await earned(emulator, shop.line(shop.TEA, 1050, "1", tax=51)) == 5
    shop.open_shop(emulator, shop.visit(points=4))
    assert await earned_by(emulator, 1) == 4


@pytest.mark.parametrize("rule", [shop.item(points=3), shop.category(points=3)])
async def test_item_and_category_rules_grant_points_for_each_unit_of_an_order(emulator, rule):
    shop.open_shop(emulator, rule)
    coffees = shop.line(shop.COFFEE, 900, "2", shop.HOT)

    assert await earned(emulator, coffees, shop.line(shop.COFFEE, 300, "1.5", shop.HOT)) == 9
    assert await earned(emulator, shop.line(shop.TEA, 900)) == 0
    assert await earned(emulator, shop.line(shop.COFFEE, 900, "many", shop.HOT)) == 3
    assert await earned_by(emulator, 900) == 0


async def test_the_rule_that_grants_the_most_points_counts(emulator):
    shop.open_shop(emulator, shop.visit(points=5), shop.spend(per=100), shop.item(points=3))

    assert await earned(emulator, shop.line(shop.TEA, 300)) == 5
    assert await earned(emulator, shop.line(shop.TEA, 900)) == 9
    assert await earned(emulator, shop.line(shop.COFFEE, 400, "4")) == 12
    assert await earned_by(emulator, 700) == 7


async def test_other_currencies_earn_nothing(emulator):
    shop.open_shop(emulator, shop.spend(), shop.visit(points=5, minimum_amount_money=shop.usd(1)))

    body = {"transaction_amount_money": {"amount": 5000, "currency": "EUR"}}

    assert await calculated(emulator, **body) == {"points": 0, "promotion_points": 0}


async def test_a_program_without_rules_grants_nothing(emulator):
    shop.open_shop(emulator, accrual_rules=None)

    assert await earned_by(emulator, 5000) == 0
    assert await earned(emulator) == 0


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({}, (400, "MISSING_REQUIRED_PARAMETER", "order_id")),
        ({"order_id": None}, (400, "MISSING_REQUIRED_PARAMETER", "order_id")),
        ({"order_id": "unknown"}, (400, "BAD_REQUEST", "order_id")),
        ({"transaction_amount_money": {}}, (400, "MISSING_REQUIRED_PARAMETER", "transaction_amount_money.amount")),
        (
            {"transaction_amount_money": {"amount": 5}},
            (400, "MISSING_REQUIRED_PARAMETER", "transaction_amount_money.currency"),
        ),
        (
            {"order_id": "O", "transaction_amount_money": shop.usd(5)},
            (400, "CONFLICTING_PARAMETERS", "order_id"),
        ),
        ({"order_id": "O", "loyalty_account_id": "unknown"}, (404, "NOT_FOUND", None)),
        ({"order_id": "O", "loyalty_account_id": "A" * 37}, (400, "VALUE_TOO_LONG", "loyalty_account_id")),
    ],
)
async def test_a_calculation_that_cannot_be_is_refused(emulator, body, refused):
    shop.open_shop(emulator)

    assert await shop.refuse(emulator, "POST", f"/programs/{shop.PROGRAM}/calculate", body) == refused


async def test_a_calculation_moves_no_points(emulator):
    shop.open_shop(emulator)
    account_id, order = await shop.enroll(emulator), shop.order(emulator)

    answer = await calculated(emulator, order_id=order, loyalty_account_id=account_id)

    assert answer == {"points": 12, "promotion_points": 0}
    assert (await shop.account(emulator, account_id))["balance"] == 0
    assert await shop.events(emulator, account_id) == []
