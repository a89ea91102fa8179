from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import loyalty_shop as shop

ERRORS = "userErrors { __typename code field message }"
ACCUMULATE = f"""mutation ($id: ID!, $input: AccumulateLoyaltyPointsInput!, $key: String) {{
  accumulateLoyaltyPoints(accountId: $id, input: $input, idempotencyKey: $key) {{
    events {{
      __typename id locationId
      ... on AccumulatePointsEvent {{ points orderId }} ... on AccumulatePromotionPointsEvent {{ points }}
    }}
    idempotencyKey {ERRORS}
  }}
}}"""
ADJUST = f"""mutation ($id: ID!, $input: AdjustLoyaltyPointsInput!, $key: String) {{
  adjustLoyaltyPoints(accountId: $id, input: $input, idempotencyKey: $key) {{
    event {{ id ... on AdjustPointsEvent {{ points reason }} }} account {{ id balance }} idempotencyKey {ERRORS}
  }}
}}"""


async def test_points_are_given_for_an_order_with_those_of_a_promotion(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account, order = await shop.enroll(emulator), shop.order(emulator)
    await shop.promote(emulator)
    graph.reset()

    answer = await graph.data(ACCUMULATE, {"id": account, "input": {"orderId": order, "locationId": shop.LOCATION}})

    earned, extra = answer["accumulateLoyaltyPoints"]["events"]
    assert (earned["__typename"], earned["points"], earned["orderId"]) == ("AccumulatePointsEvent", 12, order)
    assert (extra["__typename"], extra["points"]) == ("AccumulatePromotionPointsEvent", 12)
    assert earned["locationId"] == shop.LOCATION
    assert graph.calls == {"AccumulateLoyaltyPoints": 1}


async def test_the_account_is_read_again_only_when_more_than_its_id_is_asked(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)
    mutation = """mutation ($id: ID!, $at: ID!) {
      accumulateLoyaltyPoints(accountId: $id, input: { points: 5, locationId: $at }) { account { %s } }
    }"""
    variables = {"id": account, "at": shop.LOCATION}
    graph.reset()

    data = await graph.data(mutation % "id", variables)
    assert data == {"accumulateLoyaltyPoints": {"account": {"id": account}}}
    assert graph.calls == {"AccumulateLoyaltyPoints": 1}

    graph.reset()
    data = await graph.data(mutation % "balance", variables)
    assert data == {"accumulateLoyaltyPoints": {"account": {"balance": 10}}}
    assert graph.calls == {"AccumulateLoyaltyPoints": 1, "RetrieveLoyaltyAccount": 1}


async def test_every_mutation_of_one_document_sees_what_the_ones_before_did(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)

    data = await graph.data(
        """mutation ($id: ID!) {
          one: adjustLoyaltyPoints(accountId: $id, input: { points: 3 }) { account { balance } }
          two: adjustLoyaltyPoints(accountId: $id, input: { points: 4 }) { account { balance } }
        }""",
        {"id": account},
    )

    assert data == {"one": {"account": {"balance": 3}}, "two": {"account": {"balance": 7}}}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "MISSING_REQUIRED_PARAMETER"),
        ({"points": None}, "MISSING_REQUIRED_PARAMETER"),
        ({"points": 1, "orderId": "ORDER-1"}, "CONFLICTING_PARAMETERS"),
        ({"points": 0}, "VALUE_TOO_LOW"),
    ],
)
async def test_points_come_from_an_order_or_a_number_above_zero(
    graph: Any, emulator: Any, given: dict[str, Any], code: str
) -> None:
    shop.open_shop(emulator)

    answer = await graph.data(ACCUMULATE, {"id": "anybody", "input": {"locationId": shop.LOCATION, **given}})

    assert answer["accumulateLoyaltyPoints"]["events"] is None
    (error,) = answer["accumulateLoyaltyPoints"]["userErrors"]
    assert (error["__typename"], error["code"]) == ("ValidationError", code)
    assert error["field"] == ["input", "points"]
    assert not graph.calls


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"points": 1, "locationId": "nowhere"}, ["input", "locationId"]),
        ({"orderId": "nothing", "locationId": shop.LOCATION}, ["input", "orderId"]),
    ],
)
async def test_a_purchase_that_square_refuses_names_the_input(
    graph: Any, emulator: Any, given: dict[str, Any], path: list[str]
) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)

    answer = (await graph.data(ACCUMULATE, {"id": account, "input": given}))["accumulateLoyaltyPoints"]

    assert answer["events"] is None
    assert answer["userErrors"][0]["field"] == path


