from __future__ import annotations

import pytest

from tests.emulator import loyalty_shop as shop
from tests.emulator.promotions import (
    ALL,
    PERIODS,
    TUESDAYS,
    during,
    open_on_a_monday,
    plus,
    times,
)

MULTIPLIER = "loyalty_promotion.incentive.points_multiplier_data.multiplier"


@pytest.fixture(autouse=True)
def _open(emulator):
    open_on_a_monday(emulator)


@pytest.mark.parametrize(
    ("given", "answered"),
    [
        ({"multiplier": "1.5"}, {"multiplier": "1.500"}),
        ({"multiplier": "2"}, {"multiplier": "2.000", "points_multiplier": 2}),
        ({"multiplier": "10.0"}, {"multiplier": "10.00", "points_multiplier": 10}),
        ({"multiplier": "1.001"}, {"multiplier": "1.001"}),
        ({"points_multiplier": 4}, {"multiplier": "4.000", "points_multiplier": 4}),
        ({"points_multiplier": 4, "multiplier": "4.0"}, {"multiplier": "4.000", "points_multiplier": 4}),
    ],
)
async def test_a_multiplier_is_answered_in_both_forms_where_it_has_both(emulator, given, answered):
    incentive = {"type": "POINTS_MULTIPLIER", "points_multiplier_data": given}

    promotion = await shop.promote(emulator, incentive=incentive)

    assert promotion["incentive"]["points_multiplier_data"] == answered


@pytest.mark.parametrize(
    ("incentive", "code", "field"),
    [
        ({"type": "POINTS_MULTIPLIER"}, "MISSING_REQUIRED_PARAMETER", MULTIPLIER.rpartition(".")[0]),
        ({"type": "POINTS_MULTIPLIER", "points_multiplier_data": {}}, "MISSING_REQUIRED_PARAMETER", MULTIPLIER),
        (times("1"), "VALUE_TOO_LOW", MULTIPLIER),
        (times("10.1"), "VALUE_TOO_HIGH", MULTIPLIER),
        (times("12345."), "VALUE_TOO_LONG", MULTIPLIER),
        (times(".1234"), "INVALID_VALUE", MULTIPLIER),
        (times("1e1"), "INVALID_VALUE", MULTIPLIER),
        (times("NaN"), "INVALID_VALUE", MULTIPLIER),
        (times("٣"), "INVALID_VALUE", MULTIPLIER),
        (times("-2"), "INVALID_VALUE", MULTIPLIER),
        (
            {"type": "POINTS_MULTIPLIER", "points_multiplier_data": {"multiplier": "2.5", "points_multiplier": 2}},
            "CONFLICTING_PARAMETERS",
            MULTIPLIER,
        ),
        (
            {"type": "POINTS_MULTIPLIER", "points_multiplier_data": {"points_multiplier": 11}},
            "VALUE_TOO_HIGH",
            "loyalty_promotion.incentive.points_multiplier_data.points_multiplier",
        ),
        (
            times("2.0") | {"points_addition_data": {"points_addition": 5}},
            "CONFLICTING_PARAMETERS",
            "loyalty_promotion.incentive.points_addition_data",
        ),
        (
            {"type": "POINTS_ADDITION"},
            "MISSING_REQUIRED_PARAMETER",
            "loyalty_promotion.incentive.points_addition_data",
        ),
        (
            plus(5) | {"points_multiplier_data": {"multiplier": "2.0"}},
            "CONFLICTING_PARAMETERS",
            "loyalty_promotion.incentive.points_multiplier_data",
        ),
        (plus(0), "VALUE_TOO_LOW", "loyalty_promotion.incentive.points_addition_data.points_addition"),
    ],
)
async def test_an_incentive_that_cannot_be_is_refused(emulator, incentive, code, field):
    body = shop.promotion(incentive=incentive)

    assert await shop.refuse(emulator, "POST", ALL, body) == (400, code, field)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": ""}, "VALUE_EMPTY", "loyalty_promotion.name"),
        ({"name": "n" * 71}, "VALUE_TOO_LONG", "loyalty_promotion.name"),
        ({"trigger_limit": {"times": 31}}, "VALUE_TOO_HIGH", "loyalty_promotion.trigger_limit.times"),
        ({"trigger_limit": {"times": 0}}, "VALUE_TOO_LOW", "loyalty_promotion.trigger_limit.times"),
        ({"trigger_limit": {"interval": "DAY"}}, "MISSING_REQUIRED_PARAMETER", "loyalty_promotion.trigger_limit.times"),
        (
            {"minimum_spend_amount_money": shop.usd(0)},
            "VALUE_TOO_LOW",
            "loyalty_promotion.minimum_spend_amount_money.amount",
        ),
        (
            {"minimum_spend_amount_money": {"amount": 5}},
            "MISSING_REQUIRED_PARAMETER",
            "loyalty_promotion.minimum_spend_amount_money.currency",
        ),
        (
            {"qualifying_category_ids": ["C"], "qualifying_item_variation_ids": ["V"]},
            "CONFLICTING_PARAMETERS",
            "loyalty_promotion.qualifying_category_ids",
        ),
        ({"available_time": {}}, "MISSING_REQUIRED_PARAMETER", PERIODS),
        ({"available_time": during()}, "ARRAY_EMPTY", PERIODS),
    ],
)
async def test_terms_outside_the_limits_are_refused(emulator, fields, code, field):
    assert await shop.refuse(emulator, "POST", ALL, shop.promotion(**fields)) == (400, code, field)


