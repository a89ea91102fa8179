"""How the shape of a request differs from what Square documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.emulator.validation.shapes import AnyObject, Anything, Array, Boolean, Choice, Integer, Map, Object, String

BUILT_IN = (Anything, AnyObject, Array, Boolean, Choice, Integer, Map, Object, String)


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
        said = {*schema.get("x-numbers", ())}
        schema = self.resolve(schema)
        said |= {*schema.get("x-numbers", ())}
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


def _bounds(where: str, said: set[int], low: tuple[Any, Any], high: tuple[Any, Any]) -> Iterator[str]:
    for side, (ours, theirs) in (("least", low), ("most", high)):
        # A bound of ours may also stand in Square's prose.
        if (ours or None) != (theirs or None) and not (theirs is None and ours in said):
            yield f"{where}: at {side} {ours}, Square says {theirs}"
