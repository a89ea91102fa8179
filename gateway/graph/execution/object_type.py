"""Of which type of the graph an object is. Shows nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from graphql import GraphQLError, GraphQLNamedType, GraphQLObjectType, GraphQLSchema, default_type_resolver
from graphql.pyutils import inspect, is_awaitable
from strawberry.types.base import StrawberryObjectDefinition

from gateway.graph.execution.compiled_selection import CompiledField
from gateway.graph.execution.level import Level
from gateway.graph.execution.resolving import ExecutionRequest


class OfType(NamedTuple):
    """An object with its type."""

    kind: GraphQLObjectType
    value: Any


TypeOf = Callable[[Level, CompiledField, int, Any], OfType | Awaitable[OfType]]


class ObjectTypes:
    """Tells the types of objects, for one operation."""

    def __init__(self, request: ExecutionRequest) -> None:
        """What a type's own check is told comes from the operation's `request`."""
        self._request = request

    def of(self, level: Level, field: CompiledField, number: int, value: Any) -> OfType | Awaitable[OfType]:
        """An object that a field gave, with its type, or what gives it later. Raises what says that it has none."""
        if value.__class__ is OfType:
            return value
        kind = field.kind
        if isinstance(kind, GraphQLObjectType) and kind.is_type_of is None:
            return OfType(kind, value)
        known = _known(self._request.schema, kind, value.__class__)
        if known is not None:
            return OfType(known, value)
        info = self._request.info(level, field, number)
        told: Any
        if isinstance(kind, GraphQLObjectType):
            assert kind.is_type_of is not None
            told = kind.is_type_of(value, info)
        else:
            resolve: Any = getattr(kind, "resolve_type", None) or default_type_resolver
            told = resolve(value, info, kind)
        return self._later(kind, value, told) if is_awaitable(told) else self._checked(kind, value, told)

    async def _later(self, kind: GraphQLNamedType, value: Any, told: Awaitable[Any]) -> OfType:
        return self._checked(kind, value, await told)

    def _checked(self, kind: GraphQLNamedType, value: Any, told: Any) -> OfType:
        if isinstance(kind, GraphQLObjectType):
            if not told:
                raise GraphQLError(f"Expected value of type '{kind}' but got: {inspect(value)}.")
            return OfType(kind, value)
        found = self._request.schema.get_type(told) if isinstance(told, str) else None
        if not isinstance(found, GraphQLObjectType) or not self._request.schema.is_sub_type(kind, found):  # type: ignore[arg-type]
            raise GraphQLError(f"Abstract type '{kind}' must resolve to one of its types, and gave {inspect(told)}.")
        return OfType(found, value)


def _known(schema: GraphQLSchema, kind: GraphQLNamedType, python: type) -> GraphQLObjectType | None:
    """The type that objects of a Python class say themselves that they are of, if nobody else has to be asked."""
    definition = getattr(getattr(python, "strawberry_type", python), "__strawberry_definition__", None)
    if not isinstance(definition, StrawberryObjectDefinition) or definition.is_graphql_generic or _asks(definition):
        return None
    found = schema.get_type(definition.name)
    if not isinstance(found, GraphQLObjectType):
        return None
    if isinstance(kind, GraphQLObjectType):
        return found if found is kind else None
    declared = (kind.extensions or {}).get("strawberry-definition")
    if isinstance(declared, StrawberryObjectDefinition) and _asks(declared):
        return None
    return found if schema.is_sub_type(kind, found) else None  # type: ignore[arg-type]


def _asks(definition: StrawberryObjectDefinition) -> bool:
    """Whether a type tells by a function of its own which objects are of it."""
    return definition.is_type_of is not None or definition.resolve_type is not None
