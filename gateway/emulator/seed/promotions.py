"""Promotions in every status, timed from the day of the seeding; which of them past purchases earned from."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta, tzinfo

from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Json
from gateway.emulator.rules.loyalty import orders
from gateway.emulator.rules.loyalty import promotion_terms as loyalty_promotion_terms
from gateway.emulator.rules.loyalty import promotions as loyalty_promotions
from gateway.emulator.rules.loyalty.accrual import Earned
from gateway.emulator.seed.chance import Chance
from gateway.emulator.seed.months import midnight, moment, month
from gateway.emulator.seed.shops import COFFEE_SHOP, WHOLE_BEANS, Shop

_TRIPLE, _BONUS, _WEEKEND, _COMING, _DROPPED = (
    f"loypromo_{Chance('promotion', name).uuid()}" for name in ("triple", "bonus", "weekend", "coming", "dropped")
)
# Counted back from the present month: one promotion was that month's, the other has run since.
_TRIPLE_MONTH, _BONUS_SINCE = 3, 2
_BONUS_POINTS, _BONUS_MINIMUM = 10, 800


def insert_promotions(db: sqlite3.Connection, shop: Shop, now: datetime) -> None:
    """Store the coffee shop's promotions; the other shop has none."""
    if shop is not COFFEE_SHOP:
        return
    timezone = orders.zone(shop.locations[0])
    _insert_past(db, shop, now, timezone)
    bonus = {
        "name": f"{_BONUS_POINTS} extra Beans every day",
        "incentive": {"type": "POINTS_ADDITION", "points_addition_data": {"points_addition": _BONUS_POINTS}},
        "available_time": _period(month(now, _BONUS_SINCE), "P1D", "RRULE:FREQ=DAILY"),
        "trigger_limit": {"times": 1, "interval": "DAY"},
        "minimum_spend_amount_money": {"amount": _BONUS_MINIMUM, "currency": "USD"},
    }
    weekend = {
        "name": "Whole-bean weekends",
        "incentive": _multiplier("1.5"),
        "available_time": _period(month(now, 1), "PT10H", "RRULE:FREQ=WEEKLY;BYDAY=SA,SU", hour=8),
        "qualifying_category_ids": [WHOLE_BEANS],
    }
    begins, until = midnight(now) + timedelta(days=20), midnight(now) + timedelta(days=50)
    coming = {
        "name": "Double Beans before nine",
        "incentive": _multiplier("2.0"),
        "available_time": _period(begins, "PT2H", f"RRULE:FREQ=DAILY;UNTIL={until:%Y%m%dT%H%M%S}", hour=7),
        "trigger_limit": {"times": 5, "interval": "ALL_TIME"},
    }
    _insert(db, shop, timezone, id=_BONUS, given=bonus, created=moment(now, _BONUS_SINCE + 1, 25))
    _insert(db, shop, timezone, id=_WEEKEND, given=weekend, created=moment(now, 2, 20))
    _insert(db, shop, timezone, id=_COMING, given=coming, created=moment(now, 1, 28))


def _insert_past(db: sqlite3.Connection, shop: Shop, now: datetime, timezone: tzinfo) -> None:
    last = moment(now, _TRIPLE_MONTH, 28)
    triple = {
        "name": "Anniversary month: triple Beans",
        "incentive": _multiplier("3.0"),
        "available_time": _period(month(now, _TRIPLE_MONTH), "P1D", f"RRULE:FREQ=DAILY;UNTIL={last:%Y%m%dT%H%M%S}"),
    }
    dropped = {
        "name": "Rainy day Beans",
        "incentive": _multiplier("2.0"),
        "available_time": _period(month(now, 4), "PT3H", "RRULE:FREQ=WEEKLY;BYDAY=WE", hour=14),
    }
    _insert(db, shop, timezone, id=_DROPPED, given=dropped, created=moment(now, 5, 20), canceled=moment(now, 5, 22))
    _insert(db, shop, timezone, id=_TRIPLE, given=triple, created=moment(now, _TRIPLE_MONTH + 1, 25))


def _multiplier(text: str) -> Json:
    return {"type": "POINTS_MULTIPLIER", "points_multiplier_data": {"multiplier": text}}


def _period(start: datetime, duration: str, rule: str, hour: int = 0) -> Json:
    return {"time_periods": [f"DTSTART:{start:%Y%m%d}T{hour:02}0000\nDURATION:{duration}\n{rule}"]}


def _insert(
    db: sqlite3.Connection,
    shop: Shop,
    timezone: tzinfo,
    *,
    id: str,
    given: Json,
    created: datetime,
    canceled: datetime | None = None,
) -> None:
    terms = loyalty_promotion_terms.answered(given, shop.program)
    promotion = {
        "id": id,
        **terms,
        "created_at": timestamp(created),
        "updated_at": timestamp(canceled or created),
        "loyalty_program_id": shop.program["id"],
    }
    if canceled is not None:
        promotion["canceled_at"] = timestamp(canceled)
    loyalty_promotions.insert(db, shop.seller, promotion, timezone)


def earned_besides(shop: Shop, months_back: int, earned: Earned) -> tuple[str, int] | None:
    """The promotion that a purchase of that month earned from, with its points."""
    if shop is not COFFEE_SHOP:
        return None
    if months_back == _TRIPLE_MONTH:
        return _TRIPLE, 2 * earned.points
    if months_back <= _BONUS_SINCE and earned.amount >= _BONUS_MINIMUM:
        return _BONUS, _BONUS_POINTS
    return None
