from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.emulator.rules import loyalty_promotions
from tests.emulator import loyalty_shop as shop

PACIFIC, TOKYO = ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Tokyo")
ALL = f"/programs/{shop.PROGRAM}/promotions"
TUESDAYS = "DTSTART:20300806T160000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;BYDAY=TU"
PERIODS = "loyalty_promotion.available_time.time_periods"
MULTIPLIER = "loyalty_promotion.incentive.points_multiplier_data.multiplier"


@pytest.fixture(autouse=True)
def _open(emulator):
    shop.open_shop(emulator)
    # A Monday morning in summer, so that no test depends on the day it runs.
    to(emulator, datetime(2030, 8, 5, 9, tzinfo=PACIFIC))


def to(emulator, moment):
    emulator.clock.advance((moment - emulator.clock.now()).total_seconds())


def during(*periods):
    return {"time_periods": list(periods)}


def times(multiplier):
    return {"type": "POINTS_MULTIPLIER", "points_multiplier_data": {"multiplier": multiplier}}


def plus(points):
    return {"type": "POINTS_ADDITION", "points_addition_data": {"points_addition": points}}


async def listed(emulator, **params):
    page = await shop.succeed(emulator, "GET", ALL, **params)
    return [each["id"] for each in page.get("loyalty_promotions", [])]


async def status(emulator, promotion):
    return (await shop.succeed(emulator, "GET", f"{ALL}/{promotion['id']}"))["loyalty_promotion"]["status"]


async def extra(emulator, account_id=None, *lines, location=shop.LOCATION):
    """The points that a promotion adds to those of an order, accumulated or (without an account) calculated."""
    order = shop.order(emulator, *lines, location_id=location)
    if account_id is None:
        body = {"order_id": order}
        return (await shop.succeed(emulator, "POST", "/programs/main/calculate", body))["promotion_points"]
    body = {"order_id": order, "loyalty_account_id": account_id}
    expected = (await shop.succeed(emulator, "POST", "/programs/main/calculate", body))["promotion_points"]
    _, *more = await shop.accumulate(emulator, account_id, location, order_id=order)
    found = sum(each["accumulate_promotion_points"]["points"] for each in more)
    assert found == expected
    return found


async def test_a_promotion_is_answered_with_what_square_fills_in(emulator):
    body = shop.promotion(
        name="Tuesday Happy Hour Promo",
        incentive=times("3.0"),
        available_time=during("DTSTART:20300805T160000\r\nDURATION:PT2H\r\nRRULE:FREQ=WEEKLY;BYDAY=TU"),
        trigger_limit={"interval": "DAY", "times": 1},
        minimum_spend_amount_money=shop.usd(2000),
        qualifying_category_ids=[shop.HOT],
        qualifying_item_variation_ids=None,
    )

    promotion = (await shop.succeed(emulator, "POST", ALL, body))["loyalty_promotion"]

    assert promotion == {
        "id": promotion["id"],
        "name": "Tuesday Happy Hour Promo",
        "incentive": {
            "type": "POINTS_MULTIPLIER",
            "points_multiplier_data": {"multiplier": "3.000", "points_multiplier": 3},
        },
        "available_time": {
            "start_date": "2030-08-05",
            "time_periods": [
                "BEGIN:VEVENT\nDTSTART:20300805T160000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;BYDAY=TU\nEND:VEVENT"
            ],
        },
        "trigger_limit": {"interval": "DAY", "times": 1},
        "minimum_spend_amount_money": shop.usd(2000),
        "qualifying_category_ids": [shop.HOT],
        "status": "ACTIVE",
        "loyalty_program_id": shop.PROGRAM,
        "created_at": promotion["created_at"],
        "updated_at": promotion["created_at"],
    }
    assert promotion["id"].startswith("loypromo_")
    assert await shop.succeed(emulator, "GET", f"{ALL}/{promotion['id']}") == {"loyalty_promotion": promotion}
    assert await shop.succeed(emulator, "GET", "/programs/main/promotions") == {"loyalty_promotions": [promotion]}
    assert await shop.succeed(emulator, "POST", ALL, body) == {"loyalty_promotion": promotion}


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


