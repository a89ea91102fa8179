from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.emulator import loyalty_shop as shop
from tests.emulator.promotions import PACIFIC, open_on_a_monday, to

NEXT_CENTURY = {"time_periods": ["DTSTART:20990101T000000\nDURATION:P1D\nRRULE:FREQ=DAILY"]}

CREATE = """mutation ($input: LoyaltyPromotionInput!, $programId: ID! = "main", $key: String) {
  createLoyaltyPromotion(programId: $programId, input: $input, idempotencyKey: $key) {
    idempotencyKey
    promotion {
      id name status rawStatus createdAt updatedAt canceledAt programId program { id }
      incentive { type rawType multiplier pointsAddition }
      availableTime { startDate endDate timePeriods }
      triggerLimit { times interval rawInterval }
      minimumSpendAmountMoney { amount currency } qualifyingItemVariationIds qualifyingCategoryIds
    }
    userErrors { __typename code field message }
  }
}"""
CANCEL = """mutation ($id: ID!, $programId: ID! = "main") {
  cancelLoyaltyPromotion(id: $id, programId: $programId) {
    promotion { id status canceledAt } userErrors { __typename code field }
  }
}"""


def wanted(**fields: Any) -> dict[str, Any]:
    return {
        "name": "Double Fridays",
        "incentive": {"multiplier": "2.0"},
        "availableTime": {"timePeriods": shop.ALWAYS["time_periods"]},
        **fields,
    }


async def test_a_promotion_is_made_with_all_it_can_have(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    given = wanted(
        triggerLimit={"times": 2, "interval": "DAY"},
        minimumSpendAmountMoney=shop.usd(2000),
        qualifyingCategoryIds=[shop.HOT],
    )

    answer = (await graph.data(CREATE, {"input": given, "programId": shop.PROGRAM}))["createLoyaltyPromotion"]

    assert answer["userErrors"] == []
    promotion = answer["promotion"]
    assert promotion["incentive"] == {
        "type": "POINTS_MULTIPLIER",
        "rawType": "POINTS_MULTIPLIER",
        "multiplier": "2.000",
        "pointsAddition": None,
    }
    assert promotion["triggerLimit"] == {"times": 2, "interval": "DAY", "rawInterval": "DAY"}
    assert promotion["minimumSpendAmountMoney"] == {"amount": 2000, "currency": "USD"}
    assert promotion["qualifyingCategoryIds"] == [shop.HOT]
    assert promotion["qualifyingItemVariationIds"] == []
    assert promotion["availableTime"]["startDate"] == "2020-01-01"
    assert promotion["availableTime"]["endDate"] is None
    assert (promotion["status"], promotion["canceledAt"]) == ("ACTIVE", None)
    assert promotion["program"] == {"id": shop.PROGRAM}
    assert graph.calls == {"CreateLoyaltyPromotion": 1}


async def test_points_can_be_added_and_the_program_be_looked_up(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    given = wanted(
        incentive={"pointsAddition": 5}, availableTime={"timePeriods": NEXT_CENTURY["time_periods"]}, triggerLimit=None
    )

    promotion = (await graph.data(CREATE, {"input": given}))["createLoyaltyPromotion"]["promotion"]

    assert promotion["incentive"]["pointsAddition"] == 5
    assert promotion["status"] == "SCHEDULED"
    assert promotion["triggerLimit"] is None
    assert graph.calls == {"RetrieveLoyaltyProgram": 1, "CreateLoyaltyPromotion": 1}


async def test_a_limit_without_interval_is_for_all_time(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    answer = await graph.data(CREATE, {"input": wanted(triggerLimit={"times": 1})})

    assert answer["createLoyaltyPromotion"]["promotion"]["triggerLimit"]["interval"] == "ALL_TIME"


async def test_a_promotion_made_again_with_its_key_is_the_same(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    variables = {"input": wanted(), "key": "friday-1"}

    first = (await graph.data(CREATE, variables))["createLoyaltyPromotion"]
    again = (await graph.data(CREATE, variables))["createLoyaltyPromotion"]
    other = (await graph.data(CREATE, {**variables, "input": wanted(name="Other")}))["createLoyaltyPromotion"]

    assert first["idempotencyKey"] == "friday-1"
    assert again["promotion"]["id"] == first["promotion"]["id"]
    assert other["promotion"] is None
    (error,) = other["userErrors"]
    assert (error["__typename"], error["field"]) == ("IdempotencyError", ["idempotencyKey"])


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"name": ""}, "VALUE_EMPTY", ["input", "name"]),
        ({"name": "n" * 71}, "VALUE_TOO_LONG", ["input", "name"]),
        ({"availableTime": {"timePeriods": []}}, "VALUE_EMPTY", ["input", "availableTime", "timePeriods"]),
        ({"incentive": {"pointsAddition": 0}}, "VALUE_TOO_LOW", ["input", "incentive", "pointsAddition"]),
        ({"triggerLimit": {"times": 31}}, "VALUE_TOO_HIGH", ["input", "triggerLimit", "times"]),
        (
            {"triggerLimit": {"times": 1, "interval": "UNKNOWN"}},
            "INVALID_ENUM_VALUE",
            ["input", "triggerLimit", "interval"],
        ),
        (
            {"minimumSpendAmountMoney": shop.usd(0)},
            "VALUE_TOO_LOW",
            ["input", "minimumSpendAmountMoney", "amount"],
        ),
        (
            {"qualifyingCategoryIds": ["a"], "qualifyingItemVariationIds": ["b"]},
            "CONFLICTING_PARAMETERS",
            ["input", "qualifyingCategoryIds"],
        ),
    ],
)
async def test_what_is_sure_to_be_refused_costs_no_call(
    graph: Any, emulator: Any, fields: dict[str, Any], code: str, path: list[str]
) -> None:
    shop.open_shop(emulator)

    answer = (await graph.data(CREATE, {"input": wanted(**fields)}))["createLoyaltyPromotion"]

    assert answer["promotion"] is None
    (error,) = answer["userErrors"]
    assert (error["__typename"], error["code"], error["field"]) == ("ValidationError", code, path)
    assert not graph.calls


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"incentive": {"multiplier": "11"}}, ["input", "incentive", "multiplier"]),
        ({"availableTime": {"timePeriods": ["tomorrow"]}}, ["input", "availableTime", "timePeriods", "0"]),
    ],
)
async def test_what_square_refuses_names_the_input(
    graph: Any, emulator: Any, fields: dict[str, Any], path: list[str]
) -> None:
    shop.open_shop(emulator)

    answer = (await graph.data(CREATE, {"input": wanted(**fields)}))["createLoyaltyPromotion"]

    (error,) = answer["userErrors"]
    assert (error["__typename"], error["field"]) == ("ValidationError", path)


