"""The operations on customers."""

from __future__ import annotations

from typing import Any

from tests.areas.people import make_customers
from tests.operations.row import KEY, WITH_KEY, Row, mutation


async def prepare(emulator: Any, names: dict[str, str]) -> None:
    """One customer."""
    (names["customer"],) = make_customers(emulator, 1)


ROWS = [
    Row("ListCustomers", "{ customers { nodes { id } } }", "GET /v2/customers?limit=100"),
    Row(
        "SearchCustomers",
        "{ customers(filter: {creationSource: {values: [THIRD_PARTY]}}) { nodes { id } } }",
        "POST /v2/customers/search",
        {"query": {"filter": {"creation_source": {"values": ["THIRD_PARTY"], "rule": "INCLUDE"}}}, "limit": 100},
    ),
    Row(
        "BulkRetrieveCustomers",
        '{ customer(id: "<customer>") { givenName } }',
        "POST /v2/customers/bulk-retrieve",
        {"customer_ids": ["<customer>"]},
    ),
    Row(
        "RetrieveCustomer",
        'mutation { updateCustomer(id: "<customer>", input: {note: "x", version: 9}) '
        "{ userErrors { ... on ConflictError { currentVersion } } } }",
        "GET /v2/customers/<customer>",
        None,
        {"PUT /v2/customers/<customer>": {"note": "x", "version": 9}},
    ),
    Row(
        "CreateCustomer",
        mutation(f'createCustomer(input: {{givenName: "Ada"}}, {KEY})'),
        "POST /v2/customers",
        {**WITH_KEY, "given_name": "Ada"},
    ),
    Row(
        "UpdateCustomer",
        mutation('updateCustomer(id: "<customer>", input: {note: null, nickname: "A", version: 0})'),
        "PUT /v2/customers/<customer>",
        {"note": None, "nickname": "A", "version": 0},
    ),
    Row(
        "DeleteCustomer",
        mutation('deleteCustomer(id: "<customer>", version: 0)'),
        "DELETE /v2/customers/<customer>?version=0",
    ),
    Row(
        "BulkCreateCustomers",
        mutation(f'bulkCreateCustomers(customers: [{{givenName: "A"}}, {{givenName: "B"}}], {KEY})'),
        "POST /v2/customers/bulk-create",
        {"customers": {"key-of-my-own-0": {"given_name": "A"}, "key-of-my-own-1": {"given_name": "B"}}},
    ),
    Row(
        "BulkUpdateCustomers",
        mutation('bulkUpdateCustomers(customers: [{id: "<customer>", note: "x", version: 0}])'),
        "POST /v2/customers/bulk-update",
        {"customers": {"<customer>": {"note": "x", "version": 0}}},
    ),
    Row(
        "BulkDeleteCustomers",
        mutation('bulkDeleteCustomers(ids: ["<customer>"])'),
        "POST /v2/customers/bulk-delete",
        {"customer_ids": ["<customer>"]},
    ),
    Row(
        "AddGroupToCustomer",
        mutation('addGroupToCustomer(customerId: "<customer>", groupId: "<group>")'),
        "PUT /v2/customers/<customer>/groups/<group>",
    ),
    Row(
        "RemoveGroupFromCustomer",
        mutation('removeGroupFromCustomer(customerId: "<customer>", groupId: "<group>")'),
        "DELETE /v2/customers/<customer>/groups/<group>",
    ),
]

ENTITIES = {"Customer": ({"id": "<customer>"}, "givenName")}
