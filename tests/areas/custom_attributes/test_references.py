"""From attributes to what they refer to, and to attributes from other applications and subgraphs."""

from __future__ import annotations

from typing import Any

from tests.areas.custom_attributes.test_custom_attributes import ONE
from tests.emulator.attributes import customer, define, put
from tests.emulator.conftest import Emulator


async def test_the_customer_of_an_attribute_costs_a_call_only_beyond_its_id(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator, given_name="Grace")
    await define(emulator, "a")
    await put(emulator, owner, "a", "x")
    graph.reset()

    known = await graph.data(ONE % "customer { id }", {"id": owner, "key": "a"})
    assert graph.calls == {"RetrieveCustomerCustomAttribute": 1}
    graph.reset()
    read = await graph.data(ONE % "customer { givenName }", {"id": owner, "key": "a"})

    assert known["customAttribute"] == {"customer": {"id": owner}}
    assert read["customAttribute"] == {"customer": {"givenName": "Grace"}}
    assert graph.calls == {"RetrieveCustomerCustomAttribute": 1, "BulkRetrieveCustomers": 1}


async def test_an_attribute_of_another_application_is_found_by_its_long_key(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    for key in ("a", "b"):
        await define(emulator, key, visibility="VISIBILITY_READ_ONLY")
        await put(emulator, owner, key, key)
    query = """query ($id: ID!) {
      a: customAttribute(customerId: $id, key: "sq0idp-demo-app:a") { key rawValue }
      b: customAttribute(customerId: $id, key: "sq0idp-demo-app:b") { key rawValue }
    }"""

    foreign = await graph.data(query, {"id": owner}, token="second-app-token")
    own = await graph.data(query, {"id": owner})

    assert foreign["a"] == {"key": "sq0idp-demo-app:a", "rawValue": "a"}
    assert [own["a"], own["b"]] == [{"key": "a", "rawValue": "a"}, {"key": "b", "rawValue": "b"}]


async def test_other_subgraphs_refer_to_attributes_and_definitions_by_key(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    await define(emulator, "a", "Number")
    await put(emulator, owner, "a", "7")
    graph.reset()
    query = """query ($refs: [_Any!]!) {
      _entities(representations: $refs) {
        ... on CustomAttribute { customerId value { ... on NumberValue { number } } }
        ... on CustomAttributeDefinition { key dataType }
      }
    }"""
    references = [
        {"__typename": "CustomAttribute", "customerId": owner, "key": "a"},
        {"__typename": "CustomAttributeDefinition", "key": "a"},
        {"__typename": "CustomAttributeDefinition", "key": "nothing"},
    ]

    data = await graph.data(query, {"refs": references})

    attribute, definition, missing = data["_entities"]
    assert attribute == {"customerId": owner, "value": {"number": "7"}}
    assert (definition, missing) == ({"key": "a", "dataType": "NUMBER"}, None)
    assert graph.calls == {
        "RetrieveCustomerCustomAttribute": 1,
        "ListCustomerCustomAttributeDefinitions": 1,
        "RetrieveCustomerCustomAttributeDefinition": 1,
    }


async def test_references_by_the_long_keys_of_the_own_application_are_all_read(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    for key in ("a", "b", "c"):
        await define(emulator, key)
        await put(emulator, owner, key, key)
    references = [
        {"__typename": "CustomAttribute", "customerId": owner, "key": f"sq0idp-demo-app:{key}"}
        for key in ("a", "b", "c")
    ]
    graph.reset()

    answer = await graph(
        "query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on CustomAttribute { rawValue } } }",
        {"refs": references},
    )

    assert "errors" not in answer, answer["errors"]
    assert answer["data"]["_entities"] == [{"rawValue": "a"}, {"rawValue": "b"}, {"rawValue": "c"}]
    assert graph.calls.total() == answer["extensions"]["cost"]["estimatedCalls"] == 4


async def test_a_version_that_does_not_exist_yet_is_refused_as_that_argument(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    await define(emulator, "a")
    await put(emulator, owner, "a", "x")
    query = """query ($id: ID!, $version: Long) {
      customer(id: $id) { customAttribute(key: "a", version: $version) { version } }
      customAttribute(customerId: $id, key: "a", version: $version) { version }
      customAttributeDefinition(key: "a", version: $version) { version }
    }"""

    reached = await graph(query, {"id": owner, "version": 1})
    missed = await graph(query, {"id": owner, "version": 9})

    assert "errors" not in reached
    assert [error["extensions"]["code"] for error in missed["errors"]] == ["BAD_USER_INPUT"] * 3
    assert [error["extensions"]["field"] for error in missed["errors"]] == [["version"]] * 3