async def test_an_incentive_is_one_of_two(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    answer = await graph(CREATE, {"input": wanted(incentive={"multiplier": "2.0", "pointsAddition": 1})})

    assert "data" not in answer or answer["data"] is None
    assert not graph.calls


async def test_the_eleventh_open_promotion_is_a_user_error(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    for _ in range(10):
        await shop.promote(emulator)

    answer = (await graph.data(CREATE, {"input": wanted()}))["createLoyaltyPromotion"]

    assert answer["promotion"] is None
    assert answer["userErrors"][0]["message"] == "A program can have 10 active and scheduled promotions."


async def test_promotions_of_one_day_end_with_it_and_leave_their_places(graph: Any, emulator: Any) -> None:
    open_on_a_monday(emulator)
    once = wanted(availableTime={"timePeriods": ["DTSTART:20300805T100000\nDURATION:PT2H"]})
    for _ in range(10):
        made = (await graph.data(CREATE, {"input": once}))["createLoyaltyPromotion"]
    to(emulator, datetime(2030, 8, 5, 12, 0, 1, tzinfo=PACIFIC))

    after = (await graph.data(CREATE, {"input": wanted()}))["createLoyaltyPromotion"]
    query = 'query ($id: ID!) { loyaltyPromotion(id: $id, programId: "main") { status availableTime { endDate } } }'
    ended = (await graph.data(query, {"id": made["promotion"]["id"]}))["loyaltyPromotion"]

    assert (made["promotion"]["status"], after["promotion"]["status"], after["userErrors"]) == ("ACTIVE", "ACTIVE", [])
    assert ended == {"status": "ENDED", "availableTime": {"endDate": "2030-08-05"}}


async def test_a_seller_without_a_program_has_no_promotions_to_make_or_cancel(graph: Any) -> None:
    made = (await graph.data(CREATE, {"input": wanted()}))["createLoyaltyPromotion"]
    canceled = (await graph.data(CANCEL, {"id": "loypromo_1"}))["cancelLoyaltyPromotion"]

    for answer in (made, canceled):
        (error,) = answer["userErrors"]
        assert (error["__typename"], error["field"]) == ("NotFoundError", ["programId"])
    assert graph.calls == {"RetrieveLoyaltyProgram": 2}


async def test_a_promotion_is_canceled_once(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    promotion_id = (await shop.promote(emulator))["id"]
    variables = {"id": promotion_id, "programId": shop.PROGRAM}
    graph.reset()

    canceled = (await graph.data(CANCEL, variables))["cancelLoyaltyPromotion"]
    again = (await graph.data(CANCEL, variables))["cancelLoyaltyPromotion"]

    assert canceled["userErrors"] == []
    assert canceled["promotion"]["status"] == "CANCELED"
    assert canceled["promotion"]["canceledAt"]
    assert again["promotion"] is None
    assert again["userErrors"][0]["__typename"] == "ValidationError"
    assert graph.calls == {"CancelLoyaltyPromotion": 2}


async def test_canceling_a_promotion_that_does_not_exist_is_a_user_error(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    answer = (await graph.data(CANCEL, {"id": "loypromo_nowhere"}))["cancelLoyaltyPromotion"]

    assert answer["userErrors"][0]["__typename"] == "NotFoundError"