async def test_a_promotion_becomes_active_and_ends_by_its_local_dates(emulator):
    until = f"{TUESDAYS};UNTIL=20300820T235959"
    promotion = await shop.promote(
        emulator, available_time=during(until, TUESDAYS.replace("TU", "WE") + ";UNTIL=20300814")
    )

    assert promotion["available_time"]["start_date"] == "2030-08-06"
    assert promotion["available_time"]["end_date"] == "2030-08-20"
    for moment, expected in (
        (datetime(2030, 8, 5, 23, 59, tzinfo=PACIFIC), "SCHEDULED"),
        (datetime(2030, 8, 6, 0, 0, 1, tzinfo=PACIFIC), "ACTIVE"),
        (datetime(2030, 8, 20, 23, 59, tzinfo=PACIFIC), "ACTIVE"),
        (datetime(2030, 8, 21, 0, 0, 1, tzinfo=PACIFIC), "ENDED"),
    ):
        to(emulator, moment)
        assert await status(emulator, promotion) == expected
        assert await listed(emulator, status=expected) == [promotion["id"]]
    assert await shop.succeed(emulator, "GET", ALL, status="ACTIVE") == {}
    refused = await shop.refuse(emulator, "POST", f"{ALL}/{promotion['id']}/cancel")
    assert refused == (400, "BAD_REQUEST", None)


async def test_a_promotion_without_an_end_lasts_until_it_is_canceled(emulator):
    promotion = await shop.promote(emulator, available_time=during(TUESDAYS, "DTSTART:20300805T100000\nDURATION:PT1H"))
    to(emulator, datetime(2045, 1, 1, tzinfo=UTC))
    assert "end_date" not in promotion["available_time"]
    assert await status(emulator, promotion) == "ACTIVE"

    response = await emulator.send("POST", f"/v2/loyalty{ALL}/{promotion['id']}/cancel")

    canceled = (await response.json())["loyalty_promotion"]
    assert response.status == 200
    assert canceled == promotion | {
        "status": "CANCELED",
        "canceled_at": canceled["canceled_at"],
        "updated_at": canceled["canceled_at"],
    }
    assert await shop.succeed(emulator, "GET", f"{ALL}/{promotion['id']}") == {"loyalty_promotion": canceled}
    refused = await shop.refuse(emulator, "POST", f"{ALL}/{promotion['id']}/cancel")
    assert refused == (400, "BAD_REQUEST", None)


async def test_a_scheduled_promotion_can_be_canceled(emulator):
    promotion = await shop.promote(emulator, available_time=during(TUESDAYS))
    assert promotion["status"] == "SCHEDULED"

    await shop.succeed(emulator, "POST", f"{ALL}/{promotion['id']}/cancel")
    to(emulator, datetime(2030, 8, 6, 17, tzinfo=PACIFIC))

    assert await status(emulator, promotion) == "CANCELED"
    assert await extra(emulator) == 0


async def test_a_promotion_that_has_already_ended_is_refused(emulator):
    body = shop.promotion(
        available_time=during("DTSTART:20200101T000000\nDURATION:P1D\nRRULE:FREQ=DAILY;UNTIL=20200201")
    )

    refused = await shop.refuse(emulator, "POST", ALL, body)

    assert refused == (400, "BAD_REQUEST", "loyalty_promotion.available_time")
    assert await listed(emulator) == []


async def test_a_program_has_ten_active_and_scheduled_promotions(emulator):
    active = [await shop.promote(emulator) for _ in range(5)]
    scheduled = [await shop.promote(emulator, available_time=during(TUESDAYS)) for _ in range(5)]

    assert await shop.refuse(emulator, "POST", ALL, shop.promotion()) == (400, "BAD_REQUEST", None)
    for each in (active[0], scheduled[0]):
        await shop.succeed(emulator, "POST", f"{ALL}/{each['id']}/cancel")
    more = [await shop.promote(emulator) for _ in range(2)]

    assert await listed(emulator) == [each["id"] for each in (*active, *scheduled, *more)][::-1]
    assert await shop.refuse(emulator, "POST", ALL, shop.promotion()) == (400, "BAD_REQUEST", None)


