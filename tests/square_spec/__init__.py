"""What Square's OpenAPI file says of the operations: the facts in it, none of its prose.

Source: Square's OpenAPI file (github.com/square/connect-api-specification, Apache 2.0), release 2025-08-20; the list of
error codes has also the eleven that Square's Python SDK 46.0.0.20260916 added.

`facts/` holds an OpenAPI document in parts, cut out of that file like this:

- Operations: those of Customers, Customer Groups, Customer Segments, Customer Custom Attributes and Loyalty that are
  not deprecated; of each, its name, scopes, parameters, request body and the body of every status that is documented.
- Schemas: those that these operations reach; of each, types, properties, required, enum, limits (minimum, maximum,
  lengths, pattern, default), nullable, read-only and deprecated marks, and the example of a response.
- Left out: descriptions, summaries, texts about enum values, links, code samples, and every other example.
- Of a description only whole numbers like 100 or 1,000 are kept, as `x-numbers`: Square writes limits into prose.
- Parts: one file per area; what several areas reach is in `shared.json`. Keys, `required` and enums are sorted.

`python -m tests.square_spec PATH` makes the parts again from the OpenAPI file at PATH. No network.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FACTS = Path(__file__).parent / "facts"


@cache
def _parts() -> tuple[str, ...]:
    return tuple(path.read_text() for path in sorted(FACTS.glob("*.json")))


def facts() -> dict[str, Any]:
    """All parts as one OpenAPI document, a new one for each call."""
    document: dict[str, Any] = {
        "openapi": "3.0.0",
        "info": {"title": "Square's Customers and Loyalty", "version": "2025-08-20"},
        "paths": {},
        "components": {"schemas": {}},
    }
    for part in map(json.loads, _parts()):
        for path, methods in part["paths"].items():
            document["paths"].setdefault(path, {}).update(methods)
        document["components"]["schemas"].update(part["schemas"])
    return document


def without_example_references(value: Any, inside_example: bool = False) -> Any:
    """Square's examples hold JSON Schemas as data; their `$ref`s are not the file's own."""
    if isinstance(value, dict):
        return {
            key: without_example_references(each, inside_example or key == "example")
            for key, each in value.items()
            if not (inside_example and key == "$ref")
        }
    if isinstance(value, list):
        return [without_example_references(each, inside_example) for each in value]
    return value


def load() -> dict[str, Any]:
    """The facts, corrected where Square itself does otherwise."""
    document: dict[str, Any] = without_example_references(facts())
    schemas = document["components"]["schemas"]
    # Not in the list of codes, but recorded as Square's answer to stale versions.
    schemas["ErrorCode"]["enum"].append("VERSION_MISMATCH")
    # An integer in the file, a string in the file's own example.
    del schemas["CatalogObjectReference"]["properties"]["catalog_version"]["type"]
    return document
