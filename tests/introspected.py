"""The schema as it tells about itself to a client."""

from __future__ import annotations

from functools import cache

from graphql import GraphQLSchema, build_client_schema, get_introspection_query

from gateway.schema import build_schema


@cache
def introspected() -> GraphQLSchema:
    shown = build_schema().execute_sync(get_introspection_query())
    assert not shown.errors
    return build_client_schema(shown.data)
