from __future__ import annotations

from typing import Any

import pytest

from gateway.emulator.store.faults import Kind
from tests.emulator.attributes import customer, define, put, selection
from tests.emulator.conftest import Emulator

ERRORS = "userErrors { __typename code field ... on ConflictError { currentVersion } }"
UPSERT = f"""
    mutation (
      $customerId: ID!, $key: ID!, $value: CustomAttributeValueInput!, $version: Long, $idempotencyKey: String
    ) {{
      answer: upsertCustomerCustomAttribute(
        customerId: $customerId, key: $key, value: $value, version: $version, idempotencyKey: $idempotencyKey
      ) {{
        customAttribute {{ customerId key rawValue version value {{ __typename }} definition {{ dataType }} }}
        idempotencyKey
        {ERRORS}
      }}
    }}
"""
DELETE = f"""
    mutation ($customerId: ID!, $key: ID!) {{
      answer: deleteCustomerCustomAttribute(customerId: $customerId, key: $key) {{ customerId deletedKey {ERRORS} }}
    }}
"""
DEFINITIONS_LIST, UPSERTS = "ListCustomerCustomAttributeDefinitions", "UpsertCustomerCustomAttribute"


async def upsert(graph: Any, owner: str, key: str, value: dict[str, Any], **more: Any) -> dict[str, Any]:
    data = await graph.data(UPSERT, {"customerId": owner, "key": key, "value": value, **more})
    return data["answer"]  # type: ignore[no-any-return]


def only(found: dict[str, Any]) -> tuple[Any, ...]:
    """The kind, code and path of the one user error."""
    (error,) = found["userErrors"]
    return error["__typename"], error["code"], error["field"]


@pytest.mark.parametrize(
    ("kind", "given", "raw", "shown"),
    [
        ("String", {"string": "Espresso"}, "Espresso", "StringValue"),
        ("Number", {"number": "10.50"}, "10.50", "NumberValue"),
        ("Number", {"number": 0.1}, "0.1", "NumberValue"),
        ("Number", {"number": -7}, "-7", "NumberValue"),
        ("Boolean", {"boolean": False}, False, "BooleanValue"),
        ("Date", {"date": "2026-02-28"}, "2026-02-28", "DateValue"),
        ("Email", {"email": "ada@example.com"}, "ada@example.com", "EmailValue"),
        ("PhoneNumber", {"phoneNumber": "+14155552671"}, "+14155552671", "PhoneNumberValue"),
        ("Address", {"address": {"postalCode": "94103", "locality": None}}, {"postal_code": "94103"}, "AddressValue"),
        ("Number", {"raw": "3"}, "3", "NumberValue"),
    ],
)
async def test_a_value_goes_out_in_squares_form_and_comes_back_typed(
    graph: Any, emulator: Emulator, kind: str, given: dict[str, Any], raw: Any, shown: str
) -> None:
    owner = await customer(emulator)
    await define(emulator, "field", kind)
    graph.reset()

    found = await upsert(graph, owner, "field", given)

    assert found["userErrors"] == []
    assert found["customAttribute"] == {
        "customerId": owner,
        "key": "field",
        "rawValue": raw,
        "version": 1,
        "value": {"__typename": shown},
        "definition": {"dataType": found["customAttribute"]["definition"]["dataType"]},
    }
    assert graph.calls == {DEFINITIONS_LIST: 1, UPSERTS: 1}


