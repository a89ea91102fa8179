"""The cut that leaves an OpenAPI document's facts, as the package's docstring describes it. No I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

AREAS = {
    "Customers": "customers",
    "CustomerGroups": "customer_groups",
    "CustomerSegments": "customer_segments",
    "CustomerCustomAttributes": "customer_custom_attributes",
    "Loyalty": "loyalty",
}
SHARED = "shared"
METHODS = ("delete", "get", "patch", "post", "put")
LIMITS = {f"{side}{what}" for side in ("min", "max") for what in ("imum", "Length", "Items", "Properties")}
FACTS = {"$ref", "type", "format", "nullable", "readOnly", "default", "pattern", "x-numbers"} | LIMITS
WIDTH = 118
# As limits are written: no phone numbers, dates or numbers of standards.
NUMBER = re.compile(r"(?<![\w.,-])\d{1,3}(?:,\d{3})*(?![\w-]|[.,]\d)")

Json = dict[str, Any]


def cut(document: Json) -> dict[str, Json]:
    """The parts by their names, each with `paths` and `schemas`, out of a whole OpenAPI document."""
    schemas = document["components"]["schemas"]
    parts: dict[str, Json] = {name: {"paths": {}, "schemas": {}} for name in (*AREAS.values(), SHARED)}
    reached: dict[str, set[str]] = {name: set() for name in AREAS.values()}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            area = AREAS.get((operation.get("tags") or [""])[0])
            if method in METHODS and area is not None and operation.get("x-release-status") != "DEPRECATED":
                parts[area]["paths"].setdefault(path, {})[method] = kept = _operation(operation)
                _reach(kept, schemas, reached[area])
    for name in set().union(*reached.values()):
        areas = [area for area, names in reached.items() if name in names]
        part = parts[areas[0] if len(areas) == 1 else SHARED]
        part["schemas"][name] = _schema(schemas[name], with_example=name.endswith("Response"))
    return parts


def text(value: Any, indent: str = "") -> str:
    """JSON with sorted keys, on one line wherever that fits."""
    line = json.dumps(value, sort_keys=True, ensure_ascii=False)
    if not value or not isinstance(value, dict | list) or len(indent + line) <= WIDTH:
        return line
    inner = indent + " "
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + text(each, inner) for each in value) + f"\n{indent}]"
    entries = [f"{inner}{json.dumps(key)}: {text(value[key], inner)}" for key in sorted(value)]
    return "{\n" + ",\n".join(entries) + f"\n{indent}}}"


def _operation(operation: Json) -> Json:
    kept: Json = {
        "operationId": operation["operationId"],
        "tags": operation["tags"],
        "security": operation["security"],
        "responses": {status: _body(answer) for status, answer in operation["responses"].items()},
    }
    if operation.get("parameters"):
        kept["parameters"] = [
            {
                "name": each["name"],
                "in": each["in"],
                "required": each.get("required", False),
                "schema": _schema(each["schema"] | _numbers(each)),
            }
            for each in operation["parameters"]
        ]
    if "requestBody" in operation:
        body = operation["requestBody"]
        kept["requestBody"] = {"required": body.get("required", False)} | _body(body)
    return kept


def _body(body: Json) -> Json:
    return {"content": {kind: {"schema": _schema(each["schema"])} for kind, each in body.get("content", {}).items()}}


def _schema(schema: Json, *, with_example: bool = False) -> Json:
    kept = {key: each for key, each in schema.items() if key in FACTS} | _numbers(schema)
    kept |= {key: sorted(schema[key]) for key in ("enum", "required") if schema.get(key)}
    if schema.get("x-release-status") == "DEPRECATED":
        kept["x-release-status"] = "DEPRECATED"
    if "properties" in schema:
        kept["properties"] = {name: _schema(each) for name, each in schema["properties"].items()}
    for key in ("items", "additionalProperties"):
        if key in schema:
            kept[key] = _schema(schema[key]) if isinstance(schema[key], dict) else schema[key]
    if "allOf" in schema:
        kept["allOf"] = [_schema(each) for each in schema["allOf"]]
    if with_example and "example" in schema:
        kept["example"] = schema["example"]
    return kept


def _numbers(described: Json) -> Json:
    numbers = {int(each.replace(",", "")) for each in NUMBER.findall(described.get("description", ""))}
    return {"x-numbers": sorted(numbers)} if numbers else {}


def _reach(value: Any, schemas: Json, reached: set[str]) -> None:
    for name in _references(value):
        if name not in reached:
            reached.add(name)
            _reach(_schema(schemas[name]), schemas, reached)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(name := value.get("$ref"), str):
            yield name.rpartition("/")[2]
        value = [*value.values()]
    if isinstance(value, list):
        for each in value:
            yield from _references(each)
