"""What an operation over the whole schema selects, for tests of what is read for it."""

from __future__ import annotations

from functools import cache
from typing import Any

from graphql import GraphQLSchema, parse

from gateway.graph.decoding.decoders import SelectedDecoders
from gateway.graph.documents.source_text import DocumentText
from gateway.graph.selection.document import read
from gateway.graph.selection.operation import SelectedOperation, selected
from gateway.graph.subgraph.core_schema import core_schema
from gateway.schema import build_schema


@cache
def schema() -> GraphQLSchema:
    return core_schema(build_schema())


def selecting(query: str, **switches: Any) -> SelectedOperation:
    """The one operation of a valid document."""
    (operation,) = read(parse(DocumentText(query))).operations
    return selected(schema(), operation, switches)


def decoders(query: str) -> SelectedDecoders:
    return SelectedDecoders(selecting(query))
