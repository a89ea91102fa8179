"""Building the schema: the root types out of the areas, their entities, and what follows from their declarations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from graphql import GraphQLInputObjectType, GraphQLSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from gateway.graph.schema.scalars import SCALARS
from gateway.graph.schema.user_errors import ERROR_TYPES
from gateway.graph.subgraph.area import Registry
from gateway.graph.subgraph.core_schema import core_schema
from gateway.graph.subgraph.declarations import check_areas, check_fields
from gateway.graph.subgraph.directives import price
from gateway.graph.subgraph.federation import ServiceQuery, Subgraph
from gateway.graph.subgraph.fetching import fetching

_SCHEMA = """Square's customers, customer groups and segments, custom attributes and loyalty as one graph.

`Query` reads, `Mutation` writes, `Subscription` follows what changes. Lists are connections: `nodes` or `edges`,
`pageInfo`, and `first` and `after` to page. What an operation has cost, in REST calls, is told in `extensions.cost`."""
_QUERY = "Reading: every field is one or more REST calls to Square, batched."
_MUTATION = "Writing: one field for each of Square's writes, carried out in order."
_SUBSCRIPTION = "Following what changes: fed by Square's webhooks, and read once for all that follow the same."


def build(registry: Registry) -> Subgraph:
    """The schema of these areas. Raises `DeclarationError`, which names all that is missing or contradicts itself."""
    check_areas(registry)
    queries = [area.query for area in registry.areas if area.query is not None]
    mutations = [area.mutation for area in registry.areas if area.mutation is not None]
    subscriptions = [area.subscription for area in registry.areas if area.subscription is not None]
    entities = [kind for area in registry.areas for kind in area.entities]
    price([*queries, *mutations, *subscriptions, *entities])
    fetched = fetching(registry.areas)
    schema = Subgraph(
        description=_SCHEMA,
        query=_root("Query", [ServiceQuery, *queries, *([fetched] if fetched else [])], _QUERY),
        mutation=_root("Mutation", mutations, _MUTATION) if mutations else None,
        subscription=_root("Subscription", subscriptions, _SUBSCRIPTION) if subscriptions else None,
        # Those that are reached only through lazy references would be left out of the federation otherwise.
        types=[*entities, *(kind for area in registry.areas for kind in area.types), *ERROR_TYPES],
        config=StrawberryConfig(scalar_map=SCALARS),
        federation_version="2.9",
    )
    check_fields(registry, schema)
    _let_one_of_be_validated(core_schema(schema))
    return schema


def _root(name: str, parts: Iterable[type], description: str) -> type:
    merged: Any = merge_types(name, tuple(parts))
    merged.__strawberry_definition__.description = description
    return cast(type, merged)


def _let_one_of_be_validated(core: GraphQLSchema) -> None:
    """Tell graphql-core which inputs take exactly one field, so that others are refused before anything runs."""
    for kind in core.type_map.values():
        if isinstance(kind, GraphQLInputObjectType):
            kind.is_one_of = kind.extensions["strawberry-definition"].is_one_of
