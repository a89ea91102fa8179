"""A type's own data in GraphQL: how it is asked for, and how its answer looks on the wire again."""

from __future__ import annotations

from typing import Any

from strawberry.types.base import StrawberryObjectDefinition, get_object_definition
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType
from strawberry.utils.str_converters import to_camel_case

from gateway.areas.loyalty_accounts.types import EVENT_TYPES
from gateway.graph.schema.decode import WIRE


def selection(kind: Any) -> str:
    """Everything of a type that is read from the wire, its parts included."""
    definition = get_object_definition(kind, strict=True)
    if definition.is_interface:
        parts = [f"... on {each.__name__} {{ {selection(each)} }}" for each in EVENT_TYPES]
        return " ".join(["__typename", *parts])
    fields = []
    for field in _data(definition):
        inner = _inner(field)
        fields.append(to_camel_case(field.python_name) + (f" {{ {selection(inner)} }}" if inner else ""))
    return " ".join(fields)


def as_wire(kind: Any, shown: dict[str, Any]) -> dict[str, Any]:
    """The JSON object that Square must have sent for this answer to `selection`; nulls and empty lists are absent."""
    definition = get_object_definition(kind, strict=True)
    if definition.is_interface:
        kind = next(each for each in EVENT_TYPES if each.__name__ == shown["__typename"])
        return as_wire(kind, shown)
    found: dict[str, Any] = {}
    for field in _data(definition):
        value = shown[to_camel_case(field.python_name)]
        inner = _inner(field)
        if inner and value is not None:
            value = [as_wire(inner, each) for each in value] if isinstance(value, list) else as_wire(inner, value)
        if value is None or value == []:
            continue
        *parents, key = field.metadata.get(WIRE, field.python_name).split(".")
        target = found
        for parent in parents:
            target = target.setdefault(parent, {})
        assert target.get(key, value) == value, f"{definition.name}.{field.python_name}"
        target[key] = value
    return found


def _data(definition: StrawberryObjectDefinition) -> list[StrawberryField]:
    return [field for field in definition.fields if field.base_resolver is None]


def _inner(field: StrawberryField) -> Any:
    kind: Any = field.type
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    kind = kind.resolve_type() if isinstance(kind, LazyType) else kind
    return kind if get_object_definition(kind) is not None else None
