"""A shop that is large and uneven: 700 groups, customers in many of them and with several accounts."""

from __future__ import annotations

from random import Random
from typing import Any

from gateway.emulator.rules.customers import table as customer_table
from tests.areas.people import MOMENT, make_groups, make_segments
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import define, put
from tests.worst_cases.operations import Pools

GROUPS, SEGMENTS, CUSTOMERS = 700, 120, 40


async def unkind_shop(emulator: Any, seed: int) -> Pools:
    """Fill the emulator, and give what arguments of operations over it may be."""
    random = Random(seed)
    shop.open_shop(emulator)
    groups = make_groups(emulator, *[f"Group {number:03}" for number in range(GROUPS)])
    segments = make_segments(emulator, *[f"Segment {number:03}" for number in range(SEGMENTS)])
    customers = _customers(emulator, random, groups, segments)
    keys = [f"field-{number}" for number in range(4)]
    for key in keys:
        await define(emulator, key)
    accounts, rewards = [], []
    for id in customers:
        for key in random.sample(keys, random.randint(0, 3)):
            await put(emulator, id, key, "x")
        count = random.choice([0, 1, 1, 1, 2, 3]) if id != customers[0] else 25
        accounts += [await shop.enroll(emulator, points=random.choice([0, 30]), customer_id=id) for _ in range(count)]
    for id in random.sample(accounts, 20):
        status = await emulator.call("GET", f"/v2/loyalty/accounts/{id}")
        if status[1]["loyalty_account"].get("balance"):
            rewards.append((await shop.reward(emulator, id))["id"])
    promotions = [(await shop.promote(emulator))["id"] for _ in range(6)]
    references = [
        [{"__typename": kind, "id": random.choice(ids)} for kind, ids in choices for _ in range(random.randint(0, 4))]
        for choices in [
            [("Customer", customers), ("Group", groups)],
            [("LoyaltyAccount", accounts), ("LoyaltyReward", rewards), ("Segment", segments)],
            [("LoyaltyPromotion", promotions), ("Nothing", ["x"]), ("Group", groups)],
        ]
        for _ in range(10)
    ]
    counts = [1, 1, 2, 3, 5, 12, 40, 100]
    return {
        "first": counts,
        "customer.id": [*customers, "NOBODY"],
        "updateCustomer.id": customers,
        "updateCustomer.input": [{"note": "a"}, {"nickname": "b"}],
        "customersById.ids": [random.sample(customers, random.randint(1, 12)) for _ in range(20)],
        "customerId": customers,
        "groupId": groups,
        "group.id": [*groups, "NOWHERE"],
        "updateCustomerGroup.id": groups,
        "updateCustomerGroup.input": [{"name": "renamed"}],
        "segment.id": segments,
        "key": [*keys, "unknown"],
        "value": [{"string": "y"}],
        "loyaltyAccount.id": [*accounts, "NOBODY"],
        "adjustLoyaltyPoints.accountId": accounts,
        "adjustLoyaltyPoints.points": [1],
        "adjustLoyaltyPoints.input": [{"points": 1}],
        "createLoyaltyAccount.input": [{"phoneNumber": f"+1415555{number:04}"} for number in range(2000, 2400)],
        "createLoyaltyReward.input": [{"accountId": id, "rewardTierId": shop.SMALL} for id in accounts],
        "deleteLoyaltyReward.id": [*rewards, "NONE"],
        "accumulateLoyaltyPoints.accountId": accounts,
        "accumulateLoyaltyPoints.input": [{"locationId": shop.LOCATION, "points": 5}],
        "cancelLoyaltyPromotion.id": [*promotions, "NONE"],
        "bulkUpdateCustomers.customers": [
            [{"id": id, "note": "c", "version": random.choice([0, 7])} for id in random.sample(customers, 3)]
            for _ in range(10)
        ],
        "bulkUpsertCustomerCustomAttributes.values": [
            [
                {"customerId": id, "key": random.choice([*keys, "unknown"]), "value": {"string": "z"}}
                for id in random.sample(customers, 3)
            ]
            for _ in range(10)
        ],
        "loyaltyReward.id": [*rewards, "NONE"],
        "programId": ["main", shop.PROGRAM],
        "loyaltyProgram.id": ["main", shop.PROGRAM],
        "loyaltyPromotion.id": [*promotions, "NONE"],
        "representations": references,
        "transactionAmountMoney": [{"amount": 100, "currency": "USD"}],
        "includeDeprecated": [True],
        "name": ["Customer", "LoyaltyEvent"],
    }


def _customers(emulator: Any, random: Random, groups: list[str], segments: list[str]) -> list[str]:
    docs = [
        {
            "id": f"CUSTOMER{number:05}",
            "created_at": f"2026-01-01T00:{number:02}:00.000Z",
            "updated_at": MOMENT,
            "given_name": f"Person {number:05}",
            "group_ids": sorted(random.sample(groups, random.choice([0, 1, 2, 5, 12, 30]))),
            "segment_ids": sorted(random.sample(segments, random.choice([0, 1, 2, 9]))),
            "preferences": {"email_unsubscribed": False},
            "creation_source": "THIRD_PARTY",
            "version": 0,
        }
        for number in range(CUSTOMERS)
    ]
    with emulator.store.transaction() as db:
        customer_table.insert(db, emulator.seller, docs)
    return [each["id"] for each in docs]
