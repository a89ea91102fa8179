"""How the attributes of a Strawberry type stand on the wire, as msgspec reads them. Worked out once for each type.

A type with an attribute that msgspec does not read exactly as the tolerant reader does is not read this way at all:
this gateway's own code may look into such a value, as it does into the JSON of custom attributes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Annotated, Any, cast

import strawberry
from msgspec import Meta
from strawberry.types.base import StrawberryList, StrawberryOptional, get_object_definition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType

from gateway.graph.schema.decode import INT64, WIRE, leaf_of

_LONG = Annotated[int, Meta(ge=-INT64, le=INT64 - 1)]
_INT = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
_LEAVES: dict[str, Any] = {"text": str, "long": _LONG, "int": _INT, "bool": bool}


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute: its name here and on the wire, there perhaps `within` another object, and the type of its value.

    `value` is None for an object, of which `nested` is the Strawberry type. With `many`, there is a list of such.
    What is absent is null if it is `optional`, or else an empty list; anything else must be there.
    """

    name: str
    wire: str
    within: str
    value: Any
    nested: type | None
    many: bool
    optional: bool
    # Whether it is read whatever is selected: ids and lists, which this gateway's own code reads, and what must be
    # there, as without it the object is left out.
    always: bool


@cache
def columns_of(kind: type) -> dict[str, Column] | None:
    """The columns of a type by their Python names; None for a type that is not read this way."""
    definition = get_object_definition(kind)
    if definition is None or definition.is_interface:
        return None
    columns: dict[str, Column] = {}
    for field in definition.fields:
        if field.base_resolver is not None:
            continue
        column = _column(field)
        if column is None:
            return None
        columns[column.name] = column
    # An object of which parts are attributes of the one around it is not an attribute itself.
    inner = {column.within for column in columns.values() if column.within}
    return None if any(column.wire in inner for column in columns.values() if not column.within) else columns


def _column(field: StrawberryField) -> Column | None:
    within, _, wire = str(field.metadata.get(WIRE, field.python_name)).rpartition(".")
    kind: Any = field.type
    optional = isinstance(kind, StrawberryOptional)
    kind = _inner(kind)
    many = isinstance(kind, StrawberryList)
    kind = _inner(kind.of_type) if many else kind
    nested = cast(type, kind) if get_object_definition(kind) is not None else None
    value = None if nested is not None else _value(kind)
    if value is None and nested is None:
        return None
    if within and ("." in within or not optional or value is None):
        return None
    always = not optional or kind is strawberry.ID
    return Column(field.python_name, wire, within, value, nested, many, optional, always)


def _inner(kind: Any) -> Any:
    """A type without what says that it may be null, or that it is named before it is there."""
    while isinstance(kind, StrawberryOptional | LazyType):
        kind = kind.resolve_type() if isinstance(kind, LazyType) else kind.of_type
    return kind


def _value(kind: Any) -> Any:
    """The type of a plain value, None for one that msgspec reads otherwise."""
    members = kind.wrapped_cls if isinstance(kind, StrawberryEnumDefinition) else kind
    if isinstance(members, type) and issubclass(members, Enum):
        # Any text will do that is no other member: it is shown as `UNKNOWN`.
        return str if any(member.value == "UNKNOWN" for member in members) else None
    return _LEAVES.get(leaf_of(kind) or "")
