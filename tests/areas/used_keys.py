"""What tests of used idempotency keys share: the mutations, and the error that they expect."""

from __future__ import annotations

from typing import Any

from tests.conftest import Graph

REUSED = "IDEMPOTENCY_KEY_REUSED"
WRONG = "userErrors { __typename code field }"
GROUP = f"""mutation ($name: String!, $key: String) {{
  answer: createCustomerGroup(input: {{ name: $name }}, idempotencyKey: $key) {{ group {{ id name }} {WRONG} }} }}"""
DEFINE = f"""mutation ($input: CreateCustomerCustomAttributeDefinitionInput!, $key: String) {{
  answer: createCustomerCustomAttributeDefinition(input: $input, idempotencyKey: $key) {{
    customAttributeDefinition {{ key name version }} {WRONG} }} }}"""
CHANGE = f"""mutation ($of: ID!, $input: UpdateCustomerCustomAttributeDefinitionInput!, $key: String) {{
  answer: updateCustomerCustomAttributeDefinition(key: $of, input: $input, idempotencyKey: $key) {{
    customAttributeDefinition {{ key name version }} {WRONG} }} }}"""
SET = f"""mutation ($of: ID!, $attribute: ID!, $value: CustomAttributeValueInput!, $version: Long, $key: String) {{
  answer: upsertCustomerCustomAttribute(
    customerId: $of, key: $attribute, value: $value, version: $version, idempotencyKey: $key
  ) {{ customAttribute {{ key rawValue version }} {WRONG} }} }}"""
BULK = f"""mutation ($values: [BulkUpsertCustomerCustomAttributeInput!]!, $key: String) {{
  answer: bulkUpsertCustomerCustomAttributes(values: $values, idempotencyKey: $key) {{
    results {{ customAttribute {{ rawValue version }} {WRONG} }} {WRONG} }} }}"""
RETRIEVE = "RetrieveCustomerCustomAttribute"


async def answer(graph: Graph, mutation: str, **variables: Any) -> Any:
    return (await graph.data(mutation, variables))["answer"]


def refusal(*path: str) -> list[dict[str, Any]]:
    return [{"__typename": "IdempotencyError", "code": REUSED, "field": [*(path or ("idempotencyKey",))]}]