async def test_options_are_chosen_by_name_or_by_id(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    tea, coffee, _ = (await define(emulator, "drinks", selection("Tea", "Coffee", "Milk")))["schema"]["items"]["enum"]

    found = await upsert(graph, owner, "drinks", {"selection": ["Coffee", tea]})

    assert found["customAttribute"]["rawValue"] == [coffee, tea]


@pytest.mark.parametrize(
    ("kind", "given", "code", "path"),
    [
        ("String", {"number": 1}, "INVALID_VALUE", ["number"]),
        ("Email", {"string": "ada@example.com"}, "INVALID_VALUE", ["string"]),
        ("PhoneNumber", {"selection": ["A"]}, "INVALID_VALUE", ["selection"]),
        ("Number", {"number": "1.123456"}, "INVALID_VALUE", ["number"]),
        ("Number", {"number": "92233720368548"}, "VALUE_TOO_HIGH", ["number"]),
        ("Number", {"number": "-92233720368547.1"}, "VALUE_TOO_LOW", ["number"]),
        (selection("A", "B"), {"selection": ["A", "a"]}, "INVALID_VALUE", ["selection", "1"]),
        (selection("A", "B"), {"selection": ["B", "B"]}, "DUPLICATE_ARRAY_VALUE", ["selection", "1"]),
        (selection("A", "B", most=1), {"selection": ["A", "B"]}, "ARRAY_LENGTH_TOO_LONG", ["selection"]),
        (selection("A", "B"), {"string": "A"}, "INVALID_VALUE", ["string"]),
    ],
)
async def test_a_value_that_does_not_fit_its_definition_is_refused_before_sending(
    graph: Any, emulator: Emulator, kind: Any, given: dict[str, Any], code: str, path: list[str]
) -> None:
    owner = await customer(emulator)
    await define(emulator, "field", kind)
    graph.reset()

    found = await upsert(graph, owner, "field", given)

    assert only(found) == ("ValidationError", code, ["value", *path])
    assert found["customAttribute"] is None
    assert graph.calls == {DEFINITIONS_LIST: 1}


@pytest.mark.parametrize(
    "given",
    [
        {"date": "2026-02-30"},
        {"date": "28.02.2026"},
        {"number": "ten"},
        {"number": True},
        {"number": "1e5"},
        {},
        {"string": None},
        {"string": "a", "email": "b"},
    ],
)
async def test_a_value_that_no_definition_could_allow_never_runs(graph: Any, given: dict[str, Any]) -> None:
    found = await graph(UPSERT, {"customerId": "C", "key": "field", "value": given})

    assert [each["extensions"]["code"] for each in found["errors"]] == ["BAD_USER_INPUT"]
    assert not graph.calls


@pytest.mark.parametrize(
    ("kind", "given", "path"),
    [
        ("Email", {"email": "nobody"}, ["value", "email"]),
        ("PhoneNumber", {"phoneNumber": "12"}, ["value", "phoneNumber"]),
        ("Number", {"raw": 3}, ["value", "raw"]),
    ],
)
async def test_what_square_refuses_is_a_user_error_at_the_value(
    graph: Any, emulator: Emulator, kind: str, given: dict[str, Any], path: list[str]
) -> None:
    owner = await customer(emulator)
    await define(emulator, "field", kind)

    found = await upsert(graph, owner, "field", given)

    assert only(found) == ("ValidationError", "INVALID_VALUE", path)


async def test_without_a_definition_square_decides(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    graph.reset()

    found = await upsert(graph, owner, "nothing", {"number": 1})

    assert only(found)[:2] == ("NotFoundError", "NOT_FOUND")
    assert graph.calls == {DEFINITIONS_LIST: 1, UPSERTS: 1}


async def test_an_unknown_customer_is_a_user_error(graph: Any, emulator: Emulator) -> None:
    await define(emulator, "field")

    found = await upsert(graph, "NOBODY", "field", {"string": "x"})

    assert only(found)[:2] == ("NotFoundError", "NOT_FOUND")


async def test_definitions_that_cannot_be_read_stop_the_mutation_before_it_writes(
    graph: Any, emulator: Emulator
) -> None:
    owner = await customer(emulator)
    await define(emulator, "field")
    emulator.faults.add(Kind.STATUS, DEFINITIONS_LIST, status=429)
    graph.reset()

    found = await graph(UPSERT, {"customerId": owner, "key": "field", "value": {"string": "x"}})

    assert found["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert graph.calls[UPSERTS] == 0


async def test_a_raw_value_costs_no_read_unless_its_definition_is_asked_for(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    await define(emulator, "field")
    graph.reset()
    mutation = """mutation ($id: ID!) {
      upsertCustomerCustomAttribute(customerId: $id, key: "field", value: { raw: "x" }) {
        customAttribute { key rawValue }
      }
    }"""

    data = await graph.data(mutation, {"id": owner})

    assert data["upsertCustomerCustomAttribute"] == {"customAttribute": {"key": "field", "rawValue": "x"}}
    assert graph.calls == {UPSERTS: 1}


async def test_a_selection_of_nothing_is_a_value(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    made = await define(emulator, "drinks", selection("Tea", "Milk"))
    await put(emulator, owner, "drinks", made["schema"]["items"]["enum"])

    emptied = await upsert(graph, owner, "drinks", {"selection": []})
    read = await graph.data(
        """query ($id: ID!) { customer(id: $id) { customAttribute(key: "drinks") {
          rawValue value { ... on SelectionValue { options { name } } } } } }""",
        {"id": owner},
    )

    assert (emptied["customAttribute"]["rawValue"], emptied["userErrors"]) == ([], [])
    assert read["customer"]["customAttribute"] == {"rawValue": [], "value": {"options": []}}


async def test_a_token_that_may_not_read_writes_without_a_check(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    await define(emulator, "field", "Number")
    token = {"token": "writer", "scopes": ["CUSTOMERS_WRITE"]}
    await emulator.call("POST", "/_emulator/tokens", token, token=None)
    mutation = """mutation ($id: ID!, $value: CustomAttributeValueInput!) {
      answer: upsertCustomerCustomAttribute(customerId: $id, key: "field", value: $value) {
        customAttribute { rawValue }
        userErrors { __typename code field }
      }
    }"""

    good = await graph.data(mutation, {"id": owner, "value": {"number": "1.5"}}, token="writer")
    bad = await graph.data(mutation, {"id": owner, "value": {"string": "x"}}, token="writer")

    assert good["answer"] == {"customAttribute": {"rawValue": "1.5"}, "userErrors": []}
    assert only(bad["answer"]) == ("ValidationError", "INVALID_VALUE", ["value", "string"])


async def test_a_stale_version_changes_nothing_and_tells_the_current_one(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    await define(emulator, "field")
    await put(emulator, owner, "field", "one")
    await put(emulator, owner, "field", "two")

    stale = await upsert(graph, owner, "field", {"string": "three"}, version=1)
    fresh = await upsert(graph, owner, "field", {"string": "three"}, version=2)

    (error,) = stale["userErrors"]
    assert (error["__typename"], error["field"], error["currentVersion"]) == ("ConflictError", ["version"], 2)
    assert (fresh["userErrors"], fresh["customAttribute"]["version"]) == ([], 3)


async def test_the_same_idempotency_key_sets_once(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    await define(emulator, "field")

    first = await upsert(graph, owner, "field", {"string": "x"}, idempotencyKey="once")
    again = await upsert(graph, owner, "field", {"string": "x"}, idempotencyKey="once")
    fresh = await upsert(graph, owner, "field", {"string": "x"})

    assert again == first
    assert (first["idempotencyKey"], first["customAttribute"]["version"]) == ("once", 1)
    assert fresh["customAttribute"]["version"] == 2


@pytest.mark.parametrize(("key", "code"), [("", "VALUE_EMPTY"), ("k" * 46, "VALUE_TOO_LONG")])
async def test_an_idempotency_key_square_would_refuse_is_refused_before_any_call(
    graph: Any, key: str, code: str
) -> None:
    found = await upsert(graph, "C", "field", {"string": "x"}, idempotencyKey=key)

    assert only(found) == ("ValidationError", code, ["idempotencyKey"])
    assert not graph.calls


async def test_deleting_a_value_can_be_repeated(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    await define(emulator, "field")
    await put(emulator, owner, "field", "x")
    variables = {"customerId": owner, "key": "field"}
    graph.reset()

    first = (await graph.data(DELETE, variables))["answer"]
    again = (await graph.data(DELETE, variables))["answer"]

    assert first == again == {"customerId": owner, "deletedKey": "field", "userErrors": []}
    assert graph.calls == {"DeleteCustomerCustomAttribute": 2}
    status, _ = await emulator.call("GET", f"/v2/customers/{owner}/custom-attributes/field")
    assert status == 404


async def test_deleting_a_value_of_nobody_is_a_user_error(graph: Any, emulator: Emulator) -> None:
    await define(emulator, "field")

    found = (await graph.data(DELETE, {"customerId": "NOBODY", "key": "field"}))["answer"]

    assert only(found)[:2] == ("NotFoundError", "NOT_FOUND")
    assert found["deletedKey"] is None
