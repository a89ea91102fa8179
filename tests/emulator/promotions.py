"""What several tests of loyalty promotions share: a shop, its clock, terms and points."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tests.emulator import loyalty_shop as shop

PACIFIC, TOKYO = ZoneInfo("America/Los_Angeles"), ZoneInfo("Asia/Tokyo")
ALL = f"/programs/{shop.PROGRAM}/promotions"
TUESDAYS = "DTSTART:20300806T160000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;BYDAY=TU"
PERIODS = "loyalty_promotion.available_time.time_periods"


def open_on_a_monday(emulator):
    """A shop on a Monday morning in summer, so that no test depends on the day it runs."""
    shop.open_shop(emulator)
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
