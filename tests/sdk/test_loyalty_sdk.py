"""The loyalty operations through Square's official client."""

from __future__ import annotations

from typing import Any

import pytest
from square import AsyncSquare
from square.core.api_error import ApiError

from tests.emulator.loyalty_shop import LOCATION, PROGRAM, SMALL

EVERY_WEEK = "BEGIN:VEVENT\nDTSTART:20200816T160000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY\nEND:VEVENT"

pytestmark = pytest.mark.usefixtures("shop")


async def enrol(square: AsyncSquare, phone: str = "+14155551234") -> Any:
    answer = await square.loyalty.accounts.create(
        loyalty_account={"program_id": PROGRAM, "mapping": {"phone_number": phone}}, idempotency_key=f"enrol-{phone}"
    )
    return answer.loyalty_account


async def accumulate(square: AsyncSquare, account_id: str, points: int, key: str) -> Any:
    return await square.loyalty.accounts.accumulate_points(
        account_id=account_id, accumulate_points={"points": points}, location_id=LOCATION, idempotency_key=key
    )


async def test_enroll_accumulate_adjust_and_find_an_account(square: AsyncSquare) -> None:
    account = await enrol(square)

    earned = await accumulate(square, account.id, 20, "a-1")
    replayed = await accumulate(square, account.id, 20, "a-1")
    adjusted = await square.loyalty.accounts.adjust(
        account_id=account.id, adjust_points={"points": -5, "reason": "returned"}, idempotency_key="a-2"
    )
    got = (await square.loyalty.accounts.get(account_id=account.id)).loyalty_account
    found = await square.loyalty.accounts.search(query={"mappings": [{"phone_number": "+14155551234"}]})

    assert earned.events[0].accumulate_points.points == 20
    assert replayed.events[0].id == earned.events[0].id
    assert adjusted.event.adjust_points.points == -5
    assert (got.balance, got.lifetime_points) == (15, 20)
    assert [each.id for each in found.loyalty_accounts] == [account.id]


async def test_a_reward_locks_points_until_it_is_redeemed_or_deleted(square: AsyncSquare) -> None:
    account = await enrol(square)
    await accumulate(square, account.id, 30, "a-1")
    rewards = square.loyalty.rewards

    async def balance() -> int:
        return (await square.loyalty.accounts.get(account_id=account.id)).loyalty_account.balance

    async def reward(key: str) -> Any:
        wanted = {"loyalty_account_id": account.id, "reward_tier_id": SMALL}
        return (await rewards.create(reward=wanted, idempotency_key=key)).reward

    first, second = await reward("r-1"), await reward("r-2")
    locked = await balance()
    event = (await rewards.redeem(reward_id=first.id, location_id=LOCATION, idempotency_key="r-3")).event
    await rewards.delete(reward_id=second.id)
    found = await rewards.search(query={"loyalty_account_id": account.id})
    got = (await rewards.get(reward_id=first.id)).reward

    assert locked == 10
    assert event.type == "REDEEM_REWARD"
    assert await balance() == 20
    assert {each.status for each in found.rewards} == {"REDEEMED", "DELETED"}
    assert got.redeemed_at


async def test_the_ledger_lists_events_newest_first(square: AsyncSquare) -> None:
    account = await enrol(square)
    await accumulate(square, account.id, 1, "a-1")
    await accumulate(square, account.id, 2, "a-2")

    found = await square.loyalty.search_events(
        query={"filter": {"loyalty_account_filter": {"loyalty_account_id": account.id}}}, limit=30
    )

    assert [event.accumulate_points.points for event in found.events] == [2, 1]


async def test_the_program_and_what_a_purchase_would_earn(square: AsyncSquare) -> None:
    program = (await square.loyalty.programs.get(program_id="main")).program
    points = await square.loyalty.programs.calculate(
        program_id=program.id, transaction_amount_money={"amount": 1250, "currency": "USD"}
    )

    assert [tier.points for tier in program.reward_tiers] == [10, 50]
    assert (points.points, points.promotion_points) == (12, 0)


async def test_create_get_list_and_cancel_a_promotion(square: AsyncSquare) -> None:
    promotions = square.loyalty.programs.promotions
    made = (
        await promotions.create(
            program_id=PROGRAM,
            loyalty_promotion={
                "name": "Tuesday Happy Hour",
                "incentive": {"type": "POINTS_MULTIPLIER", "points_multiplier_data": {"multiplier": "3.0"}},
                "available_time": {
                    "time_periods": [
                        "BEGIN:VEVENT\nDTSTART:20200816T160000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY\nEND:VEVENT"
                    ]
                },
            },
            idempotency_key="p-1",
        )
    ).loyalty_promotion

    got = (await promotions.get(promotion_id=made.id, program_id=PROGRAM)).loyalty_promotion
    listed = [each.id async for each in await promotions.list(program_id=PROGRAM)]
    canceled = (await promotions.cancel(promotion_id=made.id, program_id=PROGRAM)).loyalty_promotion

    assert got.incentive.points_multiplier_data.multiplier == "3.000"
    assert listed == [made.id]
    assert canceled.status == "CANCELED"


async def test_a_balance_does_not_fall_below_zero_without_permission(square: AsyncSquare) -> None:
    account = await enrol(square)
    adjust = {"account_id": account.id, "adjust_points": {"points": -5}}

    with pytest.raises(ApiError) as refused:
        await square.loyalty.accounts.adjust(**adjust, idempotency_key="a-1")
    await square.loyalty.accounts.adjust(**adjust, idempotency_key="a-2", allow_negative_balance=True)

    assert refused.value.status_code == 400
    assert (await square.loyalty.accounts.get(account_id=account.id)).loyalty_account.balance == -5
