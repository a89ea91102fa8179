"""Which promotion a purchase earns points from, and how many.

Points of the base program come first; of the promotions that a purchase qualifies for only the
most recently created counts. The time of the call is taken as the time of the purchase, since
points are accumulated when the buyer has paid (undocumented; chosen here).
See https://developer.squareup.com/docs/loyalty-api/loyalty-promotions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Json, Request
from gateway.emulator.rules.loyalty import orders
from gateway.emulator.rules.loyalty import promotions as loyalty_promotions
from gateway.emulator.rules.loyalty import schedules as loyalty_schedules
from gateway.emulator.rules.loyalty.accrual import Earned, categories


@dataclass(frozen=True, slots=True)
class Offer:
    """A promotion and the points it adds to those of the base program."""

    promotion_id: str
    points: int


def best(
    request: Request, program_id: str, earned: Earned, location_id: str | None, account_id: str | None
) -> Offer | None:
    """The promotion that a purchase with these base points earns from.

    Without an account the limits per buyer do not count.
    """
    if earned.points < 1:
        return None
    local = request.now.astimezone(orders.timezone(request, location_id))
    for promotion in loyalty_promotions.active(request, program_id):
        points = _points(promotion["incentive"], earned.points)
        if (
            points > 0
            and _qualifies(promotion, earned)
            and _available(promotion, local.replace(tzinfo=None))
            and (account_id is None or not _exhausted(request, promotion, account_id, local))
        ):
            return Offer(promotion["id"], points)
    return None


def _points(incentive: Json, base: int) -> int:
    """The additional points; fractions are dropped from the total, so that 4 times 1.5 makes 2 more."""
    if incentive["type"] == "POINTS_ADDITION":
        added: int = incentive["points_addition_data"]["points_addition"]
        return added
    return int(base * Decimal(incentive["points_multiplier_data"]["multiplier"])) - base


def _qualifies(promotion: Json, earned: Earned) -> bool:
    minimum = promotion.get("minimum_spend_amount_money")
    if minimum and (minimum["currency"] != earned.currency or earned.amount < minimum["amount"]):
        return False
    variations = promotion.get("qualifying_item_variation_ids")
    if variations:
        return any(line.get("catalog_object_id") in variations for line in earned.lines)
    wanted = set(promotion.get("qualifying_category_ids") or ())
    return not wanted or any(wanted & categories(line) for line in earned.lines)


def _available(promotion: Json, moment: datetime) -> bool:
    return any(loyalty_schedules.parse(text).covers(moment) for text in promotion["available_time"]["time_periods"])


def _exhausted(request: Request, promotion: Json, account_id: str, local: datetime) -> bool:
    limit = promotion.get("trigger_limit")
    if not limit:
        return False
    since = timestamp(datetime.combine(local.date(), time.min, local.tzinfo)) if limit["interval"] == "DAY" else ""
    (times,) = request.db.execute(
        "SELECT COUNT(*) FROM loyalty_events"
        " WHERE seller = ? AND promotion_id = ? AND account_id = ? AND created_at >= ?",
        (request.caller.seller_id, promotion["id"], account_id, since),
    ).fetchone()
    return bool(times >= limit["times"])
