"""The operations on custom attributes and their definitions."""

from __future__ import annotations

from typing import Any

from tests.emulator.attributes import DEFINITIONS, define, put, schema
from tests.operations.row import KEY, WITH_KEY, Row, mutation

ATTRIBUTES = "/v2/customers/<customer>/custom-attributes"


async def prepare(emulator: Any, names: dict[str, str]) -> None:
    """The definition `mine`, and its value of the customer."""
    await define(emulator, "mine", visibility="VISIBILITY_READ_ONLY")
    await put(emulator, names["customer"], "mine", "x")


ROWS = [
    Row(
        "ListCustomerCustomAttributeDefinitions",
        "{ customAttributeDefinitions { nodes { key } } }",
        f"GET {DEFINITIONS}?limit=100",
    ),
    Row(
        "RetrieveCustomerCustomAttributeDefinition",
        '{ customAttributeDefinition(key: "mine", version: 1) { name } }',
        f"GET {DEFINITIONS}/mine?version=1",
    ),
    Row(
        "CreateCustomerCustomAttributeDefinition",
        mutation(f'createCustomerCustomAttributeDefinition(input: {{key: "new", dataType: STRING}}, {KEY})'),
        f"POST {DEFINITIONS}",
        {**WITH_KEY, "custom_attribute_definition": {"key": "new", "schema": schema("String")}},
    ),
    Row(
        "UpdateCustomerCustomAttributeDefinition",
        mutation(
            f'updateCustomerCustomAttributeDefinition(key: "mine", input: {{description: "D", version: 1}}, {KEY})'
        ),
        f"PUT {DEFINITIONS}/mine",
        {**WITH_KEY, "custom_attribute_definition": {"description": "D", "version": 1}},
    ),
    Row(
        "DeleteCustomerCustomAttributeDefinition",
        mutation('deleteCustomerCustomAttributeDefinition(key: "mine")'),
        f"DELETE {DEFINITIONS}/mine",
    ),
    Row(
        "ListCustomerCustomAttributes",
        '{ customer(id: "<customer>") { customAttributes { nodes { key } } } }',
        f"GET {ATTRIBUTES}?limit=100",
        None,
        {"POST /v2/customers/bulk-retrieve": {"customer_ids": ["<customer>"]}},
    ),
    Row(
        "RetrieveCustomerCustomAttribute",
        '{ customAttribute(customerId: "<customer>", key: "mine", version: 1) { rawValue } }',
        f"GET {ATTRIBUTES}/mine?version=1",
    ),
    Row(
        "UpsertCustomerCustomAttribute",
        mutation(
            'upsertCustomerCustomAttribute(customerId: "<customer>", key: "mine", value: {string: "x"}, '
            f"version: 1, {KEY})"
        ),
        f"POST {ATTRIBUTES}/mine",
        {**WITH_KEY, "custom_attribute": {"value": "x", "version": 1}},
        {f"GET {DEFINITIONS}?limit=100": None},
    ),
    Row(
        "BulkUpsertCustomerCustomAttributes",
        mutation(
            'bulkUpsertCustomerCustomAttributes(values: [{customerId: "<customer>", key: "mine", '
            f'value: {{string: "x"}}}}], {KEY})'
        ),
        "POST /v2/customers/custom-attributes/bulk-upsert",
        {
            "values": {
                "0": {
                    "customer_id": "<customer>",
                    "custom_attribute": {"key": "mine", "value": "x"},
                    "idempotency_key": "key-of-my-own-0",
                }
            }
        },
        {f"GET {DEFINITIONS}?limit=100": None},
    ),
    Row(
        "DeleteCustomerCustomAttribute",
        mutation('deleteCustomerCustomAttribute(customerId: "<customer>", key: "mine")'),
        f"DELETE {ATTRIBUTES}/mine",
    ),
]

ENTITIES = {
    "CustomAttributeDefinition": ({"key": "mine"}, "visibility"),
    "CustomAttribute": ({"customerId": "<customer>", "key": "mine"}, "rawValue"),
}