async def test_promotions_come_the_newest_first_page_by_page(emulator):
    ids = [(await shop.promote(emulator))["id"] for _ in range(5)][::-1]

    first = await shop.succeed(emulator, "GET", ALL, limit=3)
    second = await shop.succeed(emulator, "GET", ALL, limit=3, cursor=first["cursor"])

    assert [each["id"] for page in (first, second) for each in page["loyalty_promotions"]] == ids
    assert "cursor" not in second
    mixed = {"limit": 3, "status": "ACTIVE", "cursor": first["cursor"]}
    assert await shop.refuse(emulator, "GET", ALL, **mixed) == (400, "INVALID_CURSOR", "cursor")


@pytest.mark.parametrize(
    ("params", "code"),
    [({"limit": 0}, "VALUE_TOO_LOW"), ({"limit": 31}, "VALUE_TOO_HIGH"), ({"status": "LOST"}, "INVALID_ENUM_VALUE")],
)
async def test_a_list_outside_the_limits_is_refused(emulator, params, code):
    assert await shop.refuse(emulator, "GET", ALL, **params) == (400, code, next(iter(params)))


async def test_unknown_programs_and_promotions_are_not_found(emulator):
    promotion = await shop.promote(emulator)

    for method, path, body in (
        ("GET", "/programs/other/promotions", None),
        ("POST", "/programs/other/promotions", shop.promotion()),
        ("GET", f"/programs/other/promotions/{promotion['id']}", None),
        ("GET", f"{ALL}/loypromo_unknown", None),
        ("POST", f"{ALL}/loypromo_unknown/cancel", None),
    ):
        assert await shop.refuse(emulator, method, path, body) == (404, "NOT_FOUND", None)


@pytest.mark.parametrize("field", ["qualifying_category_ids", "qualifying_item_variation_ids"])
async def test_qualifying_items_need_a_visit_or_spend_rule(emulator, field):
    shop.open_shop(emulator, shop.item(), shop.category())

    refused = await shop.refuse(emulator, "POST", ALL, shop.promotion(**{field: ["X"]}))

    assert refused == (400, "BAD_REQUEST", f"loyalty_promotion.{field}")


async def test_an_order_in_a_promotion_earns_its_points_in_an_event_of_their_own(emulator):
    promotion = await shop.promote(emulator, incentive=times("3.0"))
    account_id, order = await shop.enroll(emulator), shop.order(emulator)

    base, more = await shop.accumulate(emulator, account_id, order_id=order)

    account = await shop.account(emulator, account_id)
    assert base["accumulate_points"]["points"] == 12
    assert more == {
        "id": more["id"],
        "type": "ACCUMULATE_PROMOTION_POINTS",
        "created_at": base["created_at"],
        "accumulate_promotion_points": {
            "loyalty_program_id": shop.PROGRAM,
            "loyalty_promotion_id": promotion["id"],
            "points": 24,
            "order_id": order,
        },
        "loyalty_account_id": account_id,
        "location_id": shop.LOCATION,
        "source": "LOYALTY_API",
    }
    assert (account["balance"], account["lifetime_points"]) == (36, 36)


async def test_points_given_by_number_earn_nothing_more(emulator):
    await shop.promote(emulator)
    account_id = await shop.enroll(emulator)

    assert len(await shop.accumulate(emulator, account_id, points=5)) == 1


