"""The workloads: what is asked, of how much, and why. Says nothing about who answers.

The gateway, the floor and the Yoga peer get the same documents; where Mesh makes another graph of Square's OpenAPI
document, `mesh` is the same question in its words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import orjson

PROFILE = "id createdAt updatedAt givenName familyName emailAddress phoneNumber note version"


@dataclass(frozen=True)
class Workload:
    """A document with the variables of several requests, which are sent in turn."""

    name: str
    title: str
    query: str
    variables: tuple[dict[str, Any], ...] = ({},)
    mesh: str | None = None
    # One client asks after the other: no two operations are there at once that could share a call.
    alone: bool = False

    @property
    def bodies(self) -> list[bytes]:
        return [orjson.dumps({"query": self.query, "variables": each}) for each in self.variables]

    @property
    def mesh_bodies(self) -> list[bytes]:
        return [orjson.dumps({"query": self.mesh})]


def ids(start: int, count: int = 100) -> list[str]:
    return [f"CUSTOMER-{number:05}" for number in range(start, start + count)]


RELATIONS = Workload(
    "W2",
    "20 customers with three relations",
    "{ customers(first: 20) { nodes { id givenName familyName groups { id name } segments { id name } "
    "loyaltyAccounts { id balance } } } }",
    mesh="{ ListCustomers(limit: 20) { customers { id given_name family_name groups { id name } "
    "segments { id name } loyalty_accounts { id balance } } } }",
)
WORKLOADS = (
    Workload("W0", "{ __typename }", "{ __typename }", mesh="{ __typename }"),
    Workload(
        "W1",
        "50 customers of 12 fields",
        f"{{ customers(first: 50) {{ nodes {{ {PROFILE} address {{ locality postalCode }} }} }} }}",
        mesh="{ ListCustomers(limit: 50) { customers { id created_at updated_at given_name family_name email_address "
        "phone_number note version address { locality postal_code } } } }",
    ),
    RELATIONS,
    replace(RELATIONS, name="W2alone", title=f"{RELATIONS.title}, one client: 4 REST calls", alone=True),
    Workload(
        "edges",
        "50 customers as edges with cursors",
        "{ customers(first: 50) { edges { cursor node { id givenName emailAddress } } "
        "pageInfo { hasNextPage endCursor } } }",
    ),
    Workload(
        "ids",
        "100 customers by id",
        "query ($ids: [ID!]!) { customersById(ids: $ids) { id givenName familyName emailAddress } }",
        tuple({"ids": ids(start)} for start in range(0, 1000, 100)),
    ),
    Workload(
        "one",
        "one customer with everything",
        f"query ($id: ID!) {{ customer(id: $id) {{ {PROFILE} referenceId creationSource "
        "preferences { emailUnsubscribed } address { addressLine1 addressLine2 locality postalCode country } "
        "groups { id name } segments { id name } customAttributes { nodes { key version value { __typename "
        "... on StringValue { string } } } } loyaltyAccounts { id balance lifetimePoints "
        "program { terminology { one other } rewardTiers { name points } } } } }",
        tuple({"id": each} for each in ids(0, 50)),
    ),
    Workload(
        "groups",
        "all groups, each with 10 of its customers",
        "{ groups { nodes { id name customers(first: 10) { nodes { id givenName } } } } }",
    ),
    Workload(
        "accounts",
        "30 loyalty accounts with customer and rewards",
        "{ loyaltyAccounts(first: 30) { nodes { id balance customer { id givenName } "
        "rewards(first: 5) { nodes { id status points } } } } }",
    ),
    Workload(
        "thousand",
        "1,000 customers of 5 fields",
        "{ customers(first: 1000) { nodes { id givenName familyName emailAddress createdAt } } }",
    ),
    Workload(
        "write",
        "a customer is created",
        "mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) "
        "{ customer { id givenName familyName note version } userErrors { message } } }",
        tuple({"input": {"givenName": f"Amelia {number}", "note": f"note {number}"}} for number in range(50)),
    ),
    Workload(
        "varied",
        "a page whose size and conditions vary",
        "query ($first: Int!, $whole: Boolean!) { customers(first: $first) { nodes { id ...Name "
        "... @include(if: $whole) { note version address { locality } } } } } "
        "fragment Name on Customer { givenName familyName emailAddress @skip(if: $whole) }",
        tuple({"first": 10 + number, "whole": number % 2 == 0} for number in range(20)),
    ),
)
BY_NAME = {each.name: each for each in WORKLOADS}
