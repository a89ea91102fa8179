from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.emulator import loyalty_shop as shop
from tests.emulator.promotions import (
    PACIFIC,
    TOKYO,
    TUESDAYS,
    during,
    extra,
    open_on_a_monday,
    plus,
    status,
    times,
    to,
)


@pytest.fixture(autouse=True)
def _open(emulator):
    open_on_a_monday(emulator)


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
