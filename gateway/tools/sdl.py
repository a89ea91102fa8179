"""The schema as text: federated for routers, public for client tools, and for Relay's compiler."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from graphql import GraphQLObjectType, GraphQLSchema, print_schema

from gateway.graph.subgraph.core_schema import core_schema
from gateway.graph.subgraph.federation import ROUTER_FIELDS
from gateway.graph.subgraph.fetching import PREFIX, is_fetching
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
    return _printed(_without_root_fields(core_schema(build_schema()), _is_for_libraries))


def relay_sdl() -> str:
    """The public SDL with what Relay's compiler needs to ask for an object again: `@fetchable`, and its root fields."""
    text = _printed(public_schema())
    query = public_schema().query_type
    assert query is not None
    for name in filter(is_fetching, query.fields):
        kind = name.removeprefix(PREFIX)
        text = re.sub(rf"^(type {kind}\b[^{{]*) {{$", r'\1 @fetchable(field_name: "id") {', text, flags=re.MULTILINE)
    return f"directive @fetchable(field_name: String!) on OBJECT\n\n{text}"


@cache
def public_schema() -> GraphQLSchema:
    """The schema that clients use, with its fields as they are executed, those too that only their libraries name."""
    return _without_root_fields(core_schema(build_schema()), ROUTER_FIELDS.__contains__)


def _is_for_libraries(name: str) -> bool:
    return name in ROUTER_FIELDS or is_fetching(name)


def _printed(schema: GraphQLSchema) -> str:
    return print_schema(schema).strip() + "\n"


def _without_root_fields(core: GraphQLSchema, left_out: Callable[[str], bool]) -> GraphQLSchema:
    query = core.query_type
    assert query is not None
    fields = {name: field for name, field in query.fields.items() if not left_out(name)}
    return GraphQLSchema(
        description=core.description,
        query=GraphQLObjectType(query.name, fields, description=query.description),
        mutation=core.mutation_type,
        subscription=core.subscription_type,
        types=[each for name, each in core.type_map.items() if name not in {*_FEDERATION_TYPES, query.name}],
    )
