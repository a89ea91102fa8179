"""An area of Square's API as one object, and the registry of all of them, from which everything else is read.

Checks nothing: `declarations` does, when the schema is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

from strawberry.federation.schema_directives import Key
from strawberry.types.base import get_object_definition

from gateway.events.family import Family
from gateway.square.endpoint import Endpoint

if TYPE_CHECKING:
    from gateway.graph.loading.loader import KeyedLoader
    from gateway.graph.loading.page_source import PageSource


@dataclass(frozen=True, kw_only=True, eq=False)
class Area:
    """What an area declares.

    `query` and `mutation` hold its root fields, `endpoints` the rows of its REST calls. `entities` are the types
    that other subgraphs can refer to, each with the loader that finds it by its key. `loaders` and `sources` are
    what relations, connections and costs may refer to. `types` are those that only an interface leads to.
    `subscription` holds the root fields that are fed by Square's webhooks, `families` what is known of these.
    """

    name: str
    endpoints: tuple[Endpoint[Any], ...]
    query: type | None = None
    mutation: type | None = None
    entities: Mapping[type, type[KeyedLoader[Any, Any]]] = field(default_factory=dict)
    loaders: tuple[type[KeyedLoader[Any, Any]], ...] = ()
    sources: tuple[type[PageSource[Any]], ...] = ()
    types: tuple[type, ...] = ()
    subscription: type | None = None
    families: tuple[Family, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """How other subgraphs refer to a type: the loader that finds it, and the key fields (GraphQL names)."""

    loader: type[KeyedLoader[Any, Any]]
    keys: tuple[str, ...]


class Registry:
    """What all areas declare together."""

    def __init__(self, areas: Iterable[Area]) -> None:
        """Take the areas in the order in which the schema shows them."""
        self.areas = tuple(areas)
        self.endpoints = tuple(row for area in self.areas for row in area.endpoints)
        self.loaders = tuple(loader for area in self.areas for loader in area.loaders)
        self.sources = tuple(source for area in self.areas for source in area.sources)
        self.families = tuple(family for area in self.areas for family in area.families)
        # By the GraphQL name of the type.
        self.entities = {
            get_object_definition(kind, strict=True).name: Entity(loader, key_of(kind))
            for area in self.areas
            for kind, loader in area.entities.items()
        }


def rows(module: ModuleType) -> tuple[Endpoint[Any], ...]:
    """All rows of a module of endpoints."""
    return tuple(each for each in vars(module).values() if isinstance(each, Endpoint))


def key_of(kind: type) -> tuple[str, ...]:
    """The fields of a type's key (GraphQL names) by which this subgraph can find it; empty when there is none."""
    for directive in get_object_definition(kind, strict=True).directives or ():
        if isinstance(directive, Key) and directive.resolvable is not False:
            return tuple(str(directive.fields).split())
    return ()