async def test_an_account_that_does_not_exist_is_a_user_error(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    accumulated = await graph.data(ACCUMULATE, {"id": "nowhere", "input": {"points": 1, "locationId": shop.LOCATION}})
    adjusted = (await graph.data(ADJUST, {"id": "nowhere", "input": {"points": 1}}))["adjustLoyaltyPoints"]

    for answer in (accumulated["accumulateLoyaltyPoints"], adjusted):
        assert [error["__typename"] for error in answer["userErrors"]] == ["NotFoundError"]
    assert (adjusted["event"], adjusted["account"]) == (None, None)
    assert graph.calls == {"AccumulateLoyaltyPoints": 1, "AdjustLoyaltyPoints": 1}


async def test_points_given_again_with_the_key_are_given_once(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)
    variables = {"id": account, "input": {"points": 5, "locationId": shop.LOCATION}, "key": "purchase-1"}

    first = (await graph.data(ACCUMULATE, variables))["accumulateLoyaltyPoints"]
    again = (await graph.data(ACCUMULATE, variables))["accumulateLoyaltyPoints"]

    assert again["events"] == first["events"]
    assert (await shop.account(emulator, account))["balance"] == 5


async def test_points_are_adjusted_with_a_reason(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator, points=5)
    graph.reset()

    answer = await graph.data(ADJUST, {"id": account, "input": {"points": -2, "reason": "Returned a mug"}})

    adjusted = answer["adjustLoyaltyPoints"]
    assert (adjusted["event"]["points"], adjusted["event"]["reason"]) == (-2, "Returned a mug")
    assert adjusted["account"] == {"id": account, "balance": 3}
    assert graph.calls == {"AdjustLoyaltyPoints": 1, "RetrieveLoyaltyAccount": 1}


async def test_a_balance_falls_below_zero_only_when_it_may(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator, points=5)

    async def take(**options: Any) -> Any:
        return (await graph.data(ADJUST, {"id": account, "input": {"points": -8, **options}}))["adjustLoyaltyPoints"]

    refused = await take()
    also_refused = await take(allowNegativeBalance=False)
    taken = await take(allowNegativeBalance=True)

    for answer in (refused, also_refused):
        assert answer["event"] is None
        assert answer["userErrors"][0]["field"] == ["input", "points"]
    assert taken["account"]["balance"] == -3


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"points": 0}, "INVALID_VALUE", ["input", "points"]),
        ({"points": 1, "reason": "r" * 3501}, "VALUE_TOO_LONG", ["input", "reason"]),
    ],
)
async def test_an_adjustment_that_is_sure_to_be_refused_costs_no_call(
    graph: Any, given: dict[str, Any], code: str, path: list[str]
) -> None:
    answer = (await graph.data(ADJUST, {"id": "anybody", "input": given}))["adjustLoyaltyPoints"]

    (error,) = answer["userErrors"]
    assert (error["code"], error["field"]) == (code, path)
    assert not graph.calls


@pytest.mark.parametrize(("key", "code"), [("", "VALUE_EMPTY"), ("k" * 129, "VALUE_TOO_LONG")])
async def test_a_key_has_1_to_128_characters(graph: Any, key: str, code: str) -> None:
    answers = [
        await graph.data(ACCUMULATE, {"id": "A", "input": {"points": 1, "locationId": "L"}, "key": key}),
        await graph.data(ADJUST, {"id": "A", "input": {"points": 1}, "key": key}),
    ]

    for answer in answers:
        (payload,) = answer.values()
        (error,) = payload["userErrors"]
        assert (error["code"], error["field"]) == (code, ["idempotencyKey"])
    assert not graph.calls


async def test_a_token_that_may_only_read_is_forbidden_to_write(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)

    answer = await graph(ADJUST, {"id": account, "input": {"points": 1}}, token="read-only-token")

    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