@pytest.mark.parametrize(
    ("incentive", "amount", "points"),
    [(times("1.5"), 400, 2), (times("1.5"), 500, 2), (times("1.5"), 100, 0), (plus(3), 500, 3), (plus(3), 99, 0)],
)
async def test_fractions_of_points_are_dropped_and_base_points_come_first(emulator, incentive, amount, points):
    await shop.promote(emulator, incentive=incentive)

    assert await extra(emulator, None, shop.line(shop.TEA, amount)) == points


async def test_only_the_most_recent_promotion_that_a_purchase_qualifies_for_counts(emulator):
    await shop.promote(emulator, incentive=plus(1))
    await shop.promote(emulator, incentive=plus(2))
    await shop.promote(emulator, incentive=plus(3), minimum_spend_amount_money=shop.usd(2000))
    euros = {"amount": 1, "currency": "EUR"}
    await shop.promote(emulator, incentive=plus(4), minimum_spend_amount_money=euros)

    assert await extra(emulator, None, shop.line(shop.TEA, 1999)) == 2
    assert await extra(emulator, None, shop.line(shop.TEA, 2000)) == 3


async def test_a_purchase_needs_one_qualifying_item_that_the_rule_did_not_exclude(emulator):
    shop.open_shop(emulator, shop.spend(excluded_item_variation_ids=[shop.GIFT_CARD]))
    await shop.promote(emulator, incentive=plus(1), qualifying_category_ids=[shop.HOT])
    await shop.promote(emulator, incentive=plus(2), qualifying_item_variation_ids=[shop.GIFT_CARD, shop.COFFEE])

    coffee, tea = shop.line(shop.COFFEE, 300), shop.line(shop.TEA, 300, "1", shop.HOT)
    cake, gift_card = shop.line("V-CAKE", 300), shop.line(shop.GIFT_CARD, 300)

    assert await extra(emulator, None, cake, coffee) == 2
    assert await extra(emulator, None, cake, tea) == 1
    assert await extra(emulator, None, cake, gift_card) == 0


async def test_a_promotion_is_available_in_its_periods_by_the_clock_of_the_location(emulator):
    await shop.promote(emulator, available_time=during(TUESDAYS))

    for moment, location, points in (
        (datetime(2030, 8, 6, 15, 59, tzinfo=TOKYO), shop.ELSEWHERE, 0),
        (datetime(2030, 8, 6, 16, 30, tzinfo=TOKYO), shop.ELSEWHERE, 12),
        (datetime(2030, 8, 6, 15, 59, tzinfo=PACIFIC), shop.LOCATION, 0),
        (datetime(2030, 8, 6, 16, tzinfo=PACIFIC), shop.LOCATION, 12),
        (datetime(2030, 8, 6, 16, 1, tzinfo=PACIFIC), shop.ELSEWHERE, 0),
        (datetime(2030, 8, 6, 17, 59, tzinfo=PACIFIC), shop.LOCATION, 12),
        (datetime(2030, 8, 6, 18, 0, 1, tzinfo=PACIFIC), shop.LOCATION, 0),
        (datetime(2030, 8, 7, 16, 30, tzinfo=PACIFIC), shop.LOCATION, 0),
        (datetime(2030, 8, 13, 17, tzinfo=TOKYO), shop.ELSEWHERE, 12),
        (datetime(2041, 8, 6, 17, tzinfo=PACIFIC), shop.LOCATION, 12),
    ):
        to(emulator, moment)
        assert await extra(emulator, None, location=location) == points, moment


async def test_a_period_may_run_past_midnight_and_past_its_last_day(emulator):
    night = "DTSTART:20300805T220000\nDURATION:PT4H\nRRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20300807"
    promotion = await shop.promote(emulator, available_time=during(night))

    for moment, points in (
        (datetime(2030, 8, 6, 1, tzinfo=PACIFIC), 12),
        (datetime(2030, 8, 7, 1, tzinfo=PACIFIC), 0),
        (datetime(2030, 8, 8, 1, tzinfo=PACIFIC), 12),
    ):
        to(emulator, moment)
        assert await extra(emulator) == points, moment
    to(emulator, datetime(2030, 8, 8, 2, 0, 1, tzinfo=PACIFIC))
    assert await status(emulator, promotion) == "ENDED"


