"""The root fields by which Relay asks for an object again: `fetch__Customer(id:)`, as its `@fetchable` names them.

They go through the loaders of the entities, so they cost what a reference of another subgraph costs. They are for those
who talk to this gateway directly: the SDL for routers is without them. A `node(id:)` for all types would have to guess
what an id of Square's is the id of, and two subgraphs that have one do not compose.
https://relay.dev/docs/api-reference/graphql-and-directives/#fetchable
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any

import strawberry
from strawberry.types.base import get_object_definition

from gateway.graph.loading.context import Info
from gateway.graph.loading.loader import KeyedLoader
from gateway.graph.schema.cost import costs
from gateway.graph.subgraph.area import Area, key_of

PREFIX = "fetch__"


def fetching(areas: Iterable[Area]) -> type | None:
    """A part of the root type with one field for each entity whose key is its `id`; None when there is none."""
    fields = {
        f"fetch_{kind.__name__}": _field(kind, loader)
        for area in areas
        for kind, loader in area.entities.items()
        if key_of(kind) == ("id",)
    }
    return strawberry.type(type("FetchQuery", (), fields)) if fields else None


def is_fetching(name: str) -> bool:
    """Whether a field of the query is one of these."""
    return name.startswith(PREFIX)


def _field(kind: type, loader: type[KeyedLoader[Any, Any]]) -> Any:
    name = get_object_definition(kind, strict=True).name
    return strawberry.field(
        resolver=_resolver(kind, loader),
        name=PREFIX + name,
        description=f"A {name} by its id, null when there is none: what Relay's `@refetchable` and pagination ask.",
        # The client names the id, which may be nothing's: that is a call of its own beside the one for all.
        metadata=costs(loader.operation_name, loader=loader, argument="id"),
    )


def _resolver(kind: type, loader: type[KeyedLoader[Any, Any]]) -> Callable[..., Any]:
    def fetched(self: object, info: Info, id: strawberry.ID) -> Any:
        return info.context.loader(loader).later(id)

    given = Annotated[strawberry.ID, strawberry.argument(description="Square's id of it.")]
    fetched.__annotations__ = {"info": Info, "id": given, "return": kind | None}
    return fetched
