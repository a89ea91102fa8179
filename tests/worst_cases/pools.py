"""What the arguments of random operations may be, over the objects of a shop: good, stale, unknown and used up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.emulator import loyalty_shop as shop
from tests.worst_cases.operations import Pools

# Lists of which random operations go on behind a cursor, and where they look for it.
LISTS = ("customers", "groups", "segments", "loyaltyAccounts", "loyaltyRewards", "loyaltyEvents")
CURSORS = "{ " + " ".join(f"{name}(first: 7) {{ edges {{ cursor }} }}" for name in LISTS) + " }"
ATTRIBUTE_TYPES = ["STRING", "NUMBER", "BOOLEAN"]
PROMOTION = {
    "name": "x",
    "incentive": {"multiplier": "2"},
    "availableTime": {"timePeriods": ["DTSTART:20200101T000000\nDURATION:P1D\nRRULE:FREQ=DAILY"]},
}


@dataclass(frozen=True)
class Objects:
    """The ids, and keys, of what is in a shop."""

    customers: list[str]
    groups: list[str]
    segments: list[str]
    keys: list[str]
    accounts: list[str]
    rewards: list[str]
    promotions: list[str]


def cursors(data: Mapping[str, Any]) -> Pools:
    """Where lists can be gone on with, most of them in the middle of a page, from the answer to `CURSORS`."""
    return {f"{name}.after": [edge["cursor"] for edge in data[name]["edges"]] for name in LISTS if data[name]}


def pools(random: Random, has: Objects) -> Pools:
    """What arguments may be."""
    return {
        "first": [1, 1, 2, 3, 5, 12, 40, 100],
        "version": [0, 1, 7],
        "idempotencyKey": [f"used-{number}" for number in range(4)],
        "transactionAmountMoney": [{"amount": 100, "currency": "USD"}],
        "includeDeprecated": [True],
        "name": ["Customer", "LoyaltyEvent"],
        "representations": _references(random, has),
        **_customers(random, has),
        **_attributes(random, has),
        **_loyalty(has),
    }


def _customers(random: Random, has: Objects) -> Pools:
    known = [*has.customers, "NOBODY"]
    return {
        "customerId": known,
        "customer.id": known,
        "customersById.ids": [random.sample(has.customers, random.randint(1, 12)) for _ in range(20)],
        "createCustomer.input": [{"givenName": "Ada"}, {}],
        "bulkCreateCustomers.customers": [[{"givenName": "Ada"}, {}, {"note": "x"}]],
        "updateCustomer.id": known,
        "updateCustomer.input": [{"note": "a"}, {"nickname": "b"}, {"note": "c", "version": 7}],
        "deleteCustomer.id": known,
        "bulkDeleteCustomers.ids": [random.sample(known, 2)],
        "bulkUpdateCustomers.customers": [
            [{"id": id, "note": "c", "version": random.choice([0, 7])} for id in random.sample(known, 3)]
            for _ in range(10)
        ],
        "groupId": has.groups,
        "group.id": [*has.groups, "NOWHERE"],
        "createCustomerGroup.input": [{"name": "new"}],
        "updateCustomerGroup.id": [*has.groups, "NOWHERE"],
        "updateCustomerGroup.input": [{"name": "renamed"}],
        "deleteCustomerGroup.id": [*has.groups[:9], "NOWHERE"],
        "segment.id": [*has.segments, "NOWHERE"],
    }


def _attributes(random: Random, has: Objects) -> Pools:
    keys = [*has.keys, "unknown"]
    return {
        "key": keys,
        "value": [{"string": "y"}, {"number": "1"}],
        "createCustomerCustomAttributeDefinition.input": [
            {"key": f"new-{number}", "name": f"New {number}", "dataType": random.choice(ATTRIBUTE_TYPES)}
            for number in range(9)
        ],
        "updateCustomerCustomAttributeDefinition.input": [{"description": "d"}, {"name": "n", "version": 7}],
        "deleteCustomerCustomAttributeDefinition.key": ["unknown", has.keys[-1]],
        "bulkUpsertCustomerCustomAttributes.values": [
            [
                {"customerId": id, "key": random.choice(keys), "value": {"string": "z"}}
                for id in random.sample(has.customers, random.randint(1, 40))
            ]
            for _ in range(10)
        ],
    }


def _loyalty(has: Objects) -> Pools:
    accounts, rewards, promotions = [*has.accounts, "NOBODY"], [*has.rewards, "NONE"], [*has.promotions, "NONE"]
    return {
        "programId": ["main", shop.PROGRAM, "NONE"],
        "loyaltyProgram.id": ["main", shop.PROGRAM, "NONE"],
        "loyaltyPromotion.id": promotions,
        "cancelLoyaltyPromotion.id": promotions,
        "createLoyaltyPromotion.input": [PROMOTION],
        "accountId": accounts,
        "loyaltyAccount.id": accounts,
        "createLoyaltyAccount.input": [{"phoneNumber": f"+1415555{number:04}"} for number in range(2000, 2400)],
        "accumulateLoyaltyPoints.input": [{"locationId": shop.LOCATION, "points": 5}],
        "adjustLoyaltyPoints.input": [{"points": 1}, {"points": -1000}],
        "loyaltyReward.id": rewards,
        "createLoyaltyReward.input": [{"accountId": id, "rewardTierId": shop.SMALL} for id in has.accounts],
        "redeemLoyaltyReward.id": rewards,
        "deleteLoyaltyReward.id": rewards,
        "locationId": [shop.LOCATION],
    }


def _references(random: Random, has: Objects) -> list[Any]:
    return [
        [{"__typename": kind, "id": random.choice(ids)} for kind, ids in choices for _ in range(random.randint(0, 4))]
        for choices in [
            [("Customer", has.customers), ("Group", has.groups)],
            [("LoyaltyAccount", has.accounts), ("LoyaltyReward", has.rewards), ("Segment", has.segments)],
            [("LoyaltyPromotion", has.promotions), ("Nothing", ["x"]), ("Group", has.groups)],
        ]
        for _ in range(10)
    ]
