"""How large an answer about the schema is, counted on the schema itself before anything is answered. No I/O.

Equal parts are counted together: what stands in the answer a million times is looked up once.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    introspection_types,
    is_list_type,
    is_type,
)

from gateway.graph.selection.tree import SelectedField, Selection

# Graphql-core looks up the values of a schema one by one: each takes as long as so many others.
WEIGHT = 10

# Parts of a schema as graphql-core's resolvers give them, and how often each stands in the answer, by identity.
Parts = dict[object, tuple[Any, int]]


def schema_values(field: SelectedField, schema: GraphQLSchema, max_values: int) -> int:
    """The values below a `__schema` or `__type`, counted until there are more than `max_values`."""
    return _Count(schema, max_values).of(field)


class _Count:
    def __init__(self, schema: GraphQLSchema, max_values: int) -> None:
        self._info: Any = SimpleNamespace(schema=schema)
        self._schema = schema
        self._max_values = max_values
        self.values = 0

    def of(self, field: SelectedField) -> int:
        if field.name == "__schema":
            found, kind = [self._schema], introspection_types["__Schema"]
        else:
            found, kind = self._named(field), introspection_types["__Type"]
        assert field.below is not None
        self._count(kind, field.below, {_identity(each): (each, 1) for each in found})
        return self.values

    def _named(self, field: SelectedField) -> list[Any]:
        """The type that is asked for; all of them where a variable says which."""
        name = field.arguments({}).get("name")
        if name is None:
            return list(self._schema.type_map.values())
        found = self._schema.get_type(name)
        return [] if found is None else [found]

    def _count(self, kind: GraphQLNamedType, selection: Selection, parts: Parts) -> None:
        assert isinstance(kind, GraphQLObjectType)
        fields = selection.of(kind)
        self.values += len(fields) * _times(parts) * WEIGHT
        for each in fields.fields:
            if self.values > self._max_values:
                return
            if each.definition is None:
                continue
            if each.below is not None:
                self._count(get_named_type(each.definition.type), each.below, self._below(each.definition, parts))
            elif is_list_type(get_nullable_type(each.definition.type)):
                self.values += _times(self._below(each.definition, parts)) * WEIGHT

    def _below(self, field: GraphQLField, parts: Parts) -> Parts:
        found: Parts = {}
        for part, count in parts.values():
            for each in self._looked_up(field, part):
                key = _identity(each)
                found[key] = (each, count + (found[key][1] if key in found else 0))
        return found

    def _looked_up(self, field: GraphQLField, part: Any) -> Iterator[Any]:
        assert field.resolve is not None
        given = {"includeDeprecated": True} if "includeDeprecated" in field.args else {}
        value = field.resolve(part, self._info, **given)
        if value is not None:
            yield from value if is_list_type(get_nullable_type(field.type)) else [value]


def _times(parts: Parts) -> int:
    return sum(count for _, count in parts.values())


def _identity(part: Any) -> object:
    if is_type(part):
        return str(part)  # a type that wraps another is created again wherever it stands
    return id(part[1]) if isinstance(part, tuple) else id(part)
