"""The operations on customers, groups, segments and custom attributes."""

from __future__ import annotations

from tests.emulator.attributes import DEFINITIONS, schema
from tests.operations.row import KEY, WITH_KEY, Row, mutation

GROUPS, SEGMENTS = "/v2/customers/groups", "/v2/customers/segments"
ATTRIBUTES = "/v2/customers/<customer>/custom-attributes"

ROWS = [
    Row("ListCustomers", "{ customers { nodes { id } } }", "GET /v2/customers?limit=100"),
    Row(
        "SearchCustomers",
        '{ customers(filter: {referenceId: {exact: "7"}}) { nodes { id } } }',
        "POST /v2/customers/search",
        {"query": {"filter": {"reference_id": {"exact": "7"}}}, "limit": 100},
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
    Row("ListCustomerGroups", "{ groups { nodes { name } } }", f"GET {GROUPS}?limit=50"),
    Row("RetrieveCustomerGroup", '{ group(id: "<group>") { name } }', f"GET {GROUPS}/<group>"),
    Row(
        "CreateCustomerGroup",
        mutation(f'createCustomerGroup(input: {{name: "N"}}, {KEY})'),
        f"POST {GROUPS}",
        {**WITH_KEY, "group": {"name": "N"}},
    ),
    Row(
        "UpdateCustomerGroup",
        mutation('updateCustomerGroup(id: "<group>", input: {name: "N"})'),
        f"PUT {GROUPS}/<group>",
        {"group": {"name": "N"}},
    ),
    Row("DeleteCustomerGroup", mutation('deleteCustomerGroup(id: "<group>")'), f"DELETE {GROUPS}/<group>"),
    Row("ListCustomerSegments", "{ segments { nodes { name } } }", f"GET {SEGMENTS}?limit=50"),
    Row("RetrieveCustomerSegment", '{ segment(id: "<segment>") { name } }', f"GET {SEGMENTS}/<segment>"),
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
