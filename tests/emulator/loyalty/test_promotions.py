from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.emulator.rules.loyalty import promotions as loyalty_promotions
from gateway.emulator.store.tenants import FIRST_SELLER, SECOND_SELLER
from tests.emulator import loyalty_shop as shop
from tests.emulator.promotions import (
    ALL,
    PACIFIC,
    TUESDAYS,
    during,
    extra,
    listed,
    open_on_a_monday,
    plus,
    status,
    times,
    to,
)


@pytest.fixture(autouse=True)
def _open(emulator):
    open_on_a_monday(emulator)


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


@pytest.mark.parametrize(
    ("periods", "end_date", "last", "after"),
    [
        (["DTSTART:20300806T100000\nDURATION:PT1H"], "2030-08-06", (6, 10, 59, 59), (6, 11, 0, 1)),
        (["DTSTART:20300806T000000\nDURATION:P1D"], "2030-08-06", (6, 23, 59, 59), (7, 0, 0, 1)),
        (["DTSTART:20300806T220000\nDURATION:PT4H"], "2030-08-06", (7, 1, 59, 59), (7, 2, 0, 1)),
        (
            ["DTSTART:20300809T100000\nDURATION:PT1H", "DTSTART:20300806T100000\nDURATION:PT1H"],
            "2030-08-09",
            (9, 10, 59, 59),
            (9, 11, 0, 1),
        ),
        ([f"{TUESDAYS};UNTIL=20300813", "DTSTART:20300807T100000\nDURATION:PT1H"], "2030-08-13", (13, 23), (14, 0, 1)),
    ],
)
async def test_a_promotion_that_does_not_recur_has_ended_with_its_last_period(emulator, periods, end_date, last, after):
    promotion = await shop.promote(emulator, available_time=during(*periods))

    assert promotion["available_time"]["end_date"] == end_date
    for moment, expected in ((last, "ACTIVE"), (after, "ENDED")):
        to(emulator, datetime(2030, 8, *moment, tzinfo=PACIFIC))
        assert await status(emulator, promotion) == expected
        assert await listed(emulator, status=expected) == [promotion["id"]]


async def test_promotions_that_are_over_leave_their_places_to_others(emulator):
    once = during("DTSTART:20300806T100000\nDURATION:PT1H")
    over = [await shop.promote(emulator, available_time=once) for _ in range(10)]
    assert (await shop.refuse(emulator, "POST", ALL, shop.promotion()))[:2] == (400, "BAD_REQUEST")
    to(emulator, datetime(2030, 8, 6, 12, tzinfo=PACIFIC))

    others = [await shop.promote(emulator) for _ in range(10)]

    assert sorted(await listed(emulator, status="ENDED")) == sorted(each["id"] for each in over)
    assert sorted(await listed(emulator, status="ACTIVE")) == sorted(each["id"] for each in others)
    assert (await shop.refuse(emulator, "POST", ALL, shop.promotion()))[:2] == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "period",
    [
        "DTSTART:20200101T000000\nDURATION:P1D\nRRULE:FREQ=DAILY;UNTIL=20200201",
        "DTSTART:20300805T070000\nDURATION:PT1H",
    ],
)
async def test_a_promotion_that_has_already_ended_is_refused(emulator, period):
    body = shop.promotion(available_time=during(period))

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


async def test_every_page_of_a_status_holds_that_status_and_that_seller_alone(emulator):
    for seller in (FIRST_SELLER, SECOND_SELLER):
        for position in range(2):
            periods = during("DTSTART:20300101T000000\nDURATION:P1D\nRRULE:FREQ=DAILY")
            canceled = {
                **shop.promotion(available_time=periods)["loyalty_promotion"],
                "id": f"{seller}-{position}",
                "loyalty_program_id": shop.PROGRAM,
                "created_at": "2030-01-01T00:00:00.000Z",
                "canceled_at": "2030-01-02T00:00:00.000Z",
            }
            loyalty_promotions.insert(emulator.store.db, seller, canceled)
    active = [(await shop.promote(emulator))["id"] for _ in range(2)][::-1]

    for params, expected in (
        ({"status": "ACTIVE"}, active),
        ({}, [*active, f"{FIRST_SELLER}-1", f"{FIRST_SELLER}-0"]),
    ):
        found, cursor = [], {}
        while cursor is not None:
            page = await shop.succeed(emulator, "GET", ALL, limit=1, **params, **cursor)
            found += [each["id"] for each in page["loyalty_promotions"]]
            cursor = {"cursor": page["cursor"]} if "cursor" in page else None
        assert found == expected


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
