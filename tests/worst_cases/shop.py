"""A shop that is large and uneven: 700 groups, customers in many of them and with several accounts."""

from __future__ import annotations

from random import Random
from typing import Any

from gateway.emulator.rules.customers import table as customer_table
from tests.areas.people import MOMENT, make_groups, make_segments
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import define, put
from tests.worst_cases.operations import Pools
from tests.worst_cases.pools import Objects, pools

GROUPS, SEGMENTS, CUSTOMERS = 700, 120, 40
# The most items of a page, None for what is asked, and whether attributes bring their definitions.
WAYS = ((None, True), (None, False), (10, False), (1, True))


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
    return pools(random, Objects(customers, groups, segments, keys, accounts, rewards, promotions))


def unkind(emulator: Any, page: int | None, definitions: bool) -> None:
    """Have pages so short, attributes perhaps without definitions, and answers come at different times."""
    emulator.faults.page, emulator.faults.definitions = page, definitions
    emulator.faults.add("latency", milliseconds=4, probability=0.4)


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
