"""The loyalty program and its promotions as they are followed."""

from __future__ import annotations

from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import done
from tests.following import Live, told_once

live = told_once
PROGRAM = "subscription { loyaltyProgramChanged { kind programId program { id status terminology { one } } } }"
PROMOTIONS = "subscription { loyaltyPromotionChanged { kind promotionId promotion { id name status } } }"


async def test_the_program_is_told_of_when_the_seller_changes_it(live: Live) -> None:
    shop.open_shop(live.emulator)
    async with live.follow(PROGRAM) as follower:
        live.reset()
        body = {"terminology": {"one": "Star", "other": "Stars"}}
        await done(live.emulator.call("PUT", "/_emulator/program", body))

        change = await follower.change()

    shown = {"id": shop.PROGRAM, "status": "ACTIVE", "terminology": {"one": "Star"}}
    assert change == {"kind": "UPDATED", "programId": shop.PROGRAM, "program": shown}
    assert live.calls == {"RetrieveLoyaltyProgram": 1}


async def test_a_promotion_is_told_of_when_it_is_created_and_when_it_is_canceled(live: Live) -> None:
    shop.open_shop(live.emulator)
    async with live.follow(PROMOTIONS) as follower:
        live.reset()
        body = {
            "idempotency_key": shop.key(),
            "loyalty_promotion": {"name": "Happy hour", "incentive": shop.DOUBLE, "available_time": shop.ALWAYS},
        }
        path = f"/programs/{shop.PROGRAM}/promotions"
        made = (await shop.succeed(live.emulator, "POST", path, body))["loyalty_promotion"]["id"]
        created = await follower.change()
        await shop.succeed(live.emulator, "POST", f"{path}/{made}/cancel")
        canceled = await follower.change()

    shown = {"id": made, "name": "Happy hour", "status": "ACTIVE"}
    assert created == {"kind": "CREATED", "promotionId": made, "promotion": shown}
    assert canceled == {"kind": "UPDATED", "promotionId": made, "promotion": {**shown, "status": "CANCELED"}}
    assert live.calls == {"CreateLoyaltyPromotion": 1, "CancelLoyaltyPromotion": 1, "RetrieveLoyaltyPromotion": 2}
