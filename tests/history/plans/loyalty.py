"""Mutations of loyalty accounts, points, rewards and promotions, drawn by chance."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from tests.history.claims import Act, Claim, Plan

if TYPE_CHECKING:
    from tests.history.plans.world import World

NEXT_CENTURY = ["DTSTART:20990101T000000\nDURATION:P1D\nRRULE:FREQ=DAILY"]


def number_of(tag: str) -> int:
    return int(tag[1:])


def create_account(world: World, chance: Random, tag: str) -> Plan:
    phone = f"+1415{2_000_000 + number_of(tag)}"
    claim = Claim(Act.MAKE, "account", value=phone)
    return Plan("createLoyaltyAccount", {"input": {"phoneNumber": phone}}, [claim], keyed=True)


def accumulate_points(world: World, chance: Random, tag: str) -> Plan:
    account = _account(world, chance)
    if account is None:
        return create_account(world, chance, tag)
    # The points are the only mark that these events bear, so no two mutations give the same.
    points = 1000 + number_of(tag)
    claim = Claim(Act.MOVE, "accumulation", account, points, points)
    given = {"accountId": account, "input": {"locationId": world.location_id, "points": points}}
    return Plan("accumulateLoyaltyPoints", given, [claim], keyed=True)


def adjust_points(world: World, chance: Random, tag: str) -> Plan:
    account = _account(world, chance)
    if account is None:
        return create_account(world, chance, tag)
    # Debits as large as what is earned, so that balances stay low and many debits are refused.
    points = chance.choice([-4, -3, -2, -1, 1]) * (1000 + number_of(tag)) // 2
    claim = Claim(Act.MOVE, "adjustment", account, tag, points)
    given = {"accountId": account, "input": {"points": points, "reason": tag}}
    return Plan("adjustLoyaltyPoints", given, [claim], keyed=True)


def create_reward(world: World, chance: Random, tag: str) -> Plan:
    account = _account(world, chance)
    if account is None:
        return create_account(world, chance, tag)
    claim = Claim(Act.MAKE, "reward", account, tag, -world.tier_points)
    given = {"accountId": account, "rewardTierId": world.tier_id}
    return Plan("createLoyaltyReward", {"input": given}, [claim], keyed=True)


def redeem_reward(world: World, chance: Random, tag: str) -> Plan:
    reward = world.take("reward", chance, keep=0)
    if reward is None:
        return create_reward(world, chance, tag)
    given = {"id": reward[0], "locationId": world.location_id}
    return Plan("redeemLoyaltyReward", given, [Claim(Act.END, "redeemed", reward[0], reward[1])], keyed=True)


def delete_reward(world: World, chance: Random, tag: str) -> Plan:
    reward = world.take("reward", chance, keep=0)
    if reward is None:
        return create_reward(world, chance, tag)
    claim = Claim(Act.END, "returned", reward[0], reward[1], points=world.tier_points)
    return Plan("deleteLoyaltyReward", {"id": reward[0]}, [claim])


def create_promotion(world: World, chance: Random, tag: str) -> Plan:
    given = {"name": tag, "incentive": {"multiplier": "2"}, "availableTime": {"timePeriods": NEXT_CENTURY}}
    return Plan("createLoyaltyPromotion", {"input": given}, [Claim(Act.MAKE, "promotion", value=tag)], keyed=True)


def cancel_promotion(world: World, chance: Random, tag: str) -> Plan:
    promotion = world.take("promotion", chance, keep=0)
    if promotion is None:
        return create_promotion(world, chance, tag)
    return Plan("cancelLoyaltyPromotion", {"id": promotion}, [Claim(Act.END, "promotion", promotion)])


def _account(world: World, chance: Random) -> str | None:
    # Few accounts with many writes each: that is where points get lost.
    known: list[str] = world.known["account"][:5]
    return chance.choice(known) if len(known) == 5 else None


# How often each is drawn, and how it is made.
PLANS = {
    "createLoyaltyAccount": (3, create_account),
    "accumulateLoyaltyPoints": (8, accumulate_points),
    "adjustLoyaltyPoints": (10, adjust_points),
    "createLoyaltyReward": (8, create_reward),
    "redeemLoyaltyReward": (4, redeem_reward),
    "deleteLoyaltyReward": (4, delete_reward),
    "createLoyaltyPromotion": (2, create_promotion),
    "cancelLoyaltyPromotion": (3, cancel_promotion),
}
