"""graphql-core's schema behind one of Strawberry's, which has no public name for it."""

from __future__ import annotations

import strawberry
from graphql import GraphQLSchema


def core_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """The schema that graphql-core parses, validates and executes against."""
    return schema._schema