async def test_a_period_may_come_once_or_once_a_month(emulator):
    await shop.promote(emulator, available_time=during("DTSTART:20300805T100000\nDURATION:PT1H"))
    await shop.promote(
        emulator, available_time=during("DTSTART:20300801T100000\nDURATION:PT30M\nRRULE:FREQ=MONTHLY;BYDAY=1TH")
    )

    for moment, points in (
        (datetime(2030, 8, 5, 10, 30, tzinfo=PACIFIC), 12),
        (datetime(2030, 8, 12, 10, 30, tzinfo=PACIFIC), 0),
        (datetime(2030, 9, 5, 10, 15, tzinfo=PACIFIC), 12),
        (datetime(2030, 9, 12, 10, 15, tzinfo=PACIFIC), 0),
    ):
        to(emulator, moment)
        assert await extra(emulator) == points, moment


async def test_a_limit_of_all_time_holds_for_each_account_and_passes_to_the_next_promotion(emulator):
    await shop.promote(emulator, incentive=plus(1))
    limited = await shop.promote(emulator, incentive=plus(2), trigger_limit={"times": 2})
    ann, bob = await shop.enroll(emulator), await shop.enroll(emulator)

    assert limited["trigger_limit"] == {"times": 2, "interval": "ALL_TIME"}
    assert [await extra(emulator, ann) for _ in range(3)] == [2, 2, 1]
    emulator.clock.advance(timedelta(days=3).total_seconds())
    assert await extra(emulator, ann) == 1
    assert await extra(emulator, bob) == 2
    assert await extra(emulator) == 2


async def test_a_limit_of_a_day_starts_anew_at_local_midnight(emulator):
    await shop.promote(emulator, incentive=plus(2), trigger_limit={"times": 1, "interval": "DAY"})
    account_id = await shop.enroll(emulator)

    to(emulator, datetime(2030, 8, 5, 23, 50, tzinfo=PACIFIC))
    assert [await extra(emulator, account_id) for _ in range(2)] == [2, 0]
    to(emulator, datetime(2030, 8, 6, 0, 5, tzinfo=PACIFIC))
    assert [await extra(emulator, account_id) for _ in range(2)] == [2, 0]


async def test_a_shop_without_known_locations_keeps_time_in_utc(emulator):
    shop.open_shop(emulator, location_ids=[])
    emulator.store.db.execute("""UPDATE locations SET doc = '{"id": "L-PACIFIC", "timezone": "Mars/Olympus"}'""")
    promotion = await shop.promote(emulator, available_time=during("DTSTART:20300806T000000\nDURATION:P1D"))

    to(emulator, datetime(2030, 8, 6, 0, 1, tzinfo=UTC))

    assert await status(emulator, promotion) == "ACTIVE"
    assert await extra(emulator) == 12


async def test_a_stored_promotion_tells_its_status_by_the_clock_too(emulator):
    base = {"loyalty_program_id": shop.PROGRAM, "name": "July", "incentive": plus(1), "status": "ACTIVE"}
    for number, (period, canceled) in enumerate(
        (
            (
                "BEGIN:VEVENT\nDTSTART:20220701T090000\nDURATION:PT8H\nRRULE:FREQ=DAILY;UNTIL=20220801T000000\nEND:VEVENT",
                {},
            ),
            (TUESDAYS, {"canceled_at": "2022-06-28T00:00:00Z"}),
            (TUESDAYS, {}),
        )
    ):
        loyalty_promotions.insert(
            emulator.store.db,
            emulator.seller,
            base
            | {"id": f"P{number}", "created_at": "2022-06-27T15:37:38Z", "available_time": during(period)}
            | canceled,
        )

    page = await shop.succeed(emulator, "GET", ALL)

    assert [each["status"] for each in page["loyalty_promotions"]] == ["SCHEDULED", "CANCELED", "ENDED"]
