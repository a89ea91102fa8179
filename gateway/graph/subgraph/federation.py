"""Apollo Federation: references of other subgraphs through the same loaders, each on its own.

N references cost what N ids cost, and one that is broken or unknown nulls its own place only.
https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import strawberry
from graphql import GraphQLUnionType
from strawberry.federation import Schema
from strawberry.federation.schema import FederationAny
from strawberry.federation.schema_directives import Key
from strawberry.printer import print_schema
from strawberry.types.info import Info as StrawberryInfo

from gateway.graph.errors import BadInput
from gateway.graph.loading.context import Context, Info
from gateway.graph.selection.limits import MAX_NAMED
from gateway.graph.subgraph.area import Entity
from gateway.graph.subgraph.core_schema import core_schema, without_root_fields
from gateway.graph.subgraph.fetching import is_fetching

# The root fields that only routers ask for.
ROUTER_FIELDS = ("_entities", "_service")


@strawberry.type(name="_Service")
class Service:
    """What a router asks when it composes the supergraph."""

    sdl: str


@strawberry.type
class ServiceQuery:
    """The root field by which a router reads the SDL."""

    @strawberry.field(name="_service", description="The SDL of this subgraph, for routers.")
    def service(self, info: Info) -> Service:
        """The SDL, printed once and not for every call."""
        assert isinstance(info.schema, Subgraph)
        return Service(sdl=info.schema.sdl)


class Subgraph(Schema):
    """A federated schema that prints its SDL once and resolves references through the loaders of the operation."""

    _sdl: str | None = None

    def __init__(self, *given: Any, description: str, **options: Any) -> None:
        """As Strawberry's schema, with a description, and people find the fields of routers last.

        Types known by their key only are not offered as entities.
        """
        super().__init__(*given, **options)
        core = core_schema(self)
        core.description = description
        assert core.query_type is not None
        fields = core.query_type.fields
        for name in ROUTER_FIELDS:
            if name in fields:
                fields[name] = fields.pop(name)
        union = core.type_map.get("_Entity")
        if isinstance(union, GraphQLUnionType):
            union.types = tuple(each for each in union.types if self._resolvable(each.name))

    def _resolvable(self, name: str) -> bool:
        definition = self.schema_converter.type_map[name].definition
        keys = [each for each in getattr(definition, "directives", None) or () if isinstance(each, Key)]
        return any(each.resolvable is not False for each in keys)

    @property
    def sdl(self) -> str:
        """The subgraph's SDL."""
        if self._sdl is None:
            # Strawberry's printer leaves the description of the schema itself out.
            described = f'"""\n{core_schema(self).description}\n"""\nschema @link('
            printed = print_schema(without_root_fields(self, is_fetching))
            self._sdl = printed.strip().replace("schema @link(", described, 1) + "\n"
        return self._sdl

    def entities_resolver(self, info: StrawberryInfo, representations: list[FederationAny]) -> list[FederationAny]:
        """One deferred object or error for each reference, in their order."""
        if len(representations) > MAX_NAMED:
            raise BadInput(f"At most {MAX_NAMED} representations are allowed.", "representations")
        return [FederationAny(self._resolve(each, index, info.context)) for index, each in enumerate(representations)]

    def _resolve(self, reference: object, index: int, context: Context) -> Any:
        place = ("representations", str(index))
        if not isinstance(reference, Mapping):
            return BadInput("A representation must be an object.", *place)
        kind = reference.get("__typename")
        entity = context.registry.entities.get(kind) if isinstance(kind, str) else None
        if entity is None:
            return BadInput("This subgraph has no such entity.", *place, "__typename")
        key = _key(reference, entity)
        if key is None:
            return BadInput(f"A {kind} is referred to by {' and '.join(entity.keys)}.", *place)
        return context.loader(entity.loader).later(key)


def _key(reference: Mapping[str, Any], entity: Entity) -> Any:
    values = [reference.get(name) for name in entity.keys]
    if not all(isinstance(value, str) and value for value in values):
        return None
    return values[0] if len(values) == 1 else (*values, None)
