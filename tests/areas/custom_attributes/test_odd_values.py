"""Values that are not of the type of their definition: never shown as something that Square does not hold."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from tests.square.square_api import SquareApi, serve_router

ENGINE = Engine(build_schema(), REGISTRY)
COMMON = "https://developer-production-s.squarecdn.com/schemas/v1/common.json#squareup.common."
SELECTION = {
    "$schema": "https://developer-production-s.squarecdn.com/meta-schemas/v1/selection.json",
    "type": "array",
    "items": {"enum": ["O1", "O2", "O3"], "names": ["Dark", 5]},
}
QUERY = """{ customer(id: "C1") { customAttributes { nodes { rawValue value {
  ... on StringValue { string } ... on NumberValue { number } ... on BooleanValue { boolean } ... on DateValue { date }
  ... on EmailValue { email } ... on PhoneNumberValue { phoneNumber } ... on SelectionValue { options { id name } }
  ... on AddressValue { address { locality country } }
} } } } }"""


@pytest.fixture
async def api() -> AsyncIterator[SquareApi]:
    async with serve_router() as api:
        yield api


async def shown(api: SquareApi, kind: str, raw: Any) -> tuple[Any, Any, dict[str, int]]:
    """The typed and the raw value of an attribute, and how many warnings of which kind there are."""
    schema = SELECTION if kind == "Selection" else {"$ref": COMMON + kind}
    definition = {"key": "field", "schema": schema}
    attribute = {"key": "field", "value": raw, "version": 1, "definition": definition}
    api.router.post("/v2/customers/bulk-retrieve").respond(json={"responses": {"C1": {"customer": {"id": "C1"}}}})
    api.router.get("/v2/customers/C1/custom-attributes").respond(json={"custom_attributes": [attribute]})
    answer = await ENGINE.run(QUERY, Context(api.square, REGISTRY))
    assert "errors" not in answer, answer["errors"]
    (node,) = answer["data"]["customer"]["customAttributes"]["nodes"]
    warnings = {each["code"]: each["count"] for each in answer["extensions"].get("warnings", ())}
    return node["value"], node["rawValue"], warnings


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("Selection", "Dark"),
        ("Selection", "O1"),
        ("Selection", {"O1": True}),
        ("Selection", ["O1", 7]),
        ("Selection", ["O1", ["O2"]]),
        ("Selection", 7),
        ("Selection", True),
        ("Number", "ten"),
        ("Number", ""),
        ("Number", "1e5"),
        ("Number", "NaN"),
        ("Number", True),
        ("Number", ["1"]),
        ("Boolean", "true"),
        ("Boolean", 1),
        ("Date", "2020-13-45"),
        ("Date", "2020-02-30"),
        ("Date", "28/02/2020"),
        ("Date", "2020-02-28T00:00:00Z"),
        ("Date", 20200228),
        ("String", 7),
        ("String", ["a"]),
        ("Email", {"email": "ada@example.com"}),
        ("PhoneNumber", 14155552671),
        ("Address", "1 Main Street"),
        ("Address", ["1 Main Street"]),
    ],
    ids=str,
)
async def test_a_value_of_another_type_is_null_with_a_warning_and_stands_in_the_raw_value(
    api: SquareApi, kind: str, raw: Any
) -> None:
    assert await shown(api, kind, raw) == (None, raw, {"VALUES_OF_ANOTHER_TYPE": 1})


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("Number", 10.5, {"number": "10.5"}),
        ("Number", 1e-7, {"number": "0.0000001"}),
        ("Number", -3, {"number": "-3"}),
        ("Number", "-92233720368547.75807", {"number": "-92233720368547.75807"}),
        ("Selection", [], {"options": []}),
        # The definition has no readable name for the second, none for the third, and not the fourth at all.
        ("Selection", ["O1", "O2", "O3", "O4"], {"options": [
            {"id": "O1", "name": "Dark"}, *({"id": each, "name": None} for each in ("O2", "O3", "O4"))]}),
        ("String", "", {"string": ""}),
        ("Boolean", False, {"boolean": False}),
        ("Date", "2020-02-29", {"date": "2020-02-29"}),
        ("Address", {}, {"address": {"locality": None, "country": None}}),
    ],
    ids=str,
)  # fmt: skip
async def test_a_value_that_can_be_read_is_shown_without_a_warning(
    api: SquareApi, kind: str, raw: Any, value: Any
) -> None:
    assert await shown(api, kind, raw) == (value, raw, {})


@pytest.mark.parametrize("kind", ["Selection", "Number", "Boolean", "Date", "String", "Address"])
async def test_no_value_is_null_without_a_warning(api: SquareApi, kind: str) -> None:
    assert await shown(api, kind, None) == (None, None, {})


async def test_a_line_of_an_address_that_is_no_text_is_null_and_counted(api: SquareApi) -> None:
    raw = {"locality": "San Francisco", "country": 5}

    value, _, warnings = await shown(api, "Address", raw)

    assert value == {"address": {"locality": "San Francisco", "country": None}}
    assert warnings == {"VALUES_NOT_READABLE": 1}


async def test_an_option_without_a_name_is_an_option_of_the_definition(api: SquareApi) -> None:
    listing = api.router.get("/v2/customers/custom-attribute-definitions")
    listing.respond(json={"custom_attribute_definitions": [{"key": "field", "schema": SELECTION}]})

    answer = await ENGINE.run(
        "{ customAttributeDefinitions { nodes { selectionOptions { id name } } } }", Context(api.square, REGISTRY)
    )

    (node,) = answer["data"]["customAttributeDefinitions"]["nodes"]
    assert node["selectionOptions"] == [
        {"id": "O1", "name": "Dark"},
        {"id": "O2", "name": None},
        {"id": "O3", "name": None},
    ]
