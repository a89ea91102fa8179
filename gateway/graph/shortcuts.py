"""Shorter ways through execution for the fields that need no resolver machinery.

Strawberry wraps every field; a plain attribute and a relation are data, so they get resolvers
that do just their work. What they give is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema
from strawberry.types.field import StrawberryField

from gateway.graph.relation import follow, relation_of

Resolve = Callable[..., Any]


def shorten(schema: GraphQLSchema) -> None:
    """Give the plain attributes and relations of a finished schema their short resolvers."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field in kind.fields.values():
                declared = (field.extensions or {}).get("strawberry-definition")
                if isinstance(declared, StrawberryField):
                    field.resolve = _short(declared) or field.resolve


def _short(field: StrawberryField) -> Resolve | None:
    relation = relation_of(field)
    if relation is not None:
        return lambda source, info: follow(relation, source, info)
    if field.is_basic_field:
        return _attribute(field.python_name)
    return None


def _attribute(name: str) -> Resolve:
    def resolve(source: Any, info: GraphQLResolveInfo[Any]) -> Any:
        return getattr(source, name)

    return resolve
