from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.attributes import customer, define, put, selection
from tests.emulator.conftest import Emulator

VALUE = """
    value {
      __typename
      ... on StringValue { string }
      ... on NumberValue { number }
      ... on BooleanValue { boolean }
      ... on DateValue { date }
      ... on EmailValue { email }
      ... on PhoneNumberValue { phoneNumber }
      ... on AddressValue { address { locality country } }
      ... on SelectionValue { options { id name } }
    }
"""
OF_CUSTOMER = """
    query ($id: ID!, $first: Int! = 100, $after: String) {
      customer(id: $id) {
        customAttributes(first: $first, after: $after) { nodes { %s } pageInfo { endCursor hasNextPage } }
      }
    }
"""
ONE = """
    query ($id: ID!, $key: ID!, $version: Long) {
      customAttribute(customerId: $id, key: $key, version: $version) { %s }
    }
"""


async def read(graph: Any, owner: str, fields: str) -> dict[str, Any]:
    """The customer's attributes by key."""
    data = await graph.data(OF_CUSTOMER % f"key {fields}", {"id": owner})
    return {each["key"]: each for each in data["customer"]["customAttributes"]["nodes"]}


@pytest.mark.parametrize(
    ("kind", "raw", "shown"),
    [
        ("String", "Espresso", {"__typename": "StringValue", "string": "Espresso"}),
        ("Number", "10.50", {"__typename": "NumberValue", "number": "10.50"}),
        ("Boolean", False, {"__typename": "BooleanValue", "boolean": False}),
        ("Date", "2026-02-28", {"__typename": "DateValue", "date": "2026-02-28"}),
        ("Email", "ada@example.com", {"__typename": "EmailValue", "email": "ada@example.com"}),
        ("PhoneNumber", "+14155552671", {"__typename": "PhoneNumberValue", "phoneNumber": "+14155552671"}),
        (
            "Address",
            {"locality": "Oakland", "country": "US"},
            {"__typename": "AddressValue", "address": {"locality": "Oakland", "country": "US"}},
        ),
    ],
)
async def test_a_value_has_the_kind_its_definition_says(
    graph: Any, emulator: Emulator, kind: str, raw: Any, shown: dict[str, Any]
) -> None:
    owner = await customer(emulator)
    await define(emulator, "field", kind)
    await put(emulator, owner, "field", raw)

    found = await read(graph, owner, f"rawValue {VALUE}")

    assert found["field"] == {"key": "field", "rawValue": raw, "value": shown}


