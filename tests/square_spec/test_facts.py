from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.square_spec import FACTS, facts
from tests.square_spec.cut import cut, text

PROSE = {"description", "summary", "externalDocs", "title"}


def schemas_in(value: Any) -> Iterator[dict[str, Any]]:
    """All objects that say something of a type; what Square gives as an example is not looked into."""
    if isinstance(value, dict):
        yield value
        for key, each in value.items():
            if key == "properties":
                for schema in each.values():
                    yield from schemas_in(schema)
            elif key != "example":
                yield from schemas_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from schemas_in(each)


def test_the_facts_hold_no_prose() -> None:
    parts = [json.loads(path.read_text()) for path in FACTS.glob("*.json")]
    said = [
        schema
        for part in parts
        for place in (*part["paths"].values(), *part["schemas"].values())
        for schema in schemas_in(place)
    ]

    assert len(said) > 500
    assert [schema for schema in said if PROSE & schema.keys() or any(" " in str(each) for each in schema)] == []


def test_the_command_writes_the_facts_as_they_are() -> None:
    parts = cut(facts())

    assert {f"{name}.json": text(part) + "\n" for name, part in parts.items()} == {
        path.name: path.read_text() for path in FACTS.glob("*.json")
    }


def test_a_cut_keeps_limits_and_leaves_out_what_is_deprecated_or_of_another_area() -> None:
    described = {"type": "string", "maxLength": 5, "description": "At most 1,000, see RFC 3339.", "example": "x"}
    schemas = {
        "Reached": {"properties": {"name": described, "next": {"$ref": "#/components/schemas/Deeper"}}},
        "Deeper": {"enum": ["B", "A"], "x-enum-elements": [{"name": "A", "description": "The first."}]},
        "NotReached": {"type": "string"},
    }
    answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Reached"}}}}
    operation = {"operationId": "Read", "tags": ["Loyalty"], "security": [], "responses": {"200": answer}}
    paths = {
        "/v2/kept": {"get": operation | {"summary": "Reads."}},
        "/v2/old": {"get": operation | {"x-release-status": "DEPRECATED"}},
        "/v2/other": {"get": operation | {"tags": ["Catalog"]}},
    }

    parts = cut({"paths": paths, "components": {"schemas": schemas}})

    assert {name for name, part in parts.items() if part["paths"] or part["schemas"]} == {"loyalty"}
    assert parts["loyalty"] == {
        "paths": {"/v2/kept": {"get": operation}},
        "schemas": {
            "Reached": {
                "properties": {
                    "name": {"type": "string", "maxLength": 5, "x-numbers": [1000]},
                    "next": {"$ref": "#/components/schemas/Deeper"},
                }
            },
            "Deeper": {"enum": ["A", "B"]},
        },
    }
