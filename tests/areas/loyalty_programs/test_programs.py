from __future__ import annotations

from typing import Any

from gateway.emulator.store.tenants import Tenants, Token
from tests.emulator import loyalty_shop as shop

PROGRAM = """{ loyaltyProgram(id: "%s") {
  id status rawStatus locationIds locations { id } createdAt updatedAt
  terminology { one other } expirationPolicy { expirationDuration }
  rewardTiers { id points name createdAt pricingRuleReference { objectId catalogVersion } }
  accrualRules {
    accrualType rawAccrualType points
    visitData { minimumAmountMoney { amount currency } taxMode rawTaxMode }
    spendData { amountMoney { amount currency } taxMode excludedCategoryIds excludedItemVariationIds }
    itemVariationData { itemVariationId }
    categoryData { categoryId }
  }
} }"""


async def test_a_program_shows_everything_square_says_about_it(graph: Any, emulator: Any) -> None:
    shop.open_shop(
        emulator,
        shop.visit(minimum_amount_money=shop.usd(500)),
        shop.spend(excluded_category_ids=[shop.VOUCHERS]),
        shop.item(),
        shop.category(),
        expiration_policy={"expiration_duration": "P12M"},
    )

    program = (await graph.data(PROGRAM % "main"))["loyaltyProgram"]

    assert program["id"] == shop.PROGRAM
    assert program["status"] == program["rawStatus"] == "ACTIVE"
    assert program["locations"] == [{"id": shop.LOCATION}, {"id": shop.ELSEWHERE}]
    assert program["terminology"] == {"one": "Bean", "other": "Beans"}
    assert program["expirationPolicy"] == {"expirationDuration": "P12M"}
    assert [tier["id"] for tier in program["rewardTiers"]] == [shop.SMALL, shop.LARGE]
    # Square's own example has this whole number as a JSON string.
    assert program["rewardTiers"][0]["pricingRuleReference"]["catalogVersion"] == 1605486402527
    visit, spend, item, category = program["accrualRules"]
    assert visit["visitData"] == {
        "minimumAmountMoney": {"amount": 500, "currency": "USD"},
        "taxMode": "BEFORE_TAX",
        "rawTaxMode": "BEFORE_TAX",
    }
    assert visit["spendData"] is None
    assert spend["spendData"]["amountMoney"] == {"amount": 100, "currency": "USD"}
    assert spend["spendData"]["excludedCategoryIds"] == [shop.VOUCHERS]
    assert spend["spendData"]["excludedItemVariationIds"] == []
    assert item["itemVariationData"] == {"itemVariationId": shop.COFFEE}
    assert category["categoryData"] == {"categoryId": shop.HOT}


async def test_main_and_the_programs_id_share_one_call(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    data = await graph.data(
        "query ($id: ID!) { main: loyaltyProgram { id } same: loyaltyProgram(id: $id) { status } }",
        {"id": shop.PROGRAM},
    )

    assert data == {"main": {"id": shop.PROGRAM}, "same": {"status": "ACTIVE"}}
    assert graph.calls == {"RetrieveLoyaltyProgram": 1}


async def test_a_seller_without_a_program_has_null_and_no_error(graph: Any) -> None:
    assert await graph.data("{ loyaltyProgram { id } }") == {"loyaltyProgram": None}


async def test_an_id_that_is_not_the_programs_is_null(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    assert await graph.data('{ loyaltyProgram(id: "other") { id } }') == {"loyaltyProgram": None}


async def test_a_kind_of_rule_and_a_status_added_later_read_as_unknown(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator, {"accrual_type": "REFERRAL", "points": 7}, status="PAUSED")

    program = (await graph.data(PROGRAM % "main"))["loyaltyProgram"]

    assert (program["status"], program["rawStatus"]) == ("UNKNOWN", "PAUSED")
    (rule,) = program["accrualRules"]
    assert (rule["accrualType"], rule["rawAccrualType"], rule["points"]) == ("UNKNOWN", "REFERRAL", 7)


CALCULATE = """query ($programId: ID! = "main", $order: ID, $money: MoneyInput, $account: ID) {
  calculateLoyaltyPoints(
    programId: $programId, orderId: $order, transactionAmountMoney: $money, loyaltyAccountId: $account
  ) { points promotionPoints }
}"""


async def test_the_points_of_an_amount_are_calculated(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    data = await graph.data(CALCULATE, {"programId": shop.PROGRAM, "money": shop.usd(1250)})

    assert data == {"calculateLoyaltyPoints": {"points": 12, "promotionPoints": 0}}
    assert graph.calls == {"CalculateLoyaltyPoints": 1}


async def test_the_points_of_an_order_include_those_of_a_promotion_the_account_may_use(
    graph: Any, emulator: Any
) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)
    await shop.promote(emulator, trigger_limit={"times": 1, "interval": "ALL_TIME"})
    query = {"order": shop.order(emulator), "account": account}

    before = await graph.data(CALCULATE, query)
    await shop.accumulate(emulator, account, order_id=shop.order(emulator))
    after = await graph.data(CALCULATE, query)

    assert before == {"calculateLoyaltyPoints": {"points": 12, "promotionPoints": 12}}
    assert after == {"calculateLoyaltyPoints": {"points": 12, "promotionPoints": 0}}


async def test_without_a_program_id_the_program_is_looked_up_for_a_calculation(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    await graph.data(CALCULATE, {"money": shop.usd(100)})

    assert graph.calls == {"RetrieveLoyaltyProgram": 1, "CalculateLoyaltyPoints": 1}


async def test_a_calculation_wants_an_order_or_an_amount_before_anything_is_asked(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    for variables in ({}, {"order": "ORDER-1", "money": shop.usd(100)}):
        answer = await graph(CALCULATE, variables)

        assert answer["data"] == {"calculateLoyaltyPoints": None}
        (error,) = answer["errors"]
        assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": ["orderId"]}
    assert not graph.calls


async def test_without_a_program_nothing_is_calculated(graph: Any) -> None:
    assert await graph.data(CALCULATE, {"money": shop.usd(100)}) == {"calculateLoyaltyPoints": None}
    assert graph.calls == {"RetrieveLoyaltyProgram": 1}


async def test_a_calculation_for_an_order_that_does_not_exist_fails_alone(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    answer = await graph(
        '{ calculateLoyaltyPoints(orderId: "nowhere") { points } loyaltyProgram { id } }',
    )

    assert answer["data"] == {"calculateLoyaltyPoints": None, "loyaltyProgram": {"id": shop.PROGRAM}}
    (error,) = answer["errors"]
    assert error["path"] == ["calculateLoyaltyPoints"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_calculation_for_a_program_that_cannot_be_is_refused_as_input(graph: Any, emulator: Any) -> None:
    answer = await graph('{ calculateLoyaltyPoints(programId: "", orderId: "nowhere") { points } }')

    (error,) = answer["errors"]
    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("BAD_USER_INPUT", ["orderId"])
    assert not graph.calls


async def test_what_square_refuses_about_a_calculation_is_found_in_the_arguments(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    (error,) = (await graph('{ calculateLoyaltyPoints(orderId: "nowhere") { points } }'))["errors"]

    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("BAD_USER_INPUT", ["orderId"])


async def test_a_token_without_the_loyalty_permission_is_forbidden(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    Tenants(emulator.store.db).put(Token("customers-token", scopes=("CUSTOMERS_READ",)))

    answer = await graph("{ loyaltyProgram { id } }", token="customers-token")

    assert answer["data"] == {"loyaltyProgram": None}
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
