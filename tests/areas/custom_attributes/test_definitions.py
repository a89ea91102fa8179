from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.attributes import DEFINITIONS, customer, define, done, put, schema
from tests.emulator.conftest import Emulator

ERRORS = "userErrors { __typename code field ... on ConflictError { currentVersion } }"
CREATE = f"""
    mutation ($input: CreateCustomerCustomAttributeDefinitionInput!, $idempotencyKey: String) {{
      answer: createCustomerCustomAttributeDefinition(input: $input, idempotencyKey: $idempotencyKey) {{
        customAttributeDefinition {{
          key name description visibility rawVisibility version dataType maxSelections schema
          selectionOptions {{ id name }}
        }}
        idempotencyKey
        {ERRORS}
      }}
    }}
"""
DELETE = f"""
    mutation ($key: ID!) {{
      answer: deleteCustomerCustomAttributeDefinition(key: $key) {{ deletedKey {ERRORS} }}
    }}
"""
ONE = """
    query ($key: ID!, $version: Long) {
      customAttributeDefinition(key: $key, version: $version) { key version createdAt dataType }
    }
"""
SIMPLE = {
    "STRING": "String",
    "EMAIL": "Email",
    "PHONE_NUMBER": "PhoneNumber",
    "ADDRESS": "Address",
    "DATE": "Date",
    "BOOLEAN": "Boolean",
    "NUMBER": "Number",
}


async def answer(graph: Any, mutation: str, **variables: Any) -> dict[str, Any]:
    data: dict[str, Any] = await graph.data(mutation, variables)
    return data["answer"]  # type: ignore[no-any-return]


def only(found: dict[str, Any]) -> tuple[Any, ...]:
    """The kind, code and path of the one user error."""
    (error,) = found["userErrors"]
    return error["__typename"], error["code"], error["field"]


async def stored(emulator: Emulator, key: str) -> dict[str, Any]:
    body = await done(emulator.call("GET", f"{DEFINITIONS}/{key}"))
    return body["custom_attribute_definition"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(("kind", "name"), SIMPLE.items())
async def test_each_data_type_becomes_the_schema_square_documents(
    graph: Any, emulator: Emulator, kind: str, name: str
) -> None:
    graph.reset()

    made = await answer(graph, CREATE, input={"key": "field", "dataType": kind})

    shown = made["customAttributeDefinition"]
    assert made["userErrors"] == []
    assert (shown["dataType"], shown["selectionOptions"], shown["maxSelections"]) == (kind, [], None)
    assert (shown["visibility"], shown["version"]) == ("VISIBILITY_HIDDEN", 1)
    assert graph.calls == {"CreateCustomerCustomAttributeDefinition": 1}
    assert (await stored(emulator, "field"))["schema"] == schema(name)


async def test_a_selection_is_defined_by_its_names(graph: Any, emulator: Emulator) -> None:
    made = await answer(
        graph,
        CREATE,
        input={
            "key": "drinks",
            "name": "Drinks",
            "description": "What they like",
            "visibility": "VISIBILITY_READ_ONLY",
            "dataType": "SELECTION",
            "selection": {"options": ["Tea", "Coffee"], "maxSelections": 2},
        },
    )

    kept = (await stored(emulator, "drinks"))["schema"]
    shown = made["customAttributeDefinition"]
    assert (shown["name"], shown["rawVisibility"], shown["maxSelections"]) == ("Drinks", "VISIBILITY_READ_ONLY", 2)
    assert [each["name"] for each in shown["selectionOptions"]] == ["Tea", "Coffee"]
    assert [each["id"] for each in shown["selectionOptions"]] == kept["items"]["enum"]
    assert shown["schema"] == kept


async def test_one_option_can_be_chosen_unless_more_are_allowed(graph: Any) -> None:
    given = {"key": "drinks", "dataType": "SELECTION", "selection": {"options": ["Tea", "Coffee"]}}

    made = await answer(graph, CREATE, input=given)

    assert made["customAttributeDefinition"]["maxSelections"] == 1


async def test_a_schema_can_be_given_as_it_is(graph: Any, emulator: Emulator) -> None:
    made = await answer(graph, CREATE, input={"key": "a", "schema": schema("Date")})
    odd = await answer(graph, CREATE, input={"key": "b", "schema": {"$ref": "elsewhere"}})

    assert made["customAttributeDefinition"]["dataType"] == "DATE"
    assert only(odd)[2] == ["input", "schema"]


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"key": "no spaces", "dataType": "STRING"}, "VALUE_REGEX_MISMATCH", ["key"]),
        ({"key": "k" * 61, "dataType": "STRING"}, "VALUE_REGEX_MISMATCH", ["key"]),
        ({"dataType": "STRING", "name": "n" * 256}, "VALUE_TOO_LONG", ["name"]),
        ({"dataType": "STRING", "description": "d" * 256}, "VALUE_TOO_LONG", ["description"]),
        ({"dataType": "STRING", "visibility": "UNKNOWN"}, "INVALID_ENUM_VALUE", ["visibility"]),
        (
            {"dataType": "STRING", "visibility": "VISIBILITY_READ_ONLY", "name": "N"},
            "MISSING_REQUIRED_PARAMETER",
            ["description"],
        ),
        ({}, "MISSING_REQUIRED_PARAMETER", ["dataType"]),
        ({"dataType": "STRING", "schema": {}}, "CONFLICTING_PARAMETERS", ["dataType"]),
        ({"schema": {}, "selection": {"options": ["A"]}}, "CONFLICTING_PARAMETERS", ["selection"]),
        ({"dataType": "UNKNOWN"}, "INVALID_ENUM_VALUE", ["dataType"]),
        ({"dataType": "DATE", "selection": {"options": ["A"]}}, "CONFLICTING_PARAMETERS", ["selection"]),
        ({"dataType": "SELECTION"}, "MISSING_REQUIRED_PARAMETER", ["selection"]),
        ({"dataType": "SELECTION", "selection": {"options": []}}, "ARRAY_EMPTY", ["selection", "options"]),
        ({"dataType": "SELECTION", "selection": {"options": ["A", ""]}}, "VALUE_EMPTY", ["selection", "options", "1"]),
        (
            {"dataType": "SELECTION", "selection": {"options": ["A", "B", "A"]}},
            "DUPLICATE_ARRAY_VALUE",
            ["selection", "options", "2"],
        ),
        (
            {"dataType": "SELECTION", "selection": {"options": ["A"], "maxSelections": 0}},
            "VALUE_TOO_LOW",
            ["selection", "maxSelections"],
        ),
    ],
)
async def test_a_definition_that_cannot_be_right_is_refused_before_any_call(
    graph: Any, given: dict[str, Any], code: str, path: list[str]
) -> None:
    made = await answer(graph, CREATE, input={"key": "field", **given})

    assert only(made) == ("ValidationError", code, ["input", *path])
    assert made["customAttributeDefinition"] is None
    assert not graph.calls


