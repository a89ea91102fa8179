"""msgspec structs that stand for Strawberry objects, with those of their attributes that an operation wants.

A struct has the Python names of the Strawberry fields. An enum is text, as Square has it. Its class says which
`strawberry_type` it stands for, and in `strawberry_objects` by attributes the structs of the objects that it has. The
number of structs is bounded: one that is not asked for any more lives on with the operations that have it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Union

import msgspec
from strawberry.types.base import get_object_definition

from gateway.graph.decoding.columns import Column
from gateway.graph.decoding.shapes import Shape

# Structs that are kept for operations to come. A client has some for each of its documents, most of them the same.
MAX_STRUCTS = 512

# The name of a field here, its type, and the rest that msgspec takes.
_Field = tuple[str, Any, Any]


@lru_cache(maxsize=MAX_STRUCTS)
def struct_of(shape: Shape) -> Any:
    """The type that msgspec reads: a struct, or several of which each has its tag.

    None if two attributes make different things of the same value.
    """
    if shape.variants:
        structs = [struct_of(each) for each in shape.variants]
        return None if None in structs else Union[tuple(structs)]  # noqa: UP007 - as many as there are
    fields = _Fields(shape)
    for column, below in shape.columns:
        value = column.value if below is None else struct_of(below)
        if value is None or not fields.add(column, value, below is not None):
            return None
    return fields.struct()


class _Fields:
    """What a struct is made of."""

    def __init__(self, shape: Shape) -> None:
        self._kind, self._tag = shape.kind, shape.tag
        self._fields: dict[str, _Field] = {}
        self._parts: dict[str, dict[str, _Field]] = {}
        # Attributes that are the same as another, and those that are parts of an object within.
        self._aliases: dict[str, str] = {}
        self._names: dict[str, Any] = {}
        self._objects: dict[str, Any] = {}

    def add(self, column: Column, value: Any, is_object: bool) -> bool:
        """Take an attribute with the type of its value; False if that contradicts another one."""
        if self._tag is not None and column.wire == self._tag[0] and not column.within:
            # The tag is read to know the struct.
            self._names[column.name] = self._tag[1]
            return True
        if is_object:
            self._objects[column.name] = value
        field = _field(column, value)
        if column.within:
            self._names[column.name] = property(_part(f"_{column.within}", column.name))
            return self._parts.setdefault(column.within, {}).setdefault(column.wire, field) is field
        known = self._fields.setdefault(column.wire, field)
        if known is not field:
            self._aliases[column.name] = known[0]
        return bool(known[1] == field[1])

    def struct(self) -> type[msgspec.Struct]:
        """The struct."""
        names = {
            **self._names,
            "strawberry_type": self._kind,
            "strawberry_objects": self._objects,
            "__strawberry_definition__": get_object_definition(self._kind),
        }
        fields = list(self._fields.values())
        for within, parts in self._parts.items():
            inner = _struct(within, list(parts.values()))
            fields.append((f"_{within}", inner | None, msgspec.field(default=None, name=within)))
        struct = _struct(self._kind.__name__, fields, names, self._tag)
        for name, known_as in self._aliases.items():
            setattr(struct, name, vars(struct)[known_as])
        return struct


def _struct(
    name: str, fields: list[_Field], names: dict[str, Any] | None = None, tag: tuple[str, str] | None = None
) -> type[msgspec.Struct]:
    key, text = tag or (None, None)
    # Decoding makes no cycles, and nothing writes into these objects.
    return msgspec.defstruct(
        name, fields, kw_only=True, frozen=True, eq=False, gc=False, tag_field=key, tag=text, namespace=names
    )


def _field(column: Column, value: Any) -> _Field:
    kind = list[value] if column.many else value
    if column.optional:
        return column.name, kind | None, msgspec.field(default=None, name=column.wire)
    if column.many:
        return column.name, kind, msgspec.field(default_factory=list, name=column.wire)
    return column.name, kind, msgspec.field(name=column.wire)


def _part(within: str, name: str) -> Callable[[Any], Any]:
    """What gives an attribute that stands in an object within."""

    def part(struct: Any) -> Any:
        inner = getattr(struct, within)
        return None if inner is None else getattr(inner, name)

    return part