async def test_a_selection_shows_the_names_of_the_chosen_options(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    made = await define(emulator, "drinks", selection("Tea", "Coffee", "Milk"))
    tea, coffee, milk = made["schema"]["items"]["enum"]
    await put(emulator, owner, "drinks", [milk, tea])

    found = await read(graph, owner, f"rawValue {VALUE}")

    assert found["drinks"]["rawValue"] == [milk, tea]
    assert found["drinks"]["value"]["options"] == [{"id": milk, "name": "Milk"}, {"id": tea, "name": "Tea"}]
    assert coffee not in str(found)


async def test_definitions_come_with_the_attributes_at_no_further_call(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    for key in ("a", "b"):
        await define(emulator, key)
        await put(emulator, owner, key, "x")
    graph.reset()

    found = await read(graph, owner, "definition { dataType version } value { __typename }")

    assert found["b"]["definition"] == {"dataType": "STRING", "version": 1}
    assert graph.calls == {"BulkRetrieveCustomers": 1, "ListCustomerCustomAttributes": 1}


@pytest.mark.parametrize(
    ("fields", "query"),
    [
        ("rawValue version", "limit=100"),
        ("definition { key }", "limit=100"),
        ("definition { name }", "limit=100&with_definitions=true"),
        ("value { __typename }", "limit=100&with_definitions=true"),
    ],
)
async def test_definitions_are_asked_for_only_when_something_takes_them(
    graph: Any, emulator: Emulator, fields: str, query: str
) -> None:
    owner = await customer(emulator)
    await define(emulator, "a")
    await put(emulator, owner, "a", "x")
    graph.reset()

    found = await read(graph, owner, fields)

    assert list(found) == ["a"]
    assert emulator.recorded.latest[-1].query == query
    assert graph.calls == {"BulkRetrieveCustomers": 1, "ListCustomerCustomAttributes": 1}


@pytest.mark.parametrize(
    ("fields", "query"),
    [("rawValue", ""), ("definition { key }", ""), ("value { __typename }", "with_definition=true")],
)
async def test_one_attribute_comes_with_its_definition_only_when_something_takes_it(
    graph: Any, emulator: Emulator, fields: str, query: str
) -> None:
    owner = await customer(emulator)
    await define(emulator, "a")
    await put(emulator, owner, "a", "x")
    graph.reset()

    await graph.data(ONE % fields, {"id": owner, "key": "a"})

    assert emulator.recorded.latest[-1].query == query
    assert graph.calls == {"RetrieveCustomerCustomAttribute": 1}


async def test_a_list_goes_on_behind_its_cursor_whatever_is_selected_then(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    for key in ("a", "b", "c"):
        await define(emulator, key)
        await put(emulator, owner, key, key.upper())
    page = (await graph.data(OF_CUSTOMER % "key rawValue", {"id": owner, "first": 2}))["customer"]["customAttributes"]
    cursor = page["pageInfo"]["endCursor"]
    graph.reset()

    data = await graph.data(OF_CUSTOMER % f"key {VALUE}", {"id": owner, "first": 2, "after": cursor})

    rest = data["customer"]["customAttributes"]
    assert [each["key"] for each in page["nodes"]] == ["a", "b"]
    assert rest["nodes"] == [{"key": "c", "value": {"__typename": "StringValue", "string": "C"}}]
    assert rest["pageInfo"]["hasNextPage"] is False
    assert graph.calls["ListCustomerCustomAttributeDefinitions"] == 1


async def test_more_than_a_page_of_attributes_is_read_page_by_page(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    for index in range(4):
        await define(emulator, f"k{index}")
        await put(emulator, owner, f"k{index}", "x")
    keys: list[str] = []
    cursor, more = None, True
    while more:
        variables = {"id": owner, "first": 3, "after": cursor}
        page = (await graph.data(OF_CUSTOMER % "key", variables))["customer"]["customAttributes"]
        keys += [each["key"] for each in page["nodes"]]
        cursor, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert keys == ["k0", "k1", "k2", "k3"]


async def test_one_attribute_is_retrieved_with_its_definition_in_one_call(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    await define(emulator, "a", "Number")
    await put(emulator, owner, "a", "7")
    graph.reset()

    data = await graph.data(ONE % f"customerId key version {VALUE}", {"id": owner, "key": "a"})

    value = {"__typename": "NumberValue", "number": "7"}
    assert data["customAttribute"] == {"customerId": owner, "key": "a", "version": 1, "value": value}
    assert graph.calls == {"RetrieveCustomerCustomAttribute": 1}


async def test_several_attributes_of_a_customer_cost_one_list(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    for key in ("a", "b"):
        await define(emulator, key)
        await put(emulator, owner, key, key)
    await define(emulator, "unset")
    graph.reset()

    data = await graph.data(
        """query ($id: ID!) {
          a: customAttribute(customerId: $id, key: "a") { rawValue }
          b: customAttribute(customerId: $id, key: "b") { value { ... on StringValue { string } } }
          c: customAttribute(customerId: $id, key: "unset") { rawValue }
        }""",
        {"id": owner},
    )

    assert data == {"a": {"rawValue": "a"}, "b": {"value": {"string": "b"}}, "c": None}
    assert graph.calls == {"ListCustomerCustomAttributes": 1}


async def test_attributes_of_different_customers_are_retrieved_side_by_side(graph: Any, emulator: Emulator) -> None:
    first, second = await customer(emulator), await customer(emulator)
    await define(emulator, "a")
    await put(emulator, first, "a", "1")
    await put(emulator, second, "a", "2")
    graph.reset()

    data = await graph.data(
        """query ($first: ID!, $second: ID!) {
          first: customAttribute(customerId: $first, key: "a") { rawValue }
          second: customAttribute(customerId: $second, key: "a") { rawValue }
        }""",
        {"first": first, "second": second},
    )

    assert data == {"first": {"rawValue": "1"}, "second": {"rawValue": "2"}}
    assert graph.calls == {"RetrieveCustomerCustomAttribute": 2}


@pytest.mark.parametrize("missing", ["customer", "value", "definition"])
async def test_what_is_not_there_reads_as_null_without_an_error(graph: Any, emulator: Emulator, missing: str) -> None:
    owner = "NOBODY" if missing == "customer" else await customer(emulator)
    if missing != "definition":
        await define(emulator, "a")

    data = await graph.data(ONE % "rawValue", {"id": owner, "key": "a"})

    assert data == {"customAttribute": None}


async def test_a_version_that_does_not_exist_yet_is_refused(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    await define(emulator, "a")
    await put(emulator, owner, "a", "x")

    reached = await graph(ONE % "version", {"id": owner, "key": "a", "version": 1})
    ahead = await graph(ONE % "version", {"id": owner, "key": "a", "version": 2})

    assert reached["data"] == {"customAttribute": {"version": 1}}
    assert ahead["data"] == {"customAttribute": None}
    assert [each["extensions"]["code"] for each in ahead["errors"]] == ["BAD_USER_INPUT"]
