"""msgspec structs that stand for Strawberry objects, with those of their attributes that an operation wants.

A struct has the Python names of the Strawberry fields. An enum is text, as Square has it. Its class says which
`strawberry_type` it stands for, and in `strawberry_objects` by attributes the structs of the objects that it has. The
number of structs is bounded: one that is not asked for any more lives on with the operations that have it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from strawberry.types.base import get_object_definition

from gateway.graph.decoding.columns import Column, columns_of
from gateway.graph.decoding.wanted import Wanted

# Structs that are kept for operations to come. A client has some for each of its documents, most of them the same.
MAX_STRUCTS = 512


class Shape(NamedTuple):
    """A type with the attributes that are read, in its own order; each with the shape of its objects, if it has any."""

    kind: type
    attributes: tuple[tuple[str, Shape | None], ...]


def shape_of(kind: type, wanted: Wanted, within: tuple[type, ...] = ()) -> Shape | None:
    """The shape in which objects of a type are read; None when they have to be read in full.

    `within` are the types in whose objects these are.
    """
    names, columns = wanted.get(kind, frozenset()), columns_of(kind)
    if names is None or columns is None or kind in within or not names <= columns.keys():
        return None
    attributes: list[tuple[str, Shape | None]] = []
    for column in columns.values():
        if not column.always and column.name not in names:
            continue
        below = None if column.nested is None else shape_of(column.nested, wanted, (*within, kind))
        if column.nested is not None and below is None:
            return None
        attributes.append((column.name, below))
    return Shape(kind, tuple(attributes))


@lru_cache(maxsize=MAX_STRUCTS)
def struct_of(shape: Shape) -> type[msgspec.Struct] | None:
    """The struct of a shape; None if two of its attributes make different things of the same value."""
    columns = columns_of(shape.kind) or {}
    fields: dict[str, tuple[str, Any, Any]] = {}
    aliases: dict[str, str] = {}
    objects: dict[str, type] = {}
    for name, below in shape.attributes:
        column = columns[name]
        value = column.value if below is None else struct_of(below)
        if value is None:
            return None
        if below is not None:
            objects[name] = value
        field = _field(column, value)
        known = fields.setdefault(column.wire, field)
        if known is not field:
            if known[1] != field[1]:
                return None
            aliases[name] = known[0]
    names = {
        "strawberry_type": shape.kind,
        "strawberry_objects": objects,
        "__strawberry_definition__": get_object_definition(shape.kind),
    }
    # Decoding makes no cycles, and nothing writes into these objects.
    struct = msgspec.defstruct(
        shape.kind.__name__, fields.values(), kw_only=True, frozen=True, eq=False, gc=False, namespace=names
    )
    for name, known_as in aliases.items():
        setattr(struct, name, vars(struct)[known_as])
    return struct


def attribute_at(shape: Shape, wire: str) -> str | None:
    """The attribute that holds what objects of a shape have under this key on the wire; None when none does."""
    columns = columns_of(shape.kind) or {}
    return next((name for name, _ in shape.attributes if columns[name].wire == wire), None)


def _field(column: Column, value: Any) -> tuple[str, Any, Any]:
    kind = list[value] if column.many else value
    if column.optional:
        return column.name, kind | None, msgspec.field(default=None, name=column.wire)
    if column.many:
        return column.name, kind, msgspec.field(default_factory=list, name=column.wire)
    return column.name, kind, msgspec.field(name=column.wire)
