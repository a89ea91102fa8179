"""Inputs of Strawberry types to JSON: Square's snake_case and nesting on the wire. Does no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry
from strawberry import UNSET
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition

from gateway.graph.schema.decode import WIRE


def encode(value: Any, *, nulls: bool = True) -> Any:
    """Turn an input object into JSON. Absent fields stay absent; `nulls` says whether explicit nulls are sent."""
    if isinstance(value, strawberry.Some):
        return encode(value.value, nulls=nulls)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple):
        return [encode(each, nulls=nulls) for each in value]
    definition = get_object_definition(type(value))
    if definition is None:
        return value
    return _encode_fields(value, definition, nulls)


def _encode_fields(value: Any, definition: StrawberryObjectDefinition, nulls: bool) -> Mapping[str, Any]:
    result: dict[str, Any] = {}
    for field in definition.fields:
        given = getattr(value, field.python_name, UNSET)
        if given is UNSET or given is None:  # a Maybe field is None when absent, Some(None) when null
            continue
        encoded = encode(given, nulls=nulls)
        if encoded is None and not nulls:
            continue
        target = result
        *parents, key = field.metadata.get(WIRE, field.python_name).split(".")
        for parent in parents:
            target = target.setdefault(parent, {})
        target[key] = encoded
    return result
