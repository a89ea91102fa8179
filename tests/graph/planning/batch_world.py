"""What tests of batches share: customers with all they can have, and answers that come unevenly."""

from __future__ import annotations

from typing import Any

from tests.areas.people import make_customers, make_groups, make_segments
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import define, put

CUSTOMERS = 50


async def world(emulator: Any) -> dict[str, list[str]]:
    """50 customers in two groups and two segments, each with an account, a reward and an attribute."""
    shop.open_shop(emulator)
    groups, segments = make_groups(emulator, "A", "B"), make_segments(emulator, "D", "E")
    customers = make_customers(emulator, CUSTOMERS, groups, segments)
    accounts = [await shop.enroll(emulator, points=20, customer_id=id) for id in customers]
    rewards = [(await shop.reward(emulator, account))["id"] for account in accounts]
    await define(emulator, "mine")
    for id in customers:
        await put(emulator, id, "mine", "x")
    return {"Customer": customers, "LoyaltyAccount": accounts, "LoyaltyReward": rewards, "Group": groups}


def uneven(emulator: Any, *operations: str) -> None:
    """Have half of the answers of these operations come later than the others."""
    for operation in operations or ("*",):
        emulator.faults.add("latency", operation, milliseconds=15, probability=0.5)
        emulator.faults.add("latency", operation, milliseconds=30, probability=0.3)


ENTITIES = "query ($of: [_Any!]!) { _entities(representations: $of) { %s } }"


def references(names: dict[str, list[str]], **counts: int) -> dict[str, Any]:
    return {"of": [{"__typename": kind, "id": id} for kind, count in counts.items() for id in names[kind][:count]]}


def aliases(ids: list[str], field: str, below: str) -> str:
    """A field for each id, under names of their own; no more than an operation may have."""
    return "{ " + " ".join(f'f{number}: {field}(id: "{id}") {{ {below} }}' for number, id in enumerate(ids)) + " }"
