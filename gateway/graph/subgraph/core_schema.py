"""graphql-core's schema behind one of Strawberry's, which has no public name for it."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy

import strawberry
from graphql import GraphQLSchema


def core_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """The schema that graphql-core parses, validates and executes against."""
    return schema._schema


def without_root_fields(schema: strawberry.Schema, left_out: Callable[[str], bool]) -> strawberry.Schema:
    """A view of a schema for printing, without some fields of the query. The schema itself stays as it is."""
    core = schema._schema
    assert core.query_type is not None
    query = copy(core.query_type)
    query.fields = {name: field for name, field in core.query_type.fields.items() if not left_out(name)}
    shown, view = copy(core), copy(schema)
    shown.query_type = query
    shown.type_map = {**core.type_map, query.name: query}
    view._schema = shown
    return view
