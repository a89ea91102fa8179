"""Several writes in one operation: what is read once, and what is read again."""

from __future__ import annotations

from typing import Any

from tests.areas.custom_attributes.test_values import DEFINITIONS_LIST, UPSERTS
from tests.emulator.attributes import customer, define, selection
from tests.emulator.conftest import Emulator


async def test_several_writes_in_one_operation_read_the_definitions_once(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    for key in ("a", "b"):
        await define(emulator, key)
    graph.reset()
    mutation = """mutation ($id: ID!) {
      a: upsertCustomerCustomAttribute(customerId: $id, key: "a", value: { string: "1" }) { userErrors { code } }
      b: upsertCustomerCustomAttribute(customerId: $id, key: "b", value: { string: "2" }) { userErrors { code } }
      c: deleteCustomerCustomAttribute(customerId: $id, key: "a") { userErrors { code } }
      d: upsertCustomerCustomAttribute(customerId: $id, key: "a", value: { string: "3" }) {
        customAttribute { value { ... on StringValue { string } } version }
      }
    }"""

    data = await graph.data(mutation, {"id": owner})

    assert data["d"] == {"customAttribute": {"value": {"string": "3"}, "version": 1}}
    assert graph.calls == {DEFINITIONS_LIST: 1, UPSERTS: 3, "DeleteCustomerCustomAttribute": 1}


async def test_a_write_to_definitions_is_seen_by_the_writes_behind_it(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    tea = (await define(emulator, "drinks", selection("Tea")))["schema"]["items"]["enum"][0]
    mutation = """mutation ($id: ID!, $tea: ID!) {
      a: upsertCustomerCustomAttribute(customerId: $id, key: "drinks", value: { selection: ["Tea"] }) {
        userErrors { code }
      }
      b: updateCustomerCustomAttributeDefinition(
        key: "drinks", input: { selection: { options: [{ id: $tea, name: "Green tea" }] } }
      ) { userErrors { code } }
      c: upsertCustomerCustomAttribute(customerId: $id, key: "drinks", value: { selection: ["Green tea"] }) {
        customAttribute { rawValue version }
      }
    }"""

    data = await graph.data(mutation, {"id": owner, "tea": tea})

    assert data["a"] == data["b"] == {"userErrors": []}
    assert data["c"] == {"customAttribute": {"rawValue": [tea], "version": 2}}
