"""Square's OpenAPI file, kept beside the checkout, and how a request shape differs from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from gateway.emulator.validation.shapes import AnyObject, Anything, Array, Boolean, Choice, Integer, Map, Object, String

BUILT_IN = (Anything, AnyObject, Array, Boolean, Choice, Integer, Map, Object, String)
PATH = Path(__file__).parents[1].parent / "shared" / "square" / "openapi.json"


def without_example_references(value: Any, inside_example: bool = False) -> Any:
    """Square's examples hold JSON Schemas as data; their `$ref`s are not the file's own."""
    if isinstance(value, dict):
        return {
            key: without_example_references(each, inside_example or key in ("example", "examples"))
            for key, each in value.items()
            if not (inside_example and key == "$ref")
        }
    if isinstance(value, list):
        return [without_example_references(each, inside_example) for each in value]
    return value


def load() -> dict[str, Any]:
    """The file, corrected where Square itself does otherwise."""
    document: dict[str, Any] = without_example_references(json.loads(PATH.read_text()))
    schemas = document["components"]["schemas"]
    # Not in the list of codes, but recorded as Square's answer to stale versions.
    schemas["ErrorCode"]["enum"].append("VERSION_MISMATCH")
    # An integer in the file, a string in the file's own example.
    del schemas["CatalogObjectReference"]["properties"]["catalog_version"]["type"]
    return document


class Answers:
    """Square's response bodies, taken strictly: no field that Square does not list, no null."""

    def __init__(self, document: dict[str, Any]) -> None:
        for schema in document["components"]["schemas"].values():
            if "properties" in schema:
                schema["additionalProperties"] = False
        self._validators = {
            (method.upper(), tuple(path.split("/"))): jsonschema_rs.validator_for(
                {
                    "$schema": "http://json-schema.org/draft-04/schema#",
                    "allOf": [operation["responses"]["200"]["content"]["application/json"]["schema"]],
                    "components": document["components"],
                }
            )
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }

    def check(self, method: str, path: str, body: Any) -> None:
        """Raise unless the body may answer this request."""
        segments = path.split("/")
        fitting = [
            template
            for wanted, template in self._validators
            if wanted == method
            and len(template) == len(segments)
            and all(part.startswith("{") or part == segment for part, segment in zip(template, segments, strict=True))
        ]
        if fitting:
            template = min(fitting, key=lambda each: sum(part.startswith("{") for part in each))
            self._validators[method, template].validate(body)


@cache
def answers() -> Answers | None:
    """What Square answers, or None where its file is not beside the checkout."""
    return Answers(load()) if PATH.exists() else None


class Spec:
    """The file's operations and schemas."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.schemas = document["components"]["schemas"]
        self.operations = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }

    def resolve(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].rpartition("/")[2]]
        return schema

    def body(self, operation_id: str) -> tuple[bool, dict[str, Any] | None]:
        """Whether a body is needed, and its schema, or None for no body."""
        body = self.operations[operation_id][2].get("requestBody")
        if body is None:
            return False, None
        return body.get("required", False), body["content"]["application/json"]["schema"]

    def query(self, operation_id: str) -> dict[str, dict[str, Any]]:
        parameters = self.operations[operation_id][2].get("parameters", [])
        return {each["name"]: each for each in parameters if each["in"] == "query"}

    def differences(self, shape: Any, schema: dict[str, Any], where: str) -> Iterator[str]:
        """What the shape takes that the schema does not, or the other way round, one line each."""
        said = schema.get("description", "")
        schema = self.resolve(schema)
        said += schema.get("description", "")
        kind = schema.get("type")
        match shape:
            case Anything():
                return
            case AnyObject():
                if kind != "object":
                    yield f"{where}: an object, not {kind}"
            case Object() if kind == "object":
                yield from self._object(shape, schema, where)
            case Array() if kind == "array":
                yield from _bounds(
                    where, said, (shape.min, schema.get("minItems")), (shape.max, schema.get("maxItems"))
                )
                yield from self.differences(shape.item, schema["items"], f"{where}[]")
            case Map() if kind == "object":
                yield from _bounds(where, said, (None, None), (shape.max, schema.get("maxProperties")))
                yield from self.differences(shape.item, schema["additionalProperties"], f"{where}{{}}")
            case Choice() if "enum" in schema:
                if shape.values != set(schema["enum"]):
                    yield f"{where}: enum differs by {sorted(shape.values ^ set(schema['enum']))}"
            case String() if kind == "string" and "enum" not in schema:
                yield from _bounds(
                    where, said, (shape.min, schema.get("minLength")), (shape.max, schema.get("maxLength"))
                )
            case Integer() if kind == "integer":
                yield from _bounds(where, said, (shape.min, schema.get("minimum")), (shape.max, schema.get("maximum")))
            case Boolean() if kind == "boolean":
                return
            case _ if kind == "string" and not isinstance(shape, BUILT_IN):
                return  # a rule's own check of a text
            case _:
                yield f"{where}: {type(shape).__name__} for {kind}{' enum' if 'enum' in schema else ''}"

    def _object(self, shape: Object, schema: dict[str, Any], where: str) -> Iterator[str]:
        properties = schema.get("properties", {})
        for name in sorted((shape.fields.keys() | shape.read_only) - properties.keys()):
            yield f"{where}.{name}: unknown to Square"
        for name, each in properties.items():
            if name in shape.fields:
                yield from self.differences(shape.fields[name], each, f"{where}.{name}")
            elif name not in shape.read_only:
                yield f"{where}.{name}: not taken"
            if name in shape.read_only and not self._read_only(each):
                yield f"{where}.{name}: taken as read-only"
            if name in shape.fields and self._read_only(each):
                yield f"{where}.{name}: taken as writable"
        required = {name for name in schema.get("required", ()) if not self._read_only(properties[name])}
        if set(shape.required) != required:
            yield f"{where}: required differs by {sorted(set(shape.required) ^ required)}"

    def _read_only(self, schema: dict[str, Any]) -> bool:
        return bool(schema.get("readOnly") or self.resolve(schema).get("readOnly"))


def _bounds(where: str, said: str, low: tuple[Any, Any], high: tuple[Any, Any]) -> Iterator[str]:
    for side, (ours, theirs) in (("least", low), ("most", high)):
        # A bound of ours may also stand in Square's prose.
        if (ours or None) != (theirs or None) and not (theirs is None and re.search(rf"\b{ours}\b", said)):
            yield f"{where}: at {side} {ours}, Square says {theirs}"