@pytest.mark.parametrize(
    "period",
    [
        "",
        "nonsense",
        "DTSTART:20300805T160000",
        "DURATION:PT2H",
        "DTSTART:20300805T160000Z\nDURATION:PT2H",
        "DTSTART;TZID=America/New_York:20300805T160000\nDURATION:PT2H",
        "DTSTART:20300805\nDURATION:PT2H",
        "DTSTART:20301305T160000\nDURATION:PT2H",
        "DTSTART:00010805T160000\nDURATION:PT2H",
        "DTSTART:20300805T160000\nDURATION:2 hours",
        "DTSTART:20300805T160000\nDURATION:P",
        "DTSTART:20300805T160000\nDURATION:PT0H",
        "DTSTART:20300805T160000\nDURATION:P2D",
        "DTSTART:20300805T160000\nDTSTART:20300805T160000\nDURATION:PT2H",
        "DTSTART:20300805T160000\nDURATION:PT2H\nSUMMARY:Sale",
        f"{TUESDAYS};COUNT=3",
        f"{TUESDAYS};INTERVAL=0",
        f"{TUESDAYS};UNTIL=20300901T000000Z",
        f"{TUESDAYS};UNTIL=20300701T000000",
        "DTSTART:20300805T160000\nDURATION:PT2H\nRRULE:FREQ=SECONDLY",
        "DTSTART:20300805T160000\nDURATION:PT2H\nRRULE:BYDAY=MO",
    ],
)
async def test_a_time_period_that_square_does_not_support_is_refused(emulator, period):
    body = shop.promotion(available_time=during(period))

    assert await shop.refuse(emulator, "POST", ALL, body) == (400, "INVALID_VALUE", f"{PERIODS}[0]")


async def test_a_day_has_one_time_period(emulator):
    mondays = "DTSTART:20300805T090000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;BYDAY=MO"
    later = "DTSTART:20300805T120000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE"

    assert await shop.refuse(emulator, "POST", ALL, shop.promotion(available_time=during(mondays, later))) == (
        400,
        "BAD_REQUEST",
        PERIODS,
    )
    promotion = await shop.promote(emulator, available_time=during(mondays, TUESDAYS))
    assert promotion["available_time"]["start_date"] == "2030-08-05"


@pytest.mark.parametrize("field", ["qualifying_category_ids", "qualifying_item_variation_ids"])
async def test_qualifying_items_need_a_visit_or_spend_rule(emulator, field):
    shop.open_shop(emulator, shop.item(), shop.category())

    refused = await shop.refuse(emulator, "POST", ALL, shop.promotion(**{field: ["X"]}))

    assert refused == (400, "BAD_REQUEST", f"loyalty_promotion.{field}")
