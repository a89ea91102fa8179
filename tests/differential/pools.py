"""What exists in the shop that generated operations ask about: ids, keys and cursors, by where they belong."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.square.tenant_square import TenantSquare
from tests.differential.upstream import TENANT, Script, Scripted, Upstream

_SHOP = """{
  customers(first: 30) { nodes { id } pageInfo { endCursor } } groups { nodes { id } } segments { nodes { id } }
  customers2: customers(first: 2) { pageInfo { endCursor } } groups2: groups(first: 1) { pageInfo { endCursor } }
  segments2: segments(first: 1) { pageInfo { endCursor } }
  loyaltyRewards2: loyaltyRewards(first: 2) { pageInfo { endCursor } }
  customAttributeDefinitions2: customAttributeDefinitions(first: 1) { pageInfo { endCursor } }
  customAttributeDefinitions { nodes { key } } loyaltyProgram { id rewardTiers { id } promotions { nodes { id } } }
  loyaltyAccounts(first: 30) { nodes { id customerId mapping { phoneNumber } } pageInfo { endCursor } }
  loyaltyRewards { nodes { id } pageInfo { endCursor } }
  loyaltyEvents(first: 20) { nodes { id locationId ... on AccumulatePointsEvent { orderId } } pageInfo { endCursor } }
} """
# Where an id belongs, by the names of arguments, input fields and fields.
BELONGS = {
    "customer": "customer", "customersById": "customer", "customerId": "customer", "customerIds": "customer",
    "updateCustomer": "customer", "deleteCustomer": "customer", "bulkDeleteCustomers": "customer",
    "BulkUpdateCustomerInput": "customer", "group": "group", "groupId": "group", "groupIds": "group",
    "updateCustomerGroup": "group", "deleteCustomerGroup": "group", "segment": "segment", "segmentIds": "segment",
    "key": "key", "loyaltyAccount": "account", "loyaltyAccountId": "account", "accountId": "account",
    "loyaltyReward": "reward", "redeemLoyaltyReward": "reward", "deleteLoyaltyReward": "reward",
    "loyaltyPromotion": "promotion", "cancelLoyaltyPromotion": "promotion", "promotionId": "promotion",
    "loyaltyProgram": "program", "programId": "program", "rewardTierId": "tier", "locationId": "location",
    "orderId": "order",
}  # fmt: skip
ENTITIES = {
    "Customer": "customer", "Group": "group", "Segment": "segment", "LoyaltyAccount": "account",
    "LoyaltyReward": "reward", "LoyaltyPromotion": "promotion", "LoyaltyProgram": "program",
}  # fmt: skip


@dataclass
class Pools:
    """Names of what there is, by their kind."""

    names: dict[str, list[str]] = field(default_factory=dict)
    # By the field whose cursors they are.
    cursors: dict[str, list[str]] = field(default_factory=dict)

    def one(self, chance: Random, *hints: str) -> str:
        """A name for a place, mostly one that fits: `hints` are the names of the place, the nearest first."""
        kind = next((BELONGS[each] for each in hints if each in BELONGS), None)
        if kind is None or chance.random() < 0.08:
            return chance.choice(["NOBODY", "x", "", "a/b", *self.names["customer"][:2]])
        return chance.choice(self.names[kind][:6])

    def cursor(self, chance: Random, field: str) -> str:
        """A cursor for a list, mostly one that is this list's."""
        fitting = self.cursors.get(field, [])
        if chance.random() < 0.1:
            return chance.choice(["bad", *self.cursors["customers"]])
        return chance.choice(["", *fitting, *fitting])


async def pools(engine: Engine, upstream: Upstream) -> Pools:
    """Look around in the shop."""
    answer = await engine.run(_SHOP, Context(TenantSquare(Scripted(Script(upstream)), TENANT), REGISTRY))
    assert "errors" not in answer, answer
    data = answer["data"]

    def ids(name: str, key: str = "id") -> list[str]:
        found: list[Any] = [each.get(key) for each in data[name]["nodes"]]
        return list(dict.fromkeys(each for each in found if each))

    program = data["loyaltyProgram"]
    cursors: dict[str, list[str]] = {}
    for name, each in data.items():
        if isinstance(each, dict) and each.get("pageInfo", {}).get("endCursor"):
            cursors.setdefault(name.rstrip("2"), []).append(each["pageInfo"]["endCursor"])
    return Pools(
        {
            # Those with accounts first, as they have most to show.
            "customer": list(dict.fromkeys([*ids("loyaltyAccounts", "customerId"), *ids("customers")])),
            "group": ids("groups"), "segment": ids("segments"), "key": ids("customAttributeDefinitions", "key"),
            "account": ids("loyaltyAccounts"), "reward": ids("loyaltyRewards"), "program": ["main", program["id"]],
            "promotion": [each["id"] for each in program["promotions"]["nodes"]],
            "tier": [each["id"] for each in program["rewardTiers"]], "location": ids("loyaltyEvents", "locationId"),
            "order": ids("loyaltyEvents", "orderId"),
        },
        cursors,
    )  # fmt: skip
