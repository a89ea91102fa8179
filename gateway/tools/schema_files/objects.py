"""What every cache must know of the objects of the graph: keys, pages, possible types. Not how it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import orjson
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

from gateway.context import REGISTRY

_PAGE_ARGUMENTS = frozenset({"first", "after"})
_ROOTS = frozenset({"Query", "Mutation", "Subscription"})


def keys_beside_id() -> dict[str, tuple[str, ...]]:
    """The types with a key that is not `id`, and the fields of it."""
    return {name: entity.keys for name, entity in REGISTRY.entities.items() if entity.keys != ("id",)}


def without_key(schema: GraphQLSchema) -> list[str]:
    """The object types that have no key at all."""
    known = keys_beside_id().keys() | _ROOTS
    return [kind.name for kind in _objects(schema) if kind.name not in known and "id" not in kind.fields]


def embedded_in_objects(schema: GraphQLSchema) -> list[str]:
    """The types without a key of which an object with a key has one, and no list: an address."""
    keyless = set(without_key(schema))
    found = (
        get_named_type(field.type).name
        for kind in _objects(schema)
        if kind.name not in keyless | _ROOTS
        for field in kind.fields.values()
        if str(field.type).rstrip("!") in keyless and not _is_paged(field)
    )
    return list(dict.fromkeys(found))


def pages(schema: GraphQLSchema) -> Iterator[tuple[str, str, list[str]]]:
    """The fields that answer by pages: the type, the field, and the arguments by which its lists differ."""
    for kind in _objects(schema):
        for name, field in kind.fields.items():
            if _is_paged(field):
                yield kind.name, name, [each for each in field.args if each not in _PAGE_ARGUMENTS]


def possible_types(schema: GraphQLSchema) -> dict[str, str]:
    """The object types of each interface and union, as a list of JavaScript."""
    return {
        name: f"[{names(each.name for each in schema.get_possible_types(kind))}]"
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType)
    }


def constant(name: str, values: Mapping[str, str]) -> str:
    """A constant of JavaScript that is exported: an object with these expressions, in the order of their names."""
    lines = "".join(f"  {each}: {values[each]},\n" for each in sorted(values))
    return f"\nexport const {name} = {{\n{lines}}};\n"


def names(given: Iterable[str]) -> str:
    """Texts of JavaScript with commas between them."""
    return ", ".join(orjson.dumps(each).decode() for each in given)


def _objects(schema: GraphQLSchema) -> Iterator[GraphQLObjectType]:
    for name, kind in schema.type_map.items():
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            yield kind


def _is_paged(field: GraphQLField) -> bool:
    return field.args.keys() >= _PAGE_ARGUMENTS
