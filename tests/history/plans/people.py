"""Mutations of customers and groups, drawn by chance."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from tests.history.claims import Act, Claim, Plan

if TYPE_CHECKING:
    from tests.history.plans.world import World


def create_customer(world: World, chance: Random, tag: str) -> Plan:
    given = {"givenName": "Ada", "referenceId": tag}
    return Plan("createCustomer", {"input": given}, [Claim(Act.MAKE, "customer", value=tag)], keyed=True)


def bulk_create_customers(world: World, chance: Random, tag: str) -> Plan:
    tags = [f"{tag}-{number}" for number in range(chance.randint(1, 4))]
    given = [{"givenName": "Ada", "referenceId": each} for each in tags]
    claims = [Claim(Act.MAKE, "customer", value=each) for each in tags]
    return Plan("bulkCreateCustomers", {"customers": given}, claims, keyed=True)


def _change(world: World, chance: Random, customer: str, tag: str) -> tuple[dict[str, Any], Claim]:
    given: dict[str, Any] = {"note": tag}
    claim = Claim(Act.SET, "note", customer, tag)
    if chance.random() < 0.5 and customer in world.versions:
        given["version"] = claim.expected_version = world.versions[customer]
    return given, claim


def update_customer(world: World, chance: Random, tag: str) -> Plan:
    customer = world.pick("customer", chance)
    if customer is None:
        return create_customer(world, chance, tag)
    given, claim = _change(world, chance, customer, tag)
    return Plan("updateCustomer", {"id": customer, "input": given}, [claim])


def bulk_update_customers(world: World, chance: Random, tag: str) -> Plan:
    known = world.known["customer"]
    if not known:
        return create_customer(world, chance, tag)
    changes = [
        (customer, *_change(world, chance, customer, f"{tag}-{number}"))
        for number, customer in enumerate(chance.sample(known, min(len(known), chance.randint(1, 3))))
    ]
    given = [{"id": customer, **change} for customer, change, _ in changes]
    return Plan("bulkUpdateCustomers", {"customers": given}, [claim for _, _, claim in changes])


def delete_customer(world: World, chance: Random, tag: str) -> Plan:
    customer = world.take("customer", chance, keep=6)
    if customer is None:
        return create_customer(world, chance, tag)
    return Plan("deleteCustomer", {"id": customer}, [Claim(Act.END, "customer", customer)])


def bulk_delete_customers(world: World, chance: Random, tag: str) -> Plan:
    taken = [world.take("customer", chance, keep=6) for _ in range(chance.randint(1, 3))]
    ids = [customer for customer in taken if customer is not None]
    if not ids:
        return bulk_create_customers(world, chance, tag)
    return Plan("bulkDeleteCustomers", {"ids": ids}, [Claim(Act.END, "customer", each) for each in ids])


def create_group(world: World, chance: Random, tag: str) -> Plan:
    return Plan("createCustomerGroup", {"input": {"name": tag}}, [Claim(Act.MAKE, "group", value=tag)], keyed=True)


def update_group(world: World, chance: Random, tag: str) -> Plan:
    group = world.pick("group", chance)
    if group is None:
        return create_group(world, chance, tag)
    return Plan("updateCustomerGroup", {"id": group, "input": {"name": tag}}, [Claim(Act.SET, "name", group, tag)])


def delete_group(world: World, chance: Random, tag: str) -> Plan:
    group = world.take("group", chance)
    if group is None:
        return create_group(world, chance, tag)
    return Plan("deleteCustomerGroup", {"id": group}, [Claim(Act.END, "group", group)])


def _membership(world: World, chance: Random, tag: str, field: str, *, member: bool) -> Plan:
    # A few pairs again and again, so that they are really changed by several clients at a time.
    customers, groups = world.known["customer"][:4], world.known["group"][:2]
    if not customers:
        return create_customer(world, chance, tag)
    if not groups:
        return create_group(world, chance, tag)
    customer, group = chance.choice(customers), chance.choice(groups)
    claim = Claim(Act.SET, "member", (customer, group), member)
    return Plan(field, {"customerId": customer, "groupId": group}, [claim])


def add_group(world: World, chance: Random, tag: str) -> Plan:
    return _membership(world, chance, tag, "addGroupToCustomer", member=True)


def remove_group(world: World, chance: Random, tag: str) -> Plan:
    return _membership(world, chance, tag, "removeGroupFromCustomer", member=False)


# How often each is drawn, and how it is made.
PLANS = {
    "createCustomer": (8, create_customer),
    "bulkCreateCustomers": (4, bulk_create_customers),
    "updateCustomer": (8, update_customer),
    "bulkUpdateCustomers": (5, bulk_update_customers),
    "deleteCustomer": (3, delete_customer),
    "bulkDeleteCustomers": (3, bulk_delete_customers),
    "createCustomerGroup": (4, create_group),
    "updateCustomerGroup": (5, update_group),
    "deleteCustomerGroup": (2, delete_group),
    "addGroupToCustomer": (7, add_group),
    "removeGroupFromCustomer": (6, remove_group),
}
