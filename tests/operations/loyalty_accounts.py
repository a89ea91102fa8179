"""The operations on loyalty accounts, points, rewards and events."""

from __future__ import annotations

from typing import Any

from tests.emulator import loyalty_shop as shop
from tests.operations.row import KEY, WITH_KEY, Row, mutation

LOYALTY, ACCOUNT = "/v2/loyalty", "/v2/loyalty/accounts/<account>"


async def prepare(emulator: Any, names: dict[str, str]) -> None:
    """The customer's account with some points, and one reward."""
    names["account"] = await shop.enroll(emulator, points=30, customer_id=names["customer"])
    names["reward"] = (await shop.reward(emulator, names["account"]))["id"]


ROWS = [
    Row("RetrieveLoyaltyAccount", '{ loyaltyAccount(id: "<account>") { balance } }', f"GET {ACCOUNT}"),
    Row(
        "SearchLoyaltyAccounts",
        '{ loyaltyAccounts(filter: {customerIds: ["<customer>"]}) { nodes { balance } } }',
        f"POST {LOYALTY}/accounts/search",
        {"query": {"customer_ids": ["<customer>"]}, "limit": 200},
    ),
    Row(
        "CreateLoyaltyAccount",
        mutation(f'createLoyaltyAccount(input: {{phoneNumber: "+14155550123", programId: "{shop.PROGRAM}"}}, {KEY})'),
        f"POST {LOYALTY}/accounts",
        {**WITH_KEY, "loyalty_account": {"program_id": shop.PROGRAM, "mapping": {"phone_number": "+14155550123"}}},
    ),
    Row(
        "AccumulateLoyaltyPoints",
        mutation(
            f'accumulateLoyaltyPoints(accountId: "<account>", input: {{locationId: "{shop.LOCATION}", '
            f'orderId: "<order>"}}, {KEY})'
        ),
        f"POST {ACCOUNT}/accumulate",
        {**WITH_KEY, "location_id": shop.LOCATION, "accumulate_points": {"order_id": "<order>"}},
    ),
    Row(
        "AdjustLoyaltyPoints",
        mutation(f'adjustLoyaltyPoints(accountId: "<account>", input: {{points: -3, reason: "Sorry"}}, {KEY})'),
        f"POST {ACCOUNT}/adjust",
        {**WITH_KEY, "adjust_points": {"points": -3, "reason": "Sorry"}},
    ),
    Row(
        "SearchLoyaltyEvents",
        '{ loyaltyEvents(filter: {accountId: "<account>"}) { nodes { id } } }',
        f"POST {LOYALTY}/events/search",
        {"query": {"filter": {"loyalty_account_filter": {"loyalty_account_id": "<account>"}}}, "limit": 30},
    ),
    Row("RetrieveLoyaltyReward", '{ loyaltyReward(id: "<reward>") { status } }', f"GET {LOYALTY}/rewards/<reward>"),
    Row(
        "SearchLoyaltyRewards",
        '{ loyaltyRewards(filter: {accountId: "<account>", status: ISSUED}) { nodes { id } } }',
        f"POST {LOYALTY}/rewards/search",
        {"query": {"loyalty_account_id": "<account>", "status": "ISSUED"}, "limit": 30},
    ),
    Row(
        "CreateLoyaltyReward",
        mutation(f'createLoyaltyReward(input: {{accountId: "<account>", rewardTierId: "{shop.SMALL}"}}, {KEY})'),
        f"POST {LOYALTY}/rewards",
        {**WITH_KEY, "reward": {"loyalty_account_id": "<account>", "reward_tier_id": shop.SMALL}},
    ),
    Row(
        "RedeemLoyaltyReward",
        mutation(f'redeemLoyaltyReward(id: "<reward>", locationId: "{shop.LOCATION}", {KEY})'),
        f"POST {LOYALTY}/rewards/<reward>/redeem",
        {**WITH_KEY, "location_id": shop.LOCATION},
    ),
    Row("DeleteLoyaltyReward", mutation('deleteLoyaltyReward(id: "<reward>")'), f"DELETE {LOYALTY}/rewards/<reward>"),
]

ENTITIES = {
    "LoyaltyAccount": ({"id": "<account>"}, "balance"),
    "LoyaltyReward": ({"id": "<reward>"}, "points"),
}
