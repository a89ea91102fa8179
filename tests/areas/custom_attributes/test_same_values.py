"""However Square writes a value or a definition, a first use of a key is not taken for a second one."""

from __future__ import annotations

from typing import Any

import pytest
import strawberry

from gateway.areas.custom_attributes.definitions import (
    CustomAttributeDefinition,
    new_definition_tells,
    tells_definition,
)
from gateway.areas.custom_attributes.types import WireCustomAttribute
from gateway.areas.custom_attributes.value_inputs import CustomAttributeValueInput, tells_value
from gateway.graph.schema.decode import decode
from gateway.graph.writing.replay import is_between
from tests.emulator.attributes import schema, selection


def told(field: str, sent: Any, found: Any) -> bool:
    """Whether an answer with this value tells the value that was sent in this field."""
    given: dict[str, Any] = dict.fromkeys(
        ("string", "number", "boolean", "date", "email", "phone_number", "address", "selection", "raw")
    )
    return tells_value(
        CustomAttributeValueInput(**{**given, field: strawberry.Some(sent)}),
        sent,
        None,
        decode(WireCustomAttribute, {"key": "it", "value": found, "version": 1}),
    )


SAME: list[tuple[str, Any, Any]] = [
    ("string", " Flat  white\n", "Flat white"),
    ("string", "e\u0301", "é"),
    ("string", "10.0", "10.0"),
    ("number", "10", "10.0"),
    ("number", "10.50", 10.5),
    ("number", "-0", "0.00000"),
    ("number", "1", None),
    ("email", "Ada@Example.com", "ada@example.com"),
    ("phone_number", "+14155552671", "+1-415-555-2671"),
    ("phone_number", "+14155552671", "(415) 555-2671"),
    ("address", {"address_line_1": "1 Main St", "locality": "springfield"}, {
        "address_line_1": "1 Main St", "locality": "Springfield", "country": "US", "address_line_2": ""}),
    ("address", {"first_name": "Ada", "postal_code": "1"}, {"postal_code": "1"}),
    ("selection", ["a", "b"], ["b", "a"]),
    ("selection", [], []),
    ("raw", 10.5, "10.5"),
    ("raw", "A@b.c", "a@b.c"),
    ("raw", "+14155552671", "(415) 555-2671"),
    ("raw", {"locality": "x", "country": None}, {"locality": "x"}),
    ("raw", ["a", "b"], ["b", "a"]),
    ("raw", True, True),
]  # fmt: skip
OTHER: list[tuple[str, Any, Any]] = [
    ("string", "10", "10.0"),
    ("string", "a", "A"),
    ("string", "a", ["a"]),
    ("number", "92233720368546.12345", "92233720368546.12344"),
    ("number", "1", "one"),
    ("boolean", True, False),
    ("boolean", False, 0),
    ("date", "2026-01-31", "2026-01-30"),
    ("email", "a@b.c", "a@b.d"),
    ("phone_number", "+14155552671", "+14155552672"),
    ("phone_number", "+14155552671", "2671"),
    ("address", {"locality": "x"}, {"locality": "x", "address_line_1": "1 Main St"}),
    ("address", {"locality": "x"}, {"locality": "y"}),
    ("address", {"country": "US"}, {"country": "CA"}),
    ("selection", ["a"], ["a", "b"]),
    ("raw", "a", "b"),
    ("raw", "Flat white", "flat white"),
    ("raw", "cup 12345678", "12345678"),
    ("raw", {"a": 1}, {"a": 2}),
    ("raw", True, "true"),
]


@pytest.mark.parametrize(("field", "sent", "found"), SAME)
def test_a_value_is_the_same_in_another_notation(field: str, sent: Any, found: Any) -> None:
    assert told(field, sent, found)


@pytest.mark.parametrize(("field", "sent", "found"), OTHER)
def test_another_value_is_not_the_same(field: str, sent: Any, found: Any) -> None:
    assert not told(field, sent, found)


def definition(**fields: Any) -> CustomAttributeDefinition:
    return decode(CustomAttributeDefinition, {"key": "it", **fields})


def test_a_schema_is_the_same_from_another_host_and_with_the_ids_of_its_options() -> None:
    number = {"$ref": schema("Number")["$ref"].replace("production", "sandbox")}
    made = selection("Tea", "Milk")
    answered = {**made, "items": {**made["items"], "enum": ["1", "2"]}}

    assert new_definition_tells({"schema": schema("Number")}, definition(schema=number))
    assert new_definition_tells({"schema": made}, definition(schema=answered))
    assert not new_definition_tells({"schema": schema("Number")}, definition(schema=schema("String")))
    assert not new_definition_tells({"schema": selection("Tea")}, definition(schema=answered))


@pytest.mark.parametrize(
    "change",
    [{"items": 5}, {"items": "names"}, {"items": ["names"]}, {"items": {"names": 5}}, {"maxItems": [1]},
     {"maxItems": True}, {"maxItems": 2}, {"$schema": 5}],
    ids=str,
)  # fmt: skip
def test_a_schema_that_is_none_of_squares_is_not_the_same_as_one(change: dict[str, Any]) -> None:
    made = selection("Tea", most=1)

    assert new_definition_tells({"schema": {**made, "maxItems": 1.0}}, definition(schema=made))
    assert not new_definition_tells({"schema": {**made, **change}}, definition(schema=made))
    assert not new_definition_tells({"schema": {}}, definition(schema=made))


def test_what_is_not_sent_of_a_change_may_be_anything_and_null_is_nothing() -> None:
    assert tells_definition({}, definition(name="Size", description="x", visibility="VISIBILITY_HIDDEN"))
    assert tells_definition({"name": None}, definition(description="x"))
    assert not tells_definition({"name": None}, definition(name="Size"))
    assert not new_definition_tells({}, definition(name="Size"))
    assert not new_definition_tells({}, definition(visibility="VISIBILITY_READ_ONLY"))


@pytest.mark.parametrize(
    ("moment", "new"),
    [
        ("2026-01-31T09:30:00.500Z", True),
        ("2026-01-31T09:30:00.499Z", False),
        ("2026-01-31T09:30:00Z", False),
        ("2026-01-31T09:30:01Z", True),
        ("2026-01-31T10:30:00.6+01:00", True),
        ("2026-01-31T09:30:00.4+00:00", False),
        ("2026-01-31T09:30:01.001Z", False),
        ("soon", False),
        (None, False),
    ],
)
def test_only_a_moment_that_is_certainly_new_is_new(moment: str | None, new: bool) -> None:
    assert is_between(moment, 1769851800.5, 1769851801.0) is new
