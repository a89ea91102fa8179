"""Mutations of custom attributes and their definitions, drawn by chance."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from tests.history.claims import Act, Claim, Plan
from tests.history.plans.people import create_customer

if TYPE_CHECKING:
    from tests.history.plans.world import World

# Definitions that exist from the beginning and that nobody deletes.
STANDING = ("drink", "seat", "size")


def create_definition(world: World, chance: Random, tag: str) -> Plan:
    given = {"key": tag, "name": tag, "description": tag, "dataType": "STRING"}
    claim = Claim(Act.MAKE, "definition", value=tag)
    return Plan("createCustomerCustomAttributeDefinition", {"input": given}, [claim], keyed=True)


def update_definition(world: World, chance: Random, tag: str) -> Plan:
    key = world.pick("definition", chance)
    if key is None:
        return create_definition(world, chance, tag)
    claim = Claim(Act.SET, "description", key, tag)
    given = {"attribute": key, "input": {"description": tag}}
    return Plan("updateCustomerCustomAttributeDefinition", given, [claim], keyed=True)


def delete_definition(world: World, chance: Random, tag: str) -> Plan:
    key = world.take("definition", chance)
    if key is None:
        return create_definition(world, chance, tag)
    claim = Claim(Act.END, "definition", key)
    return Plan("deleteCustomerCustomAttributeDefinition", {"attribute": key}, [claim])


def upsert_attribute(world: World, chance: Random, tag: str) -> Plan:
    customers = world.known["customer"][:6]
    if not customers:
        return create_customer(world, chance, tag)
    customer, key = chance.choice(customers), chance.choice(STANDING)
    given = {"customerId": customer, "attribute": key, "value": {"string": tag}}
    claim = Claim(Act.SET, "attribute", (customer, key), tag)
    return Plan("upsertCustomerCustomAttribute", given, [claim], keyed=True)


def bulk_upsert_attributes(world: World, chance: Random, tag: str) -> Plan:
    customers = world.known["customer"]
    if not customers:
        return create_customer(world, chance, tag)
    pairs = [(customer, key) for customer in customers[:40] for key in STANDING]
    # More than 25 take a second call, which can fail when the first one did not.
    most = 40 if chance.random() < 0.3 else 4
    chosen = chance.sample(pairs, min(len(pairs), chance.randint(1, most)))
    values = [
        {"customerId": customer, "key": key, "value": {"string": f"{tag}-{number}"}}
        for number, (customer, key) in enumerate(chosen)
    ]
    claims = [Claim(Act.SET, "attribute", pair, f"{tag}-{number}") for number, pair in enumerate(chosen)]
    return Plan("bulkUpsertCustomerCustomAttributes", {"values": values}, claims, keyed=True)


def delete_attribute(world: World, chance: Random, tag: str) -> Plan:
    customers = world.known["customer"][:6]
    if not customers:
        return create_customer(world, chance, tag)
    customer, key = chance.choice(customers), chance.choice(STANDING)
    claim = Claim(Act.SET, "attribute", (customer, key), None)
    return Plan("deleteCustomerCustomAttribute", {"customerId": customer, "attribute": key}, [claim])


# How often each is drawn, and how it is made.
PLANS = {
    "createCustomerCustomAttributeDefinition": (2, create_definition),
    "updateCustomerCustomAttributeDefinition": (3, update_definition),
    "deleteCustomerCustomAttributeDefinition": (2, delete_definition),
    "upsertCustomerCustomAttribute": (7, upsert_attribute),
    "bulkUpsertCustomerCustomAttributes": (4, bulk_upsert_attributes),
    "deleteCustomerCustomAttribute": (4, delete_attribute),
}
