"""The operations on loyalty programs and promotions."""

from __future__ import annotations

import json
from typing import Any

from tests.emulator import loyalty_shop as shop
from tests.operations.row import KEY, WITH_KEY, Row, mutation

LOYALTY, PROGRAM = "/v2/loyalty", f"/v2/loyalty/programs/{shop.PROGRAM}"
PERIODS = json.dumps(shop.ALWAYS["time_periods"])


async def prepare(emulator: Any, names: dict[str, str]) -> None:
    """The program, one promotion and one order."""
    shop.open_shop(emulator)
    names["promotion"] = (await shop.promote(emulator))["id"]
    names["order"] = shop.order(emulator)


ROWS = [
    Row("RetrieveLoyaltyProgram", "{ loyaltyProgram { status } }", f"GET {LOYALTY}/programs/main"),
    Row(
        "ListLoyaltyPromotions",
        f'{{ loyaltyProgram(id: "{shop.PROGRAM}") {{ promotions(status: ACTIVE) {{ nodes {{ name }} }} }} }}',
        f"GET {PROGRAM}/promotions?status=ACTIVE&limit=30",
        None,
        {f"GET {PROGRAM}": None},
    ),
    Row(
        "RetrieveLoyaltyPromotion",
        f'{{ loyaltyPromotion(programId: "{shop.PROGRAM}", id: "<promotion>") {{ name }} }}',
        f"GET {PROGRAM}/promotions/<promotion>",
    ),
    Row(
        "CreateLoyaltyPromotion",
        mutation(
            f'createLoyaltyPromotion(programId: "{shop.PROGRAM}", {KEY}, input: {{name: "Double", '
            f'incentive: {{multiplier: "2"}}, availableTime: {{timePeriods: {PERIODS}}}}})'
        ),
        f"POST {PROGRAM}/promotions",
        {
            **WITH_KEY,
            "loyalty_promotion": {
                "name": "Double",
                "incentive": {"type": "POINTS_MULTIPLIER", "points_multiplier_data": {"multiplier": "2"}},
                "available_time": shop.ALWAYS,
            },
        },
    ),
    Row(
        "CancelLoyaltyPromotion",
        mutation(f'cancelLoyaltyPromotion(programId: "{shop.PROGRAM}", id: "<promotion>")'),
        f"POST {PROGRAM}/promotions/<promotion>/cancel",
    ),
    Row(
        "CalculateLoyaltyPoints",
        f'{{ calculateLoyaltyPoints(programId: "{shop.PROGRAM}", orderId: "<order>") {{ points promotionPoints }} }}',
        f"POST {PROGRAM}/calculate",
        {"order_id": "<order>"},
    ),
]

ENTITIES = {
    "LoyaltyProgram": ({"id": shop.PROGRAM}, "status"),
    "LoyaltyPromotion": ({"id": "<promotion>"}, "name"),
}
