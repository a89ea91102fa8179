"""The schema as text: federated for routers, public for client tools."""

from __future__ import annotations

from functools import cache

from graphql import GraphQLObjectType, GraphQLSchema, print_schema

from gateway.graph.subgraph.core_schema import core_schema
from gateway.graph.subgraph.federation import ROUTER_FIELDS
from gateway.schema import build_schema

_FEDERATION_TYPES = {
    "_Any",
    "_Entity",
    "_FieldSet",
    "_Service",
    "federation__FieldSet",
    "link__Import",
    "link__Purpose",
}


def federated_sdl() -> str:
    """The subgraph's SDL with its federation directives: what `schema.graphql` holds."""
    return build_schema().sdl


def public_sdl() -> str:
    """The SDL without federation parts, for code generators and linters."""
    return print_schema(public_schema()).strip() + "\n"


@cache
def public_schema() -> GraphQLSchema:
    """The schema that `public_sdl` prints, with its fields as they are executed."""
    core = core_schema(build_schema())
    query = core.query_type
    assert query is not None
    fields = {name: field for name, field in query.fields.items() if name not in ROUTER_FIELDS}
    return GraphQLSchema(
        description=core.description,
        query=GraphQLObjectType(query.name, fields, description=query.description),
        mutation=core.mutation_type,
        subscription=core.subscription_type,
        types=[each for name, each in core.type_map.items() if name not in {*_FEDERATION_TYPES, query.name}],
    )