async def test_a_key_that_is_taken_is_a_user_error_at_the_key(graph: Any, emulator: Emulator) -> None:
    await define(emulator, "taken")

    made = await answer(graph, CREATE, input={"key": "taken", "dataType": "STRING"})

    assert only(made)[2] == ["input", "key"]


async def test_the_same_idempotency_key_defines_once(graph: Any) -> None:
    first = await answer(graph, CREATE, input={"key": "a", "dataType": "STRING"}, idempotencyKey="once")
    again = await answer(graph, CREATE, input={"key": "a", "dataType": "STRING"}, idempotencyKey="once")
    fresh = await answer(graph, CREATE, input={"key": "b", "dataType": "STRING"})

    assert again == first
    assert first["idempotencyKey"] == "once"
    assert len(fresh["idempotencyKey"]) == 36


async def test_an_idempotency_key_of_more_than_45_characters_is_refused(graph: Any) -> None:
    made = await answer(graph, CREATE, input={"key": "a", "dataType": "STRING"}, idempotencyKey="k" * 46)

    assert only(made) == ("ValidationError", "VALUE_TOO_LONG", ["idempotencyKey"])
    assert not graph.calls


async def test_deleting_a_definition_deletes_its_values_and_can_be_repeated(graph: Any, emulator: Emulator) -> None:
    owner = await customer(emulator)
    await define(emulator, "a")
    await put(emulator, owner, "a", "x")

    first = await answer(graph, DELETE, key="a")
    again = await answer(graph, DELETE, key="a")

    assert first == again == {"deletedKey": "a", "userErrors": []}
    assert await done(emulator.call("GET", f"/v2/customers/{owner}/custom-attributes")) == {}


async def test_definitions_are_read_from_the_list_and_missing_ones_confirmed_once(
    graph: Any, emulator: Emulator
) -> None:
    for key in ("a", "b"):
        await define(emulator, key)
    graph.reset()

    data = await graph.data(
        """{
          a: customAttributeDefinition(key: "a") { key }
          b: customAttributeDefinition(key: "b") { key }
          c: customAttributeDefinition(key: "c") { key }
        }"""
    )

    assert data == {"a": {"key": "a"}, "b": {"key": "b"}, "c": None}
    assert graph.calls == {
        "ListCustomerCustomAttributeDefinitions": 1,
        "RetrieveCustomerCustomAttributeDefinition": 1,
    }


async def test_a_version_is_read_from_the_definition_itself(graph: Any, emulator: Emulator) -> None:
    await define(emulator, "a", "Email")
    graph.reset()

    reached = await graph.data(ONE, {"key": "a", "version": 1})
    missing = await graph.data(ONE, {"key": "nothing", "version": 1})
    ahead = await graph(ONE, {"key": "a", "version": 9})

    assert reached["customAttributeDefinition"]["dataType"] == "EMAIL"
    assert missing == {"customAttributeDefinition": None}
    assert ahead["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert graph.calls == {"RetrieveCustomerCustomAttributeDefinition": 3}


async def test_all_definitions_are_listed_a_hundred_a_page(graph: Any, emulator: Emulator) -> None:
    for index in range(21):
        await define(emulator, f"k{index:02}")
    graph.reset()
    query = """query ($after: String, $first: Int! = 100) {
      customAttributeDefinitions(first: $first, after: $after) { nodes { key } pageInfo { endCursor hasNextPage } }
    }"""

    whole = (await graph.data(query))["customAttributeDefinitions"]
    assert graph.calls == {"ListCustomerCustomAttributeDefinitions": 1}
    part = (await graph.data(query, {"first": 20}))["customAttributeDefinitions"]
    rest = (await graph.data(query, {"after": part["pageInfo"]["endCursor"]}))["customAttributeDefinitions"]

    assert len(whole["nodes"]) == 21
    assert part["nodes"] + rest["nodes"] == whole["nodes"]
    assert (part["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
